"""Single prompts of an export, fetched again from the evidence itself."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from distillscan.errors import LogError
from distillscan.logs.canonical import canonical_rows, configure
from distillscan.logs.containers import Export
from distillscan.logs.formats import records_a_line
from distillscan.logs.mapping import Mapping
from distillscan.logs.parts import Part, found_part
from distillscan.logs.record import REQUESTS, Record

# A row is wanted for its prompt alone, whichever of its fields the case took for the account.
_PROMPTS = Record("requests", tuple(replace(field, required=False) for field in REQUESTS.fields))


def read_rows(path: Path, mapping: Mapping, rows: Collection[int], *, size: int) -> dict[int, str]:
    """The prompts of these rows of a requests file, by row number; rows without a prompt are left out.

    Reads no further than the last row. Returns nothing when the file is gone or no longer has ``size`` bytes.
    """
    found: dict[int, str] = {}
    try:
        for table in read_blocks(path, mapping, rows, size=size):
            found |= {row["row_number"]: row["prompt"] for row in table.to_pylist()}
    except (OSError, LogError):
        return {}
    return found


def read_blocks(path: Path, mapping: Mapping, rows: Collection[int], *, size: int) -> Iterator[pa.Table]:
    """The same block by block, as tables of row_number and prompt, so that texts need not pile up.

    Raises OSError or LogError when the file is gone or cannot be read; none come when its size changed.
    """
    with found_part(path) as part:
        if part is None:
            raise LogError(f"{path} is gone")
        if rows and part.size == size:
            yield from _read(part, mapping, np.unique(np.fromiter(rows, np.int64, len(rows))))


def _read(part: Part, mapping: Mapping, wanted: np.ndarray) -> Iterator[pa.Table]:
    lines = np.unique(wanted // records_a_line(mapping.format))
    with Export(part, _PROMPTS, mapping) as export, duckdb.connect() as connection:
        configure(connection)
        for block in export.blocks():
            table = block.table.filter(pc.is_in(block.table["row_number"], value_set=pa.array(lines)))
            if table.num_rows:
                rows = canonical_rows(connection, table, _PROMPTS, mapping, "account_id")
                asked = pc.is_in(rows["row_number"], value_set=pa.array(wanted))
                yield rows.select(["row_number", "prompt"]).filter(pc.and_(asked, rows["prompt"].is_valid()))
            last = block.table["row_number"][-1].as_py() if block.table.num_rows else 0
            if last >= lines[-1]:
                break
