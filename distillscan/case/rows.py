"""Canonical rows into the tables of the case, block by block."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from distillscan.arrays import Bools, Int64s
from distillscan.case.keystore import KeyStore
from distillscan.case.settle import SIDECAR_TABLES
from distillscan.case.store import Case
from distillscan.fingerprint import Fingerprints, fingerprint
from distillscan.fingerprint.shared import keys_of
from distillscan.logs.canonical import id_hash
from distillscan.logs.formats.spans import SPAN
from distillscan.logs.readers.block import Fault

_REJECTS = pa.schema([("row_number", pa.int64()), ("reason", pa.string()), ("detail", pa.string())])

# The address joins the hash here because it is canonical only now.
_REQUEST_KEYS = {
    "request_key": "coalesce(identity_hash, hash(record_hash, client_ip, ip_masked))",
    "filled": "0",
}


def table_of(kind: str) -> str:
    """The table that the records of a kind go into."""
    return SIDECAR_TABLES.get(kind, kind)


def insert_rejects(case: Case, rejects: pa.Table) -> None:
    """Keep rejected rows: file_id, row_number, reason, detail, and record_number where there is one."""
    if "record_number" not in rejects.column_names:
        rejects = rejects.append_column("record_number", pa.nulls(rejects.num_rows, pa.int64()))
    insert(case, "rejects", rejects)


def fault_table(faults: Sequence[Fault]) -> pa.Table:
    """Faults of a container as a table of rejects."""
    numbers = [fault.row_number for fault in faults]
    columns = [numbers, [fault.reason for fault in faults], [fault.detail[:200] for fault in faults]]
    return pa.table(
        [pa.array(values, field.type) for values, field in zip(columns, _REJECTS, strict=True)], _REJECTS
    )


def insert_edge(case: Case, good: pa.Table, account_field: str) -> None:
    """Keep the good rows of another log of the requests."""
    computed = {"id_hash": id_hash("request_id"), "account_id": account_field, "ts": "timestamp"}
    insert(case, "edge", good, computed)


def spans_of(found: pa.Table) -> pa.Table | None:
    """The places of spans in their traces, of canonical rows; None where no row has one."""
    if "span_id" not in found.column_names:
        return None
    spans = found.select(["row_number", *(name for name in SPAN if name in found.column_names)])
    if "span_around" not in spans.column_names:
        spans = spans.append_column("span_around", pa.nulls(len(spans), pa.uint64()))
    return spans.filter(pc.is_valid(spans["span_id"]))


@dataclass(frozen=True)
class Prompted:
    """Canonical requests without their texts, the texts (n,), and the fingerprints of these.

    ``systems`` has each system prompt of the block once; ``system_prints`` are those of its dictionary.
    """

    rows: pa.Table
    prompts: pa.Array
    systems: pa.DictionaryArray
    prompt_prints: Fingerprints
    system_prints: Fingerprints


def prompted(requests: pa.Table, threads: int) -> Prompted:
    """Fingerprint the texts of canonical requests."""
    prompts = requests["prompt"].combine_chunks()
    systems = requests["system"].combine_chunks().dictionary_encode()
    prints = fingerprint(prompts, threads=threads)
    return Prompted(
        requests.drop_columns(["prompt", "system", "opening"]),
        prompts,
        systems,
        _opened(prints, requests["opening"].combine_chunks(), threads),
        fingerprint(systems.dictionary, threads=threads),
    )


def _opened(prints: Fingerprints, openings: pa.Array, threads: int) -> Fingerprints:
    """The fingerprints of prompts (n,) that open as their conversations do, where these have ``openings``."""
    if openings.null_count == len(openings):
        return prints
    heads = fingerprint(openings.drop_null(), threads=threads).opening
    of_row = pc.replace_with_mask(pa.nulls(len(openings), heads.type), openings.is_valid(), heads)
    return replace(prints, opening=pc.coalesce(of_row, prints.opening))


def insert_requests(case: Case, good: Prompted, keep_text: str) -> None:
    """Keep the good requests, and the fingerprint keys of their prompts and system prompts.

    Each prompt has a text number of its own; equal system prompts of one account share theirs.
    """
    if good.rows.num_rows:
        _insert_prompted(case, "requests", good, good.rows["account_id"], keep_text)


def insert_unowned(case: Case, unowned: Prompted, keep_text: str) -> None:
    """Keep requests without an account; whose they are may differ, so that each has its own texts."""
    rows = unowned.rows
    if rows.num_rows:
        nobody = pa.repeat(pa.scalar("", rows["account_id"].type), rows.num_rows)
        rows = rows.set_column(rows.column_names.index("account_id"), "account_id", nobody)
        _insert_prompted(case, "unowned", replace(unowned, rows=rows), rows["identity_hash"], keep_text)


def _insert_prompted(case: Case, table: str, good: Prompted, owners: pa.ChunkedArray, keep_text: str) -> None:
    prompts, systems = good.prompts, good.systems
    prompt_prints, system_prints = good.prompt_prints, good.system_prints
    first = int(case.meta("texts") or 0)
    prompt_texts = np.arange(first, first + len(prompts))
    system_texts, own = _one_for_each_owner(owners, systems)
    rows = good.rows.append_column("prompt_key", _present(prompt_prints.text_key, prompt_prints.valid))
    for side in ("opening", "closing"):
        rows = rows.append_column(f"prompt_{side}", getattr(prompt_prints, side))
    rows = rows.append_column("prompt_text", _present(prompt_texts.astype(np.int32), prompt_prints.valid))
    rows = rows.append_column(
        "system_key", _present(system_prints.text_key, system_prints.valid).take(systems.indices)
    )
    rows = rows.append_column(
        "system_text", pc.add(system_texts, pa.scalar(first + len(prompts), pa.int32()))
    )
    insert(case, table, rows, _REQUEST_KEYS)
    numbers = np.arange(first + len(prompts), first + len(prompts) + len(own))
    keys = [keys_of(prompt_prints, prompt_texts, system=False)]
    keys.append(keys_of(system_prints.take(own), numbers, system=True))
    KeyStore.of(case.path).append(case.connection, *map(np.concatenate, zip(*keys, strict=True)))
    case.set_meta("texts", str(first + len(prompts) + len(own)))
    if keep_text == "all":
        for texts, prints in ((prompts, prompt_prints), (systems.dictionary, system_prints)):
            _insert_texts(case, texts, prints)


def _present(values: NDArray[np.generic], valid: Bools) -> pa.Array:
    return pa.array(values, mask=~valid)


def _one_for_each_owner(owners: pa.ChunkedArray, systems: pa.DictionaryArray) -> tuple[pa.Array, Int64s]:
    """Number the pairs of owner and system prompt: the number of each row, the prompt of each pair."""
    codes = owners.combine_chunks().dictionary_encode().indices.to_numpy().astype(np.int64)
    present = systems.indices.is_valid().to_numpy(zero_copy_only=False)
    index = pc.fill_null(systems.indices, 0).to_numpy().astype(np.int64)
    pairs, numbers = np.unique(codes[present] * len(systems.dictionary) + index[present], return_inverse=True)
    of_row = np.zeros(len(codes), np.int32)
    of_row[present] = numbers
    return pa.array(of_row, mask=~present), pairs % max(len(systems.dictionary), 1)


def _insert_texts(case: Case, texts: pa.Array, prints: Fingerprints) -> None:
    first = _first_of_each(prints)
    table = pa.table({"text_key": prints.text_key[first], "content": texts.take(pa.array(first))})
    insert(case, "texts", table)


def _first_of_each(prints: Fingerprints) -> Int64s:
    valid = np.flatnonzero(prints.valid)
    _, first = np.unique(prints.text_key[valid], return_index=True)
    return np.sort(valid[first])


def insert(
    case: Case, table: str, rows: pa.Table, computed: Mapping[str, str] = MappingProxyType({})
) -> None:
    """Enter rows by the columns of a table, of which some are ``computed`` from those of the rows."""
    if not rows.num_rows:
        return
    # Not as a registered view: a transaction keeps every view that it has used, with its rows.
    columns = (
        f"{computed[name]} AS {name}" if name in computed else name
        for name in case.connection.table(table).columns
    )
    case.connection.from_arrow(rows).project(", ".join(columns)).insert_into(table)
