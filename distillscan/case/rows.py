"""Canonical rows into the tables of the case, block by block."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from distillscan.case.settle import SIDECAR_TABLES
from distillscan.case.store import Case
from distillscan.fingerprint import Fingerprints, fingerprint
from distillscan.logs.block import Fault
from distillscan.logs.record import Record

_REJECTS = pa.schema([("row_number", pa.int64()), ("reason", pa.string()), ("detail", pa.string())])

# The address joins the hash here because it is canonical only now.
_REQUESTS = """
INSERT INTO requests BY NAME
SELECT * EXCLUDE (identity_hash, record_hash), ? AS file_id,
  hash(record_hash, client_ip, ip_masked) AS content_key,
  coalesce(identity_hash, hash(record_hash, client_ip, ip_masked)) AS request_key
FROM incoming
"""


def insert_rejects(case: Case, file_id: int, rejects: pa.Table) -> None:
    """Keep rejected rows: row_number, reason and detail."""
    if rejects.num_rows:
        _insert(case, "INSERT INTO rejects BY NAME SELECT ? AS file_id, * FROM incoming", file_id, rejects)


def fault_table(faults: Sequence[Fault]) -> pa.Table:
    """Faults of a container as a table of rejects."""
    numbers = [fault.row_number for fault in faults]
    columns = [numbers, [fault.reason for fault in faults], [fault.detail[:200] for fault in faults]]
    return pa.table(
        [pa.array(values, field.type) for values, field in zip(columns, _REJECTS, strict=True)], _REJECTS
    )


def insert_sidecar(case: Case, file_id: int, good: pa.Table, record: Record) -> None:
    """Keep the good rows of a sidecar, field by field."""
    table = SIDECAR_TABLES[record.kind]
    rows = good.drop_columns(["reason", "detail"])
    _insert(case, f"INSERT INTO {table} BY NAME SELECT ? AS file_id, * FROM incoming", file_id, rows)


def insert_requests(case: Case, file_id: int, good: pa.Table, keep_text: str, threads: int | None) -> None:
    """Keep the good requests, and the fingerprints of their prompts and system prompts."""
    if good.num_rows == 0:
        return
    prompts = good["prompt"].combine_chunks()
    prompt_prints = fingerprint(prompts, threads=threads)
    systems = good["system"].combine_chunks().dictionary_encode()
    system_prints = fingerprint(systems.dictionary, threads=threads)
    rows = good.drop_columns(["reason", "detail", "prompt", "system"])
    rows = rows.append_column("prompt_key", _keys(prompt_prints))
    rows = rows.append_column("system_key", _keys(system_prints).take(systems.indices))
    _insert(case, _REQUESTS, file_id, rows)
    for texts, prints in ((prompts, prompt_prints), (systems.dictionary, system_prints)):
        _insert_texts(case, texts, prints, keep_text)


def _keys(prints: Fingerprints) -> pa.Array:
    return pa.array(prints.text_key, mask=~prints.valid)


def _insert_texts(case: Case, texts: pa.Array, prints: Fingerprints, keep_text: str) -> None:
    first = _first_of_each(prints)
    if len(first) == 0:
        return
    chosen = pa.array(first)
    content = texts.take(chosen) if keep_text == "all" else pa.nulls(len(first), pa.string())
    table = pa.table(
        {
            "text_key": pa.array(prints.text_key[first]),
            "tokens": pa.array(prints.tokens[first]),
            "bands": prints.bands.take(chosen),
            "inserts": prints.inserts.take(chosen),
            "content": content,
        }
    )
    case.connection.register("incoming", table)
    try:
        case.connection.execute("INSERT INTO texts BY NAME SELECT * FROM incoming")
    finally:
        case.connection.unregister("incoming")


def _first_of_each(prints: Fingerprints) -> npt.NDArray[np.int64]:
    valid = np.flatnonzero(prints.valid)
    _, first = np.unique(prints.text_key[valid], return_index=True)
    return np.sort(valid[first])


def _insert(case: Case, sql: str, file_id: int, rows: pa.Table) -> None:
    case.connection.register("incoming", rows)
    try:
        case.connection.execute(sql, [file_id])
    finally:
        case.connection.unregister("incoming")
