"""Describes each reported cluster: counts, ties, templates, the three findings and the verdict."""

from __future__ import annotations

import numpy as np
from duckdb import DuckDBPyConnection

from distillscan.case.frame import number
from distillscan.case.store import Case
from distillscan.clusters.error_rate import PermutedRuns
from distillscan.clusters.peeling import Clustering
from distillscan.clusters.store import Stored
from distillscan.clusters.tiers import CORE
from distillscan.findings import region
from distillscan.findings.benign import benign_explanations
from distillscan.findings.concealment import concealment
from distillscan.findings.coordination import carrying_families, coordination
from distillscan.findings.count_error import count_errors
from distillscan.findings.counts import Counts, count_cluster
from distillscan.findings.declared import declared_identity
from distillscan.findings.document import Cluster, ExplainedGroup, SensitivityCount, Template
from distillscan.findings.exemplars import first_prompts
from distillscan.findings.extraction import extraction
from distillscan.findings.pseudonyms import Pseudonyms
from distillscan.findings.shared import characteristic_values, family_evidence, has_workload
from distillscan.findings.ties import binding_ties
from distillscan.findings.used_templates import UsedTemplate, used_templates
from distillscan.findings.verdict import verdict
from distillscan.findings.wording import sentence
from distillscan.signals.texts import Texts

_VERDICT_ORDER = ("campaign", "infrastructure", "organisation", "lead")


def describe_clusters(
    case: Case,
    texts: Texts,
    clustering: Clustering,
    stored: Stored,
    permuted: PermutedRuns,
    variants: dict[int, list[SensitivityCount]],
) -> tuple[list[Cluster], list[ExplainedGroup]]:
    """Return the reported clusters, campaigns first, then larger first, and the groups of innocent cause."""
    connection = case.connection
    region.lay_out(connection)
    pseudonyms = Pseudonyms(connection)
    described = [
        _describe(connection, clustering, permuted, pseudonyms, variants[index], index, cluster_id)
        for index, cluster_id in stored.cluster_ids.items()
    ]
    explained = [group for cluster in described if (group := _explained(cluster)) is not None]
    innocent = {group.cluster_id for group in explained}
    reported = [cluster for cluster in described if cluster.cluster_id not in innocent]
    reported.sort(
        key=lambda cluster: (
            _VERDICT_ORDER.index(cluster.verdict),
            # a lead that looks like a harvest must not stand below those that do not
            cluster.verdict == "lead" and cluster.extraction.grade != "high",
            -cluster.accounts.core,
            cluster.cluster_id,
        )
    )
    own = stored.own.prompts(texts, stored.texts)
    templates = used_templates(connection, texts, stored.texts, own, [one.cluster_id for one in reported])
    errors = count_errors(texts, stored.texts, stored.own)
    prompts = first_prompts(case, [used.first_text for several in templates for used in several])
    labelled = [
        cluster.model_copy(
            update={
                "label": f"C{place}",
                "templates": _templates(used, prompts),
                "count_error": errors.get(cluster.cluster_id)
                if _by_content(connection, cluster.cluster_id)
                else None,
            }
        )
        for place, (cluster, used) in enumerate(zip(reported, templates, strict=True), start=1)
    ]
    return labelled, explained


def _explained(cluster: Cluster) -> ExplainedGroup | None:
    """Return the group that an explained lead is, None if unexplained; an organisation stays reported."""
    found = [one for one in cluster.benign_explanations if one.result == "explains"]
    if cluster.verdict != "lead" or not found:
        return None
    return ExplainedGroup(
        cluster_id=cluster.cluster_id,
        accounts=cluster.accounts.core,
        requests=cluster.requests.members_core,
        families=[family.family for family in cluster.families],
        explanation=found[0].name,
        statement=found[0].statement,
    )


def _stability(clustering: Clustering, index: int) -> float:
    core = (clustering.membership.cluster == index) & (clustering.membership.tier == CORE)
    return round(float(np.mean(clustering.stability[core])), 4)


def _templates(used: list[UsedTemplate], prompts: dict[int, str]) -> list[Template]:
    return [
        Template(
            key=one.key,
            requests=one.requests,
            core_accounts=one.core_accounts,
            accounts=one.accounts,
            distinct_prompts=one.distinct_prompts,
            first_seen=one.first_seen,
            exemplar=prompts.get(one.first_text),
        )
        for one in used
    ]


def _by_content(connection: DuckDBPyConnection, cluster_id: str) -> bool:
    query = "SELECT COUNT(*) FROM matching_basis WHERE basis = 'content' AND cluster_id = ?"
    return number(connection, query, [cluster_id]) > 0


def _describe(
    connection: DuckDBPyConnection,
    clustering: Clustering,
    permuted: PermutedRuns,
    pseudonyms: Pseudonyms,
    variants: list[SensitivityCount],
    index: int,
    cluster_id: str,
) -> Cluster:
    counts = count_cluster(connection, cluster_id)
    core = counts.accounts.core
    families = family_evidence(connection, cluster_id)
    carrying = [family.family for family in carrying_families(families, core)]
    ties = binding_ties(connection, cluster_id, core)
    identity = declared_identity(connection, cluster_id, pseudonyms)
    p_value, stability = permuted.p_value(core), _stability(clustering, index)
    coordinated = coordination(
        families,
        core,
        ties,
        p_value,
        stability,
        len(permuted.largest),
    )
    extracted = extraction(connection, cluster_id, counts, by_content=_by_content(connection, cluster_id))
    concealed = concealment(connection, cluster_id, core, ties, identity)
    benign = benign_explanations(connection, cluster_id, core, carrying, ties, identity, extracted, concealed)
    return Cluster(
        label="",
        cluster_id=cluster_id,
        verdict=verdict(
            coordinated,
            extracted,
            concealed,
            identity,
            benign,
            workload=has_workload(connection, cluster_id, core),
        ),
        coordination=coordinated,
        extraction=extracted,
        concealment=concealed,
        p_value=p_value,
        stability=stability,
        accounts=counts.accounts,
        requests=counts.requests,
        input_tokens=counts.input_tokens,
        output_tokens=counts.output_tokens,
        first_seen=counts.first_seen,
        last_seen=counts.last_seen,
        days=counts.days,
        requests_per_day=round(counts.requests.members_core / counts.days, 4),
        requests_per_account_per_day=round(counts.requests.members_core / counts.days / core, 4),
        peak_day=counts.peak,
        families=families,
        values=characteristic_values(connection, cluster_id, pseudonyms),
        templates=[],
        declared_identity=identity,
        benign_explanations=benign,
        sensitivity=variants,
        timeline=counts.timeline,
        sentence=_sentence(counts, upper=False),
        sentence_upper=_sentence(counts, upper=True),
    )


def _sentence(counts: Counts, *, upper: bool) -> str:
    accounts, requests = counts.accounts.core, counts.requests.members_core
    if upper:
        accounts, requests = accounts + counts.accounts.probable, counts.requests.members_upper
    return sentence(accounts, requests, counts.first_seen, counts.last_seen)
