"""The log as a whole: what was read, who is in it, and what was tested."""

from datetime import datetime

from distillscan.findings.document.model import Model


class InputFile(Model):
    """One file that was read; read = accepted + duplicate + rejected."""

    name: str
    kind: str
    sha256: str
    bytes: int
    read: int
    accepted: int
    duplicate: int
    rejected: int


class Ledger(Model):
    """What became of every request record read: read = accepted + duplicate + rejected."""

    read: int
    accepted: int
    duplicate: int
    rejected: int
    rejected_by_reason: dict[str, int]


class Population(Model):
    """The log as a whole, against which every cluster is judged."""

    accounts: int
    accounts_in_table: int
    requests: int
    first_seen: datetime
    last_seen: datetime
    days: int
    field_coverage: dict[str, float]


class FamilyTested(Model):
    """How much of one family of signals the log offered to the tests."""

    family: str
    signals: list[str]
    values: int
    accounts: int


class Tested(Model):
    """What was tested, with the whole count of possible tests, and the settings in force."""

    families: list[FamilyTested]
    families_missing: list[str]
    possible_pairs: int
    overlapping_pairs: int
    accepted_single: int
    accepted_pooled: int
    settings: dict[str, float | int | str]
    permutations: int
    permuted_clusters: int
    permuted_largest: int
