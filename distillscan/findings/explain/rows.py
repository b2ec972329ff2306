"""The rows that show a value: the records by which an account holds it, found again by the signal's own rule.

Temporary tables, laid out anew for every question:
``asked_account`` (account, account_id), ``asked_request`` and ``asked_row`` (the accepted requests of these
accounts, and their rows of the account table), ``asked_part`` (account, value, part, family, signal, content,
edge). A value is its own only part; the parts of a bundle are the values it is made of.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
from duckdb import DuckDBPyConnection

from distillscan.case.frame import registered
from distillscan.case.schema import FILE_ORDER
from distillscan.signals import content, identity
from distillscan.signals.registry import SIGNALS
from distillscan.signals.signal import OF_REQUESTS

_TEXTS = frozenset({"template", "insert", "system"})
#: An address at registration is a value as well as that of a request.
_ADDRESSES = frozenset({"ip", "ip_block"})
#: Hours of the first and of the last request, which that request shows.
_EDGES = ("onset_hour", "stop_hour")

_RECORDS = (
    f"""
    CREATE OR REPLACE TEMP TABLE asked_request AS
    SELECT a.account, file_id, row_number, ts, prompt_text, system_text, {OF_REQUESTS}, client_ip AS ip
    FROM accepted JOIN asked_account a USING (account_id)
    """,
    """
    CREATE OR REPLACE TEMP TABLE asked_row AS
    SELECT a.account, r.*, file_id || ':' || row_number AS record
    FROM accounts r JOIN asked_account a USING (account_id)
    ANTI JOIN duplicates USING (file_id, row_number)
    """,
)
_PARTS = """
    CREATE OR REPLACE TEMP TABLE asked_part AS
    WITH held AS ({held}),
    part AS (
        SELECT account, value, value AS part FROM held
        WHERE value NOT IN (SELECT bundle FROM bundle_value)
        UNION ALL
        SELECT account, h.value, b.value FROM held h JOIN bundle_value b ON b.bundle = h.value
    )
    SELECT p.account, p.value, p.part, family, signal, content, i.first_seen AS edge
    FROM part p
    JOIN incidence i ON i.account = p.account AND i.value = p.part
    JOIN shared_value s ON s.value = p.part
"""
# signals.texts: of its keys that several accounts hold a text stands for the one of most holders, and for two
# of its inserts
_TEXT = """
    CREATE OR REPLACE TEMP TABLE asked_text AS
    WITH own AS (
        SELECT prompt_text AS text FROM asked_request WHERE prompt_text IS NOT NULL
        UNION
        SELECT system_text FROM asked_request WHERE system_text IS NOT NULL
    ),
    carried AS MATERIALIZED (SELECT text, number FROM shared_text SEMI JOIN own USING (text)),
    ranked AS MATERIALIZED (
        SELECT number,
               CASE WHEN is_insert THEN 'insert' WHEN system THEN 'system' ELSE 'template' END AS signal,
               lpad(lower(to_hex(key)), 16, '0') AS content,
               ROW_NUMBER() OVER (ORDER BY holders, key, number) AS place
        FROM shared_key SEMI JOIN carried USING (number)
        WHERE holders >= 2 AND NOT (is_insert AND system)
    ),
    best AS (
        SELECT text, signal, max(place, 2) AS places FROM carried JOIN ranked USING (number) GROUP BY ALL
    )
    SELECT text, b.signal, content
    FROM (SELECT text, signal, unnest(CASE signal WHEN 'insert' THEN places ELSE places[:1] END) AS place
          FROM best) b
    JOIN ranked USING (place)
"""

#: The query of the input files, numbered in the order in which their rows are listed.
INPUTS = f"""
    SELECT ROW_NUMBER() OVER (ORDER BY {FILE_ORDER}) AS input,
           file_id, name AS file, kind, sha256
    FROM files
"""
#: The query of all rows of the accounts asked for, as the rows that show no value.
OWN_ROWS = """
    SELECT account, NULL::INTEGER AS value, NULL::INTEGER AS part, file_id, row_number FROM asked_request
    UNION ALL SELECT account, NULL, NULL, file_id, row_number FROM asked_row
    UNION ALL SELECT account, NULL, NULL, file_id, row_number
    FROM account_signals JOIN asked_account USING (account_id)
    ANTI JOIN duplicates USING (file_id, row_number)
