"""What is concluded of one cluster: the three findings, the innocent explanations, and the verdict."""

from __future__ import annotations

from dataclasses import dataclass

from duckdb import DuckDBPyConnection

from distillscan.clusters.error_rate import PermutedRuns
from distillscan.findings.counts.cluster import Counts
from distillscan.findings.document.shared import FamilyEvidence
from distillscan.findings.document.verdict import BenignExplanation, DeclaredIdentity, Finding, Verdict
from distillscan.findings.pseudonyms import Pseudonyms
from distillscan.findings.shared.ties import binding_ties
from distillscan.findings.shared.values import family_evidence, has_workload
from distillscan.findings.verdict import region, throwaway
from distillscan.findings.verdict.benign import benign_explanations
from distillscan.findings.verdict.concealment import concealment, named_by_machine
from distillscan.findings.verdict.coordination import carrying_families, coordination
from distillscan.findings.verdict.core import Core
from distillscan.findings.verdict.declared import declared_identity
from distillscan.findings.verdict.dispatch import has_night
from distillscan.findings.verdict.extraction import extraction
from distillscan.findings.verdict.places import places_of
from distillscan.findings.verdict.rule import verdict


@dataclass(frozen=True)
class Conclusions:
    """What was concluded, and the families and the chance that it rests on."""

    verdict: Verdict
    coordination: Finding
    extraction: Finding
    concealment: Finding
    p_value: float | None
    families: list[FamilyEvidence]
    declared_identity: DeclaredIdentity | None
    benign_explanations: list[BenignExplanation]


def lay_out(connection: DuckDBPyConnection) -> None:
    """Create the temporary tables that conclusions are drawn from: what does not depend on the cluster."""
    region.lay_out(connection)
    throwaway.lay_out(connection)


def conclude(
    connection: DuckDBPyConnection,
    cluster_id: str,
    counts: Counts,
    permuted: PermutedRuns,
    stability: float,
    pseudonyms: Pseudonyms,
    *,
    by_content: bool,
) -> Conclusions:
    """Return the conclusions; ``by_content`` says whether requests match by their texts or tools."""
    families, accounts = family_evidence(connection, cluster_id), counts.accounts.core
    core = _core(connection, cluster_id, accounts, families)
    p_value = permuted.p_value(accounts, bound=core.is_bound)
    extracted = extraction(connection, cluster_id, counts, by_content=by_content)
    asleep = has_night(extracted.evidence)
    identity = declared_identity(connection, cluster_id, pseudonyms, asleep=asleep)
    concealed = concealment(connection, core, identity, extracted)
    by_machine = named_by_machine(concealed.evidence)
    coordinated = coordination(core, p_value, stability, len(permuted.largest), named_by_machine=by_machine)
    benign = benign_explanations(connection, core, identity, extracted, concealed)
    workload = has_workload(connection, cluster_id, accounts)
    return Conclusions(
        verdict=verdict(coordinated, extracted, concealed, identity, benign, workload=workload),
        coordination=coordinated,
        extraction=extracted,
        concealment=concealed,
        p_value=p_value,
        families=families,
        declared_identity=identity,
        benign_explanations=benign,
    )


def _core(
    connection: DuckDBPyConnection, cluster_id: str, accounts: int, families: list[FamilyEvidence]
) -> Core:
    carrying = [family.family for family in carrying_families(families, accounts)]
    ties = binding_ties(connection, cluster_id, accounts)
    return Core(cluster_id, accounts, carrying, ties, places_of(connection, cluster_id, accounts, ties))
