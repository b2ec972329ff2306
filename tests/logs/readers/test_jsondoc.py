"""JSON documents: lists, envelopes and objects over several lines, cut into the records they hold."""

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from distillscan.logs.readers import jsondoc
from tests.logs.reading import GOOD, numbers_of, raw, read, reasons_of

RECORDS = [{"account_id": f"a{i}", "timestamp": 1767323045 + i, "tools": [{"n": i}]} for i in range(1, 6)]


def accounts(rows: list[dict]) -> list[str]:
    return [row["account_id"] for row in rows if row["reason"] is None]


@pytest.mark.parametrize("indent", [None, 0, 2])
@pytest.mark.parametrize(
    "document",
    [
        RECORDS,
        {"Records": RECORDS},
        {"meta": {"n": 5, "data": [{"page": 1}]}, "data": RECORDS},
        {"result": RECORDS, "success": True, "messages": [], "errors": [{"code": 1}]},
        {"value": RECORDS, "@odata.nextLink": "https://example.com/?a=[{"},
        {"messageType": "DATA_MESSAGE", "subscriptionFilters": ["f"], "logEvents": RECORDS},
    ],
)
def test_every_record_of_a_document_is_a_row(tmp_path, document, indent):
    path = tmp_path / "log.json"
    path.write_text("\n " + json.dumps(document, indent=indent) + "\n")
    rows = read(path)
    assert [row["row_number"] for row in rows] == [1, 2, 3, 4, 5]
    assert accounts(rows) == ["a1", "a2", "a3", "a4", "a5"]


@pytest.mark.parametrize("indent", [None, 2])
def test_an_object_with_a_list_is_one_record_when_it_carries_the_fields_itself(tmp_path, indent):
    path = tmp_path / "log.json"
    path.write_text(
        json.dumps({"data": [{"x": 1}], "account_id": "a1", "timestamp": 1767323045}, indent=indent)
    )
    assert accounts(read(path)) == ["a1"]


@pytest.mark.parametrize("indent", [None, 2])
def test_one_object_without_a_time_is_an_envelope_whatever_its_list_of_timed_records_is_called(
    tmp_path, indent
):
    path = tmp_path / "log.json"
    timed = [{"account": "a1", "at": 1767323045000}, {"account": "a2", "at": 1767323046000}]
    around = {"events": timed, "searched": [{"stream": "s"}], "next": None}
    records = {
        2: [
            around,
            {"Users": [{"at": "2026-01-02T03:04:05Z"} for _ in timed]},
            {"data": {"page": {"calls": [{"node": call} for call in timed], "next": []}}},
        ],
        1: [
            around | {"closed": 1767323047},
            around | {"model": "m"},
            around | {"more": timed},
            {"messages": [{"role": "user", "at": 1767323045}] * 2},
            {"resourceSpans": [{"scopeSpans": timed}] * 2},
            {"data": {"calls": timed}, "closed": 1767323047},
        ],
    }
    for count, documents in records.items():
        for document in documents:
            path.write_text(json.dumps(document, indent=indent))
            assert len(raw(path)) == count
    path.write_text(json.dumps(around) + "\n" + json.dumps(around))
    assert len(raw(path)) == 2


def test_objects_over_several_lines_follow_one_another(tmp_path):
    path = tmp_path / "log.json"
    path.write_text("".join(json.dumps(record, indent=2) + "\n" for record in RECORDS))
    assert accounts(read(path)) == ["a1", "a2", "a3", "a4", "a5"]


def test_a_line_may_be_an_envelope_of_its_own(tmp_path):
    path = tmp_path / "log.jsonl"
    lines = [{"records": RECORDS[:2]}, RECORDS[2], {"records": []}, {"records": RECORDS[3:]}]
    path.write_text("\n".join(map(json.dumps, lines)))
    assert accounts(read(path)) == ["a1", "a2", "a3", "a4", "a5"]


def test_what_a_search_found_are_the_records_of_each_page(tmp_path):
    path = tmp_path / "log.jsonl"
    pages = [RECORDS[:2], [], RECORDS[2:]]
    found = [{"hits": {"total": {"value": 5}, "hits": page, "hints": [{}]}, "took": 1} for page in pages]
    path.write_text("\n".join(map(json.dumps, found)))
    assert accounts(read(path)) == ["a1", "a2", "a3", "a4", "a5"]


