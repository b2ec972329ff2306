"""Concealment: do they hide being one? Graded only where accounts are tied and declare no common identity."""

from __future__ import annotations

import polars as pl
from duckdb import DuckDBPyConnection

from distillscan.case.frame import frame
from distillscan.findings.document import DeclaredIdentity, Evidence, Finding, Grade
from distillscan.findings.ties import Ties
from distillscan.findings.wording import counted, declares, joined, percent
from distillscan.signals.identity import DISPOSABLE_DOMAINS, DOMAIN

_FUNDING = """
    SELECT account_id IN (SELECT account_id FROM core_account WHERE cluster_id = ?) AS core,
           AVG((lower(payment_funding) IN ('virtual', 'prepaid'))::INTEGER) AS share, COUNT(*) AS n
    FROM accounts SEMI JOIN account USING (account_id)
    WHERE payment_funding IS NOT NULL
    GROUP BY core
"""
_MAILBOXES = f"""
    SELECT {DOMAIN} AS domain, COUNT(DISTINCT account_id) AS n
    FROM accounts
    WHERE contains(email, '@')
      AND account_id IN (SELECT account_id FROM core_account WHERE cluster_id = ?)
    GROUP BY domain ORDER BY n DESC, domain
"""
#: Several instruments, none of which most of the core holds, are handed out in parts on purpose.
_MIN_SPREAD, _MOST = 3, 0.5
#: Shared addresses per account from which on accounts rotate through a pool.
_ROTATING = 3.0
_MIN_THROW_AWAY = 0.2


def concealment(
    connection: DuckDBPyConnection,
    cluster_id: str,
    core: int,
    ties: Ties,
    identity: DeclaredIdentity | None,
) -> Finding:
    """Grade concealment: tied without a declared identity, and each way of hiding that was seen."""
    if identity is not None:
        return Finding(
            grade="none",
            evidence=[
                Evidence(
                    code="declared",
                    statement=f"{declares(identity, percent(identity.share))}.",
                    value=round(identity.share, 4),
                    background=None,
                )
            ],
        )
    undeclared = Evidence(
        code="undeclared",
        statement="The accounts declare no common organisation and no common domain of their own"
        + (f", yet they are bound by {joined(ties.families)}." if ties.families else "."),
        value=None,
        background=None,
    )
    ways = [
        *_spread(ties, core),
        *_funding(connection, cluster_id),
        *_mailboxes(connection, cluster_id, core),
    ]
    return Finding(grade=_grade(len(ties.families), len(ways)), evidence=[undeclared, *ways])


def _grade(binding_families: int, ways: int) -> Grade:
    if binding_families == 0:
        return "low"
    points = binding_families + ways
    return "high" if points >= 3 else "medium" if points == 2 else "low"


def _spread(ties: Ties, core: int) -> list[Evidence]:
    """Return the evidence that cards are handed out in parts, and that addresses are, or are rotated."""
    found = []
    cards, addresses = ties.signals.get("card", 0), ties.signals.get("ip", 0)
    if cards >= _MIN_SPREAD and ties.largest["card"] <= _MOST * core:
        found.append(
            Evidence(
                code="spread_cards",
                statement=f"{counted(cards, 'shared payment instrument')} tie the core in parts; "
                f"the most used ties {counted(ties.largest['card'], 'account')}.",
                value=float(cards),
                background=None,
            )
        )
    in_parts = addresses and ties.largest["ip"] <= _MOST * core
    if addresses >= _MIN_SPREAD and (in_parts or ties.held["ip"] >= _ROTATING):
        found.append(
            Evidence(
                code="spread_addresses",
                statement=f"{counted(addresses, 'shared address', 'shared addresses')} tie the core; an "
                f"account uses {ties.held['ip']:.1f} of them on average; the most used ties "
                f"{counted(ties.largest['ip'], 'account')}.",
                value=round(ties.held["ip"], 2),
                background=None,
            )
        )
    return found


def _funding(connection: DuckDBPyConnection, cluster_id: str) -> list[Evidence]:
    shares = {
        bool(core): float(share) for core, share, _ in frame(connection, _FUNDING, [cluster_id]).iter_rows()
    }
    own, rest = shares.get(True, 0.0), shares.get(False)
    if own < 0.5 or (rest is not None and own < 2 * rest):
        return []
    return [
        Evidence(
            code="virtual_cards",
            statement=f"Of the core's cards, {percent(own)} are virtual or prepaid"
            + ("." if rest is None else f", elsewhere {percent(rest)}."),
            value=round(own, 4),
            background=None if rest is None else round(rest, 4),
        )
    ]


def _mailboxes(connection: DuckDBPyConnection, cluster_id: str, core: int) -> list[Evidence]:
    domains = frame(connection, _MAILBOXES, [cluster_id])
    thrown = domains.filter(pl.col("domain").is_in(sorted(DISPOSABLE_DOMAINS)))
    share = float(thrown["n"].sum()) / core
    if share < _MIN_THROW_AWAY:
        return []
    return [
        Evidence(
            code="disposable_mail",
            statement=f"Of the core, {percent(share)} use mailboxes of "
            f"{counted(len(thrown), 'throw-away domain')}.",
            value=round(share, 4),
            background=None,
        )
    ]
