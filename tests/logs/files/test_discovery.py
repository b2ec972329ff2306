"""Which files a path, a directory or a glob stands for."""

import gzip
import lzma

import pytest

from distillscan.errors import LogError
from distillscan.logs.files.discovery import find_files
from tests.logs.reading import GOOD


def test_directories_are_searched_in_order_without_hidden_and_foreign_files(tmp_path):
    for name in ("b/two.jsonl", "a.csv", ".hidden.jsonl", ".git/x.jsonl", "notes.md", "_SUCCESS"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("text")
    (tmp_path / "part-0").write_bytes(gzip.compress(GOOD.encode()))
    (tmp_path / "c.jsonl.xz").write_bytes(lzma.compress(GOOD.encode()))
    (tmp_path / "_EMPTY").touch()
    passed_over = []
    files = find_files([tmp_path, str(tmp_path / "a.csv")], passed_over)
    assert [file.name for file in files] == ["a.csv", "b/two.jsonl", "c.jsonl.xz", "part-0"]
    assert passed_over == ["_SUCCESS", "notes.md"]


def test_globs_and_repeated_paths_name_each_file_once(tmp_path):
    for name in ("two.jsonl", "one.jsonl"):
        (tmp_path / name).write_text(GOOD)
    files = find_files([str(tmp_path / "*.jsonl"), tmp_path / "one.jsonl"])
    assert [file.name for file in files] == ["one.jsonl", "two.jsonl"]


@pytest.mark.parametrize(
    ("source", "message"),
    [("gone.jsonl", "does not exist"), ("*.jsonl", "no file matches"), ("", "no readable file")],
)
def test_nothing_to_read_is_a_clear_error(tmp_path, source, message):
    with pytest.raises(LogError, match=message):
        find_files([tmp_path / source if source else tmp_path])
