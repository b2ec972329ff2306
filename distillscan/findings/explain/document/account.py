"""Why an account is in its cluster, or in none."""

from datetime import datetime
from typing import Literal

from distillscan.findings.document.counts import Tier
from distillscan.findings.document.model import Model
from distillscan.findings.explain.document.common import VERSION, ClusterName, Source


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


class Judgement(Model):
    """The tier that a score and its ties give, by the rules of the tiers."""

    bits: float
    tied_families: list[str]
    tier: Tier | None


class FamilyWeight(Model):
    """What one family says about an account and a cluster; signals inside a family never count twice.

    Of `core` accounts `core_holding` hold values of the cluster in this family, of the `others` in the log
    `others_holding`. Holding one weighs `present_bits`, holding none `absent_bits`; `bits` is which of them
    counts. `otherwise` is the judgement without this family if the account holds it, else with it.
    """

    family: str
    holds: bool
    bits: float
    present_bits: float
    absent_bits: float
    core_holding: int
    core: int
    others_holding: int
    others: int
    held_values: int
    values: list[HeldValue]
    otherwise: Judgement


class Elsewhere(Model):
    """Another cluster whose values the account holds too, and its judgement there."""

    cluster: ClusterName
    families: list[str]
    judgement: Judgement


class NearAccount(Model):
    """An account that much is common with: the sum over `families` of the rarest common value's rarity."""

    account: str
    cluster: ClusterName | None
    tier: Tier | None
    families: list[str]
    common: int
    bits: float


class AccountExplanation(Model):
    """Why an account is in its cluster, or why it is in none.

    `cluster` and `tier` are what the scan decided; `judged` is the cluster that the figures are about, with
    `judgement` what they give. `takes_out` are the smallest sets of families without which it would be of
    another tier. `matching_requests` are those that its own cluster is counted by.
    """

    kind: Literal["account"] = "account"
    version: str = VERSION
    account: str
    requests: int
    first_seen: datetime
    last_seen: datetime
    sources: list[Source]
    cluster: ClusterName | None
    tier: Tier | None
    judged: ClusterName | None
    accounts: int
    prior_bits: float
    judgement: Judgement | None
    core_bits: float
    probable_bits: float
    families: list[FamilyWeight]
    takes_out: list[list[str]]
    missing: list[str]
    elsewhere: list[Elsewhere]
    other_values: int
    rarest_other_values: list[HeldValue]
    nearest: list[NearAccount]
    tied_accounts: int
    note: str | None
    sentence: str
    matching_requests: int | None = None
