"""Concealment: do they hide being one? Graded only where accounts are tied and declare no common identity."""

from __future__ import annotations

from collections.abc import Sequence

from duckdb import DuckDBPyConnection

from distillscan.case.frame import one
from distillscan.findings.document.verdict import DeclaredIdentity, Evidence, Finding, Grade
from distillscan.findings.shared.ties import GATEWAY, MIN_COVERAGE, MOST, ROTATING, Ties
from distillscan.findings.verdict.core import Core
from distillscan.findings.verdict.customers import cards_of_customers, load_follows_card
from distillscan.findings.verdict.dispatch import has_night, has_no_night, is_dispatched, is_uneven
from distillscan.findings.verdict.one_by_one import SPREAD_ADDRESSES, SPREAD_CARDS, one_by_one
from distillscan.findings.verdict.pace import differ_as_customers
from distillscan.findings.verdict.statements import observed
from distillscan.findings.verdict.throwaway import (
    DISPOSABLE_MAIL,
    MADE_MAILBOXES,
    VIRTUAL_CARDS,
    throwaway_means,
)
from distillscan.findings.wording import counted, declares, joined, percent
from distillscan.signals import network, payment, timing
from distillscan.signals.identity import FAMILY as IDENTITY
from distillscan.signals.identity import SIGNALS as IDENTITY_SIGNALS
from distillscan.signals.payment import BILLING_NAME

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
#: Instruments, and addresses that an account changes between, below which nothing is handed out or rotated.
_MIN_SPREAD, _MIN_POOL = 3, 10
#: Part of the addresses that chance would give an account, below which it was dealt them.
_DEALT = 0.75
#: Share of the core's cards that must bear one name, and of that name's cards that must be the core's.
_NAMED, _NAMES_OWN = 0.9, 0.9


def concealment(
    connection: DuckDBPyConnection, core: Core, identity: DeclaredIdentity | None, extraction: Finding
) -> Finding:
    """Grade concealment: tied without a declared identity, and each way of hiding that was seen.

    That one machine dispatches the work to many accounts, as ``extraction`` shows, is a way of hiding if
    these came or went together.
    """
    if identity is not None:
        return Finding(
            grade="none",
            evidence=observed(
                "declared", f"{declares(identity, percent(identity.share))}.", round(identity.share, 4)
            ),
        )
    work = extraction.evidence
    named = _one_billing_name(connection, core.cluster_id)
    means = throwaway_means(connection, core.cluster_id)
    cards = [*_spread_cards(connection, core), *means[VIRTUAL_CARDS]]
    paid_openly = named or (_common_addresses(core, work) if cards else [])
    ways = {
        payment.FAMILY: [] if paid_openly else cards,
        network.FAMILY: [] if named else _spread_addresses(core.ties),
        IDENTITY: [*means[DISPOSABLE_MAIL], *means[MADE_MAILBOXES]],
        timing.FAMILY: _split_work(core, work) if core.together and not named else [],
    }
    seen = [way for several in ways.values() for way in several]
    independent = one_by_one(connection, core, seen, work)
    hidden = [family for family, seen_in in ways.items() if seen_in]
    if len(seen) == 1:
        people = not _suffices(connection, core, seen[0], work)
    else:
        people = _as_people(core, seen, work)
    grade: Grade = "low" if independent or people else _grade(core.ties, hidden)
    return Finding(grade=grade, evidence=[*_undeclared(core.ties), *paid_openly, *independent, *seen])


def _undeclared(ties: Ties) -> list[Evidence]:
    bound = f", yet they are bound by {joined(ties.families)}" if ties.families else ""
    return observed(
        "undeclared", f"The accounts declare no common organisation and no common domain of their own{bound}."
    )


def _grade(ties: Ties, hidden: list[str]) -> Grade:
    """Grade by the families in which something is hidden: what only binds is coordination."""
    if not ties.families or not hidden:
        return "low"
    return "high" if len(hidden) >= 2 else "medium"


def _suffices(connection: DuckDBPyConnection, core: Core, way: Evidence, work: Sequence[Evidence]) -> bool:
    """Whether one way of hiding is enough: accounts have no night, and do not differ as customers do.

    Teams have several cards, carriers and campuses distribute addresses, and anybody may use a throw-away
    mailbox or card; so do the customers of a hosted product, which works day and night. Cards in parts are
    the rarest of these: they count also where hours cannot be told.
    """
    if has_night(work) or (way.code != SPREAD_CARDS and not has_no_night(work)):
        return False
    # who shares a card with others did not come by himself
    together = core.together or payment.FAMILY in core.ties.families
    return not differ_as_customers(connection, core.cluster_id, work, together=together)


def _as_people(core: Core, seen: Sequence[Evidence], work: Sequence[Evidence]) -> bool:
    """Whether accounts that only addresses and mail domains bind are those of people, though they hide more.

    Crowd workers, a class and the users of a wallet have a prepaid card each. Strangers who want privacy
    throw mailboxes away and share the exits of a VPN, but each has a load of his own.
    """
    # a mailbox at the domain of a firm or a laboratory says whose account it is
    names = {signal.name for signal in IDENTITY_SIGNALS} - {"email_domain"}
    tied_by, least = core.ties.signals, MIN_COVERAGE * core.accounts
    named = any(tied_by[name].reach >= least for name in names & tied_by.keys())
    addresses_alone = set(core.ties.families) - {IDENTITY} == {network.FAMILY} and not named
    thrown_away = any(way.code == DISPOSABLE_MAIL for way in seen)
    by_strangers = not named_by_machine(seen) and (is_uneven(work) or not thrown_away)
    return addresses_alone and by_strangers and has_night(work)


