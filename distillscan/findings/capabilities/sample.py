"""A bounded sample of requests whose texts are read again, the same for the same records.

A case keeps no prompt text, and to read a whole export again takes longer than to analyse it. So a profile
rests on a sample: requests of each cluster's core and of accounts in no group at all, those with the smallest
content key, from the first rows of a few files. What it is drawn from is said with every profile.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import polars as pl
import pyarrow as pa
from duckdb import DuckDBPyConnection

from distillscan.case.frame import frame, registered
from distillscan.case.store import Case
from distillscan.findings.capabilities.matching import shortened
from distillscan.fingerprint import fingerprint
from distillscan.logs.formats import records_a_line
from distillscan.logs.mapping import Mapping
from distillscan.logs.reread import Reading, Wanted, containers, read_blocks

#: Requests sampled of one cluster, of all of them together, and of the rest of the log.
OF_CLUSTER, OF_CLUSTERS, OF_REST = 1_000, 5_000, 2_000
#: Files that are opened, and rows that are read at most in all of them.
FILES, ROWS = 16, 400_000
#: The group of the accounts in no cluster, not even as a lead.
REST = ""

_NO_TEXT = pl.DataFrame(schema={"cluster_id": pl.String, "account": pl.Int32, "text": pl.String})

# members below the core, and the groups that are not reported, belong neither here nor there
_ELIGIBLE = """
    SELECT r.file_id, r.row_number, r.prompt_key, r.request_key, a.account,
           CASE WHEN m.account IS NULL THEN '' ELSE m.cluster_id END AS cluster_id
    FROM accepted r
    JOIN read_file f ON f.file_id = r.file_id AND r.row_number <= f.last_row
    JOIN account a ON a.account_id = r.account_id
    LEFT JOIN (SELECT account, MAX(cluster_id) FILTER (tier = 'core') AS cluster_id
               FROM membership GROUP BY account) m ON m.account = a.account
    WHERE r.prompt_key IS NOT NULL AND NOT r.prompt_redacted
"""
_BY_FILE = f"SELECT cluster_id, file_id FROM ({_ELIGIBLE}) WHERE cluster_id IS NOT NULL GROUP BY ALL"
_DRAWN = f"""
    SELECT cluster_id, unnest(drawn, recursive := true)
    FROM (
        SELECT cluster_id, arg_min({{
            'request_key': request_key, 'file_id': file_id, 'row_number': row_number,
            'prompt_key': prompt_key, 'account': account
        }}, request_key, $most) AS drawn
        FROM ({_ELIGIBLE}) WHERE cluster_id IN (SELECT unnest($groups)) GROUP BY cluster_id
    )
"""
_KEPT = """
    SELECT drawn_request.*, content AS text
    FROM drawn_request
    JOIN (SELECT text_key, MIN(content) AS content FROM texts GROUP BY text_key) ON text_key = prompt_key
    WHERE content IS NOT NULL
"""
_FILES = """
    SELECT file_id, sha256, path, bytes, mapping, rows_read FROM files
    WHERE kind = 'requests' ORDER BY sha256, mapping
