"""Canonical rows into the tables of the case, block by block."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

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
_CONTENT_KEY = "hash(record_hash, client_ip, ip_masked)"
_REQUEST_KEYS = {"content_key": _CONTENT_KEY, "request_key": f"coalesce(identity_hash, {_CONTENT_KEY})"}


def insert_files(case: Case, files: Sequence[Mapping[str, str | int]]) -> None:
    """Enter files, each by the columns of table ``files``."""
    _insert(case, "files", pa.Table.from_pylist(list(files)))


def insert_rejects(case: Case, rejects: pa.Table) -> None:
    """Keep rejected rows: file_id, row_number, reason and detail."""
    if rejects.num_rows:
        _insert(case, "rejects", rejects)


def fault_table(faults: Sequence[Fault]) -> pa.Table:
    """Faults of a container as a table of rejects."""
    numbers = [fault.row_number for fault in faults]
    columns = [numbers, [fault.reason for fault in faults], [fault.detail[:200] for fault in faults]]
    return pa.table(
        [pa.array(values, field.type) for values, field in zip(columns, _REJECTS, strict=True)], _REJECTS
    )


def insert_sidecar(case: Case, good: pa.Table, record: Record) -> None:
    """Keep the good rows of a sidecar, field by field."""
    if good.num_rows:
        _insert(case, SIDECAR_TABLES[record.kind], good)


def insert_requests(case: Case, good: pa.Table, keep_text: str, threads: int | None) -> None:
    """Keep the good requests, and the fingerprints of their prompts and system prompts."""
    if good.num_rows == 0:
        return
    prompts = good["prompt"].combine_chunks()
    prompt_prints = fingerprint(prompts, threads=threads)
    systems = good["system"].combine_chunks().dictionary_encode()
    system_prints = fingerprint(systems.dictionary, threads=threads)
    rows = good.drop_columns(["prompt", "system"])
    rows = rows.append_column("prompt_key", _keys(prompt_prints))
    rows = rows.append_column("system_key", _keys(system_prints).take(systems.indices))
    _insert(case, "requests", rows, _REQUEST_KEYS)
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
    _insert(case, "texts", table)


def _first_of_each(prints: Fingerprints) -> npt.NDArray[np.int64]:
    valid = np.flatnonzero(prints.valid)
    _, first = np.unique(prints.text_key[valid], return_index=True)
    return np.sort(valid[first])


def _insert(
    case: Case, table: str, rows: pa.Table, computed: Mapping[str, str] = MappingProxyType({})
) -> None:
    # As a relation and not as a registered view: a transaction holds on to every view it saw, with its rows.
    columns = (
        f"{computed[name]} AS {name}" if name in computed else name
        for name in case.connection.table(table).columns
    )
    case.connection.from_arrow(rows).project(", ".join(columns)).insert_into(table)