def _spread_cards(connection: DuckDBPyConnection, core: Core) -> list[Evidence]:
    """Return the evidence that cards are handed out in parts: an organisation of that size needs a few.

    Cards of customers, each of whom pays for accounts of its own, do not count.
    """
    cards = core.ties.signals.get("card")
    if cards is None or cards.values < _MIN_SPREAD or cards.in_few_hands:
        return []
    if cards.values - cards_of_customers(connection, core.cluster_id) < _MIN_SPREAD:
        return []
    if load_follows_card(connection, core.cluster_id):
        return []
    return observed(
        SPREAD_CARDS,
        f"{counted(cards.values, 'shared card')} each tie a part of the core; "
        f"the most used ties {counted(cards.largest, 'account')}.",
        float(cards.values),
    )


def _one_billing_name(connection: DuckDBPyConnection, cluster_id: str) -> list[Evidence]:
    """Return the evidence that all cards bear one name of their own: who pays is then no secret.

    A name that other cards carry too, as that printed on gift cards, is nobody's own.
    """
    row = one(connection, _ONE_BILLING_NAME, [cluster_id])
    own, others, cards = (0, 0, 0) if row is None else map(int, row)
    if cards < _MIN_SPREAD or own < _NAMED * cards or own < _NAMES_OWN * (own + others):
        return []
    return observed(
        "one_name",
        f"Of the core's {counted(cards, 'card')}, {percent(own / cards)} carry one "
        "billing name that hardly any other card carries: who pays is not hidden.",
        round(own / cards, 4),
    )


def _common_addresses(core: Core, work: Sequence[Evidence]) -> list[Evidence]:
    """Return the evidence that all come by the same few addresses, or each by those of the place it is at.

    Several cards, or prepaid ones, conceal nothing there: the teams of an office or the wards of a hospital
    have several, and a class or an event hands out prepaid ones. Accounts that are to pass for strangers do
    not share a few addresses, and an operator's cards and addresses cross. But one machine that deals out the
    work may stand at a few, and machines that have no night at several places.
    """
    points, places = core.ties.addresses, core.places
    if points is None:
        return []
    common = points.few >= MOST * core.accounts and _DEALT * points.by_chance <= points.held <= GATEWAY
    if common and not is_dispatched(work):
        where = "the same few addresses"
    elif places is not None and places.apart and not has_no_night(work):
        where = f"the addresses of {counted(places.number, 'separate site')}"
    else:
        return []
    return observed(
        "own_doors",
        f"{points.reach:,} of {counted(core.accounts, 'core account')} use {where}: "
        "several cards conceal nothing there.",
        points.reach / core.accounts,
    )


def _spread_addresses(ties: Ties) -> list[Evidence]:
    """Return the evidence that each account is assigned a part of an address pool, or rotates through it.

    If each request takes a random address of the pool, it may be the gateway of a company or of a hosted
    product, unless the pool is scattered: then it is a proxy service.
    """
    addresses = ties.signals.get("ip")
    if addresses is None or addresses.values < _MIN_SPREAD:
        return []
    rotating = addresses.held >= ROTATING and addresses.values >= _MIN_POOL
    dealt = addresses.held < _DEALT * addresses.by_chance
    if not (dealt or addresses.scattered) or (addresses.in_few_hands and not rotating):
        return []
    networks = f" in {addresses.networks} different networks" if addresses.scattered else ""
    return observed(
        SPREAD_ADDRESSES,
        f"{addresses.values:,} shared addresses{networks} tie the core; an account uses "
        f"{addresses.held:.1f} of them on average, where {addresses.by_chance:.1f} would be expected if "
        f"each request took a random one; the most used ties {counted(addresses.largest, 'account')}.",
        round(addresses.held, 2),
        round(addresses.by_chance, 2),
    )


def _split_work(core: Core, work: Sequence[Evidence]) -> list[Evidence]:
    """Return the evidence that one machine poses as many customers.

    A hosted product dispatches the work of its customers too, but each of these pays for itself, so a few
    cards must pay for nearly all accounts. One card that does so hides nothing: the seller of a product may
    open an account for each user. A company opens accounts as people join, an operator opens them together.
    """
    cards, most = core.ties.signals.get("card"), MOST * core.accounts
    if cards is None or cards.few < most or cards.largest >= most or not is_dispatched(work):
        return []
    return observed(
        "split_work",
        f"The work is spread over {counted(core.accounts, 'account')} day and night, no less evenly than if "
        "dealt out at random, as a scheduler does; and the accounts came or went together.",
        float(core.accounts),
    )


def named_by_machine(evidence: Sequence[Evidence]) -> bool:
    """Whether the evidence shows that a machine made up the names of most mailboxes."""
    return any(item.code == MADE_MAILBOXES for item in evidence)
