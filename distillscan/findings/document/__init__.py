"""The findings document: everything the tool concludes, and the only thing a report draws.

`Findings` is the whole, with a list of `Cluster`. Each other part is in the module here that is called like
the folder of ``distillscan.findings`` that makes it.

The document is frozen and versioned. No clock and no path of the machine stands in it, so two runs over the
same inputs give the same bytes. Times are UTC, and so are days and hours; shares are between 0 and 1. A field
added in a later minor version has a default, so that an older document can still be drawn.
"""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from distillscan.findings.document.anchors import Anchor, AnchoredEntity, Entity
from distillscan.findings.document.capabilities import CapabilityProfile
from distillscan.findings.document.counts import (
    CountError,
    MatchingBasis,
    RequestCounts,
    SensitivityCount,
    TierCounts,
)
from distillscan.findings.document.model import Model
from distillscan.findings.document.shared import CharacteristicValue, FamilyEvidence, Template
from distillscan.findings.document.verdict import (
    BenignExplanation,
    Confidence,
    DeclaredIdentity,
    Finding,
    Verdict,
)
from distillscan.findings.document.when import Chronology, DailyCount, Event
from distillscan.findings.document.whole_log import InputFile, Ledger, Population, Tested

SCHEMA_VERSION = "1.0"


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
    #: What matching requests were told by; None in documents of older versions.
    matching_basis: MatchingBasis | None = None
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
