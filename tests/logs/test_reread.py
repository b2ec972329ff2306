"""Single prompts, fetched again."""

import json

from distillscan.logs.mapping import Mapping
from distillscan.logs.reread import Reading, read_prompts


def prompts(path, rows, size):
    reading = Reading(str(path), size, Mapping().canonical_json())
    return read_prompts({reading: rows})[reading]


def test_prompts_come_back_by_row_while_the_file_is_the_same(tmp_path):
    path = tmp_path / "log.jsonl"
    rows = [{"account_id": "a1", "timestamp": 1767323045, "prompt": f"p{i}"} for i in range(1, 6)]
    path.write_text("\n".join(map(json.dumps, rows)) + "\nbroken\n")
    size = path.stat().st_size
    assert prompts(path, [4, 2, 6, 99], size) == {2: "p2", 4: "p4"}
    assert prompts(path, [], size) == {}
    path.write_text(path.read_text() + "\n")
    assert prompts(path, [2], size) == {}
    path.unlink()
    assert prompts(path, [2], size) == {}


def test_prompts_come_back_from_a_table_without_an_account_column(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text("org_id,timestamp,prompt\no1,2026-01-02,first\no1,2026-01-02,second\n")
    assert prompts(path, [2], path.stat().st_size) == {2: "second"}
