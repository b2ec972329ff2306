"""Two accounts: the waterfall from the odds of any two, over what agrees and what does not, to a total."""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from distillscan.case.frame import frame, number, one
from distillscan.errors import QuestionError
from distillscan.findings.document.counts import Tier
from distillscan.findings.explain.agreement import Agreement, agreement
from distillscan.findings.explain.document.common import ClusterName, Source
from distillscan.findings.explain.document.pair import AccountName, CommonValue, PairExplanation, PairFamily
from distillscan.findings.explain.lookup import find_account
from distillscan.findings.explain.question import Question, printed, sum_bits
from distillscan.findings.explain.sources import Key, count, sources
from distillscan.findings.wording import joined
from distillscan.signals.registry import FAMILIES

#: Common values listed of a family.
_LISTED = 3

# a value is held by a, by b, or by both; of those that one alone holds the rarest of a family is enough
_HELD = """
    WITH held AS (
        SELECT value, CASE WHEN COUNT(*) = 2 THEN 'both' WHEN MIN(account) = $a THEN 'a' ELSE 'b' END AS side
        FROM incidence WHERE account IN ($a, $b) GROUP BY value
    )
    SELECT side, value, family, signal, content, holders,
           COALESCE((SELECT list(cluster_id ORDER BY cluster_id) FROM cluster_value c
                     WHERE c.value = held.value), []) AS clusters,
           COUNT(*) OVER (PARTITION BY side, family) AS every
    FROM held JOIN shared_value USING (value)
    QUALIFY ROW_NUMBER() OVER (PARTITION BY side, family ORDER BY holders, signal, content)
            <= CASE side WHEN 'both' THEN $listed ELSE 1 END
    ORDER BY family, side, holders, signal, content
"""
_TIES = """
    WITH common AS (
        SELECT x.value FROM incidence x JOIN incidence y USING (value) WHERE x.account = $a AND y.account = $b
    )
    SELECT COUNT(*) FROM association
    WHERE value_a IN (SELECT value FROM common) AND value_b IN (SELECT value FROM common)
"""
_REQUESTS = "SELECT COUNT(*) FROM asked_request WHERE account = ?"
_CORE_PAIRS = """
    SELECT SUM(n * (n - 1) / 2)
    FROM (SELECT COUNT(*) AS n FROM core_account GROUP BY cluster_id)
"""


def explain_pair(question: Question, typed_a: str, typed_b: str) -> PairExplanation:
    """Return what speaks for and against two accounts acting as one.

    Raises:
        QuestionError: no such accounts sent accepted requests, or both are the same.
    """
    (a, id_a), (b, id_b) = find_account(question, typed_a), find_account(question, typed_b)
    if a == b:
        raise QuestionError("a pair takes two accounts, and both of these are the same one")
    connection = question.connection
    held = frame(connection, _HELD, {"a": a, "b": b, "listed": _LISTED})
    asked = [
        (account, value)
        for side, value in held.select("side", "value").iter_rows()
        for name, account in (("a", a), ("b", b))
        if side in {name, "both"}
    ]
    rows = sources(connection, [a, b], asked, question.listed)
    names = (_named(question, a, id_a), _named(question, b, id_b))
    clusters = _clusters_to_learn_from(question, names)
    known = agreement(connection, [name.cluster_id for name in clusters])
    families = _families(question, (a, b), held, rows, known)
    core_pairs = number(connection, _CORE_PAIRS)
    all_pairs = question.accounts * (question.accounts - 1) // 2
    prior = round(float(np.log2((core_pairs + 0.5) / (all_pairs - core_pairs + 0.5))), 3)
    total = sum_bits([prior, *(family.bits for family in families)])
    return PairExplanation(
        a=names[0],
        b=names[1],
        accounts=question.accounts,
        core_pairs=core_pairs,
        all_pairs=all_pairs,
        prior_bits=prior,
        total_bits=total,
        families=families,
        associations=number(connection, _TIES, {"a": a, "b": b}),
        learned_from=joined([printed(name) for name in clusters]) or "no cluster",
        sentence=_sentence(names, families, total),
    )


