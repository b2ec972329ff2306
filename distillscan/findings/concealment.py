"""Concealment: do they hide being one? Graded only where accounts are tied and declare no common identity."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl
from duckdb import DuckDBPyConnection

from distillscan.association.tails import binomial_tail
from distillscan.case.frame import frame, one
from distillscan.findings.document import DeclaredIdentity, Evidence, Finding, Grade
from distillscan.findings.ties import Ties
from distillscan.findings.wording import counted, declares, joined, percent
from distillscan.signals import network, payment
from distillscan.signals.identity import DISPOSABLE_DOMAINS, DOMAIN
from distillscan.signals.identity import FAMILY as IDENTITY
from distillscan.signals.payment import BILLING_NAME

_FUNDING = """
    SELECT core, COUNT(*), COUNT(*) FILTER (disposable)
    FROM (
        SELECT COALESCE(payment_fingerprint, account_id) AS instrument,
               bool_or(account_id IN (SELECT account_id FROM core_account WHERE cluster_id = ?)) AS core,
               bool_or(lower(payment_funding) IN ('virtual', 'prepaid')) AS disposable
        FROM accounts SEMI JOIN account USING (account_id)
        WHERE payment_funding IS NOT NULL
        GROUP BY instrument
    )
    GROUP BY core ORDER BY core
"""
# cards under the name that most cards of the core bear: those of the core, and those of everybody else
_ONE_NAME = f"""
    WITH card AS (
        SELECT payment_fingerprint, MIN({BILLING_NAME}) AS name,
               bool_or(account_id IN (SELECT account_id FROM core_account WHERE cluster_id = ?)) AS core
        FROM accounts SEMI JOIN account USING (account_id)
        WHERE payment_fingerprint IS NOT NULL
        GROUP BY payment_fingerprint
    )
    SELECT COUNT(*) FILTER (core) AS own, COUNT(*) FILTER (NOT core) AS others,
           (SELECT COUNT(*) FROM card WHERE core) AS cards
    FROM card WHERE name <> ''
    GROUP BY name ORDER BY own DESC, name LIMIT 1
"""
_MAILBOXES = f"""
    SELECT {DOMAIN} AS domain, COUNT(DISTINCT account_id) AS n
    FROM accounts
    WHERE contains(email, '@')
      AND account_id IN (SELECT account_id FROM core_account WHERE cluster_id = ?)
    GROUP BY domain ORDER BY n DESC, domain
"""
#: Instruments, and addresses that an account changes between, below which nothing is handed out or rotated.
_MIN_SPREAD, _MIN_POOL = 3, 10
#: Shared addresses per account from which on accounts rotate through a pool.
_ROTATING = 3.0
#: Part of the addresses that chance would give an account, below which it was dealt them.
_DEALT = 0.75
#: Virtual and prepaid cards: how many cards there must be, their share, and the chance that they are as many.
_MIN_CARDS, _MIN_DISPOSABLE, _MAX_P = 5, 0.5, 0.001
_MIN_THROW_AWAY = 0.2
#: Share of the core's cards that must bear one name, and of that name's cards that must be the core's.
_NAMED, _NAMES_OWN = 0.9, 0.9


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
    named = _one_name(connection, cluster_id)
    ways = {
        payment.FAMILY: [] if named else [*_spread_cards(ties), *_funding(connection, cluster_id)],
        network.FAMILY: _spread_addresses(ties),
        IDENTITY: _mailboxes(connection, cluster_id, core),
    }
    seen = [way for several in ways.values() for way in several]
    return Finding(grade=_grade(ties, ways), evidence=[undeclared, *named, *seen])


def _grade(ties: Ties, ways: Mapping[str, list[Evidence]]) -> Grade:
    """Grade by the families in which something is hidden: what only binds is coordination."""
    hidden = sum(map(bool, ways.values()))
    if not ties.families or hidden == 0:
        return "low"
    return "high" if hidden >= 2 else "medium"


def _spread_cards(ties: Ties) -> list[Evidence]:
    """Return the evidence that cards are handed out in parts: an organisation of that size needs a few."""
    cards = ties.signals.get("card")
    if cards is None or cards.values < _MIN_SPREAD or cards.in_few_hands:
        return []
    return [
        Evidence(
            code="spread_cards",
            statement=f"{counted(cards.values, 'shared payment instrument')} tie the core in parts; "
            f"the most used ties {counted(cards.largest, 'account')}.",
            value=float(cards.values),
            background=None,
        )
    ]


def _one_name(connection: DuckDBPyConnection, cluster_id: str) -> list[Evidence]:
    """Return the evidence that all cards bear one name of their own: who pays is then no secret.

    A name that others bear too, as that printed on gift cards, is nobody's.
    """
    row = one(connection, _ONE_NAME, [cluster_id])
    own, others, cards = (0, 0, 0) if row is None else map(int, row)
    if cards < _MIN_SPREAD or own < _NAMED * cards or own < _NAMES_OWN * (own + others):
        return []
    return [
        Evidence(
            code="one_name",
            statement=f"Of the core's {counted(cards, 'card')}, {percent(own / cards)} bear one billing "
            "name, which hardly anybody else's does: who pays is not hidden.",
            value=round(own / cards, 4),
            background=None,
        )
    ]


def _spread_addresses(ties: Ties) -> list[Evidence]:
    """Return the evidence that addresses are dealt out in parts, or that accounts rotate through their part.

    Where each request takes any of a pool's addresses, it is the gateway of a house or of a hosted product.
    """
    addresses = ties.signals.get("ip")
    if addresses is None or addresses.values < _MIN_SPREAD:
        return []
    rotating = addresses.held >= _ROTATING and addresses.values >= _MIN_POOL
    dealt = addresses.held < _DEALT * addresses.by_chance
    if not dealt or (addresses.in_few_hands and not rotating):
        return []
    return [
        Evidence(
            code="spread_addresses",
            statement=f"{addresses.values:,} shared addresses tie the core; an account uses "
            f"{addresses.held:.1f} of them on average, {addresses.by_chance:.1f} if each request took "
            f"any; the most used ties "
            f"{counted(addresses.largest, 'account')}.",
            value=round(addresses.held, 2),
            background=round(addresses.by_chance, 2),
        )
    ]


def _funding(connection: DuckDBPyConnection, cluster_id: str) -> list[Evidence]:
    """Return the evidence that the core pays by cards that are easily had, counted by card."""
    cards = {
        bool(core): (n, disposable)
        for core, n, disposable in frame(connection, _FUNDING, [cluster_id]).rows()
    }
    own, of_them = cards.get(True, (0, 0))
    everybody, of_all = cards.get(False, (0, 0))
    if own < _MIN_CARDS or everybody == 0 or of_them < _MIN_DISPOSABLE * own:
        return []
    background = of_all / everybody
    p = binomial_tail(np.array([of_them]), np.array([own]), np.array([background]))
    if of_them < 2 * background * own or p[0] > _MAX_P:
        return []
    return [
        Evidence(
            code="virtual_cards",
            statement=f"Of the core's {counted(own, 'card')}, {percent(of_them / own)} are virtual or "
            f"prepaid, elsewhere {percent(background)}.",
            value=round(of_them / own, 4),
            background=round(background, 4),
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
