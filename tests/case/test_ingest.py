"""Files into the case: each row accounted for, each file once, whatever the order."""

import json
import random

import pytest
from small_cases import write_jsonl

from distillscan.case.ingest import ingest
from distillscan.case.ledger import LedgerTotals, check_usable, ledger_totals
from distillscan.case.store import open_case
from distillscan.errors import CaseError, LogError, UnfitDataError
from distillscan.logs.mapping import Mapping
from tests.case.cases import accepted, contents, request


@pytest.fixture
def case(tmp_path):
    with open_case(tmp_path / "case.duckdb", create=True, threads=2) as opened:
        yield opened


def test_the_ledger_is_exact(case, tmp_path):
    log = write_jsonl(
        tmp_path / "log.jsonl", [request(1), request(2), request(2), {"timestamp": 1}, request(3)]
    )
    log.write_text(log.read_text() + "\n{broken\n")
    summary = ingest(case, [log])
    assert (summary.read, summary.rejected) == (6, 2)
    assert ledger_totals(case) == LedgerTotals(6, 3, 1, 2, {"invalid_json": 1, "missing_account_id": 1})
    rejects = case.connection.execute("SELECT row_number, reason, detail FROM rejects ORDER BY 1").fetchall()
    assert rejects == [(4, "missing_account_id", ""), (7, "invalid_json", "{broken")]


def test_requests_carry_the_keys_of_their_texts(case, tmp_path):
    same, other = "write a long poem about the sea", "write a short poem about hills"
    records = [request(1, prompt=same), request(2, prompt=same, system=other), request(3, prompt=None)]
    ingest(case, [write_jsonl(tmp_path / "log.jsonl", records)])
    keys = case.connection.execute(
        "SELECT prompt_key, system_key, prompt_chars FROM requests ORDER BY ts"
    ).fetchall()
    assert keys[0][0] == keys[1][0] is not None
    assert keys[2] == (None, None, 0)
    assert keys[1][2] == len(same)
    assert case.connection.execute("SELECT count(*) FROM texts").fetchall() == [(0,)]


def test_what_is_said_later_in_a_conversation_opens_as_this_did(case, tmp_path):
    first, later, short = (
        {"role": "user", "content": text} for text in ("Let us talk.", "And then? Go on.", "Why")
    )
    turns = [[first], [first, later], [first, later, short], [short, later], [later], [short]]
    records = [request(n, prompt=None, messages=messages) for n, messages in enumerate(turns)]
    ingest(case, [write_jsonl(tmp_path / "log.jsonl", records)])
    rows = case.connection.execute("SELECT prompt_opening, prompt_key FROM requests ORDER BY ts").fetchall()
    openings, keys = zip(*rows, strict=True)
    assert openings[0] == openings[1] == openings[2] is not None
    # where a conversation began with fewer words, its last ones tell how it opens
    assert openings[3] == openings[4] not in (openings[0], None)
    assert openings[5] is None
    assert keys[1] == keys[3] == keys[4]


def test_only_keys_that_accounts_share_stand_in_the_case(case, tmp_path):
    shared = [
        request(n, account_id=f"a{n}", prompt="write a long poem about the quiet sea") for n in (1, 2, 3)
    ]
    own = request(4, prompt="explain to me why the hills are green in spring and brown in summer")
    first, second = (
        write_jsonl(tmp_path / f"{n}.jsonl", part) for n, part in enumerate(([shared[0], own], shared[1:]))
    )
    ingest(case, [first])
    assert _shared(case) == (0, [])
    ingest(case, [second])
    keys, holders = _shared(case)
    assert keys >= 16
    assert holders == [3]


def test_the_result_for_files_one_by_one_is_that_for_all_at_once(tmp_path):
    records = [request(n, prompt=f"please translate line {n % 5} of the old song for me") for n in range(60)]
    parts = [write_jsonl(tmp_path / f"{n}.jsonl", records[n::3]) for n in range(3)]
    found = []
    for name, runs in (("one", [[part] for part in parts]), ("all", [parts])):
        with open_case(tmp_path / f"{name}.duckdb", create=True) as case:
            for run in runs:
                ingest(case, run)
            found.append(
                case.connection.execute("SELECT key, holders FROM shared_key ORDER BY ALL").fetchall()
            )
    assert found[0] == found[1] != []


def test_texts_are_numbered_in_the_order_of_their_rows(tmp_path):
    # more rows than one thread takes at a time, which come out of the database as the threads come by
    log = write_jsonl(tmp_path / "log.jsonl", [request(n) for n in range(40_000)])
    with open_case(tmp_path / "case.duckdb", create=True, threads=4) as case:
        ingest(case, [log])
        numbers = case.connection.execute("SELECT prompt_text FROM requests ORDER BY row_number").fetchall()
    assert numbers == [(number,) for number in range(40_000)]


