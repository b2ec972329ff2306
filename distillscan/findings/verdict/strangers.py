"""Why strangers would do what is seen, each for himself: people hide too, but not together.

People of one household share cards and addresses as an operator's accounts do, and people who want privacy
use proxies, disposable mailboxes and prepaid cards, each by themselves. But they sign up on different days,
sleep, and differ in how much they send.

Source: docs/method.md, "What keeps the grade low".
"""

from __future__ import annotations

from collections.abc import Sequence

from duckdb import DuckDBPyConnection

from distillscan.case.frame import frame
from distillscan.clusters.scores import MIN_TOGETHER
from distillscan.findings.document.verdict import Evidence
from distillscan.findings.shared.ties import MIN_COVERAGE
from distillscan.findings.verdict.core import Core
from distillscan.findings.verdict.statements import observed
from distillscan.findings.verdict.throwaway import DISPOSABLE_MAIL, MADE_MAILBOXES
from distillscan.findings.verdict.ways import SPREAD_ADDRESSES, SPREAD_CARDS
from distillscan.findings.wording import percent
from distillscan.signals import identity, network, payment

#: Share of the core's pairs that may have signed up on one day, as if spread over twenty days; and share of
#: all other accounts that sign up on a day, from which on the day says nothing, as that of a launch.
_ONE_DAY, _COMMON_DAY = 0.05, 0.05
#: Share of the pairs with one card that may have signed up on one day: a batch is opened within ten days.
_IN_BATCH = 0.1

# known sign-ups of the core; of its ordered pairs, those on one day, those with one card, and those with both
_SIGN_UPS = """
    WITH opened AS (
        SELECT account, MIN(created_at)::DATE AS day,
               account_id IN (SELECT account_id FROM core_account WHERE cluster_id = $id) AS core
        FROM accounts JOIN account USING (account_id)
        WHERE created_at IS NOT NULL GROUP BY account, account_id
    ),
    telling AS (
        SELECT day FROM opened GROUP BY day
        HAVING COUNT(*) FILTER (NOT core) <= $common * (SELECT COUNT(*) FROM opened WHERE NOT core)
    ),
    own AS (SELECT account, day FROM opened SEMI JOIN telling USING (day) WHERE core),
    paid AS (
        SELECT value, day FROM own JOIN core_held USING (account)
        WHERE cluster_id = $id AND signal = 'card'
    ),
    alike AS (
        SELECT 'day' AS what, COUNT(*) AS n FROM own GROUP BY day
        UNION ALL SELECT 'card', COUNT(*) FROM paid GROUP BY value
        UNION ALL SELECT 'both', COUNT(*) FROM paid GROUP BY value, day
    )
    SELECT (SELECT COUNT(*) FROM own),
           COALESCE(SUM(n * (n - 1)) FILTER (what = 'day'), 0),
           COALESCE(SUM(n * (n - 1)) FILTER (what = 'card'), 0),
           COALESCE(SUM(n * (n - 1)) FILTER (what = 'both'), 0)
    FROM alike
"""


def one_by_one(connection: DuckDBPyConnection, core: Core, seen: Sequence[Evidence]) -> list[Evidence]:
    """Return the evidence that each account was opened by itself, and is used as those of people are.

    Its user sleeps, and has a load of his own. An operator opens accounts when he needs them, those that he
    has bought begin their work together, and he alone lets a machine name mailboxes. Groups that run one
    benchmark, and companies with shifts, have no night, but a site, a card and an address each.
    """
    codes, work = {way.code for way in seen}, core.work
    apart = work.has_no_night and core.places is not None and core.places.apart
    own_sites = apart and codes <= {SPREAD_CARDS, SPREAD_ADDRESSES}
    by_people = work.has_night and not core.together
    if MADE_MAILBOXES in codes or not work.exceeds_chance or not (by_people or own_sites):
        return []
    found = frame(connection, _SIGN_UPS, {"id": core.cluster_id, "common": _COMMON_DAY})
    known, of_one_day, by_one_card, by_both = map(int, found.row(0))
    pairs = known * (known - 1)
    # machines without a night, and a card and an address for each batch of accounts: opened in batches
    if own_sites and by_both > _IN_BATCH * by_one_card:
        return []
    if known < max(MIN_COVERAGE * core.accounts, MIN_TOGETHER) or of_one_day > _ONE_DAY * pairs:
        return []
    return observed(
        "one_by_one",
        f"Of all pairs of core accounts whose sign-up is known, {percent(of_one_day / pairs)} signed up on "
        "the same day, and requests per account differ by more than chance: each seems to have been opened "
        "and to be used by itself.",
        round(of_one_day / pairs, 4),
    )


def behind_addresses(_: DuckDBPyConnection, core: Core, seen: Sequence[Evidence]) -> list[Evidence]:
    """Return the evidence that people whom only addresses and mail domains bind may each hide by themselves.

    Crowd workers, a class and the users of a wallet have a prepaid card each. Strangers who want privacy
    throw mailboxes away and share the exits of a VPN, but each has a load of his own.
    """
    # a mailbox at the domain of a firm or a laboratory says whose account it is
    names = {signal.name for signal in identity.SIGNALS} - {"email_domain"}
    tied_by, least = core.ties.signals, MIN_COVERAGE * core.accounts
    named = any(tied_by[name].reach >= least for name in names & tied_by.keys())
    addresses_alone = set(core.ties.families) - {identity.FAMILY} == {network.FAMILY} and not named
    codes = {way.code for way in seen}
    by_strangers = MADE_MAILBOXES not in codes and (core.work.is_uneven or DISPOSABLE_MAIL not in codes)
    if not (addresses_alone and by_strangers and core.work.has_night):
        return []
    domains = " and mail domains" if identity.FAMILY in core.ties.families else ""
    return observed(
        "strangers",
        f"Only addresses{domains} bind the accounts, and their hours have a night: strangers who pay with a "
        "prepaid card each, or want privacy, do the same.",
    )


def alone(connection: DuckDBPyConnection, core: Core, seen: Sequence[Evidence]) -> list[Evidence]:
    """Return the evidence that the only way of hiding is not enough.

    Teams have several cards, carriers and campuses distribute addresses, and anybody may use a throw-away
    mailbox or card; so do the customers of a hosted product, which works day and night. Cards in parts are
    the rarest of these: they count also where hours cannot be told.
    """
    if len(seen) > 1:
        return []
    # who shares a card with others did not come by himself
    together = core.together or payment.FAMILY in core.ties.families
    if core.work.has_night:
        why = "the hours have a night, as those of people do"
    elif seen[0].code != SPREAD_CARDS and not core.work.has_no_night:
        why = "whether the hours have a night cannot be told"
    elif core.work.differs_as_customers(together=together):
        why = "requests per account differ, as those of customers do"
    else:
        return []
    return observed(
        "alone", f"This is the only way of hiding that is seen, and {why}: so strangers do, each for himself."
    )
