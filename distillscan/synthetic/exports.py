"""Invented logs on disk: shards of requests, sidecars and truth; equal rows give equal bytes."""

import io
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import zstandard

from distillscan.choices import LogForm
from distillscan.errors import DistillscanError
from distillscan.synthetic.records import REQUEST_SCHEMA, Part
from distillscan.synthetic.truth import Truth

SHARD_ROWS = 250_000
_INSTANT = "%Y-%m-%dT%H:%M:%S%.3fZ"
_SIDECARS = ("accounts.csv", "events.csv", "truth.csv", "truth_requests.parquet")


def prepare(directory: Path, *, force: bool) -> None:
    """Make the directory ready for a log; with ``force`` the files of an older one are removed from it.

    Raises DistillscanError when the files of another log are there, or the directory is a file.
    """
    if directory.exists() and not directory.is_dir():
        raise DistillscanError(f"{directory} is a file; name a directory with -o.")
    older = [directory / name for name in _SIDECARS if (directory / name).exists()]
    older += sorted((directory / "requests").glob("part-*"))
    if older and not force:
        raise DistillscanError(
            f"{directory} holds an invented log already; choose another directory, or use --force."
        )
    for file in older:
        file.unlink()
    (directory / "requests").mkdir(parents=True, exist_ok=True)


def write_log(
    parts: Iterable[Part],
    directory: Path,
    form: LogForm,
    *,
    events: pl.DataFrame | None = None,
    progress: Callable[[int], None] = lambda rows: None,
) -> Truth:
    """Write a log and its truth into a directory made ready by :func:`prepare`, and return the truth.

    ``requests/part-*`` are shards of about 250,000 rows, each in the order of its times; accounts.csv is left
    out when nothing is known of the accounts but their ids. ``progress`` is told the rows written
    so far. Memory is flat in requests.
    """
    truth = Truth()
    accounts: list[pl.DataFrame] = []
    write = _write_quickly if form == "parquet" else _write_lines
    suffix = "parquet" if form == "parquet" else "jsonl.zst"
    rows = 0
    # the next shard is invented while the last one is packed
    with ThreadPoolExecutor(max_workers=1) as packer:
        packing: Future[None] | None = None
        for number, shard in enumerate(_shards(_noted(parts, truth, accounts))):
            if packing is not None:
                packing.result()
            packing = packer.submit(write, shard, directory / "requests" / f"part-{number:05d}.{suffix}")
            rows += len(shard)
            progress(rows)
        if packing is not None:
            packing.result()
    table = pl.concat(accounts)
    if table.width > 1:
        write_csv(table.sort("account_id"), directory / "accounts.csv")
    if events is not None:
        write_csv(events, directory / "events.csv")
    write_csv(truth.accounts, directory / "truth.csv")
    _write_quickly(truth.requests, directory / "truth_requests.parquet")
    return truth


def _noted(parts: Iterable[Part], truth: Truth, accounts: list[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    for part in parts:
        accounts.append(part.accounts)
        truth.add(part)
        yield part.requests.select(pl.col(name).cast(kind) for name, kind in REQUEST_SCHEMA.items())


def _shards(tables: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """Yield the rows of all tables in shards of 250,000 rows, the last one smaller."""
    waiting: list[pl.DataFrame] = []
    held = 0
    for table in tables:
        waiting.append(table)
        held += len(table)
        while held >= SHARD_ROWS:
            whole = pl.concat(waiting)
            yield whole.head(SHARD_ROWS).sort("timestamp", "request_id")
            waiting = [whole.slice(SHARD_ROWS)]
            held -= SHARD_ROWS
    if held:
        yield pl.concat(waiting).sort("timestamp", "request_id")


def _write_quickly(rows: pl.DataFrame, path: Path) -> None:
    write_parquet(rows, path, level=1)


def _write_lines(rows: pl.DataFrame, path: Path) -> None:
    path.write_bytes(zstandard.ZstdCompressor(level=1).compress(json_lines(rows)))


def json_lines(rows: pl.DataFrame) -> memoryview:
    """Return rows with column timestamp as JSON, one object a line."""
    lines = io.BytesIO()
    rows.with_columns(pl.col("timestamp").dt.strftime(_INSTANT)).write_ndjson(lines)
    return lines.getbuffer()


def write_parquet(rows: pl.DataFrame, path: Path, level: int) -> None:
    """Write rows as Parquet, with times in UTC, compressed at this level of Zstandard."""
    table = rows.with_columns(pl.col(pl.Datetime).dt.replace_time_zone("UTC")).to_arrow()
    pq.write_table(table, path, compression="zstd", compression_level=level, store_schema=False)


def write_csv(rows: pl.DataFrame, path: Path) -> None:
    """Write rows as CSV, with times to the second."""
    rows.with_columns(pl.col(pl.Datetime).dt.strftime("%Y-%m-%dT%H:%M:%SZ")).write_csv(path)
