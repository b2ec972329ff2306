"""Extraction: what a harvest has beside a template, for accounts whose days and texts are given."""

from types import SimpleNamespace

import duckdb
import pytest

from distillscan.findings.shared.ties import Ties
from distillscan.findings.verdict.core import Core
from distillscan.findings.verdict.extraction import extraction
from distillscan.findings.verdict.work import work_of

CORE, OTHERS, EACH = 40, 200, 100
HUMAN, ROUND_THE_CLOCK = 0.8, 0.1


def graded(
    *,
    matching=1.0,
    prompts=1.0,
    distinct=1.0,
    in_account=0.0,
    hours=HUMAN,
    uneven=1.0,
    days=20,
    elsewhere=0.1,
    ends=0.0,
):
    """The grade of a core with these shares of matching requests, by prompts, and by different ones.

    Of an account's own prompts the share ``in_account`` is new to it. Its accounts are active on so many
    days. That share of requests follows a shared template ``elsewhere``. The share ``ends`` of all requests
    matches by no more than an opening.
    """
    connection = duckdb.connect()
    connection.execute(
        "CREATE TABLE account_profile AS "
        "SELECT CASE WHEN n < $core THEN 'c' END AS cluster_id, "
        "  CASE WHEN n < $core THEN $each + (n % 2 * 2 - 1) * $uneven * $each / 2 "
        "       ELSE $each + (n % 2 * 2 - 1) * $each / 2 END AS requests, "
        "  CASE WHEN n < $core THEN $hours ELSE $human END AS concentration, "
        "  CASE WHEN n < $core THEN 0 ELSE $templated END AS templated, "
        "  CASE WHEN n < $core THEN $days ELSE 20 END AS active_days "
        "FROM range($everybody) t(n)",
        {
            "core": CORE,
            "each": EACH,
            "uneven": uneven,
            "hours": hours,
            "human": HUMAN,
            "days": days,
            "templated": elsewhere * EACH,
            "everybody": CORE + OTHERS,
        },
    )
    requests = CORE * EACH
    connection.execute(
        "CREATE TABLE own_prompt AS SELECT 'c' AS cluster_id, ? AS prompts, ? AS requests, 1000 AS sampled, "
        "? AS new_to_account, ? AS ends",
        [
            round(requests * matching * prompts * distinct),
            round(requests * matching * prompts),
            1000 * in_account,
            round(requests * ends),
        ],
    )
    counts = SimpleNamespace(
        requests=SimpleNamespace(members_core=requests, matching_core=round(requests * (matching + ends)))
    )
    core = Core("c", CORE, [], Ties([], {}, 0), work_of(connection, "c"))
    return extraction(connection, core, counts, by_content=True).grade


@pytest.mark.parametrize(
    ("seen", "grade"),
    [
        ({"matching": 0.05}, "none"),
        ({"distinct": 0.1}, "low"),
        ({}, "medium"),
        ({"hours": ROUND_THE_CLOCK}, "high"),
        ({"hours": ROUND_THE_CLOCK, "days": 3}, "medium"),
        ({"distinct": 0.1, "hours": ROUND_THE_CLOCK, "uneven": 0.1}, "high"),
        ({"uneven": 0.1}, "medium"),
        ({"distinct": 0.1, "uneven": 0.1}, "low"),
        ({"prompts": 0.1, "uneven": 0.1}, "low"),
        ({"distinct": 0.1, "in_account": 0.9}, "medium"),
        ({"distinct": 0.01, "in_account": 0.9}, "low"),
        ({"matching": 0.25}, "medium"),
        ({"matching": 0.25, "elsewhere": 0.2}, "none"),
        ({"matching": 0.1, "ends": 0.9}, "none"),
    ],
    ids=[
        "no text of their own",
        "a text that many send",
        "payloads, each once",
        "payloads and no night",
        "payloads and a weekend worked through",
        "one text, evenly, and no night",
        "payloads, evenly, by day",
        "one text, evenly, by day",
        "a system prompt, evenly, by day",
        "a long list that each account goes through",
        "a sheet of exercises that each account goes through",
        "payloads among three times as much of anything",
        "as many templates as anybody's",
        "prompts that open in one way",
    ],
)
def test_a_harvest_has_many_payloads_or_no_night(seen, grade):
    assert graded(**seen) == grade