def test_what_is_no_object_in_a_list_is_rejected_by_its_number(tmp_path):
    path = tmp_path / "log.json"
    path.write_text(f'[{GOOD}, 3, "text, ]", null, [{GOOD}], {GOOD}]')
    rows = read(path)
    assert reasons_of(rows) == dict.fromkeys((2, 3, 4, 5), "not_an_object")
    assert numbers_of(rows) == [1, 6]


@pytest.mark.parametrize(
    "damaged",
    [
        '{"account_id": "a1", "timestamp": 1767323045',
        '{"account_id": "a1", "tools": {"n": 1}',
        '{"account_id": "a1"]',
        '{"account_id": "a1", "prompt": "unclosed}\n',
        '{"account_id": "a1", "prompt": "an "inner" quote"}',
        '{"account_id": "a1", "prompt": "\\ud800\x00"}',
        "[" * 70_000 + "]" * 70_000,
        "nonsense",
    ],
)
@pytest.mark.parametrize("frame", ["[{}]", '{{"Records": [{}]}}'])
def test_a_damaged_record_costs_no_neighbour(tmp_path, damaged, frame):
    path = tmp_path / "log.json"
    path.write_text(frame.format(f"{GOOD}, {damaged}, {GOOD}, {GOOD}"))
    rows = read(path)
    assert numbers_of(rows) == [1, 3, 4]
    assert list(reasons_of(rows)) == [2]


@pytest.mark.parametrize(("cut", "accepted"), [(1, 5), (10, 4), (200, 2)])
def test_a_cut_off_list_keeps_what_came_before_and_one_reject(tmp_path, cut, accepted):
    path = tmp_path / "log.json"
    path.write_text(json.dumps(RECORDS)[:-cut])
    rows = read(path)
    assert accounts(rows) == [f"a{i}" for i in range(1, accepted + 1)]
    assert reasons_of(rows) == {accepted + 1: "truncated_file"}


def test_a_record_beyond_the_limit_is_rejected_without_its_neighbours(tmp_path, monkeypatch):
    monkeypatch.setattr("distillscan.logs.readers.jsondoc.MAX_LINE_BYTES", 1000)
    monkeypatch.setattr("distillscan.logs.readers.jsonl.MAX_LINE_BYTES", 1000)
    monkeypatch.setattr("distillscan.logs.readers.jsondoc.BLOCK_BYTES", 300)
    path = tmp_path / "log.json"
    path.write_text(json.dumps([RECORDS[0], {"prompt": "x" * 5000}, RECORDS[1]]))
    rows = read(path)
    assert reasons_of(rows) == {2: "line_too_long"}
    assert accounts(rows) == ["a1", "a2"]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=40)
@given(st.lists(VALUES, max_size=6), st.sampled_from([None, 0, 1]), st.integers(1, 40), st.booleans())
def test_cut_where_it_may_be_a_list_keeps_its_elements(tmp_path_factory, values, indent, size, ascii_only):
    path = tmp_path_factory.mktemp("list") / "log.json"
    elements = [{**RECORDS[0], "prompt": value} for value in values]
    path.write_text(json.dumps(elements, indent=indent, ensure_ascii=ascii_only))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("distillscan.logs.readers.jsondoc.BLOCK_BYTES", size)
        rows = raw(path)
    assert [(number, json.loads(text)) for number, text in rows] == list(enumerate(elements, 1))


@pytest.mark.parametrize(
    "list_of_one", ["[" * 100_000, f'[{{"n": {"9" * 30}}}]', f'[{{"n": {"9" * 5000}}}]', r'[{"n": "\ud800"}]']
)
def test_a_hostile_list_is_no_envelope_and_no_failure(tmp_path, list_of_one):
    path = tmp_path / "log.json"
    path.write_text(f'{{"events": {list_of_one}}}')
    assert len(raw(path)) <= 1


def test_lists_in_one_another_without_end_are_looked_through_once():
    deep = b'{"a":' + b"[" * 250_000 + b"]" * 250_000 + b"}"
    begun = time.process_time()
    assert jsondoc._envelope(deep, (), alone=True) is None
    # half a second; what took time with the square of the depth took minutes
    assert time.process_time() - begun < 20
