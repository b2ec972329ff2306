"""What accounts do openly, so that several cards or addresses hide nothing: pay in one name, share a door."""

from __future__ import annotations

from collections.abc import Sequence

from duckdb import DuckDBPyConnection

from distillscan.case.frame import one
from distillscan.findings.document.verdict import Evidence
from distillscan.findings.shared.ties import DEALT, GATEWAY, MOST
from distillscan.findings.verdict.core import Core
from distillscan.findings.verdict.statements import observed
from distillscan.findings.verdict.throwaway import VIRTUAL_CARDS
from distillscan.findings.verdict.ways import SPREAD_CARDS
from distillscan.findings.wording import counted, percent
from distillscan.signals.payment import BILLING_NAME

#: Cards of which a common name tells something; share of the core's cards that must bear it, and of that
#: name's cards that must be the core's.
_MIN_CARDS, _NAMED, _NAMES_OWN = 3, 0.9, 0.9

# cards under the name that most cards of the core bear: those of the core, and those of everybody else
_ONE_BILLING_NAME = f"""
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


def one_billing_name(connection: DuckDBPyConnection, core: Core, _: Sequence[Evidence]) -> list[Evidence]:
    """Return the evidence that all cards bear one name of their own: who pays is then no secret.

    A name that other cards carry too, as that printed on gift cards, is nobody's own.
    """
    row = one(connection, _ONE_BILLING_NAME, [core.cluster_id])
    own, others, cards = (0, 0, 0) if row is None else map(int, row)
    if cards < _MIN_CARDS or own < _NAMED * cards or own < _NAMES_OWN * (own + others):
        return []
    return observed(
        "one_name",
        f"Of the core's {counted(cards, 'card')}, {percent(own / cards)} carry one "
        "billing name that hardly any other card carries: who pays is not hidden.",
        round(own / cards, 4),
    )


def own_doors(_: DuckDBPyConnection, core: Core, seen: Sequence[Evidence]) -> list[Evidence]:
    """Return the evidence that all come by the same few addresses, or each by those of the place it is at.

    Several cards, or prepaid ones, conceal nothing there: the teams of an office or the wards of a hospital
    have several, and a class or an event hands out prepaid ones. Accounts that are to pass for strangers do
    not share a few addresses, and an operator's cards and addresses cross. But one machine that deals out the
    work may stand at a few, and machines that have no night at several places.
    """
    points, places = core.ties.addresses, core.places
    if points is None or not any(way.code in (SPREAD_CARDS, VIRTUAL_CARDS) for way in seen):
        return []
    common = points.few >= MOST * core.accounts and DEALT * points.by_chance <= points.held <= GATEWAY
    if common and not core.work.is_dispatched:
        where = "the same few addresses"
    elif places is not None and places.apart and not core.work.has_no_night:
        where = f"the addresses of {counted(places.number, 'separate site')}"
    else:
        return []
    return observed(
        "own_doors",
        f"{points.reach:,} of {counted(core.accounts, 'core account')} use {where}: "
        "several cards conceal nothing there.",
        points.reach / core.accounts,
    )