def _named(question: Question, account: int, account_id: str) -> AccountName:
    stored = one(question.connection, "SELECT cluster_id, tier FROM membership WHERE account = ?", [account])
    tier: Tier | None = stored[1] if stored else None
    return AccountName(
        account=question.name(account_id),
        requests=number(question.connection, _REQUESTS, [account]),
        cluster=question.clusters[stored[0]] if stored else None,
        tier=tier,
    )


def _clusters_to_learn_from(question: Question, names: Sequence[AccountName]) -> list[ClusterName]:
    """Return the clusters the two stand in, of which a pair inside would be one; all of them where none."""
    own = {name.cluster.cluster_id for name in names if name.cluster and name.tier != "lead"}
    return [name for key, name in question.clusters.items() if not own or key in own]


def _families(
    question: Question,
    accounts: tuple[int, int],
    held: pl.DataFrame,
    found: Mapping[Key, list[Source]],
    known: dict[str, Agreement],
) -> list[PairFamily]:
    """Return one bar for each family that either account holds anything in, the heaviest first."""
    labels = {key: name.label or key for key, name in question.clusters.items()}
    bars = []
    for family in [*FAMILIES, *sorted(set(held["family"]) - set(FAMILIES))]:
        rows = held.filter(pl.col("family") == family)
        if rows.is_empty():
            continue
        values = [
            CommonValue(
                **question.value(row),
                held_by=row["side"],
                others=row["holders"] - (2 if row["side"] == "both" else 1),
                marks=[labels[name] for name in row["clusters"]],
                rows_a=count(found[accounts[0], row["value"]]),
                sources_a=found[accounts[0], row["value"]],
                rows_b=count(found[accounts[1], row["value"]]),
                sources_b=found[accounts[1], row["value"]],
            )
            for row in rows.iter_rows(named=True)
        ]
        bars.append(_bar(family, values, dict(rows.select("side", "every").iter_rows()), known))
    return sorted(bars, key=lambda bar: (-bar.bits, bar.family))


def _bar(
    family: str, values: list[CommonValue], every: dict[str, int], known: dict[str, Agreement]
) -> PairFamily:
    common = every.get("both", 0)
    held_a, held_b = common + every.get("a", 0), common + every.get("b", 0)
    seen = known.get(family, Agreement())
    agreeing = [value for value in values if value.held_by == "both"]
    comparable = held_a > 0 and held_b > 0
    against = round(seen.against, 3) if comparable else 0.0
    return PairFamily(
        family=family,
        result="agree" if agreeing else "disagree" if comparable else "not compared",
        bits=max(value.rarity for value in agreeing) if agreeing else against,
        held_a=held_a,
        held_b=held_b,
        common=common,
        values=agreeing or values,
        core_pairs=seen.core_pairs,
        core_pairs_agreeing=seen.core_agreeing,
        other_pairs=seen.other_pairs,
        other_pairs_agreeing=seen.other_agreeing,
    )


def _sentence(names: tuple[AccountName, AccountName], families: list[PairFamily], total: float) -> str:
    agree = [family for family in families if family.result == "agree"]
    against = [family.family for family in families if family.bits < 0]
    who = f"{names[0].account} and {names[1].account}{_together(names)}"
    through = " Each is in the cluster by what it shares with others there." if _together(names) else ""
    if not agree:
        return f"{who} have no value in common.{through}"
    but = f", and differ in {joined(against)}" if against else ""
    common = f"{who} have values of {joined([family.family for family in agree])} in common{but}"
    if len(agree) == 1:
        return f"{common}: agreement in one family is no evidence of one group.{through}"
    if total < 0:
        return f"{common}: taken together this does not speak for one group.{through}"
    heaviest = max(agree, key=lambda family: family.bits)
    also = "also" if total - heaviest.bits >= 0 else "but not"
    return f"{common}: taken together this speaks for one group, {also} without {heaviest.family}."


def _together(names: tuple[AccountName, AccountName]) -> str:
    a, b = names
    if a.cluster is None or a.cluster != b.cluster or "lead" in {a.tier, b.tier}:
        return ""
    return f", both {'core' if a.tier == b.tier == 'core' else 'members'} of {printed(a.cluster)},"
