"""What an analyst's own log looks like, as far as a campaign that is planted in it must fit in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import polars as pl
import pyarrow.compute as pc

from distillscan.case.frame import frame, registered
from distillscan.errors import UnfitDataError
from distillscan.logs.canonical import canonical_rows, configure
from distillscan.logs.containers import Export
from distillscan.logs.files.discovery import find_files
from distillscan.logs.files.parts import parts_of
from distillscan.logs.mapping import Mapping
from distillscan.logs.record import ACCOUNTS, REQUESTS, Record

_KEPT = 20_000
_PROVIDER = 0.05
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


class _Tally:
    """What the blocks read so far add up to."""

    def __init__(self) -> None:
        self.times: list[datetime] = []
        self.fields: set[str] = set()
        self.agents: Counter[str] = Counter()
        self.models: Counter[str] = Counter()
        self.first_of_model: dict[str, datetime] = {}
        self.samples = {
            name: pl.DataFrame(schema={"value": pl.String, "lot": pl.UInt64}) for name in _SAMPLED
        }

    def add(self, connection: duckdb.DuckDBPyConnection, columns: list[str]) -> None:
        """Add the block registered as ``rows``."""
        window = connection.execute("SELECT min(ts), max(ts) FROM rows").fetchall()[0]
        self.times += [at for at in window if at]
        self.fields.update(_filled(connection, columns))
        self.agents.update(_frequencies(connection, "user_agent"))
        self.models.update(_frequencies(connection, "model"))
        first = "SELECT model, min(ts) FROM rows WHERE model IS NOT NULL GROUP BY model"
        for model, at in connection.execute(first).fetchall():
            self.first_of_model[model] = min(at, self.first_of_model.get(model, at))
        for name, value in _SAMPLED.items():
            self.samples[name] = _lowest(pl.concat([self.samples[name], _lots(connection, value)]))

    def newest_model(self) -> tuple[str, ...]:
        """The usual model, and the latest to appear among the five most used; nothing without models."""
        used = _most_common(self.models, 5)
        return (used[0], max(used, key=lambda model: (self.first_of_model[model], model))) if used else ()

    def homes(self) -> pl.DataFrame:
        """The sampled addresses as ip, asn and country; an unknown network or country is NULL."""
        joined = self.samples["home"].select(
            pl.col("value").str.split_exact("\t", 2).struct.rename_fields(["ip", "asn", "country"])
        )
        return joined.unnest("value").with_columns(pl.col("asn", "country").replace("", None))


def survey(paths: Iterable[Path | str]) -> Survey:
    """Read request logs once, in blocks, and return what they are like; samples do not depend on the order.

    Raises LogError for a file that cannot be read, UnfitDataError when no request has a time.
    """
    tally = _Tally()
    with duckdb.connect() as connection:
        configure(connection)
        for columns in _blocks(connection, paths, REQUESTS):
            tally.add(connection, columns)
    if not tally.times:
        raise UnfitDataError("the log to plant in has no request with an account and a time")
    known = {name for name in REQUESTS.names if _SHOWN_BY.get(name, name) in tally.fields}
    return Survey(
        first=min(tally.times).replace(tzinfo=UTC),
        last=max(tally.times).replace(tzinfo=UTC),
        prompts=tally.samples["prompt"]["value"],
        neighbours=tally.homes(),
        models=tally.newest_model(),
        agents=_most_common(tally.agents, 3),
        fields=frozenset(known | {"account_id", "timestamp"}),
    )


@dataclass(frozen=True)
class AccountSurvey:
    """What an accounts table has: its fields, and the domains of usual mailboxes."""

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
        for columns in _blocks(connection, [path], ACCOUNTS):
            fields.update(_filled(connection, columns))
            domains.update(_frequencies(connection, "lower(split_part(email, '@', 2))"))
    # a domain of one in twenty is a provider; the few most common stand in where there is none
    usual = {domain: n for domain, n in domains.items() if n >= _PROVIDER * domains.total()}
    return AccountSurvey(
        frozenset(fields.intersection(ACCOUNTS.names)),
        _most_common(Counter(usual), 12) or _most_common(domains, 3),
    )


def _blocks(
    connection: duckdb.DuckDBPyConnection, paths: Iterable[Path | str], record: Record
) -> Iterator[list[str]]:
    """Register the good rows of files as ``rows``, block by block, and yield the names of their columns."""
    mapping = Mapping()
    for file in find_files(paths):
        for part in parts_of(file):
            with Export(part, record, mapping) as export:
                for block in export.blocks():
                    if not block.table.num_rows:
                        continue
                    table = canonical_rows(connection, block.table, record, mapping, "account_id")
                    with registered(connection, "rows", table.filter(pc.is_null(table["reason"]))):
                        yield table.column_names


def _filled(connection: duckdb.DuckDBPyConnection, columns: list[str]) -> set[str]:
    """Return the columns with a value in the block at hand."""
    counted = connection.execute("SELECT count(COLUMNS(*)) FROM rows").fetchall()[0]
    return {name for name, number in zip(columns, counted, strict=True) if number}


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
