"""TIMING: when. Registration bursts, and accounts that begin or stop together.

The first and the last day of a log say nothing of beginning and stopping: there it is the log that does.
"""

from distillscan.signals.signal import Signal, Source, from_accounts

FAMILY = "TIMING"


def _hour(moment: str) -> str:
    return f"strftime(date_trunc('hour', {moment}), '%Y-%m-%dT%H')"


def _edge(edge: str, inside: str) -> Source:
    return Source(f"""
        WITH span AS (SELECT MIN(first_seen) AS log_start, MAX(last_seen) AS log_end FROM used),
        active AS (SELECT account_id, SUM(n) AS n, MIN(first_seen) AS onset, MAX(last_seen) AS stop
                   FROM used GROUP BY account_id)
        SELECT account_id, {_hour(edge)} AS content, n,
               {edge} AS first_seen, {edge} AS last_seen
        FROM active, span
        WHERE {inside}
    """)


SIGNALS = (
    Signal(FAMILY, "signup_hour", ("created_at",), from_accounts(_hour("created_at")), plain=True),
    Signal(
        FAMILY, "signup_day", ("created_at",), from_accounts("strftime(created_at, '%Y-%m-%d')"), plain=True
    ),
    Signal(
        FAMILY,
        "onset_hour",
        ("timestamp",),
        _edge("onset", "onset >= log_start + INTERVAL 1 DAY"),
        plain=True,
    ),
    Signal(
        FAMILY, "stop_hour", ("timestamp",), _edge("stop", "stop <= log_end - INTERVAL 1 DAY"), plain=True
    ),
)
