"""What a declaration of a format can say, shown on formats made for the test."""

import json

import duckdb
import pyarrow as pa
import pytest

from distillscan.errors import LogError
from distillscan.logs import formats
from distillscan.logs.canonical import canonical_rows, configure
from distillscan.logs.containers import Export
from distillscan.logs.formats.computed import one_of, seconds, span_ms
from distillscan.logs.formats.format import RECORDS_A_LINE, Computed, Format, Rule
from distillscan.logs.mapping import Mapping
from distillscan.logs.raw import raw_rows
from distillscan.logs.record import record_of
from distillscan.logs.reread import Reading, read_prompts

REQUESTS = record_of("requests")


@pytest.fixture
def declared(monkeypatch):
    """Registers a format for one test."""

    def register(**declaration):
        made = Format(
            **{"name": "made", "title": "Made", "rule": Rule(keys=("made",)), "fields": {}} | declaration
        )
        monkeypatch.setitem(formats._BY_NAME, made.name, made)
        return made

    return register


def raw(tmp_path, lines, **paths):
    """The texts found in lines of the registered format, without the missing ones."""
    log = tmp_path / "log.jsonl"
    log.write_text("".join(line if isinstance(line, str) else json.dumps(line) + "\n" for line in lines))
    mapping = Mapping(tuple(paths.items()), "made")
    with Export(log, REQUESTS, mapping) as export, duckdb.connect() as connection:
        configure(connection)
        (block,) = export.blocks()
        rows = raw_rows(connection, block.table, REQUESTS, mapping).to_pylist()
        canonical = canonical_rows(connection, block.table, REQUESTS, mapping, "account_id")
    assert canonical.num_rows == len(rows)
    return [{name: value for name, value in row.items() if value is not None} for row in rows]


def test_the_first_place_that_is_not_empty_counts(tmp_path, declared):
    declared(fields={"account_id": ("a", "b.c", '$."d.e"[1]')})
    lines = [{"a": "1", "b": {"c": "2"}}, {"a": "", "b.c": "2"}, {"a": None, "d.e": ["x", "3"]}]
    assert [row["account_id"] for row in raw(tmp_path, lines)] == ["1", "2", "3"]


def test_a_map_overrides_single_fields(tmp_path, declared):
    declared(fields={"account_id": "a", "model": "m"})
    (row,) = raw(tmp_path, [{"a": "1", "m": "gpt", "own": {"id": "9"}}], account_id="own.id")
    assert (row["account_id"], row["model"]) == ("9", "gpt")


def test_paths_lead_through_json_in_strings_of_any_depth(tmp_path, declared):
    declared(fields={"account_id": "p.q.id"}, documents=("p", "p.q"))
    inner = {"id": "deep"}
    lines = [
        {"p": {"q": inner}},
        {"p": json.dumps({"q": json.dumps(inner)})},
        {"p": "no JSON"},
        {"p": "{broken"},
    ]
    assert [row.get("account_id") for row in raw(tmp_path, lines)] == ["deep", "deep", None, None]


def test_values_are_computed_in_sql(tmp_path, declared):
    declared(
        fields={
            "latency_ms": (span_ms("start", "end"), seconds("took")),
            "model": Computed(("a", "b"), lambda a, b: f"{a} || '-' || {b}"),
        }
    )
    times = {"start": "2026-01-02T00:00:00Z", "end": "2026-01-02T00:00:01.5Z"}
    lines = [
        {**times, "a": "x", "b": "y"},
        {"took": "0.25"},
        {"start": times["end"], "end": 5},
    ]
    first, second, third = raw(tmp_path, lines)
    assert (first["latency_ms"], first["model"]) == ("1500.0", "x-y")
    assert second["latency_ms"] == "250.0"
    assert "latency_ms" not in third


