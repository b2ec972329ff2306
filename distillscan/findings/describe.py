"""Describes each reported cluster: its counts, values and templates, with what is concluded of it."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
from duckdb import DuckDBPyConnection

from distillscan.case.store import Case
from distillscan.clusters.error_rate import PermutedRuns
from distillscan.clusters.peeling import Clustering
from distillscan.clusters.scores import CORE
from distillscan.clusters.store import Stored
from distillscan.findings.counts.cluster import Counts, count_cluster
from distillscan.findings.counts.count_error import by_other_means, count_errors
from distillscan.findings.document import Cluster, ExplainedGroup
from distillscan.findings.document.counts import CountError, SensitivityCount
from distillscan.findings.document.shared import Template
from distillscan.findings.pseudonyms import Pseudonyms
from distillscan.findings.shared.exemplars import first_prompts
from distillscan.findings.shared.templates import used_templates
from distillscan.findings.shared.values import characteristic_values, core_held_as_table
from distillscan.findings.verdict.conclusions import conclude, lay_out
from distillscan.findings.wording import sentence
from distillscan.signals.texts import Texts

#: Bases by which requests match that say what is asked: texts of the cluster's own, or its tools too.
_BY_TEXTS = {"content", "content and tools"}
_BY_CONTENT = {*_BY_TEXTS, "tools"}
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
    with ThreadPoolExecutor(max_workers=1) as reader:
        # a cursor does not see temporary tables, which reading texts needs none of
        reading = reader.submit(_read, case.connection.cursor(), texts, stored)
        lay_out(case.connection)
        basis = _basis(case.connection)
        with core_held_as_table(case.connection):
            described = _described(case.connection, clustering, stored, permuted, variants, basis)
    explained = [group for cluster in described if (group := _explained(cluster)) is not None]
    innocent = {group.cluster_id for group in explained}
    reported = sorted((one for one in described if one.cluster_id not in innocent), key=_place)
    return _labelled(case, reading.result(), reported, basis), explained


class _Read(NamedTuple):
    """What is read of the texts of each cluster: its templates, and the error of its count."""

    templates: dict[str, list[tuple[Template, int]]]
    errors: dict[str, CountError]


def _read(connection: DuckDBPyConnection, texts: Texts, stored: Stored) -> _Read:
    own = stored.own.prompts(texts, stored.texts)
    with connection:
        templates = used_templates(connection, texts, stored.texts, own)
    return _Read(templates, count_errors(texts, stored.texts, stored.own))


def _basis(connection: DuckDBPyConnection) -> dict[str, str]:
    """Return by what the matching requests of each cluster are told."""
    rows = connection.execute("SELECT cluster_id, basis FROM matching_basis").fetchall()
    return {str(cluster_id): str(basis) for cluster_id, basis in rows}


def _described(
    connection: DuckDBPyConnection,
    clustering: Clustering,
    stored: Stored,
    permuted: PermutedRuns,
    variants: dict[int, list[SensitivityCount]],
    basis: Mapping[str, str],
) -> list[Cluster]:
    """Return the clusters, without what is known of each only beside the others: label and templates."""
    pseudonyms = Pseudonyms(connection)
    described = []
    for index, cluster_id in stored.cluster_ids.items():
        counts, stability = count_cluster(connection, cluster_id), _stability(clustering, index)
        concluded = conclude(
            connection,
            cluster_id,
            counts,
            permuted,
            stability,
            pseudonyms,
            by_content=basis[cluster_id] in _BY_CONTENT,
        )
        requests_per_day = counts.requests.members_core / counts.days
        cluster = Cluster(
            **vars(concluded),
            **vars(counts),
            label="",
            cluster_id=cluster_id,
            stability=stability,
            days=counts.days,
            requests_per_day=round(requests_per_day, 4),
            requests_per_account_per_day=round(requests_per_day / counts.accounts.core, 4),
            peak_day=counts.peak,
            values=characteristic_values(connection, cluster_id, pseudonyms),
            templates=[],
            sensitivity=variants[index],
            sentence=_sentence(counts, upper=False),
            sentence_upper=_sentence(counts, upper=True),
        )
        described.append(cluster)
    return described


def _place(cluster: Cluster) -> tuple[int, bool, int, str]:
    """Return what the reported clusters are ordered by."""
    # a lead that looks like a harvest must not stand below those that do not
    harmless = cluster.verdict == "lead" and cluster.extraction.grade != "high"
    return _VERDICT_ORDER.index(cluster.verdict), harmless, -cluster.accounts.core, cluster.cluster_id


def _labelled(case: Case, read: _Read, reported: list[Cluster], basis: Mapping[str, str]) -> list[Cluster]:
    """Return the reported clusters, in their order, with labels, templates and the error of their counts."""
    templates, errors = [read.templates[one.cluster_id] for one in reported], read.errors
    prompts = first_prompts(case, [first for used in templates for _, first in used])
    return [
        cluster.model_copy(
            update={
                "label": f"C{place}",
                "templates": [one.model_copy(update={"exemplar": prompts.get(first)}) for one, first in used],
                "matching_basis": basis[cluster.cluster_id],
                "count_error": errors[cluster.cluster_id]
                if basis[cluster.cluster_id] in _BY_TEXTS
                else by_other_means(cluster.requests, by_address=basis[cluster.cluster_id] == "network"),
            }
        )
        for place, (cluster, used) in enumerate(zip(reported, templates, strict=True), start=1)
    ]


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


def _sentence(counts: Counts, *, upper: bool) -> str:
    accounts, requests = counts.accounts.core, counts.requests.members_core
    if upper:
        accounts, requests = accounts + counts.accounts.probable, counts.requests.members_upper
    return sentence(accounts, requests, counts.first_seen, counts.last_seen)
