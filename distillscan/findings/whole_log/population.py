"""The log as a whole: what was read, who is in it, and which fields it carries."""

from __future__ import annotations

from dataclasses import asdict

from duckdb import DuckDBPyConnection

from distillscan.case.frame import frame, number
from distillscan.case.ledger import ledger_totals
from distillscan.case.schema import FILE_ORDER
from distillscan.case.store import Case
from distillscan.findings.document.whole_log import FamilyTested, InputFile, Ledger, Population
from distillscan.signals.registry import FAMILIES

_REQUEST_FIELDS = {
    "prompt": "prompt_key",
    "system": "system_key",
    "client_ip": "client_ip",
    "user_agent": "user_agent",
    "asn": "asn",
    "country": "country",
    "model": "model",
    "org_id": "org_id",
}
_ACCOUNT_FIELDS = ("created_at", "email", "phone", "payment_fingerprint", "signup_ip", "device_id")


def input_files(connection: DuckDBPyConnection) -> list[InputFile]:
    """Return the ledger of every file, in the order by which files are numbered."""
    rows = frame(
        connection,
        "SELECT name, kind, sha256, bytes, rows_read AS read, accepted, duplicate, rejected "
        f"FROM ledger JOIN (SELECT file_id, mapping FROM files) USING (file_id) ORDER BY {FILE_ORDER}",
    )
    return [InputFile(**row) for row in rows.iter_rows(named=True)]


def request_ledger(case: Case) -> Ledger:
    """Return what became of every request record."""
    return Ledger(**asdict(ledger_totals(case)))


def population(connection: DuckDBPyConnection) -> Population:
    """Return the size and window of the log, and the share of requests or accounts that carry each field."""
    shares = ", ".join(
        f"AVG(({column} IS NOT NULL)::INTEGER) AS {name}" for name, column in _REQUEST_FIELDS.items()
    )
    requests = frame(
        connection, f"SELECT COUNT(*) AS n, MIN(ts) AS first, MAX(ts) AS last, {shares} FROM accepted"
    ).row(0, named=True)
    any_row = ", ".join(f"bool_or({name} IS NOT NULL) AS {name}" for name in _ACCOUNT_FIELDS)
    sums = ", ".join(
        f"SUM({name}::INTEGER) / (SELECT COUNT(*) FROM account) AS {name}" for name in _ACCOUNT_FIELDS
    )
    accounts = frame(
        connection,
        f"SELECT COUNT(*) AS n, {sums} FROM (SELECT account_id, {any_row} FROM accounts "
        "SEMI JOIN account USING (account_id) GROUP BY account_id)",
    ).row(0, named=True)
    coverage = {name: round(float(requests[name]), 4) for name in _REQUEST_FIELDS}
    coverage |= {name: round(float(accounts[name] or 0.0), 4) for name in _ACCOUNT_FIELDS}
    return Population(
        accounts=number(connection, "SELECT COUNT(*) FROM account"),
        accounts_in_table=int(accounts["n"]),
        requests=int(requests["n"]),
        first_seen=requests["first"],
        last_seen=requests["last"],
        days=(requests["last"].date() - requests["first"].date()).days + 1,
        field_coverage=coverage,
    )


def families_tested(connection: DuckDBPyConnection) -> tuple[list[FamilyTested], list[str]]:
    """Return the families that offer shared values, and the names of those that offer none."""
    rows = connection.execute(
        "SELECT family, list_sort(list(DISTINCT signal)), COUNT(DISTINCT value), COUNT(DISTINCT account) "
        "FROM shared_value JOIN incidence USING (value) GROUP BY family"
    ).fetchall()
    found = {
        str(row[0]): FamilyTested(family=row[0], signals=row[1], values=row[2], accounts=row[3])
        for row in rows
    }
    own = sorted(set(found) - set(FAMILIES))
    return [found[name] for name in (*FAMILIES, *own) if name in found], [
        name for name in FAMILIES if name not in found
    ]
