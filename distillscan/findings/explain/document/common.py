"""What explanations of every kind name: the rows of a file, and a group of accounts."""

from distillscan.findings.document.model import Model
from distillscan.findings.document.verdict import Verdict

VERSION = "2.0"


class Source(Model):
    """Rows of one input file: their number in `total`, and the first of them, from 1 as in the file.

    A value names its first rows over all files, so `rows` is empty for a file that holds only later ones.
    """

    file: str
    kind: str
    sha256: str
    rows: list[int]
    total: int


class ClusterName(Model):
    """A group of accounts by its names; `explanation` is set where an innocent cause accounts for it."""

    cluster_id: str
    label: str | None
    verdict: Verdict | None
    explanation: str | None
    core_accounts: int
