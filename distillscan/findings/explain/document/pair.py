"""What speaks for and against two accounts acting as one."""

from typing import Literal

from distillscan.findings.document.counts import Tier
from distillscan.findings.document.model import Model
from distillscan.findings.explain.document.common import VERSION, ClusterName, Source


class CommonValue(Model):
    """A value that both accounts hold, or the rarest that only one of them does; `others` hold it beside."""

    held_by: Literal["both", "a", "b"]
    family: str
    signal: str
    pseudonym: str
    holders: int
    others: int
    share: float
    rarity: float
    marks: list[str]
    rows_a: int
    sources_a: list[Source]
    rows_b: int
    sources_b: list[Source]


class PairFamily(Model):
    """One bar of the waterfall between two accounts.

    Agreement weighs as much as the rarest common value of the family is rare, whatever else is common in it.
    Disagreement weighs log2((1 - m) / (1 - u)): of pairs inside one core, m have a common value in this
    family where both hold any; of other pairs, u.
    """

    family: str
    result: Literal["agree", "disagree", "not compared"]
    bits: float
    held_a: int
    held_b: int
    common: int
    values: list[CommonValue]
    core_pairs: int
    core_pairs_agreeing: int
    other_pairs: int
    other_pairs_agreeing: int


class AccountName(Model):
    """One of the two accounts of a pair, and where the scan placed it."""

    account: str
    requests: int
    cluster: ClusterName | None
    tier: Tier | None


class PairExplanation(Model):
    """The waterfall from the prior to the total, for two accounts."""

    kind: Literal["pair"] = "pair"
    version: str = VERSION
    a: AccountName
    b: AccountName
    accounts: int
    core_pairs: int
    all_pairs: int
    prior_bits: float
    total_bits: float
    families: list[PairFamily]
    associations: int
    learned_from: str
    sentence: str