def test_files_are_not_added_to_a_case_without_its_fingerprints(case, tmp_path):
    ingest(case, [write_jsonl(tmp_path / "first.jsonl", [request(1)])])
    (tmp_path / "case.duckdb.keys").unlink()
    with pytest.raises(CaseError, match=r"case\.duckdb\.keys"):
        ingest(case, [write_jsonl(tmp_path / "second.jsonl", [request(2)])])


def test_values_that_come_back_in_many_rows_are_read_as_in_few(tmp_path):
    records = [
        request(
            n,
            client_ip=(None, "192.0.2.7", "192.0.2.x", "2001:DB8::1")[n % 4],
            user_agent=" agent/1 ",
            asn=64500,
        )
        for n in range(2000)
    ]
    found = []
    for name, size in (("many", 2000), ("few", 4)):
        with open_case(tmp_path / f"{name}.duckdb", create=True) as case:
            for start in range(0, 2000 if name == "many" else 40, size):
                ingest(case, [write_jsonl(tmp_path / f"{name}{start}.jsonl", records[start : start + size])])
            found.append(
                case.connection.execute(
                    "SELECT DISTINCT client_ip, ip_masked, user_agent, asn FROM requests ORDER BY ALL"
                ).fetchall()
            )
    assert found[0] == found[1]
    assert len(found[0]) == 4


def test_requests_without_an_id_are_told_apart_by_every_field_beside_those_with_one(case, tmp_path):
    bare = {"account_id": "a1", "timestamp": 1767323045, "prompt": "solve it"}
    sessions = [bare | {"session_id": name} for name in ("s1", "s2", "s2", "s3")]
    mixed = [request(1), *sessions[:3]]
    for name, records in (("known", [request(1), request(2)]), ("mixed", mixed), ("bare", sessions[1:])):
        ingest(case, [write_jsonl(tmp_path / f"{name}.jsonl", records)])
    assert (ledger_totals(case).accepted, ledger_totals(case).duplicate) == (5, 4)


def _shared(case):
    ((keys,),) = case.connection.execute("SELECT count(*) FROM shared_key").fetchall()
    return keys, [
        row[0] for row in case.connection.execute("SELECT DISTINCT holders FROM shared_key").fetchall()
    ]


def test_text_is_kept_only_when_asked_for(case, tmp_path):
    ingest(case, [write_jsonl(tmp_path / "log.jsonl", [request(1, prompt="Keep THIS")])], keep_text="all")
    assert case.connection.execute("SELECT content FROM texts").fetchall() == [("Keep THIS",)]


def test_the_same_bytes_are_left_out_under_any_name(case, tmp_path):
    log = write_jsonl(tmp_path / "log.jsonl", [request(1), request(2)])
    ingest(case, [log])
    before = contents(case)
    again = tmp_path / "again.jsonl"
    again.write_bytes(log.read_bytes())
    summary = ingest(case, [again, log])
    assert [file.already_in for file in summary.files] == ["log.jsonl", "log.jsonl"]
    assert contents(case) == before


def test_another_kind_makes_it_another_file(case, tmp_path):
    log = write_jsonl(tmp_path / "log.jsonl", [request(1)])
    ingest(case, [log])
    ingest(case, [log], kind="accounts")
    assert ledger_totals(case) == LedgerTotals(1, 1, 0, 0, {})
    assert ledger_totals(case, "accounts").accepted == 1


USERS = Mapping((("account_id", "user"),))


def of_user(number):
    record = request(number, user=f"user {number}")
    del record["account_id"]
    return record


def test_a_file_that_is_read_again_in_another_way_has_the_last_ledger(case, tmp_path):
    log = write_jsonl(tmp_path / "log.jsonl", [of_user(1), of_user(2), {"user": "no time"}])
    small = write_jsonl(tmp_path / "small.jsonl", [request(3)])
    ingest(case, [log, small])
    assert ledger_totals(case) == LedgerTotals(4, 1, 0, 3, {"missing_account_id": 3})
    summary = ingest(case, [log], mapping=USERS)
    assert ledger_totals(case) == LedgerTotals(4, 3, 0, 1, {"missing_timestamp": 1})
    assert [file.warning for file in summary.files] == [
        "was in the case, read in another way; what this reading accepts takes its place"
    ]
    names = case.connection.execute("SELECT name, rows_read, accepted FROM ledger ORDER BY name").fetchall()
    assert names == [("log.jsonl", 3, 2), ("small.jsonl", 1, 1)]


