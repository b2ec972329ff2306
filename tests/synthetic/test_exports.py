"""Invented logs on disk."""

import io
import json

import polars as pl
import pytest
import zstandard

from distillscan.errors import DistillscanError
from distillscan.synthetic import exports
from distillscan.synthetic.exports import prepare, write_log
from distillscan.synthetic.records import Part
from distillscan.synthetic.world import EVENTS
from tests.synthetic.worlds import ACCOUNTS, REQUESTS, parts, requests, truth


def written(directory, form="parquet", world=None):
    prepare(directory, force=False)
    write_log(world or parts("baseline"), directory, form, events=EVENTS)
    return directory


def lines(directory):
    packed = b"".join(path.read_bytes() for path in sorted(directory.glob("requests/*")))
    text = zstandard.ZstdDecompressor().stream_reader(io.BytesIO(packed), read_across_frames=True).read()
    return [json.loads(line) for line in text.splitlines()]


def test_parquet_holds_the_log_and_its_truth(tmp_path):
    directory = written(tmp_path / "log")
    log = pl.read_parquet(directory / "requests" / "*.parquet")
    assert len(log) == REQUESTS
    assert "campaign" not in log.columns
    assert log["timestamp"].is_sorted()
    assert len(pl.read_csv(directory / "accounts.csv")) == ACCOUNTS
    assert pl.read_csv(directory / "truth.csv").equals(truth("baseline").accounts)
    assert pl.read_parquet(directory / "truth_requests.parquet").equals(truth("baseline").requests)
    assert set(pl.read_csv(directory / "events.csv")["kind"]) >= {"model_release", "ban_wave"}


def test_lines_hold_the_same_and_the_same_bytes_again(tmp_path):
    one, other = (written(tmp_path / name, "jsonl") for name in ("one", "other"))
    assert {line["request_id"] for line in lines(one)} == set(requests("baseline")["request_id"])
    names = sorted(path.relative_to(one) for path in one.rglob("*") if path.is_file())
    assert len(names) == 5
    for name in names:
        assert (one / name).read_bytes() == (other / name).read_bytes(), name


def test_shards_are_of_one_size_and_lose_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(exports, "SHARD_ROWS", 2_500)
    seen = []
    prepare(tmp_path, force=False)
    write_log(parts("baseline"), tmp_path, "parquet", progress=seen.append)
    sizes = [len(pl.read_parquet(path)) for path in sorted(tmp_path.glob("requests/*"))]
    assert sizes == [2_500, 2_500, 1_000]
    assert seen == [2_500, 5_000, 6_000]


def test_an_older_log_stays_unless_forced_and_other_files_always(tmp_path):
    directory = written(tmp_path / "log")
    (directory / "notes.txt").write_text("mine")
    with pytest.raises(DistillscanError, match="--force"):
        prepare(directory, force=False)
    prepare(directory, force=True)
    assert [path.name for path in directory.rglob("*") if path.is_file()] == ["notes.txt"]
    with pytest.raises(DistillscanError, match="is a file"):
        prepare(directory / "notes.txt", force=True)


def test_accounts_of_which_nothing_is_known_get_no_table(tmp_path):
    bare = [Part(part.accounts.select("account_id"), part.requests) for part in parts("baseline")]
    assert not (written(tmp_path / "log", world=bare) / "accounts.csv").exists()
