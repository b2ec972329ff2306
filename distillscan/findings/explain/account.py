"""Why an account is in its cluster, what would take it out, or why it is in none."""

from collections.abc import Mapping

import polars as pl

from distillscan.case.frame import frame, number, one
from distillscan.clusters.scores import CORE_BITS, PROBABLE_BITS
from distillscan.findings.explain.account_words import missing, worded
from distillscan.findings.explain.document.account import (
    AccountExplanation,
    Elsewhere,
    FamilyWeight,
    HeldValue,
    NearAccount,
)
from distillscan.findings.explain.document.common import Source
from distillscan.findings.explain.likelihood import likelihoods
from distillscan.findings.explain.lookup import find_account, find_cluster
from distillscan.findings.explain.question import Question
from distillscan.findings.explain.sources import Key, count, sources
from distillscan.findings.explain.standing import Standing, standings, touched

#: Values listed of one family, other values, other clusters, and accounts that much is common with.
_VALUES, _OTHERS, _ELSEWHERE, _NEAR = 5, 3, 3, 5

_OTHER_VALUES = """
    SELECT value, family, signal, content, holders, i.n, i.first_seen, i.last_seen,
           COUNT(*) OVER () AS every
    FROM incidence i JOIN shared_value USING (value)
    WHERE account = $account AND value NOT IN (SELECT value FROM cluster_value)
    ORDER BY holders, family, signal, content LIMIT $listed
"""
_TIED_ACCOUNTS = """
    WITH own AS (SELECT value FROM incidence WHERE account = $account)
    SELECT COUNT(DISTINCT x.account)
    FROM association a
    JOIN incidence x ON x.value = a.value_a
    JOIN incidence y ON y.value = a.value_b AND y.account = x.account
    WHERE a.value_a IN (SELECT value FROM own) AND a.value_b IN (SELECT value FROM own)
      AND x.account <> $account
"""
# within a family only the rarest common value counts, as between the two accounts of a pair
_NEAREST = """
    WITH common AS (
        SELECT o.account, family, COUNT(*) AS n, MIN(holders) AS fewest
        FROM incidence i
        JOIN shared_value USING (value)
        JOIN incidence o ON o.value = i.value AND o.account <> i.account
        WHERE i.account = $account
        GROUP BY o.account, family
    ),
    near AS (
        SELECT account, list(family ORDER BY family) AS families, list(fewest ORDER BY family) AS fewest,
               SUM(n)::INTEGER AS n, ROUND(SUM(log2($accounts / fewest)), 6) AS bits
        FROM common GROUP BY account
        ORDER BY bits DESC, account LIMIT $listed
    )
    SELECT account_id, near.families, fewest, n, cluster_id, tier
    FROM near JOIN account USING (account) LEFT JOIN membership USING (account)
    ORDER BY bits DESC, account
"""
_MEMBER = "SELECT cluster_id, tier, matching_requests FROM membership WHERE account = ?"
_SEEN = "SELECT COUNT(*), MIN(ts), MAX(ts) FROM asked_request"


def explain_account(question: Question, typed: str, against: str | None = None) -> AccountExplanation:
    """Return why an account is where the scan placed it.

    It is judged against its own cluster, or the one ``against`` names, or else where it scores best.

    Raises:
        QuestionError: no such account sent an accepted request, or there is no such cluster.
    """
    account, account_id = find_account(question, typed)
    wanted = None if against is None else find_cluster(question, against)
    connection = question.connection
    own, tier, matching = one(connection, _MEMBER, [account]) or (None, None, None)
    found = _standings(question, account, {own, wanted} - {None})
    judged = wanted or own or _best(found)
    standing = found.get(judged) if judged else None
    others = frame(connection, _OTHER_VALUES, {"account": account, "listed": _OTHERS})
    listed = _listed(standing)
    held = [(account, value) for value in [*listed["value"], *others["value"]]]
    rows = sources(connection, [account], held, question.listed)
    requests, first_seen, last_seen = frame(connection, _SEEN).row(0)
    explanation = AccountExplanation(
        account=question.name(account_id),
        requests=requests,
        matching_requests=matching,
        first_seen=first_seen,
        last_seen=last_seen,
        sources=rows[account, None],
        cluster=question.cluster(own),
        tier=tier,
        judged=question.cluster(judged),
        accounts=standing.likelihood.accounts if standing else question.accounts,
        prior_bits=round(standing.likelihood.prior, 3) if standing else 0.0,
        judgement=standing.judged() if standing else None,
        core_bits=round(CORE_BITS, 3),
        probable_bits=PROBABLE_BITS,
        families=_families(standing, _held_values(question, account, listed, rows)) if standing else [],
        takes_out=standing.takes_out() if standing and judged == own else [],
        missing=missing(standing) if standing and (judged != own or tier != "core") else [],
        elsewhere=_elsewhere(question, found, judged),
        other_values=int(others["every"][0]) if len(others) else 0,
        rarest_other_values=_held_values(question, account, others, rows),
        nearest=_nearest(question, account),
        tied_accounts=number(connection, _TIED_ACCOUNTS, {"account": account}) if tier is None else 0,
        note=None,
        sentence="",
    )
    return worded(explanation)


