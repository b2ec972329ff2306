"""Cases made from a few records, as an analyst's exports would make them."""

import json
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import polars as pl

from distillscan.case.ingest import ingest
from distillscan.case.store import Case, open_case


def write_jsonl(path: Path, records) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


def read_log(case: Case, directory: Path) -> None:
    """Read the requests and the accounts table of an invented log."""
    ingest(case, [directory / "requests"])
    ingest(case, [directory / "accounts.csv"], kind="accounts")


def log_until(log: Path, last: date | None, directory: Path) -> pl.DataFrame:
    """Write an invented log as it was at the end of a day, or all of it, and return its requests."""
    requests = pl.read_parquet(log / "requests" / "*.parquet")
    accounts = pl.read_csv(log / "accounts.csv", infer_schema=False)
    if last is not None:
        requests = requests.filter(pl.col("timestamp").cast(pl.Date) <= last)
        accounts = accounts.filter(pl.col("created_at").str.slice(0, 10) <= last.isoformat())
    (directory / "requests").mkdir(parents=True)
    requests.write_parquet(directory / "requests" / "part.parquet")
    accounts.write_csv(directory / "accounts.csv")
    return requests


@contextmanager
def case_of(directory: Path, requests, accounts=(), signals=(), name="case"):
    """A case with these records; every request gets a timestamp and an id unless it has them."""
    defaults = {"timestamp": "2026-05-01T12:00:00Z", "prompt": "hello"}
    rows = [{**defaults, "request_id": f"r{number}"} | row for number, row in enumerate(requests)]
    with open_case(directory / f"{name}.duckdb", create=True) as case:
        ingest(case, [write_jsonl(directory / f"{name}-requests.jsonl", rows)])
        for kind, records in (("accounts", accounts), ("signals", signals)):
            if records:
                ingest(case, [write_jsonl(directory / f"{name}-{kind}.jsonl", records)], kind=kind)
        yield case