def test_records_that_are_no_requests_say_so(tmp_path, declared):
    declared(fields={"account_id": "a"}, keep=one_of("type", "GENERATION"))
    rows = raw(tmp_path, [{"type": "GENERATION"}, {"type": "SPAN"}, {}, "broken\n"])
    assert [row.get("fault") for row in rows] == [None, "not_a_request", "not_a_request", "invalid_json"]
    assert rows[1]["found"] == "SPAN"


def explode(line):
    return f"""from_json({line}, '{{"spans":["JSON"]}}').spans::VARCHAR[]"""


def test_a_line_may_hold_several_records_each_with_a_number_of_its_own(tmp_path, declared):
    declared(
        fields={"account_id": "id", "prompt": "text", "timestamp": "at"},
        explode=explode,
        keep=one_of("ok", "1"),
    )
    span = {"ok": 1, "at": 1772409600}
    lines = [
        {"spans": [span | {"id": "a", "text": "one"}, span | {"id": "b", "text": "two"}]},
        {"spans": []},
        "broken\n",
        '{"spans": [{"ok": 1, "id": "c", "text": "half \\ud800"}]}\n',
    ]
    rows = raw(tmp_path, lines)
    numbers = [(row["row_number"] // RECORDS_A_LINE, row["row_number"] % RECORDS_A_LINE) for row in rows]
    assert sorted(numbers) == [(1, 1), (1, 2), (2, 1), (3, 1), (4, 1)]
    by_number = dict(zip(numbers, rows, strict=True))
    assert [by_number[1, place]["account_id"] for place in (1, 2)] == ["a", "b"]
    assert by_number[2, 1]["fault"] == "not_a_request"
    assert by_number[3, 1]["fault"] == "invalid_json"
    assert by_number[4, 1]["prompt"] == "half \ufffd"


def test_prompts_of_exploded_records_are_fetched_again(tmp_path, declared):
    declared(fields={"prompt": "text", "timestamp": "at"}, explode=explode)
    log = tmp_path / "log.jsonl"
    spans = [{"text": "one", "at": 1772409600}, {"text": "two", "at": 1772409600}]
    log.write_text(json.dumps({"spans": spans[:1]}) + "\n" + json.dumps({"spans": spans}) + "\n")
    wanted = [2 * RECORDS_A_LINE + 2, RECORDS_A_LINE + 1]
    reading = Reading(str(log), log.stat().st_size, Mapping(format="made").canonical_json())
    found = read_prompts({reading: wanted})[reading]
    assert found == {2 * RECORDS_A_LINE + 2: "two", RECORDS_A_LINE + 1: "one"}


def test_cells_of_a_table_are_opened_whether_text_or_struct(declared):
    declared(fields={"account_id": "meta.user", "model": "meta.m"}, request_body="body")
    mapping = Mapping(format="made")
    cells = pa.table(
        {
            "row_number": pa.array([1, 2]),
            "column_0": pa.array([{"user": "a", "m": "gpt"}, {"user": "b", "m": None}]),
            "column_1": pa.array(['{"prompt": "one"}', "two"]),
        }
    )
    fields = [
        cells.schema.field(0),
        cells.schema.field(1).with_metadata({"inside": "meta"}),
        cells.schema.field(2).with_metadata({"inside": "body"}),
    ]
    with duckdb.connect() as connection:
        rows = raw_rows(connection, cells.cast(pa.schema(fields)), REQUESTS, mapping).to_pylist()
    assert [(row["account_id"], row["model"], row["prompt"]) for row in rows] == [
        ("a", "gpt", "one"),
        ("b", None, "two"),
    ]


def test_a_map_keeps_its_format_in_the_spelling_of_the_case():
    mapping = Mapping((("account_id", "x"),), "one-api")
    assert mapping.canonical_json() == '{"format":"one-api","account_id":"x"}'
    assert Mapping.from_canonical_json(mapping.canonical_json()) == mapping
    assert Mapping().canonical_json() == "{}"


def test_an_unknown_format_is_a_clear_error():
    with pytest.raises(LogError, match=r"choose auto or one of flat, .*bodies"):
        formats.format_named("lite-llm")
