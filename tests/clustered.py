"""Cases whose clusters are written by hand, as a scan would leave them: who is in, and who holds what."""

from contextlib import contextmanager
from datetime import datetime, timedelta

import polars as pl
from small_cases import case_of

START = datetime(2026, 5, 1)


def at(day: float) -> datetime:
    """A moment, in days from the start of the log."""
    return START + timedelta(days=day)


def request(account: str, day: float, **fields) -> dict[str, object]:
    return {"account_id": account, "timestamp": at(day).isoformat() + "Z", **fields}


def write(connection, table, rows):
    if rows:
        connection.register("rows_to_write", pl.DataFrame(rows, orient="row").to_arrow())
        connection.execute(f"INSERT INTO {table} SELECT * FROM rows_to_write")


@contextmanager
def clustered(directory, requests, clusters, held=(), accounts=(), sidecars=()):
    """A case with these requests, its clusters (id to core accounts), and values that accounts hold.

    ``held`` has (family, signal, content, accounts, first day, last day); a value marks every cluster with
    two holders. ``sidecars`` has (table, row) for rows that are written as they are.
    """
    with case_of(directory, requests, accounts) as case:
        connection = case.connection
        number = {name: n for n, name in connection.execute("FROM account").fetchall()}
        for cluster_id, core in clusters.items():
            for name in core:
                connection.execute(
                    "INSERT INTO membership SELECT ?, ?, 'core', '', COUNT(*), COUNT(*), MIN(ts), MAX(ts) "
                    "FROM accepted WHERE account_id = ?",
                    [cluster_id, number[name], name],
                )
        values = [
            (value, family, signal, content, False, len(holders))
            for value, (family, signal, content, holders, _, _) in enumerate(held)
        ]
        entries = [
            (number[name], value, 1, at(first), at(last))
            for value, (_, _, _, holders, first, last) in enumerate(held)
            for name in holders
        ]
        marks = [
            (cluster_id, value)
            for value, (_, _, _, holders, _, _) in enumerate(held)
            for cluster_id, core in clusters.items()
            if len(set(core) & set(holders)) >= 2
        ]
        for table, rows in (("shared_value", values), ("incidence", entries), ("cluster_value", marks)):
            write(connection, table, rows)
        for place, (table, row) in enumerate(sidecars):
            connection.execute(f"INSERT INTO {table} VALUES (0, {place}{', ?' * len(row)})", list(row))
        yield connection
