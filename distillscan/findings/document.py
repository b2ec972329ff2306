"""The findings document: everything the tool concludes, and the only thing a report draws.

It is frozen and versioned. No clock and no path of the machine stands in it, so two runs over the same
inputs give the same bytes. Times are UTC, and so are days and hours; shares are between 0 and 1.

A field added in a later minor version has a default, so that an older document can still be drawn.
"""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

SCHEMA_VERSION = "1.0"

Grade = Literal["high", "medium", "low", "none"]
Verdict = Literal["campaign", "organisation", "infrastructure", "lead"]
Tier = Literal["core", "probable", "lead"]


class Model(BaseModel):
    """Base of all parts: frozen, and closed to unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


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


class Evidence(Model):
    """One observation behind a grade: a sentence, its figure, and the background where the log has one."""

    code: str
    statement: str
    value: float | None
    background: float | None


class Finding(Model):
    """A graded answer to one of the three questions, with what it rests on."""

    grade: Grade
    evidence: list[Evidence]


class BenignExplanation(Model):
    """An innocent explanation that was tested; `explains` means it would account for the cluster."""

    name: str
    result: Literal["explains", "does not explain", "not testable"]
    statement: str


class FamilyEvidence(Model):
    """How one family ties the cluster: values of three core accounts or more, and the accounts they reach."""

    family: str
    signals: list[str]
    values: int
    core_accounts: int


class CharacteristicValue(Model):
    """A value that marks the cluster, under its pseudonym."""

    family: str
    signal: str
    pseudonym: str
    core_holders: int
    holders: int


class Template(Model):
    """A prompt template of the cluster; its exemplar is the first prompt, cut, if the export was at hand."""

    key: str
    requests: int
    core_accounts: int
    accounts: int
    distinct_prompts: int
    first_seen: datetime
    exemplar: str | None


class DeclaredIdentity(Model):
    """The identity that accounts declare themselves: one in common, or several that share nothing binding."""

    kind: Literal["organisation id", "e-mail domain", "several organisations"]
    pseudonym: str
    share: float


class CapabilityShare(Model):
    """A kind of work: the share of the sampled requests that ask for it, with its 95 % interval (Wilson).

    ``background`` is the share in the rest of the log, ``lift`` the one over the other; None where the rest
    is too small or holds none. ``distinct``: at least twice the background, and the intervals do not meet.
    """

    capability: str
    requests: int
    share: float
    low: float
    high: float
    background: float | None
    background_low: float | None
    background_high: float | None
    lift: float | None
    distinct: bool


class FixedInsert(Model):
    """Words that stand alike in prompts which otherwise differ, cut; how many sampled requests carry them."""

    text: str
    requests: int
    accounts: int
    share: float
    background: float | None


class CapabilityProfile(Model):
    """What a sample of the core's requests asks for; empty, with the reason in ``note``, if none was at hand.

    A request may ask for several kinds of work; ``other`` is the share that no rule knows.
    """

    sampled: int
    accounts: int
    background_sampled: int
    rules: str
    statement: str
    capabilities: list[CapabilityShare]
    other: float | None
    inserts: list[FixedInsert]
    note: str
    rule_error: str


# What the analyst's anchors say, and how far it reaches. Similarity alone names nobody.
class Anchor(Model):
    """One value that the analyst knows to be an entity's, and who holds it in this log.

    ``members`` of the ``holders`` are core or probable accounts of the clusters named. An anchor does not
    ``carry`` when most of its holders stand in no cluster together: they are shown, and nothing is linked to
    the entity through them.
    """

    signal: str
    pseudonym: str
    entity: str
    source: str | None
    grade: str | None
    holders: int
    members: int
    clusters: list[str]
    carries: bool
    statement: str


class AnchoredEntity(Model):
    """An entity that accounts of one cluster are anchored to.

    ``accounts`` (core and probable) hold a value anchored to the entity themselves. ``linked`` counts further
    accounts of the cluster by hops, from one hop on; a hop is a characteristic value in common.
    ``conflicting`` names other entities to which accounts of the same cluster are anchored, and ``disputed``
    counts accounts that are anchored to one of those themselves.
    """

    entity: str
    accounts: int
    linked: list[int]
    sources: list[str]
    grades: list[str]
    conflicting: list[str]
    disputed: int
    statement: str


class Entity(Model):
    """An entity over the whole log: its anchors that were found in it, and the clusters they reach."""

    entity: str
    anchors: int
    anchors_found: int
    accounts: int
    linked: int
    clusters: list[str]
    conflicting: list[str]
    statement: str


ConfidenceLevel = Literal["high", "moderate", "low"]


class Criterion(Model):
    """One criterion of the rubric, whether it is met, and by which figures."""

    name: str
    met: bool
    statement: str


# Apart from any likelihood: it is about the basis of a finding, by a fixed rubric.
class Confidence(Model):
    """The level of confidence that a cluster's accounts act as one, and the criteria it follows from."""

    level: ConfidenceLevel
    criteria: list[Criterion]
    statement: str


