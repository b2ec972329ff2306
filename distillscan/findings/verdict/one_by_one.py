"""Whether accounts were opened one by one and are used independently, as those of people and customers are.

People of one household share cards and addresses as an operator's accounts do, and people who want privacy
use proxies, disposable mailboxes and prepaid cards, each by themselves. But they sign up on different days,
sleep, and differ in how much they send.

Source: docs/method.md, "What keeps the grade low".
"""

from __future__ import annotations

from collections.abc import Sequence

from duckdb import DuckDBPyConnection

from distillscan.case.frame import frame
from distillscan.findings.document.verdict import Evidence
from distillscan.findings.shared.ties import MIN_COVERAGE, MIN_TOGETHER
from distillscan.findings.verdict.core import Core
from distillscan.findings.verdict.dispatch import exceeds_chance, has_night, has_no_night, is_uneven
from distillscan.findings.verdict.statements import observed
from distillscan.findings.verdict.throwaway import MADE_MAILBOXES
from distillscan.findings.wording import percent

#: Codes of ways of hiding.
SPREAD_CARDS, SPREAD_ADDRESSES = "spread_cards", "spread_addresses"
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


def one_by_one(
    connection: DuckDBPyConnection, core: Core, hidden: Sequence[Evidence], work: Sequence[Evidence]
) -> list[Evidence]:
    """Return the evidence that each account came and is used independently; none where nothing is ``hidden``.

    ``work`` is the evidence of hours and load. An operator opens accounts when he needs them, and those that
    he has bought begin their work together.
    """
    ways = [way.code for way in hidden]
    if not hidden or not _used_independently(core, ways, work):
        return []
    found = frame(connection, _SIGN_UPS, {"id": core.cluster_id, "common": _COMMON_DAY})
    known, of_one_day, by_one_card, by_both = map(int, found.row(0))
    pairs = known * (known - 1)
    # machines without a night, and a card and an address for each batch of accounts: opened in batches
    if has_no_night(work) and SPREAD_ADDRESSES in ways and by_both > _IN_BATCH * by_one_card:
        return []
    if known < max(MIN_COVERAGE * core.accounts, MIN_TOGETHER) or of_one_day > _ONE_DAY * pairs:
        return []
    return observed(
        "one_by_one",
        f"Of all pairs of the core, {percent(of_one_day / pairs)} signed up on the same day, "
        "and requests per account differ by more than chance, as if each came and is used independently.",
        round(of_one_day / pairs, 4),
    )


def _used_independently(core: Core, hidden: list[str], work: Sequence[Evidence]) -> bool:
    """Whether accounts have a night and differ in load, or are those of customers whose machines have none.

    Customers of one hosted product differ in their cards only. Customers with machines of their own, as for
    one benchmark, and hotels with shifts differ in their addresses too, and each keeps to his.
    """
    if MADE_MAILBOXES in hidden:
        return False
    if has_night(work):
        return exceeds_chance(work) and not core.together
    hosted = core.ties.addresses is not None and hidden == [SPREAD_CARDS]
    several = core.places is not None and core.places.apart
    apart = several and set(hidden) <= {SPREAD_CARDS, SPREAD_ADDRESSES}
    return has_no_night(work) and ((hosted and is_uneven(work)) or (apart and exceeds_chance(work)))
