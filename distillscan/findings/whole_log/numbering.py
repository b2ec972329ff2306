"""Numbers of records that are missing: where a database counted them, a long hole suggests lost rows.

A source is all request files of one mapping. Its numbers say something only where they are dense: at least
half of those between the lowest and the highest are there, among the requests or the rejects. Single numbers
are missing for many reasons, such as another kind of record that shares the counter, so only long runs count.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import numpy as np
from duckdb import DuckDBPyConnection

from distillscan.arrays import Bools
from distillscan.case.frame import frame
from distillscan.findings.wording import clock, counted
from distillscan.logs.mapping import FLAT, Mapping

_FEWEST_NUMBERS = 1_000
#: Of numbers that are each there with a chance of one half, so many in a row are missing once in 10^30.
LONG_RUN = 100
_BATCH = 1_000_000

# Rejected rows have taken numbers too.
_NUMBERED = """
    SELECT file_id, record_number, ts FROM requests WHERE record_number IS NOT NULL
    UNION ALL
    SELECT file_id, record_number, NULL FROM rejects WHERE record_number IS NOT NULL
"""
_SOURCES = f"""
    SELECT mapping, MIN(record_number), MAX(record_number)
    FROM ({_NUMBERED}) JOIN files USING (file_id)
    GROUP BY mapping
    HAVING COUNT(*) >= {_FEWEST_NUMBERS}
       AND MAX(record_number)::HUGEINT - MIN(record_number) < 2 * COUNT(*)
    ORDER BY mapping
"""
_OF_SOURCE = f"({_NUMBERED}) SEMI JOIN (SELECT file_id FROM files WHERE mapping = $mapping) USING (file_id)"
_OFFSETS = f"SELECT record_number - $lowest AS place FROM {_OF_SOURCE}"
# What stands beside a hole may be a reject, which has no time: the nearest request on each side has one.
_AROUND = f"""
    WITH timed AS (SELECT record_number, ts FROM {_OF_SOURCE} WHERE ts IS NOT NULL),
    side AS (
      SELECT MAX(record_number) FILTER (record_number < $first) AS low,
             MIN(record_number) FILTER (record_number > $last) AS high
      FROM timed
    )
    SELECT MAX(ts) FILTER (record_number = low), MIN(ts) FILTER (record_number = high) FROM timed, side
"""


class _Holes(NamedTuple):
    """The long runs of missing numbers, how many are in them all, and where the longest one is."""

    runs: int
    missing: int
    first: int
    longest: int


def numbering_notes(connection: DuckDBPyConnection) -> list[str]:
    """Return a sentence for each source whose records are numbered densely but for long holes."""
    notes = []
    for mapping, lowest, highest in connection.execute(_SOURCES).fetchall():
        holes = _holes(_presence(connection, mapping, lowest, highest))
        if holes is not None:
            times = _times(connection, mapping, lowest + holes.first, holes.longest)
            notes.append(_note(mapping, lowest, highest, holes, times))
    return notes


def _presence(connection: DuckDBPyConnection, mapping: str, lowest: int, highest: int) -> Bools:
    """Which of the numbers from the lowest to the highest are there: a byte each, at most two a record."""
    there = np.zeros(highest - lowest + 1, bool)
    rows = connection.sql(_OFFSETS, params={"mapping": mapping, "lowest": lowest})
    for batch in rows.to_arrow_reader(_BATCH):
        there[batch["place"].to_numpy()] = True
    return there


def _holes(there: Bools) -> _Holes | None:
    """The long holes, or None where there is none or, for repeated numbers, fewer than half are there."""
    if 2 * int(np.count_nonzero(there)) < len(there):
        return None
    # The first and the last number are there, so that every hole has two edges.
    edges = np.flatnonzero(there[1:] != there[:-1]) + 1
    begins, lengths = edges[::2], edges[1::2] - edges[::2]
    is_long = lengths >= LONG_RUN
    if not is_long.any():
        return None
    longest = int(lengths.argmax())
    return _Holes(
        runs=int(is_long.sum()),
        missing=int(lengths[is_long].sum()),
        first=int(begins[longest]),
        longest=int(lengths[longest]),
    )


def _times(
    connection: DuckDBPyConnection, mapping: str, first: int, length: int
) -> tuple[datetime, datetime] | None:
    """The times of the requests on both sides of a hole; None where they do not stand in that order."""
    place = {"mapping": mapping, "first": first, "last": first + length - 1}
    before, after = frame(connection, _AROUND, place).row(0)
    return (before, after) if before is not None and after is not None and before <= after else None


def _between(before: datetime, after: datetime) -> str:
    if clock(before) == clock(after):
        return f" at {clock(before)} UTC"
    return f" between {clock(before)} and {clock(after)} UTC"


def _note(
    mapping: str, lowest: int, highest: int, holes: _Holes, times: tuple[datetime, datetime] | None
) -> str:
    format_ = Mapping.from_canonical_json(mapping).format
    of = "" if format_ == FLAT else f" of format {format_}"
    between = _between(*times) if times else ""
    if holes.runs == 1:
        found = f"one long range, of {counted(holes.longest, 'number')}{between}, is missing"
    else:
        found = (
            f"{holes.runs:,} long ranges are missing ({counted(holes.missing, 'number')}, the largest range"
            f" {counted(holes.longest, 'number')}{between})"
        )
    return (
        f"The numbers of the records{of} run from {lowest:,} to {highest:,}, but {found}:"
        " rows may have been lost, or left out before the export."
    )
