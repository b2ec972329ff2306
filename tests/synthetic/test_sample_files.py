"""The committed sample logs are what the generator writes today."""

import gzip
import json
from pathlib import Path

import polars as pl
import pytest

from distillscan.synthetic.files import write_sample
from distillscan.synthetic.sample import build_sample

COMMITTED = Path(__file__).parents[2] / "sample_logs"


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    directory = tmp_path_factory.mktemp("sample")
    write_sample(build_sample(), directory)
    return directory


def files(directory):
    return sorted(path.relative_to(directory) for path in directory.rglob("*") if path.is_file())


def test_the_same_files_are_written_again(written):
    assert files(written) == files(COMMITTED)


def test_text_files_are_byte_identical(written):
    for name in ("README.md", "accounts.csv", "events.csv", "truth.csv"):
        assert (written / name).read_bytes() == (COMMITTED / name).read_bytes(), name


def test_compressed_lines_hold_the_same_bytes(written):
    # what zlib makes of the bytes depends on its build, so the lines are compared and not their packing
    names = [name for name in files(written) if name.suffix == ".gz"]
    assert len(names) == 3
    for name in names:
        ours, theirs = (gzip.decompress((root / name).read_bytes()) for root in (written, COMMITTED))
        assert ours == theirs, name


def test_parquet_files_hold_the_same_rows(written):
    # the bytes name the version of the writer, so the rows are compared
    names = [name for name in files(written) if name.suffix == ".parquet"]
    assert len(names) == 5
    for name in names:
        assert pl.read_parquet(written / name).equals(pl.read_parquet(COMMITTED / name)), name


def test_writing_twice_gives_equal_bytes(written, tmp_path):
    write_sample(build_sample(), tmp_path)
    assert [(tmp_path / name).read_bytes() for name in files(written)] == [
        (written / name).read_bytes() for name in files(written)
    ]


def test_the_sample_stays_small():
    assert sum((COMMITTED / name).stat().st_size for name in files(COMMITTED)) < 5_000_000


def test_lines_and_parquet_carry_the_same_columns_and_meet_without_overlap(written):
    lines = [
        json.loads(line)
        for path in sorted((written / "requests").glob("*.gz"))
        for line in gzip.decompress(path.read_bytes()).splitlines()
    ]
    parquet = pl.read_parquet(written / "requests" / "*.parquet")
    assert list(lines[0]) == parquet.columns
    assert max(line["timestamp"] for line in lines) < parquet["timestamp"].min().isoformat()
    assert len(lines) + len(parquet) == len(build_sample().requests)
    assert lines[0]["timestamp"].endswith("Z")
    assert parquet.schema["timestamp"] == pl.Datetime("ms", "UTC")
