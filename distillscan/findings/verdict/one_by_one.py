"""Whether accounts came one by one and are used by themselves, as people and customers are.

People who work or live in one house share cards and addresses as an operator's accounts do, and who wants to
be left alone uses proxies, throw-away mailboxes and prepaid cards, each for himself. But they sign up when
they like, sleep, and ask each as much as they like.
"""

from __future__ import annotations

from collections.abc import Sequence

from duckdb import DuckDBPyConnection

from distillscan.case.frame import one
from distillscan.findings.document import Evidence
from distillscan.findings.shared.ties import MIN_COVERAGE, MIN_TOGETHER, Ties
from distillscan.findings.verdict.dispatch import exceeds_chance, has_night, has_no_night, is_uneven
from distillscan.findings.wording import percent

#: Codes of two ways of hiding.
MADE_MAILBOXES, SPREAD_CARDS = "made_mailboxes", "spread_cards"
#: Share of its pairs that may be of one day, as if they were spread over twenty; and the share of all others
#: that sign up on a day which says nothing, as an import or a launch does.
_ONE_DAY, _COMMON_DAY = 0.05, 0.05

# sign-ups of the core that are known, and twice the pairs of them on one day
_SIGN_UPS = """
    WITH opened AS (
        SELECT account_id, MIN(created_at)::DATE AS day,
               account_id IN (SELECT account_id FROM core_account WHERE cluster_id = ?) AS core
        FROM accounts SEMI JOIN account USING (account_id)
        WHERE created_at IS NOT NULL GROUP BY account_id
    ),
    by_day AS (
        SELECT COUNT(*) FILTER (core) AS own, COUNT(*) FILTER (NOT core) AS others FROM opened GROUP BY day
    )
    SELECT COALESCE(SUM(own), 0), COALESCE(SUM(own * (own - 1)), 0) FROM by_day
    WHERE others <= ? * (SELECT SUM(others) FROM by_day)
"""


def one_by_one(
    connection: DuckDBPyConnection,
    cluster_id: str,
    core: int,
    hidden: Sequence[Evidence],
    ties: Ties,
    work: Sequence[Evidence],
    *,
    together: bool,
) -> list[Evidence]:
    """Return the evidence that each account came, and is used, by itself; none where nothing is ``hidden``.

    ``work`` is the evidence of hours and load. An operator opens accounts when he needs them, and wakes
    ``together`` those that he has bought.
    """
    if not hidden or not _by_itself([way.code for way in hidden], ties, work, together=together):
        return []
    row = one(connection, _SIGN_UPS, [cluster_id, _COMMON_DAY])
    known, of_one_day = (0, 0) if row is None else map(int, row)
    pairs = known * (known - 1)
    if known < max(MIN_COVERAGE * core, MIN_TOGETHER) or of_one_day > _ONE_DAY * pairs:
        return []
    return [
        Evidence(
            code="one_by_one",
            statement=f"Of all pairs of the core, {percent(of_one_day / pairs)} signed up on one day, and "
            "requests per account differ by more than chance: each came, and is used, by itself.",
            value=round(of_one_day / pairs, 4),
            background=None,
        )
    ]


def _by_itself(hidden: list[str], ties: Ties, work: Sequence[Evidence], *, together: bool) -> bool:
    """Whether accounts sleep, each at its own pace, or are those of customers of one hosted product.

    Its machines have no night, and of what is its customers' nothing but the cards may seem dealt out.
    """
    if MADE_MAILBOXES in hidden:
        return False
    if has_night(work):
        return exceeds_chance(work) and not together
    hosted = ties.addresses is not None and hidden == [SPREAD_CARDS]
    return hosted and has_no_night(work) and is_uneven(work)
