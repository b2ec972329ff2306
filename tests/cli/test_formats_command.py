"""`formats`, and `ingest` with a format, as a user types them."""

import json
import shutil
import tarfile
from pathlib import Path

import duckdb
from small_cases import write_jsonl

FIXTURES = Path(__file__).parents[1] / "fixtures" / "formats"


def test_formats_are_listed_with_what_they_carry(run):
    result = run("formats", COLUMNS="200")
    assert result.exit_code == 0
    (line,) = [line for line in result.stdout.splitlines() if line.startswith("sub2api")]
    assert "address, user agent, account, key, upstream account" in line


def test_one_format_is_described(run):
    result = run("formats", "new-api", COLUMNS="200")
    assert "use_time" in result.stdout
    assert "lacks: No prompt and no answer" in result.stdout
    assert run("formats", "nonsense").exit_code == 2


def test_a_directory_of_formats_is_read_in_one_command_with_an_exact_ledger(run, tmp_path):
    case = tmp_path / "case.duckdb"
    names = ("litellm", "one-api", "new-api", "sub2api", "bodies")
    logs = [str(FIXTURES / name / "log.jsonl") for name in names]
    result = run("ingest", *logs, "--case", str(case))
    assert result.exit_code == 0, result.stderr
    with duckdb.connect(str(case), read_only=True) as connection:
        columns = ("rows_read", "accepted", "duplicate", "rejected")
        sums = ", ".join(f"sum({name})" for name in columns)
        assert connection.sql(f"SELECT {sums} FROM ledger").fetchall() == [(19, 17, 0, 2)]
        formats = connection.sql("SELECT mapping FROM files ORDER BY ALL").fetchall()
        assert connection.sql("SELECT DISTINCT reason FROM rejects").fetchall() == [("not_a_request",)]
    assert [json.loads(text)["format"] for (text,) in formats] == sorted(names)
    again = run("ingest", *logs, "--case", str(case))
    assert "already in the case" in again.stderr


def test_a_dry_run_shows_what_is_understood_and_writes_nothing(run, tmp_path):
    case = tmp_path / "case.duckdb"
    result = run("ingest", str(FIXTURES / "new-api"), "--dry-run", "--case", str(case), COLUMNS="200")
    assert result.exit_code == 0
    assert "format: new-api, as all of 4 first records show" in result.stdout
    assert "times: epoch seconds" in result.stdout
    assert "rejected: not_a_request 1" in result.stdout
    assert "extraction: cannot be shown" in result.stdout
    assert not case.exists()


def test_values_of_a_table_that_cannot_be_read_are_named(run, tmp_path):
    table = tmp_path / "accounts.csv"
    table.write_text("account_id,created_at,plan,banned_at\na1,01/04/2026 10:02,pro,-\na2,,pro,\n")
    said = "no value can be read of created_at"
    dry = run("ingest", "--accounts", str(table), "--dry-run", COLUMNS="200").stdout
    assert f"  - {said}\n" in dry
    assert "extraction:" not in dry  # that is for the log of requests to say
    read = run("ingest", "--accounts", str(table), "--case", str(tmp_path / "case.duckdb"), COLUMNS="200")
    assert f"accounts.csv: {said}\n" in read.stderr
    table.write_text("customer,created_at\na1,2026-04-01\n")
    refused = run("ingest", "--accounts", str(table), "--case", str(tmp_path / "none.duckdb"))
    assert "`ingest --dry-run` suggests one" in refused.stderr
    table.write_text("account_id,created_at\na1,2026-04-01 10:02\na2,01/04/2026\n")
    assert "no value can be read" not in run("ingest", "--accounts", str(table), "--dry-run").stdout


def test_a_dry_run_says_which_times_of_spreadsheets_and_web_servers_have_a_zone(run, tmp_path):
    edge, accounts = tmp_path / "edge.csv", tmp_path / "accounts.csv"
    edge.write_text("timestamp,account_id\n[01/Mar/2026:13:55:36 -0700],a1\n")
    accounts.write_text("account_id,created_at,banned_at\na1,17.03.2026,18.03.2026 14:05:09\n")
    shown = run("ingest", "--edge", str(edge), "--accounts", str(accounts), "--dry-run", COLUMNS="200").stdout
    assert "times: dates with a zone\n" in shown
    assert "times: dates without a zone, taken for UTC\n" in shown
    assert "no value can be read" not in shown


