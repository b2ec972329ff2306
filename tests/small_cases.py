"""Cases made from a few records, as an analyst's exports would make them."""

import json
from contextlib import contextmanager
from pathlib import Path

from distillscan.case.ingest import ingest
from distillscan.case.store import Case, open_case


def write_jsonl(path: Path, records) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


def read_log(case: Case, directory: Path) -> None:
    """Read the requests and the accounts table of an invented log."""
    ingest(case, [directory / "requests"])
    ingest(case, [directory / "accounts.csv"], kind="accounts")


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
