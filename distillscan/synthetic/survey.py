"""What an analyst's own log looks like, as far as a campaign that is planted in it must fit in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from distillscan.case.frame import frame
from distillscan.errors import UnfitDataError
from distillscan.logs.canonical import canonical_rows, configure
from distillscan.logs.containers import Export
from distillscan.logs.discovery import find_files
from distillscan.logs.mapping import Mapping
from distillscan.logs.record import ACCOUNTS, REQUESTS, Record

_KEPT = 20_000
#: Canonical columns of a request that show whether a field of an invented one has a place in the log.
_SHOWN_BY = {"request_id": "identity_hash", "tools": "tools_key"} | dict.fromkeys(
    ("temperature", "max_tokens"), "parameters_key"
)
_SAMPLED = {
    "prompt": "prompt",
    "home": "concat_ws(chr(9), client_ip, coalesce(asn, ''), coalesce(country, ''))",
}


@dataclass(frozen=True)
class Survey:
    """A log at a glance: its window, samples of prompts and homes, usual programs, the fields it has."""

    first: datetime
    last: datetime
    prompts: pl.Series
    neighbours: pl.DataFrame
    models: tuple[str, ...]
    agents: tuple[str, ...]
    fields: frozenset[str]


def survey(paths: Iterable[Path | str]) -> Survey:
    """Read request logs once, in blocks, and return what they are like; samples do not depend on the order.

    Raises LogError for a file that cannot be read, UnfitDataError when no request has a time.
    """
    counts: dict[str, Counter[str]] = {"model": Counter(), "user_agent": Counter()}
    samples = {name: pl.DataFrame(schema={"value": pl.String, "lot": pl.UInt64}) for name in _SAMPLED}
    fields: set[str] = set()
    times: list[datetime] = []
    with duckdb.connect() as connection:
        configure(connection)
        for rows in _rows(connection, paths, REQUESTS):
            fields.update(_filled(connection, rows))
            times += [
                at for at in connection.execute("SELECT min(ts), max(ts) FROM rows").fetchall()[0] if at
            ]
            for name, counter in counts.items():
                counter.update(_frequencies(connection, name))
            for name, value in _SAMPLED.items():
                samples[name] = _lowest(pl.concat([samples[name], _lots(connection, value)]))
    if not times:
        raise UnfitDataError("the log to plant in has no request with an account and a time")
    homes = samples["home"]["value"].str.split_exact("\t", 2).struct.rename_fields(["ip", "asn", "country"])
    return Survey(
        first=min(times).replace(tzinfo=UTC),
        last=max(times).replace(tzinfo=UTC),
        prompts=samples["prompt"]["value"],
        neighbours=homes.struct.unnest()
        if len(homes)
        else pl.DataFrame(schema=dict.fromkeys(("ip", "asn", "country"), pl.String)),
        models=_most_common(counts["model"], 2),
        agents=_most_common(counts["user_agent"], 3),
        fields=frozenset(name for name in REQUESTS.names if _SHOWN_BY.get(name, name) in fields)
        | {"account_id", "timestamp"},
    )


@dataclass(frozen=True)
class AccountSurvey:
    """What an accounts table has: its fields, and the domains of most mailboxes."""

    fields: frozenset[str]
    mail_domains: tuple[str, ...]


def survey_accounts(path: Path) -> AccountSurvey:
    """Read an accounts table and return what it holds.

    Raises LogError for a file that cannot be read.
    """
    fields: set[str] = {"account_id"}
    domains: Counter[str] = Counter()
    with duckdb.connect() as connection:
        configure(connection)
        for rows in _rows(connection, [path], ACCOUNTS):
            fields.update(_filled(connection, rows))
            domains.update(_frequencies(connection, "lower(split_part(email, '@', 2))"))
    return AccountSurvey(frozenset(fields), _most_common(domains, 12))


def _rows(
    connection: duckdb.DuckDBPyConnection, paths: Iterable[Path | str], record: Record
) -> Iterator[pa.Table]:
    """Yield the good rows of files in blocks; the block at hand is also registered as ``rows``."""
    mapping = Mapping()
    for file in find_files(paths):
        with Export(file.path, record, mapping) as export:
            for block in export.blocks():
                table = canonical_rows(connection, block.table, record, mapping, "account_id")
                connection.register("rows", table.filter(pc.is_null(table["reason"])))
                yield table
                connection.unregister("rows")


def _filled(connection: duckdb.DuckDBPyConnection, table: pa.Table) -> set[str]:
    """Return the columns with a value in the block at hand."""
    counted = connection.execute("SELECT count(COLUMNS(*)) FROM rows").fetchall()[0]
    return {name for name, number in zip(table.column_names, counted, strict=True) if number}


def _frequencies(connection: duckdb.DuckDBPyConnection, value: str) -> dict[str, int]:
    query = f"SELECT {value} AS value, count(*) FROM rows WHERE coalesce({value}, '') <> '' GROUP BY value"
    return dict(connection.execute(query).fetchall())


def _lots(connection: duckdb.DuckDBPyConnection, value: str) -> pl.DataFrame:
    return frame(
        connection,
        f"""
        SELECT value, hash(value) AS lot
        FROM (SELECT DISTINCT {value} AS value FROM rows) WHERE coalesce(trim(value, chr(9)), '') <> ''
        ORDER BY lot, value LIMIT {_KEPT}
        """,
    )


def _lowest(drawn: pl.DataFrame) -> pl.DataFrame:
    """Keep the values with the lowest lots: a sample of distinct values that needs no order."""
    return drawn.unique().sort("lot", "value").head(_KEPT)


def _most_common(counter: Counter[str], n: int) -> tuple[str, ...]:
    return tuple(value for value, _ in sorted(counter.items(), key=lambda item: (-item[1], item[0]))[:n])
