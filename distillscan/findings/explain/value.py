"""A shared value: who holds it, how common it is, in which clusters, and what it goes together with."""

import polars as pl

from distillscan.case.frame import frame, number
from distillscan.findings.explain.document.value import Associated, ClusterHolders, Holder, ValueExplanation
from distillscan.findings.explain.lookup import Value, find_value
from distillscan.findings.explain.question import Question, printed
from distillscan.findings.explain.sources import count, sources
from distillscan.findings.wording import counted, joined
from distillscan.signals.registry import binds

#: Associations and holders that are listed.
_ASSOCIATED, _HOLDERS = 10, 5

_BY_CLUSTER = """
    SELECT cluster_id, COUNT(*) FILTER (tier = 'core') AS core,
           COUNT(*) FILTER (tier = 'probable') AS probable,
           COUNT(*) FILTER (tier = 'lead') AS lead,
           cluster_id IN (SELECT cluster_id FROM cluster_value WHERE value = $value) AS marks
    FROM membership JOIN incidence USING (account)
    WHERE value = $value
    GROUP BY cluster_id ORDER BY core DESC, probable DESC, cluster_id
"""
_PARTNERS = """
    SELECT s.family, s.signal, s.content, s.holders, overlap, expected, p, q, test, COUNT(*) OVER () AS every
    FROM (SELECT value_b AS value, overlap, expected, p, q, test FROM association WHERE value_a = $value
          UNION ALL
          SELECT value_a, overlap, expected, p, q, test FROM association WHERE value_b = $value)
    JOIN shared_value s USING (value)
    ORDER BY p, overlap DESC, s.family, s.signal, s.content LIMIT $listed
"""
_FIRST = """
    SELECT account, account_id, n, i.first_seen, i.last_seen, cluster_id, tier
    FROM incidence i JOIN account USING (account) LEFT JOIN membership m USING (account)
    WHERE value = $value
    ORDER BY i.first_seen NULLS LAST, account_id LIMIT $listed
"""
_SEEN = "SELECT SUM(n)::BIGINT, MIN(first_seen), MAX(last_seen) FROM incidence WHERE value = ?"


def explain_value(question: Question, typed: str) -> ValueExplanation:
    """Return who holds a shared value and what it takes part in.

    Raises:
        QuestionError: no two accounts share such a value, or several signals have it.
    """
    value = find_value(question, typed)
    connection, parameters = question.connection, {"value": value.number}
    times, first_seen, last_seen = frame(connection, _SEEN, [value.number]).row(0)
    partners = frame(connection, _PARTNERS, {**parameters, "listed": _ASSOCIATED})
    clusters = _clusters(question, value)
    bundles = connection.execute(
        "SELECT signal, content FROM bundle_value b JOIN shared_value s ON s.value = b.bundle "
        "WHERE b.value = ? ORDER BY signal, content",
        [value.number],
    ).fetchall()
    explanation = ValueExplanation(
        **question.value(vars(value)),
        broad=value.broad,
        binding=binds(value.signal),
        accounts=question.accounts,
        times=times,
        first_seen=first_seen,
        last_seen=last_seen,
        clusters=clusters,
        outside=value.holders - sum(one.core + one.probable + one.lead for one in clusters),
        bundle_of=number(connection, "SELECT COUNT(*) FROM bundle_value WHERE bundle = ?", [value.number]),
        in_bundles=[question.pseudonyms.of(signal, content) for signal, content in bundles],
        associations=int(partners["every"][0]) if len(partners) else 0,
        associated=_associated(question, partners),
        first_holders=_first_holders(question, value),
        sentence="",
    )
    return explanation.model_copy(update={"sentence": _sentence(explanation)})


def _clusters(question: Question, value: Value) -> list[ClusterHolders]:
    rows = frame(question.connection, _BY_CLUSTER, {"value": value.number})
    return [
        ClusterHolders(
            cluster=question.clusters[row["cluster_id"]],
            marks=row["marks"],
            core=row["core"],
            probable=row["probable"],
            lead=row["lead"],
            core_share=round(row["core"] / max(question.clusters[row["cluster_id"]].core_accounts, 1), 4),
        )
        for row in rows.iter_rows(named=True)
    ]


def _associated(question: Question, partners: pl.DataFrame) -> list[Associated]:
    return [
        Associated(
            family=row["family"],
            signal=row["signal"],
            pseudonym=question.pseudonyms.of(row["signal"], row["content"]),
            holders=row["holders"],
            overlap=row["overlap"],
            expected=float(f"{row['expected']:.4g}"),
            lift=float(f"{row['overlap'] / row['expected']:.4g}"),
            p=float(f"{row['p']:.4g}"),
            q=float(f"{row['q']:.4g}"),
            test=row["test"],
        )
        for row in partners.iter_rows(named=True)
    ]


def _first_holders(question: Question, value: Value) -> list[Holder]:
    rows = frame(question.connection, _FIRST, {"value": value.number, "listed": _HOLDERS})
    accounts = rows["account"].to_list()
    shown = sources(
        question.connection, accounts, [(account, value.number) for account in accounts], question.listed
    )
    return [
        Holder(
            account=question.name(row["account_id"]),
            cluster=question.cluster(row["cluster_id"]),
            tier=row["tier"],
            times=row["n"],
            first_seen=row["first_seen"],
            last_seen=row["last_seen"],
            rows=count(shown[row["account"], value.number]),
            sources=shown[row["account"], value.number],
        )
        for row in rows.iter_rows(named=True)
    ]


def _sentence(found: ValueExplanation) -> str:
    held = f"{found.pseudonym} ({found.signal}) is held by {found.holders:,} of {found.accounts:,} accounts"
    marks = [one for one in found.clusters if one.marks]
    if marks:
        inside = joined([f"{_core(one, found.holders)} of {printed(one.cluster)}" for one in marks])
        outside = f"; {found.outside:,} are in no cluster" if found.outside else ""
        return f"{held}, {inside}, which it marks{outside}."
    if found.associations:
        others = counted(found.associations, "other value")
        return f"{held}; it goes together with {others} and marks no cluster."
    return f"{held}; it goes together with no value of another family and is evidence of nothing by itself."


def _core(one: ClusterHolders, holders: int) -> str:
    who = "all" if one.core == holders else f"{one.core:,}"
    return f"{who} of them core accounts"