"""


def lay_out_records(connection: DuckDBPyConnection, accounts: str, parameters: Mapping[str, object]) -> None:
    """Lay out the records of the accounts that a query gives by their number, in column account."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE asked_account AS "
        f"SELECT account, account_id FROM account SEMI JOIN ({accounts}) USING (account)",
        parameters,
    )
    for statement in _RECORDS:
        connection.execute(statement)


def lay_out_values(connection: DuckDBPyConnection, held: str, parameters: Mapping[str, object]) -> str:
    """Lay out what a query gives, accounts and values they hold; return the query of the rows that show it.

    ``held`` gives numbers, in columns account and value; the records of the accounts are laid out before. The
    rows are (account, value, part, file_id, row_number), each once.
    """
    connection.execute(_PARTS.format(held=held), parameters)
    asked = connection.execute("SELECT DISTINCT signal FROM asked_part").fetchall()
    signals = {str(name) for (name,) in asked}
    domains = pl.DataFrame({"domain": sorted(identity.FREE_DOMAINS) if "email_domain" in signals else []})
    with registered(connection, "free_domain_rows", domains.cast(pl.String)):
        connection.execute("CREATE OR REPLACE TEMP TABLE free_domain AS FROM free_domain_rows")
    if signals & _TEXTS:
        connection.execute(_TEXT)
    return f"""
        SELECT DISTINCT account, value, part, h.file_id, h.row_number
        FROM ({" UNION ALL ".join(_hits(signals))}) h
        JOIN asked_part USING (account, family, signal, content)
    """


def _hits(signals: set[str]) -> list[str]:
    """Return queries of account, family, signal, content, file_id and row_number for these signals."""
    hits = [_of_fields(signals), *_of_account_table(signals)]
    if signals & _TEXTS:
        hits += [_of_texts("prompt_text"), _of_texts("system_text")]
    hits.append(f"""
        SELECT p.account, family, signal, content, file_id, row_number
        FROM asked_part p JOIN asked_request r ON r.account = p.account AND r.ts = p.edge
        WHERE signal IN {_EDGES}
    """)
    # the analyst's own signals, under the names that signals.incidence gives them
    hits.append("""
        SELECT account, upper(COALESCE(family, signal)), lower(signal), value, file_id, row_number
        FROM account_signals JOIN asked_account USING (account_id)
        ANTI JOIN duplicates USING (file_id, row_number)
    """)
    return hits


def _of_fields(signals: set[str]) -> str:
    """Return the hits of all fields of a request, which is read once."""
    asked = [
        (signal, column)
        for signal in SIGNALS
        if signal.name in signals and (column := signal.source.of_request)
    ]
    names = ", ".join(f"'{signal.name}'" for signal, _ in asked)
    families = ", ".join(f"'{signal.family}'" for signal, _ in asked)
    columns = ", ".join(column for _, column in asked)
    return f"""
        SELECT account, unnest([{families}]::VARCHAR[]) AS family, unnest([{names}]::VARCHAR[]) AS signal,
               unnest([{columns}]::VARCHAR[]) AS content, file_id, row_number
        FROM asked_request
    """


def _of_account_table(signals: set[str]) -> list[str]:
    """Return the hits of the account table: its signals, asked with every row taken for an account."""
    hits = [
        f"""
        SELECT r.account, '{signal.family}', '{signal.name}', q.content, r.file_id, r.row_number
        FROM (
            WITH accounts AS (SELECT * REPLACE (record AS account_id) FROM asked_row) {signal.source.query}
        ) q
        JOIN asked_row r ON r.record = q.account_id
        """
        for signal in SIGNALS
        if signal.source.by_row and signal.name in signals
    ]
    hits += [
        f"""
        SELECT account, '{signal.family}', '{signal.name}', {signal.source.of_request}, file_id, row_number
        FROM (SELECT *, signup_ip AS ip FROM asked_row)
        """
        for signal in SIGNALS
        if signal.name in _ADDRESSES and signal.name in signals
    ]
    return hits


def _of_texts(column: str) -> str:
    return f"""
        SELECT account, '{content.FAMILY}', signal, content, file_id, row_number
        FROM asked_request JOIN asked_text ON asked_text.text = {column}
    """
