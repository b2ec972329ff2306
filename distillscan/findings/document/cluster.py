"""One cluster: its counts, its evidence and its days; and groups that are no cluster."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from distillscan.findings.document.anchors import AnchoredEntity
from distillscan.findings.document.base import Model, Verdict
from distillscan.findings.document.capabilities import CapabilityProfile
from distillscan.findings.document.confidence import Confidence
from distillscan.findings.document.count_error import CountError
from distillscan.findings.document.earlier import EarlierCluster
from distillscan.findings.document.evidence import (
    BenignExplanation,
    CharacteristicValue,
    DeclaredIdentity,
    FamilyEvidence,
    Finding,
    Template,
)
from distillscan.findings.document.timeline import Chronology, DailyCount


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
