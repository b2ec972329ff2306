"""The explanations: documents of their own, one form for each kind of question.

Like the findings they are frozen and versioned, hold no clock and no path of the machine, and show accounts
and values of people under their pseudonyms. Bits are log2 units: one bit doubles the odds. Shares are between
0 and 1.
"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from distillscan.findings.document.counts import RequestCounts, SensitivityCount, Tier, TierCounts
from distillscan.findings.document.model import Model
from distillscan.findings.document.verdict import BenignExplanation, Verdict

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


class ClusterHolders(Model):
    """How many accounts of a cluster hold a value; `marks` means it is one of the cluster's own."""

    cluster: ClusterName
    marks: bool
    core: int
    probable: int
    lead: int
    core_share: float


class Associated(Model):
    """A value of another family that belongs together with the one explained, and the test that said so."""

    family: str
    signal: str
    pseudonym: str
    holders: int
    overlap: int
    expected: float
    lift: float
    p: float
    q: float
    test: Literal["single", "pooled"]


class Holder(Model):
    """An account that holds the value, where it stands, and the rows that show it."""

    account: str
    cluster: ClusterName | None
    tier: Tier | None
    times: int
    first_seen: datetime | None
    last_seen: datetime | None
    rows: int
    sources: list[Source]


class ValueExplanation(Model):
    """Who holds a value, how common it is, and what it goes together with."""

    kind: Literal["value"] = "value"
    version: str = VERSION
    family: str
    signal: str
    pseudonym: str
    broad: bool
    binding: bool
    accounts: int
    holders: int
    share: float
    rarity: float
    times: int
    first_seen: datetime | None
    last_seen: datetime | None
    clusters: list[ClusterHolders]
    outside: int
    bundle_of: int
    in_bundles: list[str]
    associations: int
    associated: list[Associated]
    first_holders: list[Holder]
    sentence: str


class StandingEntry(Model):
    """An entry of a scorecard that stands in a passage: its points, and the words by which it stands there.

    `entry` is a word or, in braces, the name of a group of words in the file of rules.
    """

    entry: str
    points: int
    words: list[str]


class Passage(Model):
    """The passage of a prompt that does best on a scorecard: what its words give, and what it pays.

    Sentences count from 1. `points` is the sum over `entries`; `left` is that without what is paid for the
    words of the passage and for the number of passages in the prompt.
    """

    first_sentence: int
    last_sentence: int
    words: int
    points: int
    paid_for_words: int
    paid_for_passages: int
    left: int
    entries: list[StandingEntry]


class ScorecardResult(Model):
    """What a scorecard makes of a prompt; it asks for the capability with `least` points left or more."""

    capability: str
    found: bool
    least: int
    passages: int
    best: Passage


class HeldRule(Model):
    """A rule that holds: in a sentence, or in the prompt as a whole, and the words of each of its lists."""

    capability: str
    language: str
    sentence: int | None
    words: dict[str, list[str]]


class PromptExplanation(Model):
    """Which capabilities a prompt is taken to ask for, and by which words.

    `source` is the row it was read from, if it was; `rules` names the rules with a digest of their text;
    `read` is how many of its characters are judged. Words are in lower case and without accents, as the rules
    see them.
    """

    kind: Literal["prompt"] = "prompt"
    version: str = VERSION
    source: Source | None
    rules: str
    characters: int
    read: int
    sentences: int
    capabilities: list[str]
    scorecards: list[ScorecardResult]
    held: list[HeldRule]
    sentence: str


Explanation = Annotated[
    AccountExplanation | PairExplanation | ClusterExplanation | ValueExplanation | PromptExplanation,
    Field(discriminator="kind"),
]
EXPLANATION: TypeAdapter[Explanation] = TypeAdapter(Explanation)
