"""What a cluster rests on: families, how it holds together, its weakest members, what else explains it."""

import polars as pl

from distillscan.case.frame import frame
from distillscan.clusters.scores import CORE_BITS
from distillscan.findings.counts.cluster import tiers_and_requests
from distillscan.findings.document import Cluster
from distillscan.findings.document.counts import SensitivityCount
from distillscan.findings.explain.document.cluster import (
    ClusterExplanation,
    ClusterFamily,
    MarkingValue,
    MemberLine,
)
from distillscan.findings.explain.likelihood import Likelihood, likelihoods
from distillscan.findings.explain.lookup import find_cluster
from distillscan.findings.explain.member_evidence import scored_members
from distillscan.findings.explain.question import Question, printed
from distillscan.findings.explain.shape import shape_of
from distillscan.findings.wording import counted, joined

#: Values listed of a family, and members of each kind.
_VALUES, _MEMBERS = 3, 5

_MARKING = """
    SELECT family, signal, content, holders, core_holders,
           COUNT(*) OVER (PARTITION BY family) AS every,
           list_sort(list(signal) OVER (PARTITION BY family)) AS signals
    FROM telling_value WHERE cluster_id = $cluster_id
    QUALIFY ROW_NUMBER() OVER (PARTITION BY family ORDER BY core_holders DESC, holders, signal, content)
            <= $listed
    ORDER BY family, core_holders DESC, holders, signal, content
"""


def explain_cluster(question: Question, typed: str) -> ClusterExplanation:
    """Return what a cluster, or a group with an innocent explanation, rests on.

    Raises:
        QuestionError: there is no such group, or more than one.
    """
    cluster_id = find_cluster(question, typed)
    name = question.clusters[cluster_id]
    found = next((one for one in question.findings.clusters if one.cluster_id == cluster_id), None)
    likelihood = likelihoods(question.connection, [cluster_id])
    known = likelihood[cluster_id]
    settings = list(found.sensitivity) if found else []
    families = _families(question, cluster_id, known, settings)
    members = _members(question, likelihood)
    tiers, requests = tiers_and_requests(question.connection, cluster_id)
    explanation = ClusterExplanation(
        cluster=name,
        tiers=tiers,
        requests=requests,
        accounts=known.accounts,
        prior_bits=round(known.prior, 3),
        core_bits=round(CORE_BITS, 3),
        p_value=found.p_value if found else None,
        stability=found.stability if found else None,
        families=families,
        other_settings=[variant for variant in settings if not variant.setting.startswith("without ")],
        shape=shape_of(question, cluster_id),
        benign_explanations=list(found.benign_explanations) if found else [],
        weakest_members=sorted(members, key=lambda line: (line.bits, line.account))[:_MEMBERS],
        largest_accounts=sorted(members, key=lambda line: (-line.requests, line.account))[:_MEMBERS],
        sentence="",
    )
    return explanation.model_copy(update={"sentence": _sentence(explanation, found)})


def _families(
    question: Question, cluster_id: str, known: Likelihood, settings: list[SensitivityCount]
) -> list[ClusterFamily]:
    listed = frame(question.connection, _MARKING, {"cluster_id": cluster_id, "listed": _VALUES})
    variants = {variant.setting.removeprefix("without "): variant for variant in settings}
    found = []
    for family, weight in known.families.items():
        rows = listed.filter(pl.col("family") == family)
        values = [
            MarkingValue(**question.value(row), core_holders=row["core_holders"])
            for row in rows.iter_rows(named=True)
        ]
        found.append(
            ClusterFamily(
                family=family,
                signals=sorted(set(rows["signals"][0])),
                values=int(rows["every"][0]),
                core_holding=weight.core_holding,
                core=known.core,
                others_holding=weight.others_holding,
                others=known.accounts - known.core,
                present_bits=round(weight.present, 3),
                absent_bits=round(weight.absent, 3),
                without=variants.get(family),
                characteristic=values,
            )
        )
    return sorted(found, key=lambda one: (-one.present_bits, one.family))


def _members(question: Question, known: dict[str, Likelihood]) -> list[MemberLine]:
    """Return all core and probable accounts with their scores."""
    families, rows = scored_members(question.connection, known)
    return [
        MemberLine(
            account=question.name(row["account_id"]),
            tier=row["tier"],
            bits=row["score"],
            families=[name for place, name in enumerate(families) if row[str(place)]],
            requests=row["requests"] or 0,
            matching_requests=row["matching_requests"] or 0,
        )
        for row in rows.iter_rows(named=True)
    ]


def _sentence(found: ClusterExplanation, reported: Cluster | None) -> str:
    where, core = printed(found.cluster), counted(found.tiers.core, "core account")
    tied = [family.family for family in found.families if 2 * family.core_holding >= family.core]
    rests = f"{where} rests on values of {joined(tied)}, which most of its {core} hold"
    if found.cluster.explanation:
        return f"{rests}, and an innocent cause explains it: {found.cluster.explanation.partition('. ')[0]}."
    without = [family for family in found.families if family.without]
    fragile = [one.family for one in without if one.without and 2 * one.without.kept < found.tiers.core]
    if reported is None or not without:
        return f"{rests}."
    if fragile:
        return f"{rests}; without {joined(fragile)} most of its core would not be found."
    return f"{rests}; without any one family at least half of its core is found again."