def _standings(question: Question, account: int, always: set[str]) -> dict[str, Standing]:
    """Return the standing against each cluster of which the account holds a value that tells, and these."""
    names = sorted({*touched(question.connection, account), *always})
    known = likelihoods(question.connection, names)
    found = standings(question.connection, account, known)
    return {name: one for name, one in found.items() if one.families or name in always}


def _best(found: Mapping[str, Standing]) -> str | None:
    return min(found, key=lambda name: (-found[name].judged().bits, name), default=None)


def _listed(standing: Standing | None) -> pl.DataFrame:
    """Return the first values that the account holds of each family."""
    if standing is None:
        return pl.DataFrame(schema={"value": pl.Int32})
    return standing.held.group_by("family", maintain_order=True).head(_VALUES)


def _families(standing: Standing, listed: list[HeldValue]) -> list[FamilyWeight]:
    """Return the weight of every family that the core holds any value in, the heaviest first."""
    counts = dict(standing.held.group_by("family").len().iter_rows())
    known = standing.likelihood
    weights = []
    for name, family in known.families.items():
        if family.core_holding == 0:
            continue
        holds = name in standing.families
        weights.append(
            FamilyWeight(
                family=name,
                holds=holds,
                bits=round(family.present if holds else family.absent, 3),
                present_bits=round(family.present, 3),
                absent_bits=round(family.absent, 3),
                core_holding=family.core_holding,
                core=known.core,
                others_holding=family.others_holding,
                others=known.accounts - known.core,
                held_values=counts.get(name, 0),
                values=[value for value in listed if value.family == name],
                otherwise=standing.judged(without=[name]) if holds else standing.judged(extra=[name]),
            )
        )
    return sorted(weights, key=lambda weight: (-weight.bits, weight.family))


def _elsewhere(question: Question, found: Mapping[str, Standing], judged: str | None) -> list[Elsewhere]:
    others = [
        Elsewhere(cluster=question.clusters[name], families=standing.families, judgement=standing.judged())
        for name, standing in found.items()
        if name != judged and standing.families
    ]
    return sorted(others, key=lambda other: (-other.judgement.bits, other.cluster.cluster_id))[:_ELSEWHERE]


def _held_values(
    question: Question, account: int, held: pl.DataFrame, rows: Mapping[Key, list[Source]]
) -> list[HeldValue]:
    """Return what an account holds as it is listed.

    ``held`` has value, family, signal, content, holders, n, first_seen and last_seen, and core_holders where
    the values are a cluster's.
    """
    return [
        HeldValue(
            **question.value(row),
            core_holders=row.get("core_holders"),
            times=row["n"],
            first_seen=row["first_seen"],
            last_seen=row["last_seen"],
            rows=count(rows[account, row["value"]]),
            sources=rows[account, row["value"]],
        )
        for row in held.iter_rows(named=True)
    ]


def _nearest(question: Question, account: int) -> list[NearAccount]:
    """Return the accounts that agree with one in the most bits, the strongest first."""
    asked = {"account": account, "accounts": question.accounts, "listed": _NEAR}
    return [
        NearAccount(
            account=question.name(row["account_id"]),
            cluster=question.cluster(row["cluster_id"]),
            tier=row["tier"],
            families=row["families"],
            common=row["n"],
            bits=round(sum(question.rarity(holders) for holders in row["fewest"]), 3),
        )
        for row in frame(question.connection, _NEAREST, asked).iter_rows(named=True)
    ]
