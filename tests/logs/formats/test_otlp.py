"""Calls in OpenTelemetry: spans of one call count once, and its events find its span."""

import pytest
from small_cases import write_jsonl

from distillscan.case.ingest import ingest
from distillscan.case.ledger import ledger_totals
from distillscan.case.store import open_case

QUESTION = ("gen_ai.prompt.0.content", "What is on the picture?")


def span(number, parent=None, *, trace=1, call=True, text=True):
    pairs = [("user.id", "user-larch")]
    pairs += [("llm.request.type", "chat")] if call else [("traceloop.span.kind", "workflow")]
    pairs += [(QUESTION[0], text if isinstance(text, str) else QUESTION[1])] if text else []
    return {
        "traceId": f"{trace:032x}",
        "spanId": f"{number:016x}",
        "parentSpanId": f"{parent:016x}" if parent else "",
        "startTimeUnixNano": f"{1772409600 + number}000000000",
        "attributes": [{"key": key, "value": {"stringValue": value}} for key, value in pairs],
    }


def event(name, text, *, trace=1, number=1):
    body = {"kvlistValue": {"values": [{"key": "content", "value": {"stringValue": text}}]}}
    place = {"traceId": f"{trace:032x}", "spanId": f"{number:016x}", "timeUnixNano": "1772409601000000000"}
    return {"eventName": name, "body": body, "attributes": [], **place}


def traces(path, *lines):
    made = [{"resourceSpans": [{"resource": {}, "scopeSpans": [{"spans": list(line)}]}]} for line in lines]
    return write_jsonl(path, made)


def logs(path, *lines):
    made = [{"resourceLogs": [{"resource": {}, "scopeLogs": [{"logRecords": list(line)}]}]} for line in lines]
    return write_jsonl(path, made)


@pytest.fixture
def case(tmp_path):
    with open_case(tmp_path / "case.duckdb", create=True) as opened:
        yield opened


def rows(case):
    return [
        row
        for (row,) in case.connection.execute("SELECT row_number % 100 FROM accepted ORDER BY 1").fetchall()
    ]


NESTED = pytest.mark.parametrize(
    ("line", "counted"),
    [
        ([span(1), span(2)], [1, 2]),
        ([span(1), span(2, 1)], [1]),
        ([span(2, 1), span(1)], [2]),
        ([span(1, text=False), span(2, 1)], [2]),
        ([span(1, text=False), span(2, 1, text=False)], [1]),
        ([span(1), span(2, 1, call=False), span(3, 2)], [1]),
        ([span(1), span(2, 1), span(3, 2)], [1]),
        ([span(1, call=False), span(2, 1), span(3, 1)], [2, 3]),
        ([span(1), span(2, 1, trace=2)], [1, 2]),
        ([span(1, 2), span(2, 1)], [1]),
        ([span(1, 1)], [1]),
    ],
)


@NESTED
def test_a_span_below_another_of_the_same_call_is_not_counted(case, tmp_path, line, counted):
    ingest(case, [traces(tmp_path / "traces.json", line)], format_="otlp", account_field="end_user_id")
    assert rows(case) == counted
    totals = ledger_totals(case)
    assert (totals.read, totals.rejected) == (len(line), len(line) - len(counted))


def seconds(case):
    return [
        second
        for (second,) in case.connection.execute("SELECT second(ts) FROM accepted ORDER BY 1").fetchall()
    ]


@NESTED
@pytest.mark.parametrize("order", [1, -1])
def test_spans_of_one_call_in_several_files_count_once_in_any_order(case, tmp_path, line, counted, order):
    for number, one in list(enumerate(line))[::order]:
        file = traces(tmp_path / f"{number}.json", [one])
        ingest(case, [file], format_="otlp", account_field="end_user_id")
    expected = sorted(int(line[row - 1]["spanId"], 16) for row in counted)
    # Of two spans that are each below the other, either may be the one that counts.
    assert seconds(case) == expected or (line[0]["parentSpanId"] and len(seconds(case)) == len(counted) == 1)
    totals = ledger_totals(case)
    assert (totals.read, totals.accepted) == (len(line), len(counted))
    assert totals.duplicate + totals.rejected == len(line) - len(counted)


@pytest.mark.parametrize("at_once", [1, 3, 100])
def test_traces_that_are_looked_at_in_parts_count_as_all_at_once(case, tmp_path, monkeypatch, at_once):
    monkeypatch.setattr("distillscan.case.spans._CALLS_AT_ONCE", at_once)
    lines = [[span(n, n - 1 if n > 1 else None, trace=trace)] for trace in range(1, 6) for n in (1, 2, 3)]
    ingest(case, [traces(tmp_path / "t.json", *lines)], format_="otlp", account_field="end_user_id")
    assert seconds(case) == [1] * 5
    assert ledger_totals(case).duplicate == 10


def test_spans_in_several_lines_with_different_prompts_are_two_calls(case, tmp_path):
    lines = [[span(1)], [span(2, 1, text="And what else?")], [span(3, 2, text=False)]]
    ingest(case, [traces(tmp_path / "t.json", *lines)], format_="otlp", account_field="end_user_id")
    assert seconds(case) == [1, 2]


def test_the_events_of_a_call_are_one_request_of_the_user_that_its_span_names(case, tmp_path):
    asked = [event("gen_ai.system.message", "Be brief."), event("gen_ai.user.message", "Why?")]
    other = [event("gen_ai.user.message", "Who?", number=2)]
    messages = logs(tmp_path / "logs.json", [*asked, *other], [event("gen_ai.choice", "Because.")])
    options = {"format_": "auto", "account_field": "end_user_id"}
    ingest(case, [messages], **options)
    assert rows(case) == []
    ingest(case, [traces(tmp_path / "traces.json", [span(1, text=False)])], **options)
    query = "SELECT account_id, prompt_chars, system_key IS NOT NULL FROM accepted"
    assert case.connection.execute(query).fetchall() == [("user-larch", 4, True)]
    totals = ledger_totals(case)
    assert totals.rejected_by_reason == {"missing_end_user_id": 1, "not_a_request": 1}
    assert (totals.read, totals.duplicate) == (4, 1)


def test_events_of_a_call_in_several_lines_and_files_count_once(case, tmp_path):
    asked = event("gen_ai.user.message", "What is on the picture?")
    system = event("gen_ai.system.message", "Be brief.")
    user = {"key": "user.id", "value": {"stringValue": "user-larch"}}
    for said in (asked, system):
        said["attributes"] = [user]
    files = [logs(tmp_path / "a.json", [asked], [system]), logs(tmp_path / "b.json", [asked])]
    ingest(case, files, format_="otlp-logs", account_field="end_user_id")
    totals = ledger_totals(case)
    assert (totals.read, totals.accepted, totals.duplicate, totals.rejected) == (3, 1, 2, 0)
    kept = case.connection.execute("SELECT prompt_chars FROM accepted").fetchall()
    assert kept == [(len("What is on the picture?"),)]
