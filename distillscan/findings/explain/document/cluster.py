"""What a cluster rests on."""

from typing import Literal

from distillscan.findings.document.counts import RequestCounts, SensitivityCount, Tier, TierCounts
from distillscan.findings.document.model import Model
from distillscan.findings.document.verdict import BenignExplanation
from distillscan.findings.explain.document.common import VERSION, ClusterName


class MarkingValue(Model):
    """A value that marks a cluster: core holders, all holders, and how rare it is."""

    family: str
    signal: str
    pseudonym: str
    core_holders: int
    holders: int
    share: float
    rarity: float


class ClusterFamily(Model):
    """A family of a cluster: what it weighs for a member, and what is left of the core without it."""

    family: str
    signals: list[str]
    values: int
    core_holding: int
    core: int
    others_holding: int
    others: int
    present_bits: float
    absent_bits: float
    without: SensitivityCount | None
    characteristic: list[MarkingValue]


class Link(Model):
    """Two accounts of the account-similarity graph, and the bits between them."""

    account_a: str
    account_b: str
    families: list[str]
    bits: float


class Shape(Model):
    """How the strongest links hold the accounts of a cluster together.

    `density` is links over possible pairs, `parts` the connected parts. A bridge is a link whose loss would
    break a part in two, a joint such an account. `thinnest` is the weakest link of the strongest tree: all
    accounts of its part hang together by links at least as strong.
    """

    accounts: int
    links: int
    density: float
    links_each: float
    parts: int
    largest_part: int
    bridges: int
    first_bridges: list[Link]
    joints: int
    first_joints: list[str]
    thinnest: Link | None


class MemberLine(Model):
    """A member of a cluster in a line."""

    account: str
    tier: Tier
    bits: float
    families: list[str]
    requests: int
    matching_requests: int


class ClusterExplanation(Model):
    """What a cluster rests on."""

    kind: Literal["cluster"] = "cluster"
    version: str = VERSION
    cluster: ClusterName
    tiers: TierCounts
    requests: RequestCounts
    accounts: int
    prior_bits: float
    core_bits: float
    p_value: float | None
    stability: float | None
    families: list[ClusterFamily]
    other_settings: list[SensitivityCount]
    shape: Shape
    benign_explanations: list[BenignExplanation]
    weakest_members: list[MemberLine]
    largest_accounts: list[MemberLine]
    sentence: str
