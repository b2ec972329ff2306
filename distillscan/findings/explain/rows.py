"""The rows that an account's values come from: file hash and row numbers, found again in the records.

A value of the account table is found by asking its own signal once more, with every row taken for an account
of its own. Values that only several rows together make (a template, an address block, the hour of the first
request) are shown by the rows of their first and last time, which the incidence holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import polars as pl
from duckdb import DuckDBPyConnection

from distillscan.case.frame import frame
from distillscan.findings.explain.document import Source
from distillscan.signals import identity, payment
from distillscan.signals.registry import SIGNALS

#: Row numbers that are listed of each file.
LISTED = 5

#: Signals that are a field of the request itself.
_REQUEST_FIELDS = {
    "ip": "client_ip",
    "asn": "asn",
    "user_agent": "user_agent",
    "tls": "tls_fingerprint",
    "tools": "tools_key::VARCHAR",
    "parameters": "parameters_key::VARCHAR",
}
_OF_ACCOUNTS = tuple(
    signal
    for signal in SIGNALS
    if signal.family in {payment.FAMILY, identity.FAMILY} or signal.name in {"signup_hour", "signup_day"}
)
_EXACT = frozenset({*_REQUEST_FIELDS, *(signal.name for signal in _OF_ACCOUNTS)})

_REQUESTS = """
    CREATE OR REPLACE TEMP TABLE asked_request AS
    SELECT file_id, row_number, account_id, ts, client_ip, asn, user_agent, tls_fingerprint, tools_key,
           parameters_key
    FROM accepted WHERE account_id IN (SELECT unnest($accounts))
"""
_ACCOUNTS = """
    CREATE OR REPLACE TEMP TABLE asked_row AS
    SELECT *, file_id || ':' || row_number AS record
    FROM accounts ANTI JOIN duplicates USING (file_id, row_number)
    WHERE account_id IN (SELECT unnest($accounts))
"""
_FOUND = """
    SELECT h.account_id, h.signal, h.content, f.name, f.kind, f.sha256,
           list(h.row_number ORDER BY h.row_number)[:$listed], COUNT(*)
    FROM (SELECT DISTINCT * FROM ({hits})) h (account_id, signal, content, file_id, row_number)
    SEMI JOIN asked_value w USING (account_id, signal, content)
    JOIN files f USING (file_id)
    GROUP BY h.account_id, h.signal, h.content, f.name, f.kind, f.sha256
    ORDER BY h.account_id, h.signal, h.content, f.kind = 'requests' DESC, f.kind, f.name, f.sha256
"""


@dataclass(frozen=True)
class Held:
    """A value as an account holds it, as the incidence has it."""

    account_id: str
    signal: str
    content: str
    first_seen: datetime | None
    last_seen: datetime | None


Key = tuple[str, str, str]


def rows_are(signal: str) -> Literal["all", "first and last"]:
    """Return which rows are given for a value of this signal."""
    own = all(signal != known.name for known in SIGNALS) and not signal.endswith("_bundle")
    return "all" if signal in _EXACT or own else "first and last"


def sources_of(connection: DuckDBPyConnection, held: Sequence[Held]) -> Mapping[Key, list[Source]]:
    """Return the rows behind each value, by (account_id, signal, content), requests before other files."""
    accounts = sorted({one.account_id for one in held})
    for statement in (_REQUESTS, _ACCOUNTS):
        connection.execute(statement, {"accounts": accounts})
    wanted = pl.DataFrame(
        [(one.account_id, one.signal, one.content, one.first_seen, one.last_seen) for one in held],
        schema={
            **dict.fromkeys(("account_id", "signal", "content"), pl.String),
            **dict.fromkeys(("first_seen", "last_seen"), pl.Datetime("us")),
        },
        orient="row",
    )
    domains = pl.DataFrame({"domain": sorted(identity.FREE_DOMAINS)})
    connection.register("asked_value", wanted.to_arrow())
    connection.register("free_domain", domains.to_arrow())
    found = frame(
        connection, _FOUND.format(hits=_hits(wanted["signal"].unique().to_list())), {"listed": LISTED}
    )
    for name in ("asked_value", "free_domain"):
        connection.unregister(name)
    sources: dict[Key, list[Source]] = {}
    for account_id, signal, content, name, kind, sha256, rows, total in found.iter_rows():
        source = Source(file=name, kind=kind, sha256=sha256, rows=rows, total=total)
        sources.setdefault((account_id, signal, content), []).append(source)
    return sources


def _hits(signals: Sequence[str]) -> str:
    """Return the query of account_id, signal, content, file_id and row_number for the signals asked for."""
    parts = [
        f"SELECT account_id, '{name}' AS signal, {column} AS content, file_id, row_number FROM asked_request"
        for name, column in _REQUEST_FIELDS.items()
        if name in signals
    ]
    parts += [_account_rows(signal.name, signal.query) for signal in _OF_ACCOUNTS if signal.name in signals]
    if "ip" in signals:
        parts.append("SELECT account_id, 'ip', signup_ip, file_id, row_number FROM asked_row")
    parts.append(
        "SELECT account_id, lower(signal), value, file_id, row_number "
        "FROM account_signals ANTI JOIN duplicates USING (file_id, row_number)"
    )
    exact = ", ".join(f"'{name}'" for name in sorted(_EXACT))
    parts.append(f"""
        SELECT w.account_id, w.signal, w.content, r.file_id, r.row_number
        FROM asked_value w
        JOIN asked_request r ON r.account_id = w.account_id AND r.ts IN (w.first_seen, w.last_seen)
        WHERE w.signal NOT IN ({exact})
    """)
    return " UNION ALL ".join(parts)


def _account_rows(name: str, query: str) -> str:
    return f"""
        SELECT r.account_id, '{name}' AS signal, q.content, r.file_id, r.row_number
        FROM (WITH accounts AS (SELECT * REPLACE (record AS account_id) FROM asked_row) {query}) q
        JOIN asked_row r ON r.record = q.account_id
    """


def all_rows(connection: DuckDBPyConnection, account_id: str) -> list[Source]:
    """Return all accepted rows of one account, of requests and of the account table."""
    found = frame(
        connection,
        """
        SELECT f.name, f.kind, f.sha256, list(row_number ORDER BY row_number)[:$listed], COUNT(*)
        FROM (SELECT file_id, row_number FROM accepted WHERE account_id = $account
              UNION ALL
              SELECT file_id, row_number FROM accounts ANTI JOIN duplicates USING (file_id, row_number)
              WHERE account_id = $account)
        JOIN files f USING (file_id)
        GROUP BY f.name, f.kind, f.sha256
        ORDER BY f.kind = 'requests' DESC, f.kind, f.name, f.sha256
        """,
        {"account": account_id, "listed": LISTED},
    )
    return [
        Source(file=name, kind=kind, sha256=sha256, rows=rows, total=total)
        for name, kind, sha256, rows, total in found.iter_rows()
    ]