def test_a_dry_run_of_a_tree_shows_files_of_one_shape_together(run, tmp_path):
    for day in range(1, 11):
        place = tmp_path / "logs" / f"day={day:02}"
        place.mkdir(parents=True)
        row = {"account_id": "a1", "timestamp": f"2026-04-{day:02}", "prompt": "Why?"}
        lines = [row, row | {"account_id": ""}] if day == 7 else [row]
        write_jsonl(place / "part.jsonl", lines)
    shutil.copy(FIXTURES / "new-api" / "log.jsonl", tmp_path / "logs" / "gateway.jsonl")
    (tmp_path / "logs" / "broken.parquet").write_text("no table")
    shown = run("ingest", str(tmp_path / "logs"), "--dry-run", COLUMNS="200").stdout
    assert "day=01/part.jsonl and 9 more files like it" in shown
    assert "format: flat, as all of 11 first records show" in shown
    assert "rejected: missing_account_id 1" in shown
    assert shown.count("format: ") == 2
    assert "\ngateway.jsonl ─" in shown
    assert "broken.parquet is called .parquet, but is no Parquet file" in shown


def test_a_dry_run_with_a_map_shows_files_without_a_record(run, tmp_path):
    map_file = tmp_path / "columns.toml"
    map_file.write_text('account_id = "who"\ntimestamp = "at"\n')
    (tmp_path / "logs").mkdir()
    write_jsonl(tmp_path / "logs" / "full.jsonl", [{"who": "a1", "at": 1_775_001_600_000}])
    for name in ("empty.jsonl", "too.jsonl"):
        (tmp_path / "logs" / name).touch()
    result = run("ingest", str(tmp_path / "logs"), "--map", str(map_file), "--dry-run")
    assert result.exit_code == 0
    assert "there is no record in it" in result.stdout


def test_tables_of_one_shape_without_known_columns_are_shown_together_and_promise_nothing(run, tmp_path):
    for part in range(3):
        (tmp_path / f"part{part}.csv").write_text(f"client,when,ask\nc1,2026-01-0{part + 1},Why?\n")
    shown = run("ingest", str(tmp_path), "--dry-run", COLUMNS="200").stdout
    assert "part0.csv and 2 more files like it" in shown
    assert shown.count("has no column 'account_id'") == shown.count("# column map for requests") == 1
    assert "cannot be shown" not in shown


def test_log_and_table_that_name_accounts_in_another_language_are_joined_by_the_names(run, tmp_path):
    rows = [{"Kundennummer": f"kd-{n}", "Zeit": f"0{n}.03.2026 10:00"} for n in range(1, 9)]
    log = write_jsonl(tmp_path / "log.jsonl", rows)
    (tmp_path / "kunden.csv").write_text("Nummer;Karte\n" + "".join(f"kd-{n};k{n}\n" for n in range(9)))
    with tarfile.open(tmp_path / "kunden.tar", "w") as archive:
        archive.add(tmp_path / "kunden.csv", "kunden.csv")
    shown = run("ingest", str(log), "--accounts", str(tmp_path / "kunden.tar"), "--dry-run").stdout
    assert 'account_id = "Nummer"' in shown
    assert 'account_id = "Kundennummer"' in shown
    assert "required, and no key" not in shown


def test_a_line_of_the_map_that_finds_nothing_is_named(run, tmp_path):
    log = write_jsonl(tmp_path / "log.jsonl", [{"account_id": "a1", "timestamp": 1767323045, "ask": "Why?"}])
    accounts = write_jsonl(tmp_path / "accounts.jsonl", [{"account_id": "a1", "cards": [{"fp": "c1"}]}])
    lines = '[requests]\nprompt = "aks"\n[accounts]\npayment_fingerprint = "cards.fp"\n'
    (tmp_path / "map.toml").write_text(lines)
    told = ["--accounts", str(accounts), "--map", str(tmp_path / "map.toml")]
    shown = run("ingest", str(log), *told, "--dry-run", COLUMNS="200").stdout
    assert 'nothing where the map says prompt = "aks"' in shown
    assert 'nothing where the map says payment_fingerprint = "cards.fp"' in shown
    result = run("ingest", str(log), *told, "--case", str(tmp_path / "case.duckdb"), COLUMNS="200")
    assert "accounts.jsonl: the first records have nothing where the map says payment_f" in result.stderr
    assert 'log.jsonl: the first records have nothing where the map says prompt = "aks"' in result.stderr


def test_a_log_of_nginx_gives_prompts_out_of_the_body_and_not_the_request_line(run, tmp_path):
    body = '{"model": "m", "messages": [{"role": "user", "content": "Why do rivers bend?"}]}'
    row = {"account_id": "a1", "time_local": "02/Jan/2026:03:04:05 +0000", "request_time": "0.412"}
    row |= {"request": "POST /v1/chat/completions HTTP/1.1"}
    with_body = write_jsonl(tmp_path / "with.jsonl", [row | {"request_body": body}])
    shown = run("ingest", str(with_body), "--dry-run").stdout
    assert "wrapped-bodies" in shown and "prompt " in shown and "messages" in shown
    without = write_jsonl(tmp_path / "without.jsonl", [row])
    shown = run("ingest", str(without), "--dry-run").stdout
    assert "times: dates with a zone" in shown and "no prompt text" in shown


