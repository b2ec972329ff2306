"""What explanations of every kind are made of: groups of accounts, values, and the rows that show them."""

from __future__ import annotations

from datetime import datetime

from distillscan.findings.document import Model, Verdict

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


class HeldValue(Model):
    """A shared value that an account holds: how rare it is in the log, and the rows that show it.

    `share` is the base rate, holders over all accounts; `rarity` is log2(1 / share) bits. `times` counts the
    uses of it. `rows` is how many records show it, and `sources` names them.
    """

    family: str
    signal: str
    pseudonym: str
    holders: int
    share: float
    rarity: float
    core_holders: int | None
    times: int
    first_seen: datetime | None
    last_seen: datetime | None
    rows: int
    sources: list[Source]
