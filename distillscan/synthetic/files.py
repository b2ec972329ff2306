"""A sample on disk: early weeks as compressed JSON lines, later weeks as Parquet, sidecars as CSV."""

import gzip
from datetime import datetime, timedelta
from importlib import resources
from pathlib import Path

import polars as pl

from distillscan.synthetic.exports import json_lines, write_csv, write_parquet
from distillscan.synthetic.records import FIRST_DAY
from distillscan.synthetic.sample import Sample
from distillscan.synthetic.traffic import DAYS

_WEEKS_AS_LINES = 3
_LEVEL = 12


def write_sample(sample: Sample, directory: Path) -> None:
    """Write the files of a sample into ``directory``, made when missing; files of old are replaced."""
    requests = directory / "requests"
    requests.mkdir(parents=True, exist_ok=True)
    for week, first in enumerate(range(0, DAYS, 7)):
        start = datetime.combine(FIRST_DAY, datetime.min.time()) + timedelta(days=first)
        inside = (pl.col("timestamp") >= start) & (pl.col("timestamp") < start + timedelta(days=7))
        rows = sample.requests.filter(inside)
        if week < _WEEKS_AS_LINES:
            _write_lines(rows, requests / f"{start:%Y-%m-%d}.jsonl.gz")
        else:
            write_parquet(rows, requests / f"{start:%Y-%m-%d}.parquet", _LEVEL)
    write_csv(sample.accounts, directory / "accounts.csv")
    write_csv(sample.events, directory / "events.csv")
    write_csv(sample.truth, directory / "truth.csv")
    write_parquet(sample.truth_requests, directory / "truth_requests.parquet", _LEVEL)
    (directory / "README.md").write_text(_readme(sample), encoding="utf-8", newline="\n")


def _write_lines(rows: pl.DataFrame, path: Path) -> None:
    # neither name nor time in the header, so equal rows give equal files
    with path.open("wb") as raw, gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as packed:
        packed.write(json_lines(rows))


def _readme(sample: Sample) -> str:
    template = resources.files("distillscan.synthetic") / "texts" / "sample.md"
    return template.read_text(encoding="utf-8").format(
        days=DAYS,
        first=FIRST_DAY,
        last=FIRST_DAY + timedelta(days=DAYS - 1),
        requests=len(sample.requests),
        accounts=len(sample.accounts),
        campaign_accounts=len(sample.truth),
        campaign_requests=len(sample.truth_requests),
    )
