"""What is concluded of one cluster: the three findings, the innocent explanations, and the verdict."""

from __future__ import annotations

from dataclasses import dataclass, replace

from duckdb import DuckDBPyConnection

from distillscan.clusters.error_rate import PermutedRuns
from distillscan.findings.counts.cluster import Counts
from distillscan.findings.document.shared import FamilyEvidence
from distillscan.findings.document.verdict import BenignExplanation, DeclaredIdentity, Finding, Verdict
from distillscan.findings.pseudonyms import Pseudonyms
from distillscan.findings.shared.values import family_evidence, has_workload
from distillscan.findings.verdict import region, throwaway
from distillscan.findings.verdict.benign import Found, benign_explanations
from distillscan.findings.verdict.concealment import concealment
from distillscan.findings.verdict.coordination import coordination
from distillscan.findings.verdict.core import core_of
from distillscan.findings.verdict.declared import declared_identity
from distillscan.findings.verdict.extraction import extraction
from distillscan.findings.verdict.rule import SHELL, verdict
from distillscan.findings.verdict.statements import observed


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
    core = core_of(connection, cluster_id, accounts, families)
    p_value = permuted.p_value(accounts, bound=core.is_bound)
    extracted = extraction(connection, core, counts, by_content=by_content)
    workload = has_workload(connection, cluster_id, accounts)

    def concluded(identity: DeclaredIdentity | None) -> Conclusions:
        concealed = concealment(connection, core, identity)
        coordinated = coordination(core, p_value, stability, len(permuted.largest), concealed)
        benign = benign_explanations(connection, Found(core, identity, extracted, concealed))
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

    identity = declared_identity(connection, core, pseudonyms)
    # the provider gives out organisation ids, but anybody may buy a domain
    if identity is None or identity.kind != "e-mail domain":
        return concluded(identity)
    return _or_shell(concluded(identity), concluded(None))


def _or_shell(organisation: Conclusions, undeclared: Conclusions) -> Conclusions:
    """Say of an organisation that only its domain tells it from a campaign, and what else it would hide."""
    if undeclared.verdict != "campaign":
        return organisation
    declared = organisation.concealment
    evidence = [
        *declared.evidence,
        *observed(SHELL, "Without this domain the verdict would be campaign: it may be a shell."),
        *(way for way in undeclared.concealment.evidence if way.code != "undeclared"),
    ]
    return replace(organisation, concealment=declared.model_copy(update={"evidence": evidence}))