def test_a_row_that_two_readings_accept_counts_as_the_last_one_has_it(case, tmp_path):
    prompts = {1: "write a long poem about the quiet sea", 2: "write a short poem about the green hills"}
    records = [request(n, prompt=text, user=f"user {n}") for n, text in prompts.items()]
    log = write_jsonl(tmp_path / "log.jsonl", records)
    with open_case(tmp_path / "once.duckdb", create=True) as once:
        ingest(once, [log], mapping=USERS, keep_text="all")
        ingest(case, [log], mapping=Mapping((("prompt", "model"),)), keep_text="all")
        ingest(case, [log], mapping=USERS, keep_text="all")
        assert ledger_totals(case) == ledger_totals(once) == LedgerTotals(2, 2, 0, 0, {})
        for query in ("SELECT content FROM texts ORDER BY 1", "SELECT account_id FROM account ORDER BY 1"):
            assert (
                case.connection.execute(query).fetchall() == once.connection.execute(query).fetchall() != []
            )


def test_a_row_that_only_an_earlier_reading_accepts_stays(case, tmp_path):
    log = write_jsonl(tmp_path / "log.jsonl", [request(1), of_user(2), {"user": "no time"}])
    for mapping in (None, USERS, None):
        ingest(case, [log], mapping=mapping)
    assert ledger_totals(case) == LedgerTotals(3, 2, 0, 1, {"missing_timestamp": 1})
    rejects = case.connection.execute("SELECT row_number FROM rejects").fetchall()
    assert rejects == [(3,)]


def shuffled_logs(tmp_path, seed):
    """Three files with repeats among them, some of which differ; the same records for every seed."""
    records = [request(i) for i in range(60)] + [request(i) for i in range(0, 60, 4)]
    records += [request(i, model="other") for i in range(0, 60, 5)] + [{"account_id": "a1"}]
    records += [{"account_id": "a1", "timestamp": 1767323045, "prompt": "no id"}] * 3
    random.Random(seed).shuffle(records)
    folder = tmp_path / str(seed)
    folder.mkdir()
    parts = [write_jsonl(folder / f"{i}.jsonl", records[i::3]) for i in range(3)]
    random.Random(seed).shuffle(parts)
    return parts


def test_the_order_of_files_and_rows_changes_nothing(tmp_path):
    results = []
    for seed, threads in ((1, 1), (2, 2), (3, 2)):
        with open_case(tmp_path / f"{seed}.duckdb", create=True, threads=threads) as case:
            ingest(case, shuffled_logs(tmp_path, seed))
            results.append((accepted(case), ledger_totals(case)))
    assert results[0] == results[1] == results[2]
    assert len(results[0][0]) == 61
    assert results[0][1].duplicate == 15 + 12 + 2


def test_files_added_later_settle_like_files_read_together(tmp_path):
    parts = shuffled_logs(tmp_path, 7)
    with (
        open_case(tmp_path / "late.duckdb", create=True) as late,
        open_case(tmp_path / "c.duckdb", create=True) as once,
    ):
        for part in parts:
            ingest(late, [part])
        ingest(once, parts)
        assert contents(late) == contents(once)


def test_sidecars_are_kept_field_by_field_and_repeats_are_duplicates(case, tmp_path):
    accounts = tmp_path / "accounts.csv"
    accounts.write_text(
        "account_id,email,created_at,signup_ip,payment_funding\n"
        "a1,A@example.com,2026-01-01,2001:DB8::1,prepaid\n"
        "a1,A@example.com,2026-01-01,2001:DB8::1,prepaid\n"
        "a1,A@example.com,2026-01-01,192.0.2.1,unknown\n"
    )
    ingest(case, [accounts], kind="accounts")
    assert ledger_totals(case, "accounts") == LedgerTotals(3, 2, 1, 0, {})
    rows = case.connection.execute(
        "SELECT signup_ip, payment_funding FROM accounts ORDER BY row_number"
    ).fetchall()
    assert rows == [("2001:db8::1", "prepaid"), ("2001:db8::1", "prepaid"), ("192.0.2.1", None)]


def test_signals_events_and_anchors_are_read(case, tmp_path):
    signals = write_jsonl(
        tmp_path / "s.jsonl", [{"account_id": "a1", "signal": "reseller", "value": 17}, {"account_id": "a1"}]
    )
    events = write_jsonl(
        tmp_path / "e.jsonl", [{"date": "2026-02-01", "kind": "ban_wave", "name": "wave"}, {"date": "soon"}]
    )
    anchors = write_jsonl(
        tmp_path / "a.jsonl", [{"signal": "ip", "value": "192.0.2.1", "entity": "Example Lab"}]
    )
    for kind, path in (("signals", signals), ("events", events), ("anchors", anchors)):
        ingest(case, [path], kind=kind)
    assert case.connection.execute("SELECT signal, value FROM account_signals").fetchall() == [
        ("reseller", "17")
    ]
    assert case.connection.execute("SELECT date::VARCHAR, kind FROM events").fetchall() == [
        ("2026-02-01", "ban_wave")
    ]
    assert case.connection.execute("SELECT entity FROM anchors").fetchall() == [("Example Lab",)]
    assert ledger_totals(case, "signals").rejected_by_reason == {"missing_signal": 1}
    assert ledger_totals(case, "events").rejected_by_reason == {"unreadable_date": 1}


