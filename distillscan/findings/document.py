"""The findings document: everything the tool concludes, and the only thing a report draws.

It is frozen and versioned. No clock and no path of the machine stands in it, so two runs over the same
inputs give the same bytes. Times are UTC; shares are between 0 and 1.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

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


class DailyCount(Model):
    """One day of a cluster's core accounts."""

    day: date
    requests: int
    accounts: int


class SensitivityCount(Model):
    """A cluster under other settings: the core it is then in, and how many of its own core are in that."""

    setting: str
    core_accounts: int
    kept: int


class Infrastructure(Model):
    """Cards or addresses that several clusters share; the number of values by signal."""

    infrastructure_id: str
    clusters: list[str]
    accounts: int
    shared_values: dict[str, int]


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
