"""The findings document: everything the tool concludes, and the only thing a report draws.

It is frozen and versioned. No clock and no path of the machine stands in it, so two runs over the same
inputs give the same bytes. Times are UTC; shares are between 0 and 1.

A field added in a later minor version has a default, so that an older document can still be drawn.
"""

from __future__ import annotations

from pydantic import Field

from distillscan.findings.document.anchors import Anchor, AnchoredEntity, Entity
from distillscan.findings.document.base import (
    Grade,
    Model,
    Tier,
    Verdict,
)
from distillscan.findings.document.capabilities import (
    CapabilityProfile,
    CapabilityShare,
    FixedInsert,
)
from distillscan.findings.document.cluster import (
    Cluster,
    ExplainedGroup,
    Infrastructure,
    RequestCounts,
    SensitivityCount,
    SmallGroups,
    TierCounts,
)
from distillscan.findings.document.confidence import Confidence, ConfidenceLevel, Criterion
from distillscan.findings.document.count_error import CountError
from distillscan.findings.document.decisions import Decision
from distillscan.findings.document.earlier import EarlierCluster
from distillscan.findings.document.evidence import (
    BenignExplanation,
    CharacteristicValue,
    DeclaredIdentity,
    Evidence,
    FamilyEvidence,
    Finding,
    Template,
)
from distillscan.findings.document.log import (
    FamilyTested,
    InputFile,
    Ledger,
    Population,
    Tested,
)
from distillscan.findings.document.timeline import (
    Chronology,
    DailyCount,
    DetectionGap,
    Event,
    EventChange,
    PoolSwitch,
    ReleaseMove,
    Rhythm,
    Succession,
    SuccessorPair,
)

__all__ = [
    "SCHEMA_VERSION",
    "Anchor",
    "AnchoredEntity",
    "BenignExplanation",
    "CapabilityProfile",
    "CapabilityShare",
    "CharacteristicValue",
    "Chronology",
    "Cluster",
    "Confidence",
    "ConfidenceLevel",
    "CountError",
    "Criterion",
    "DailyCount",
    "Decision",
    "DeclaredIdentity",
    "DetectionGap",
    "EarlierCluster",
    "Entity",
    "Event",
    "EventChange",
    "Evidence",
    "ExplainedGroup",
    "FamilyEvidence",
    "FamilyTested",
    "Finding",
    "Findings",
    "FixedInsert",
    "Grade",
    "Infrastructure",
    "InputFile",
    "Ledger",
    "Model",
    "PoolSwitch",
    "Population",
    "ReleaseMove",
    "RequestCounts",
    "Rhythm",
    "SensitivityCount",
    "SmallGroups",
    "Succession",
    "SuccessorPair",
    "Template",
    "Tested",
    "Tier",
    "TierCounts",
    "Verdict",
]

SCHEMA_VERSION = "1.0"


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