class CountError(Model):
    """What is uncertain in the matching requests of a core, at 95 % by the model of docs/method.md.

    ``faint`` requests are counted only by faint passages, or by how they open or close, at most
    ``faint_wrong`` of them by chance; of the others at most ``own_wrong`` carry the cluster's keys by chance;
    at most ``missed`` requests are the cluster's and not counted. Where the prompts that are not counted are
    unlike what everybody sends, or digests, the count is ``open``: all of them may be the cluster's.
    """

    faint: int
    faint_wrong: int
    missed: int
    open: bool = False
    own_wrong: int = 0

    @property
    def wrong(self) -> int:
        """The most requests that are counted by chance."""
        return self.faint_wrong + self.own_wrong

    def limits(self, matching: int) -> tuple[int, int]:
        """The least and the most requests that are the cluster's, where so many match."""
        return matching - self.wrong, matching + self.missed


class EarlierCluster(Model):
    """A cluster of an earlier case with accounts or values of this one.

    ``bundle`` begins the SHA-256 of the sums of its evidence bundle. ``shared_accounts`` are core or probable
    in both; ``shared_values`` are among the most shared values, which both documents list.
    """

    bundle: str
    label: str
    cluster_id: str
    verdict: Verdict
    first_seen: datetime
    last_seen: datetime
    accounts: int
    shared_accounts: int
    shared_values: int
    statement: str


class DailyCount(Model):
    """One day: of a cluster's core accounts, or of the whole log."""

    day: date
    requests: int
    accounts: int


class Event(Model):
    """Something that happened on a day, as the analyst gave it."""

    day: date
    kind: str
    name: str


# When a cluster worked; the rest of the log is every account outside its core.
class Rhythm(Model):
    """Requests by hour of the week, 168 from Monday 00:00 UTC on, of the core and of the rest of the log.

    Flatness is the rate of requests in the quietest eight hours in a row of the day, over the mean rate: 1 is
    round the clock, 0 is eight hours of silence. It is null for fewer than 240 requests.
    """

    core: list[int]
    rest: list[int]
    flatness: float | None
    rest_flatness: float | None
    statement: str


class ReleaseMove(Model):
    """How much of the traffic went to a new model in the first and in the second 24 hours of its release.

    Shares are of the requests that name a model; null where there are none.
    """

    model: str
    source: Literal["event", "first use in the log"]
    released: datetime
    first_use: datetime | None
    first_day_requests: int
    first_day_share: float | None
    first_day_rest: float | None
    second_day_requests: int
    second_day_share: float | None
    second_day_rest: float | None
    statement: str


class EventChange(Model):
    """Requests a day of the core before and after an event, and their ratio with a 95 % interval.

    The interval is that of two Poisson rates, widened by how much more the days vary than that. Ratios are
    null where the cluster, or the rest of the log, has no request on either side.
    """

    event: Event
    days_before: int
    days_after: int
    before: float
    after: float
    ratio: float | None
    low: float | None
    high: float | None
    rest_ratio: float | None
    statement: str


class SuccessorPair(Model):
    """A banned account and one that appeared in the days after with the same values, under pseudonyms."""

    banned: str
    banned_at: datetime
    successor: str
    appeared: datetime
    signals: list[str]


class Succession(Model):
    """Banned core accounts and the accounts that took their place, each successor counted once.

    ``expected`` is the mean of the same count with all ban dates moved by a week or more, and ``p_value`` the
    share of these moves, the true dates counted, that give as many; null where the log is too short to move.
    """

    banned: int
    succeeded: int
    within_days: int
    expected: float | None
    p_value: float | None
    moves: int
    median_lag_days: float | None
    pairs: list[SuccessorPair]
    statement: str


