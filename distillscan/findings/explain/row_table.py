"""Every row behind the figures of an explanation: which record shows which value of which account."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl
from duckdb import DuckDBPyConnection

from distillscan.case.frame import frame
from distillscan.findings.explain.likelihood import likelihoods
from distillscan.findings.explain.lookup import find_account, find_cluster, find_value
from distillscan.findings.explain.question import Question
from distillscan.findings.explain.rows import INPUTS, OWN_ROWS, lay_out_records, lay_out_values

_BATCH = 1 << 20
#: Requests of accounts whose rows are looked for together: those of a large cluster do not fit into memory.
_REQUESTS = 1_000_000

_HELD_BY = "SELECT account, value FROM incidence WHERE account IN (SELECT unnest($accounts))"
_HELD_IN = "SELECT account, value FROM telling_value JOIN incidence USING (value)"
_HOLDING = "SELECT account, value FROM incidence WHERE value = $value"
_MEMBERS = "SELECT account, NULL::INTEGER AS value FROM membership WHERE cluster_id = $cluster_id"
_ROWS = """
    SELECT account, value, CASE WHEN part <> value THEN part END AS part, input, row_number AS "row"
    FROM ({rows}) JOIN ({inputs}) USING (file_id)
    ORDER BY account, value NULLS FIRST, part, input, "row"
"""
_ACCOUNTS = """
    SELECT account, account_id AS name, cluster_id AS cluster, tier
    FROM asked_portion JOIN account USING (account) LEFT JOIN membership USING (account)
"""
# all that is held, and what the bundles among it are made of
_VALUES = """
    WITH held AS (SELECT DISTINCT value FROM ({held}))
    SELECT value, family, signal, content AS name
    FROM shared_value
    SEMI JOIN (FROM held UNION SELECT b.value FROM bundle_value b JOIN held ON held.value = b.bundle)
        USING (value)
"""
_PORTIONS = """
    CREATE OR REPLACE TEMP TABLE asked_portion AS
    SELECT account, (SUM(n) OVER (ORDER BY account) // $requests)::INTEGER AS portion
    FROM (SELECT a.account, COUNT(*) AS n FROM ({accounts}) JOIN account a USING (account)
          JOIN accepted USING (account_id) GROUP BY a.account)
"""
_PORTION = "SELECT account FROM asked_portion WHERE portion = $portion"
_FILES = f"SELECT input, file, kind, sha256 FROM ({INPUTS})"


@dataclass(frozen=True)
class RowTable:
    """Rows by numbers, and what the numbers stand for.

    ``rows`` gives frames of account, value (null: a row of the account itself), part (of a bundle, the value
    of it that the row shows; else null), input and row. ``accounts`` (account, name, cluster, tier),
    ``values`` (value, family, signal, name) and ``files`` (input, file, kind, sha256) say what they are.
    """

    accounts: pl.DataFrame
    values: pl.DataFrame
    files: pl.DataFrame
    rows: Iterator[pl.DataFrame]


def rows_of_accounts(question: Question, *typed: str, reveal: bool) -> RowTable:
    """Return all rows of these accounts, and what each row shows of all that they share with others.

    Raises:
        QuestionError: no such account sent an accepted request.
    """
    asked = {"accounts": [find_account(question, name)[0] for name in typed]}
    accounts = "SELECT DISTINCT unnest($accounts)::INTEGER AS account"
    return _table(question, accounts, _HELD_BY, asked, OWN_ROWS, reveal=reveal)


def rows_of_cluster(question: Question, typed: str, *, reveal: bool) -> RowTable:
    """Return all rows of the accounts of a cluster, and the rows by which any account holds its values.

    Raises:
        QuestionError: there is no such cluster, or more than one.
    """
    cluster_id = find_cluster(question, typed)
    connection = question.connection
    likelihoods(connection, [cluster_id])
    members = {"cluster_id": cluster_id}
    connection.execute(f"CREATE OR REPLACE TEMP TABLE asked_member AS {_MEMBERS}", members)
    own = f"SELECT * FROM ({OWN_ROWS}) SEMI JOIN asked_member USING (account)"
    accounts = f"SELECT account FROM ({_HELD_IN}) UNION SELECT account FROM asked_member"
    return _table(question, accounts, _HELD_IN, {}, own, reveal=reveal)


def rows_of_value(question: Question, typed: str, *, reveal: bool) -> RowTable:
    """Return the rows by which accounts hold a value.

    Raises:
        QuestionError: no two accounts share such a value, or several signals have it.
    """
    asked = {"value": find_value(question, typed).number}
    return _table(question, _HOLDING, _HOLDING, asked, None, reveal=reveal)


def _table(
    question: Question,
    asked: str,
    held: str,
    parameters: Mapping[str, object],
    own: str | None,
    *,
    reveal: bool,
) -> RowTable:
    """The rows of the accounts that a query gives, and of what another says that they hold."""
    connection = question.connection
    connection.execute(_PORTIONS.format(accounts=asked), {**parameters, "requests": _REQUESTS})
    accounts = frame(connection, _ACCOUNTS)
    values = frame(connection, _VALUES.format(held=held), parameters)
    if not reveal:
        pseudonyms = question.pseudonyms
        accounts = accounts.with_columns(
            name=pl.Series([pseudonyms.account(name) for name in accounts["name"]], dtype=pl.String)
        )
        named = [pseudonyms.of(signal, name) for signal, name in values.select("signal", "name").iter_rows()]
        values = values.with_columns(name=pl.Series(named, dtype=pl.String))
    return RowTable(accounts, values, frame(connection, _FILES), _portions(connection, held, parameters, own))


def _portions(
    connection: DuckDBPyConnection, held: str, parameters: Mapping[str, object], own: str | None
) -> Iterator[pl.DataFrame]:
    """The rows of one portion of the accounts after the other, which is their order."""
    # the order of the query is the order of the batches
    connection.execute("SET preserve_insertion_order = true")
    numbers = connection.execute("SELECT DISTINCT portion FROM asked_portion ORDER BY portion").fetchall()
    for (portion,) in numbers:
        lay_out_records(connection, _PORTION, {"portion": portion})
        shown = lay_out_values(
            connection, f"SELECT * FROM ({held}) SEMI JOIN asked_account USING (account)", parameters
        )
        rows = _ROWS.format(rows=f"{own} UNION ALL {shown}" if own else shown, inputs=INPUTS)
        for batch in connection.sql(rows).to_arrow_reader(_BATCH):
            part = pl.from_arrow(batch)
            assert isinstance(part, pl.DataFrame)
            yield part