def test_a_dry_run_suggests_a_map_that_then_reads_the_file(run, tmp_path):
    rows = [{"customer": f"c{i}", "happened": {"time": 1767323045 + i}, "question": "Why?"} for i in range(3)]
    log = write_jsonl(tmp_path / "own.jsonl", rows)
    shown = run("ingest", str(log), "--dry-run", COLUMNS="200").stdout
    assert "no format fits" in shown
    start = shown.index("# column map")
    (tmp_path / "map.toml").write_text(shown[start:])
    case = str(tmp_path / "case.duckdb")
    result = run("ingest", str(log), "--map", str(tmp_path / "map.toml"), "--case", case)
    assert result.exit_code == 0, result.stderr


def test_an_ingest_of_which_nothing_was_usable_suggests_the_map_that_reads_it(run, tmp_path):
    asked = [{"role": "user", "content": "Why?"}]
    rows = [{"caller": {"id": f"u{i}"}, "ts": 1767323045 + i, "body": {"messages": asked}} for i in range(3)]
    log = write_jsonl(tmp_path / "own.jsonl", rows)
    shown = run("ingest", str(log), "--case", str(tmp_path / "none.duckdb"))
    assert shown.exit_code == 3
    lines = shown.stderr.splitlines()
    start = lines.index("[requests]")
    assert lines[start - 1].startswith("# and with --format wrapped-bodies")
    (tmp_path / "map.toml").write_text("\n".join(lines[start - 2 : start + 2]))
    given = ("--format", "wrapped-bodies", "--map", str(tmp_path / "map.toml"))
    result = run("ingest", str(log), *given, "--case", str(tmp_path / "case.duckdb"))
    assert result.exit_code == 0, result.stderr


def test_a_forced_format_reads_what_would_not_be_recognised(run, tmp_path):
    log = tmp_path / "log.jsonl"
    log.write_text('{"user_id": 1, "created_at": 1767323045, "type": 2, "model_name": "m"}\n')
    case = str(tmp_path / "case.duckdb")
    unknown = run("ingest", str(log), "--case", case)
    assert unknown.exit_code == 3
    assert "log.jsonl: no format fits" in unknown.stderr
    forced = str(tmp_path / "forced.duckdb")
    assert run("ingest", str(log), "--format", "one-api", "--case", forced).exit_code == 0
    assert run("ingest", str(log), "--format", "nonsense", "--case", forced).exit_code == 2


def test_a_dry_run_looks_at_some_of_many_files_and_says_so(run, tmp_path):
    logs = tmp_path / "logs"
    logs.mkdir()
    for number in range(101):
        row = {"account_id": f"a{number}", "timestamp": 1767323045 + number, "prompt": "Why?"}
        write_jsonl(logs / f"{number:03}.json", [row])
    (logs / "empty.jsonl").write_text("")
    shown = run("ingest", str(logs), "--dry-run", COLUMNS="200").stdout
    assert "34 of 102 files are shown" in shown
    assert "000.json and 33 more files like it" in shown
    (logs / "empty.csv").write_text("")
    shown = run("ingest", str(logs / "empty*"), "--dry-run", COLUMNS="200").stdout
    assert "files are shown" not in shown
    assert "there is no record in it" in shown and "# column map" not in shown


def test_a_dry_run_says_where_an_account_is_to_be_had_and_what_does_not_differ(run, tmp_path):
    asked = [{"role": "user", "content": "Why?"}]
    bodies = [{"messages": asked, "safety_identifier": f"e{n}"} for n in range(20)]
    rows = [{"ts": 1767323045, "body": body} for body in bodies]
    shown = run("ingest", str(write_jsonl(tmp_path / "log.jsonl", rows)), "--dry-run", COLUMNS="200").stdout
    assert "# --account-field end_user_id takes each end_user_id for an account" in shown
    assert "timestamp is 1767323045 in all first records: that may be the time of the export" in shown


def test_what_stands_beside_the_body_of_a_message_is_shown_as_not_read(run, tmp_path):
    asked = {"messages": [{"role": "user", "content": "Why?"}]}
    row = {"account_id": "a1", "ts": 1767323045, "request": {"tenant": "t1", "body": asked}}
    shown = run("ingest", str(write_jsonl(tmp_path / "log.jsonl", [row])), "--dry-run").stdout
    assert "not read: request.tenant\n" in shown