def test_an_unreadable_file_does_not_keep_the_others_out(case, tmp_path):
    write_jsonl(tmp_path / "a.jsonl", [request(1)])
    (tmp_path / "b.parquet").write_bytes(b"PAR1 broken")
    write_jsonl(tmp_path / "c.jsonl", [request(2)])
    with pytest.raises(LogError, match=r"b\.parquet"):
        ingest(case, [tmp_path])
    assert ledger_totals(case).accepted == 2
    assert case.meta("settled") == "yes"


def test_an_empty_file_is_in_the_ledger_and_said_so(case, tmp_path):
    (tmp_path / "empty.jsonl").write_bytes(b"")
    summary = ingest(case, [tmp_path / "empty.jsonl"])
    assert summary.files[0].warning == "holds no record"
    assert case.connection.execute("SELECT rows_read FROM ledger").fetchall() == [(0,)]


def test_data_that_is_of_no_use_is_unfit(case, tmp_path):
    ingest(case, [write_jsonl(tmp_path / "a.jsonl", [{"x": 1}, {"x": 2}])])
    with pytest.raises(UnfitDataError, match=r"none of 2 .*missing_account_id 2"):
        check_usable(case)
    ingest(case, [write_jsonl(tmp_path / "b.jsonl", [request(1)])])
    with pytest.raises(UnfitDataError, match="2 of 3 records were rejected"):
        check_usable(case)
    check_usable(case, most_rejected=0.7)


def test_an_account_is_one_thing_in_a_case(case, tmp_path):
    log = write_jsonl(tmp_path / "a.jsonl", [request(1, org_id="o1")])
    ingest(case, [log], account_field="org_id")
    assert case.connection.execute("SELECT account_id FROM requests").fetchall() == [("o1",)]
    with pytest.raises(CaseError, match="begun with --account-field org_id"):
        ingest(case, [log])
    with pytest.raises(LogError, match="choose one of account_id"):
        ingest(case, [log], account_field="name")


def test_progress_ends_at_the_whole(case, tmp_path):
    files = [write_jsonl(tmp_path / f"{i}.jsonl", [request(i)]) for i in range(3)]
    seen = []
    ingest(case, files, progress=seen.append)
    assert (seen[-1].files_done, seen[-1].rows) == (3, 3)
    assert seen[-1].bytes_done == seen[-1].bytes_total == sum(file.stat().st_size for file in files)
    assert [step.bytes_done for step in seen] == sorted(step.bytes_done for step in seen)


def test_progress_tells_how_far_a_table_is_read(case, tmp_path):
    import pyarrow as pa
    import pyarrow.parquet

    logs = [tmp_path / "first.parquet", tmp_path / "second.parquet"]
    for rows, log in zip((20_000, 30_000), logs, strict=True):
        columns = {"account_id": ["a"] * rows, "timestamp": ["2026-05-01T00:00:00Z"] * rows}
        prompts = [f"{number:05d} " * 800 for number in range(rows)]
        pa.parquet.write_table(pa.table(columns | {"prompt": prompts}), log)
    seen = []
    ingest(case, logs, progress=seen.append)
    sizes = [log.stat().st_size for log in logs]
    assert [step.bytes_done for step in seen] == sorted(step.bytes_done for step in seen)
    assert sum(0 < step.bytes_done < sizes[0] for step in seen) >= 2
    assert sum(sizes[0] < step.bytes_done < sum(sizes) for step in seen) >= 2
    assert seen[-1].rows == 50_000


def test_containers_of_the_same_records_hold_the_same_requests(tmp_path):
    import pyarrow as pa
    import pyarrow.csv
    import pyarrow.parquet

    records = [request(i, temperature=0.5, max_tokens=100, client_ip="2001:DB8::1") for i in range(20)]
    for record in records:
        del record["request_id"]
    table = pa.Table.from_pylist(records)
    (tmp_path / "log.jsonl").write_text("\n".join(map(json.dumps, records)))
    pa.csv.write_csv(table, tmp_path / "log.csv")
    pa.parquet.write_table(table, tmp_path / "log.parquet")
    with open_case(tmp_path / "case.duckdb", create=True) as case:
        ingest(case, [tmp_path / "log.jsonl", tmp_path / "log.csv", tmp_path / "log.parquet"])
        assert ledger_totals(case) == LedgerTotals(60, 20, 40, 0, {})