"""


@dataclass(frozen=True)
class Sample:
    """The texts at hand: ``texts`` has cluster_id (`REST` for the rest), account and text, shortened.

    ``drawn`` counts the requests of each cluster and the rest that were drawn, at hand or not; ``source``
    says what they were drawn from.
    """

    texts: pl.DataFrame
    drawn: dict[str, int]
    source: str


def draw(case: Case, cluster_ids: Sequence[str]) -> Sample:
    """Return the sample for these clusters and the rest of the log."""
    connection = case.connection
    files = frame(connection, _FILES)
    kept = case.meta("keep_text") == "all"
    chosen, last_row = (files, None) if kept else _chosen(connection, files, cluster_ids)
    rows = _drawn(connection, _limited(chosen, last_row), cluster_ids)
    texts = _kept_texts(connection, rows) if kept else _texts_read_again(chosen, rows)
    return Sample(
        texts=texts.sort("cluster_id", "request_key", "account", "text").select(_NO_TEXT.columns),
        drawn=dict(rows.group_by("cluster_id").len().iter_rows()),
        source=_source(files, chosen, last_row),
    )


def _source(files: pl.DataFrame, chosen: pl.DataFrame, last_row: int | None) -> str:
    if last_row is None:
        return "from the texts kept in the case"
    whole = bool((chosen["rows_read"] <= last_row).all())
    rows = "" if whole else f"the first {last_row:,} rows of "
    if chosen.height == files.height:
        # how many files a log was cut into must not change the result
        return f"from {rows}every file" if rows else "from the whole log"
    return f"from {rows}{chosen.height:,} of {files.height:,} files"


def _limited(files: pl.DataFrame, last_row: int | None) -> pl.DataFrame:
    """The files with the number of the last record of each that may be drawn."""
    lines = 1 << 62 if last_row is None else last_row
    last = [
        lines
        if last_row is None
        else (lines + 1) * records_a_line(Mapping.from_canonical_json(text).format) - 1
        for text in files["mapping"]
    ]
    return files.select("file_id").with_columns(pl.Series("last_row", last, dtype=pl.Int64))


def _chosen(
    connection: DuckDBPyConnection, files: pl.DataFrame, cluster_ids: Sequence[str]
) -> tuple[pl.DataFrame, int]:
    """The files to read, chosen in turn for the rest and for each cluster, and how many rows of each.

    Files stand in the order of their hashes, so which come first has nothing to do with what is in them.
    """
    last_row = ROWS // min(FILES, max(1, files.height))
    if files.height <= FILES:
        return files, last_row
    order = {file_id: place for place, file_id in enumerate(files["file_id"])}
    having: dict[str, list[int]] = {group: [] for group in (REST, *cluster_ids)}
    with registered(connection, "read_file", _limited(files, last_row)):
        for group, file_id in frame(connection, _BY_FILE).iter_rows():
            if group in having:
                having[group].append(file_id)
    waiting = [sorted(found, key=order.__getitem__, reverse=True) for found in having.values()]
    chosen: set[int] = set()
    while len(chosen) < FILES and any(waiting):
        for found in waiting:
            while found and found[-1] in chosen:
                found.pop()
            if found and len(chosen) < FILES:
                chosen.add(found.pop())
    return files.filter(pl.col("file_id").is_in(sorted(chosen))), last_row


def _drawn(connection: DuckDBPyConnection, files: pl.DataFrame, cluster_ids: Sequence[str]) -> pl.DataFrame:
    """The rows drawn: cluster_id, request_key, file_id, row_number, prompt_key, account."""
    each = min(OF_CLUSTER, max(1, OF_CLUSTERS // max(1, len(cluster_ids))))
    with registered(connection, "read_file", files):
        rows = frame(connection, _DRAWN, {"most": max(each, OF_REST), "groups": [REST, *cluster_ids]})
    most = pl.when(pl.col("cluster_id") == REST).then(OF_REST).otherwise(each)
    rank = pl.int_range(pl.len()).over("cluster_id")
    return rows.sort("cluster_id", "request_key", "prompt_key", "account").filter(rank < most)


def _kept_texts(connection: DuckDBPyConnection, rows: pl.DataFrame) -> pl.DataFrame:
    with registered(connection, "drawn_request", rows):
        return frame(connection, _KEPT).with_columns(shortened(pl.col("text")))


def _texts_read_again(files: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with their texts, those left out that are no longer there or no longer the same."""
    wanted: dict[Reading, list[pl.DataFrame]] = defaultdict(list)
    for file_id, path, size, mapping in files.select("file_id", "path", "bytes", "mapping").iter_rows():
        wanted[Reading(path, size, mapping)].append(rows.filter(pl.col("file_id") == file_id))
    drawn = {reading: pl.concat(parts) for reading, parts in wanted.items()}
    together = [{reading: drawn[reading] for reading in container} for container in containers(drawn)]
    nothing = pl.DataFrame(schema={**rows.schema, "text": pl.String})
    with ThreadPoolExecutor(max_workers=2) as readers:
        parts = readers.map(_read_again, together)
        return pl.concat([nothing, *(part.select(nothing.columns) for found in parts for part in found)])


def _read_again(drawn: dict[Reading, pl.DataFrame]) -> list[pl.DataFrame]:
    wanted: Wanted = {reading: list(rows["row_number"]) for reading, rows in drawn.items()}
    return [
        drawn[reading].join(_verifiable(block), on=("row_number", "prompt_key"))
        for reading, block in read_blocks(wanted)
    ]


def _verifiable(block: pa.Table) -> pl.DataFrame:
    """Row number, shortened text, and the key that the whole text has now."""
    prompts = block["prompt"].combine_chunks().cast(pa.large_string())
    keys = pl.Series("prompt_key", fingerprint(prompts).text_key, dtype=pl.UInt64)
    text = pl.Series("text", prompts.to_pylist(), dtype=pl.String)
    rows = pl.Series("row_number", block["row_number"].to_numpy(), dtype=pl.Int64)
    return pl.DataFrame([rows, text, keys]).with_columns(shortened(pl.col("text")))
