"""The headline numbers: as the findings document states them, and derived again from the rows.

Each is named by its place in the document (RFC 6901, JSON Pointer).
"""

from __future__ import annotations

from datetime import datetime
from functools import reduce
from pathlib import Path
from typing import cast

import duckdb
import polars as pl
from duckdb import DuckDBPyConnection

from distillscan.case.frame import frame
from distillscan.findings.document import Cluster, Findings

Number = int | float | str | None

#: How each number comes from the row index; `members` are rows of rows/accounts, `rows` of rows/requests.
_OF_CLUSTER = {
    "accounts/core": "members of tier core",
    "accounts/probable": "members of tier probable",
    "accounts/lead": "members of tier lead",
    "requests/members_core": "rows of core accounts",
    "requests/members_upper": "rows of core and probable accounts",
    "requests/matching_core": "matching rows of core accounts",
    "requests/matching_upper": "matching rows of core and probable accounts",
    "first_seen": "earliest time of the rows of core accounts",
    "last_seen": "latest time of the rows of core accounts",
    "days": "calendar days from first_seen to last_seen, both counted",
    "input_tokens": "sum over the rows of core accounts",
    "output_tokens": "sum over the rows of core accounts",
}
DEFINITIONS = _OF_CLUSTER | {
    "accounts": "members of tier core",
    "requests": "rows of core accounts",
    "rejected": "rows of rows/rejects in inputs of requests",
    "duplicate": "rows of rows/duplicates in inputs of requests",
}

_COUNTS = """
    WITH held AS (
        SELECT account, COUNT(*) AS n, COUNT(*) FILTER (matching) AS matching
        FROM read_parquet($requests) GROUP BY account
    )
    SELECT cluster_id, tier, COUNT(*) AS accounts, COALESCE(SUM(n), 0)::BIGINT AS rows,
           COALESCE(SUM(matching), 0)::BIGINT AS matching
    FROM read_parquet($accounts) LEFT JOIN held USING (account)
    GROUP BY cluster_id, tier
"""
_UNCOUNTED = "SELECT input, COUNT(*) AS n FROM read_parquet($part) GROUP BY input"
# what the rows themselves hold, for the core: needs a case with these inputs and their numbers
_OBSERVED = """
    SELECT cluster_id, COUNT(*) AS rows, MIN(ts) AS first_seen, MAX(ts) AS last_seen,
           SUM(input_tokens)::BIGINT AS input_tokens, SUM(output_tokens)::BIGINT AS output_tokens
    FROM read_parquet($requests) i
    JOIN read_parquet($accounts) USING (account)
    JOIN sealed_input USING (input)
    JOIN accepted a ON a.file_id = sealed_input.file_id AND a.row_number = i.row
    WHERE tier = 'core'
    GROUP BY cluster_id
"""


def stated(findings: Findings) -> dict[str, Number]:
    """Return the headline numbers of a document."""
    numbers: dict[str, Number] = {
        "/ledger/rejected": findings.ledger.rejected,
        "/ledger/duplicate": findings.ledger.duplicate,
    }
    for place, cluster in enumerate(findings.clusters):
        numbers |= _of_cluster(place, {name: _plain(cluster, name) for name in _OF_CLUSTER})
    for place, group in enumerate(findings.explained_groups):
        numbers[f"/explained_groups/{place}/accounts"] = group.accounts
        numbers[f"/explained_groups/{place}/requests"] = group.requests
    return numbers


def definition(pointer: str) -> str:
    """Return how a number comes from the row index."""
    tail = "/".join(part for part in pointer.split("/")[2:] if not part.isdigit())
    return DEFINITIONS[tail]


def counted(rows: Path, findings: Findings) -> dict[str, Number]:
    """Return the numbers that the row index in a directory gives by itself."""
    with duckdb.connect() as connection:
        counts = frame(connection, _COUNTS, _paths(rows))
        uncounted = {
            name: frame(connection, _UNCOUNTED, {"part": literally(rows / f"{part}.parquet")})
            for name, part in (("rejected", "rejects"), ("duplicate", "duplicates"))
        }
    requests = [number for number, file in enumerate(findings.inputs, 1) if file.kind == "requests"]
    numbers: dict[str, Number] = {
        f"/ledger/{name}": int(found.filter(pl.col("input").is_in(requests))["n"].sum())
        for name, found in uncounted.items()
    }
    for place, cluster in enumerate(findings.clusters):
        numbers |= _of_cluster(place, _counts_of(counts.filter(cluster_id=cluster.cluster_id)))
    for place, group in enumerate(findings.explained_groups):
        core = counts.filter(cluster_id=group.cluster_id, tier="core")
        numbers[f"/explained_groups/{place}/accounts"] = int(core["accounts"].sum())
        numbers[f"/explained_groups/{place}/requests"] = int(core["rows"].sum())
    return numbers


def observed(connection: DuckDBPyConnection, rows: Path, findings: Findings) -> dict[str, Number]:
    """Return the numbers that the indexed rows give when they are looked up in a case of the same inputs."""
    found = frame(connection, _OBSERVED, _paths(rows))
    numbers: dict[str, Number] = {}
    for place, cluster in enumerate(findings.clusters):
        of_cluster = found.filter(cluster_id=cluster.cluster_id)
        row = of_cluster.row(0, named=True) if len(of_cluster) else dict.fromkeys(found.columns)
        first, last = row["first_seen"], row["last_seen"]
        derived = {
            "requests/members_core": row["rows"],
            "first_seen": _iso(first),
            "last_seen": _iso(last),
            "days": (last.date() - first.date()).days + 1 if first and last else None,
            "input_tokens": row["input_tokens"],
            "output_tokens": row["output_tokens"],
        }
        numbers |= _of_cluster(place, derived)
    return numbers


def literally(path: Path) -> str:
    """Return a path as DuckDB reads it: without its meaning as a pattern of several files."""
    return "".join(f"[{character}]" if character in "*?[" else character for character in str(path))


def _paths(rows: Path) -> dict[str, str]:
    return {name: literally(rows / f"{name}.parquet") for name in ("requests", "accounts")}


def _of_cluster(place: int, numbers: dict[str, Number]) -> dict[str, Number]:
    """The numbers of a cluster by their places in the document."""
    return {f"/clusters/{place}/{name}": value for name, value in numbers.items()}


def _plain(cluster: Cluster, name: str) -> Number:
    """What a cluster has at a place in it."""
    value = reduce(getattr, name.split("/"), cluster)
    return _iso(value) if isinstance(value, datetime) else cast("Number", value)


def _counts_of(counts: pl.DataFrame) -> dict[str, Number]:
    by_tier = {row["tier"]: row for row in counts.iter_rows(named=True)}
    core, probable, lead = (
        by_tier.get(tier, {"accounts": 0, "rows": 0, "matching": 0}) for tier in ("core", "probable", "lead")
    )
    return {
        "accounts/core": core["accounts"],
        "accounts/probable": probable["accounts"],
        "accounts/lead": lead["accounts"],
        "requests/members_core": core["rows"],
        "requests/members_upper": core["rows"] + probable["rows"],
        "requests/matching_core": core["matching"],
        "requests/matching_upper": core["matching"] + probable["matching"],
    }


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.replace(tzinfo=None).isoformat() + "Z"
