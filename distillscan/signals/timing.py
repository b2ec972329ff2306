"""TIMING: when. Registration bursts, and accounts that begin or stop together.

The first and the last day of a log say nothing of beginning and stopping: there it is the log that does.
"""

from __future__ import annotations

from distillscan.signals.signal import Signal, from_accounts

FAMILY = "TIMING"


def _edge_query(edge: str, inside: str) -> str:
    return f"""
        WITH span AS (SELECT MIN(first_seen) AS log_start, MAX(last_seen) AS log_end FROM used),
        active AS (SELECT account_id, SUM(n) AS n, MIN(first_seen) AS onset, MAX(last_seen) AS stop
                   FROM used GROUP BY account_id)
        SELECT account_id, strftime(date_trunc('hour', {edge}), '%Y-%m-%dT%H') AS content, n,
               {edge} AS first_seen, {edge} AS last_seen
        FROM active, span
        WHERE {inside}
    """


SIGNALS = (
    Signal(FAMILY, "signup_hour", from_accounts("strftime(date_trunc('hour', created_at), '%Y-%m-%dT%H')")),
    Signal(FAMILY, "signup_day", from_accounts("strftime(created_at, '%Y-%m-%d')")),
    Signal(FAMILY, "onset_hour", _edge_query("onset", "onset >= log_start + INTERVAL 1 DAY")),
    Signal(FAMILY, "stop_hour", _edge_query("stop", "stop <= log_end - INTERVAL 1 DAY")),
)
