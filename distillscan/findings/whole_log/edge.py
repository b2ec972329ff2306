"""What logs of the edge and of gateways added to the requests, and which of their rows found none."""

from __future__ import annotations

from duckdb import DuckDBPyConnection

from distillscan.case.frame import number, one
from distillscan.case.join import TOLERANCE_SECONDS
from distillscan.findings.wording import counted

_OUTCOMES = """
    SELECT sum(rows_read - duplicate - rejected), sum(joined_by_id), sum(joined_by_time), sum(ambiguous),
           sum(unmatched)
    FROM edge_ledger
"""
_FILLED = "SELECT count(*) FROM accepted WHERE filled > 0"


def edge_notes(connection: DuckDBPyConnection) -> list[str]:
    """Return what became of the rows of edge logs, in a sentence; nothing when the case has none."""
    rows, by_id, by_time, ambiguous, unmatched = one(connection, _OUTCOMES) or (None,) * 5
    if not rows:
        return []
    filled = number(connection, _FILLED)
    return [
        f"Of {counted(int(rows), 'row')} of edge logs, {int(by_id):,} were joined to their request by its id"
        f" and {int(by_time):,} by account and time (one request alone within {TOLERANCE_SECONDS} seconds);"
        f" {int(ambiguous):,} fitted several requests or contradicted each other and {int(unmatched):,}"
        f" fitted none. They filled what {counted(filled, 'request')} lacked, such as the client's address."
    ]