class PoolSwitch(Model):
    """A day on which a cluster changed its cards or addresses.

    ``ended`` values were used for the last time before that day, ``begun`` for the first time from it on;
    ``kept`` on both sides. ``usual`` is the share of values in use on both sides of the median day.
    """

    family: str
    day: date
    ended: int
    begun: int
    kept: int
    usual: float
    statement: str


class DetectionGap(Model):
    """When the cluster would first have been found, had the log been analysed at the end of every day.

    At the end of ``found_on`` a cluster of ``core_accounts`` was found that is mostly of this one; at the end
    of ``not_found_on`` there was none. The day before ``found_on`` is that day unless the replays ran out,
    which ``exact`` says. ``requests`` and ``share`` are what the core had sent by the end of ``found_on``.
    """

    found_on: date
    not_found_on: date
    exact: bool
    days: int
    core_accounts: int
    requests: int
    share: float
    replays: int
    statement: str


class Chronology(Model):
    """All that is known of when a cluster worked; lists are empty where there was nothing to compare."""

    rhythm: Rhythm
    releases: list[ReleaseMove]
    changes: list[EventChange]
    succession: Succession | None
    pool_switches: list[PoolSwitch]
    detection: DetectionGap | None


class TierCounts(Model):
    """Accounts by tier. Core is the lower bound, core and probable together the upper."""

    core: int
    probable: int
    lead: int


class RequestCounts(Model):
    """Requests by members, and those matching the cluster's own values, for core and for core + probable."""

    members_core: int
    members_upper: int
    matching_core: int
    matching_upper: int


class SensitivityCount(Model):
    """A cluster under other settings: the core it is then in, and how many of its own core are in that."""

    setting: str
    core_accounts: int
    kept: int


class Cluster(Model):
    """Accounts that act as one, what they did, and how sure that is."""

    label: str
    cluster_id: str
    verdict: Verdict
    coordination: Finding
    extraction: Finding
    concealment: Finding
    p_value: float | None
    stability: float
    accounts: TierCounts
    requests: RequestCounts
    input_tokens: int | None
    output_tokens: int | None
    first_seen: datetime
    last_seen: datetime
    days: int
    requests_per_day: float
    requests_per_account_per_day: float
    peak_day: DailyCount
    families: list[FamilyEvidence]
    values: list[CharacteristicValue]
    templates: list[Template]
    declared_identity: DeclaredIdentity | None
    benign_explanations: list[BenignExplanation]
    sensitivity: list[SensitivityCount]
    timeline: list[DailyCount]
    sentence: str
    sentence_upper: str
    chronology: Chronology | None = None
    anchored: list[AnchoredEntity] = Field(default_factory=list)
    capabilities: CapabilityProfile | None = None
    confidence: Confidence | None = None
    count_error: CountError | None = None
    first_matching_day: date | None = None
    last_matching_day: date | None = None
    matching_accounts: int | None = None
    earlier: list[EarlierCluster] | None = None


class Infrastructure(Model):
    """Cards or addresses that several clusters share; the number of values by signal."""

    infrastructure_id: str
    clusters: list[str]
    accounts: int
    shared_values: dict[str, int]


class SmallGroups(Model):
    """Coordinated groups below the reporting size, such as households on one card: counted, not reported."""

    groups: int
    accounts: int
    below: int


class ExplainedGroup(Model):
    """A coordinated group with an innocent explanation: named here, and not reported as a cluster."""

    cluster_id: str
    accounts: int
    requests: int
    families: list[str]
    explanation: str
    statement: str


# The only part of the document that no analysis made.
class Decision(Model):
    """One decision on a cluster or an account, as it was written down; a later one does not undo it."""

    number: int
    at: datetime
    by: str | None
    subject: Literal["cluster", "account"]
    subject_id: str
    decision: Literal["accept", "reject", "comment"]
    text: str


class Findings(Model):
    """The whole result over one case."""

    schema_version: str
    tool_version: str
    headline: str
    inputs: list[InputFile]
    ledger: Ledger
    population: Population
    tested: Tested
    clusters: list[Cluster]
    infrastructures: list[Infrastructure]
    explained_groups: list[ExplainedGroup]
    small_groups: SmallGroups
    notes: list[str]
    days: list[DailyCount] = Field(default_factory=list)
    events: list[Event] = Field(default_factory=list)
    anchors: list[Anchor] = Field(default_factory=list)
    entities: list[Entity] = Field(default_factory=list)
    decisions: list[Decision] = Field(default_factory=list)
