"""``ingest`` as a user runs it: the ledger on stderr, rejects with file and row, exit codes."""

import json

import pytest

from distillscan.choices import AccountField
from distillscan.logs.record import ACCOUNT_FIELDS


def lines(*records: object) -> str:
    return "".join((record if isinstance(record, str) else json.dumps(record)) + "\n" for record in records)


def request(number: int) -> dict[str, object]:
    return {
        "account_id": f"acct-{number % 3}",
        "timestamp": f"2026-05-04T10:00:{number:02d}Z",
        "request_id": f"req-{number}",
        "prompt": f"what is {number}?",
    }


@pytest.fixture
def log(here):
    path = here / "log.jsonl"
    records = [request(number) for number in range(10)]
    path.write_text(lines(*records, records[0], "{cut in ha", {"timestamp": "2026-05-04"}))
    return path


def test_the_ledger_goes_to_stderr_with_rejects_by_file_and_row(run, log):
    result = run("ingest", str(log))
    assert (result.exit_code, result.stdout) == (0, "")
    assert "reading log.jsonl (1 of 1)" in result.stderr
    row = next(line.split() for line in result.stderr.splitlines() if line.startswith("requests"))
    assert row == ["requests", "1", "13", "10", "1", "2"]
    assert "rejected, invalid_json: 1" in result.stderr
    assert "log.jsonl row 12: invalid_json" in result.stderr
    assert "log.jsonl row 13: missing_account_id" in result.stderr


def test_a_file_read_again_is_left_out_and_named(run, log, here):
    run("ingest", str(log))
    (here / "copy.jsonl").write_bytes(log.read_bytes())
    result = run("ingest", "copy.jsonl")
    assert result.exit_code == 0
    assert "copy.jsonl: already in the case, as log.jsonl" in result.stderr
    row = next(line.split() for line in result.stderr.splitlines() if line.startswith("requests"))
    assert row == ["requests", "1", "13", "10", "1", "2"]


def test_quiet_shows_nothing(run, log):
    result = run("ingest", str(log), "--quiet")
    assert (result.exit_code, result.output) == (0, "")


def test_the_case_is_named_by_option_or_environment(run, log, here):
    assert run("ingest", str(log), "--case", "one.duckdb").exit_code == 0
    assert run("ingest", str(log), DISTILLSCAN_CASE="two.duckdb").exit_code == 0
    assert {path.name for path in here.glob("*.duckdb")} == {"one.duckdb", "two.duckdb"}


def test_sidecars_and_a_map(run, here):
    (here / "log.jsonl").write_text(
        lines(*({"user": {"id": f"u{n}"}, "at": 1777000000 + n} for n in range(4)))
    )
    (here / "map.toml").write_text('account_id = "user.id"\ntimestamp = "at"\n')
    (here / "events.csv").write_text("date,kind,name\n2026-05-01,model_release,Example 1\n")
    result = run("ingest", "log.jsonl", "--map", "map.toml", "--events", "events.csv")
    assert result.exit_code == 0, result.output
    assert "events" in result.stderr
    assert run("sql", "-t", "csv", "SELECT count(*) AS n FROM accepted").stdout == "n\n4\n"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "no input was named"),
        (["nowhere.jsonl"], "does not exist"),
        (["log.jsonl", "--map", "nowhere.toml"], "nowhere.toml"),
        (["log.jsonl", "--accounts", "nowhere.csv"], "does not exist"),
        (["log.jsonl", "--memory-limit", "much"], "no amount of memory"),
    ],
)
def test_a_wrong_command_line_is_one_line_and_no_case(run, log, here, arguments, says):
    result = run("ingest", *arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert says in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert result.stderr.startswith("error: ")


def test_a_missing_input_makes_no_case(run, here):
    run("ingest", "nowhere.jsonl")
    assert not (here / "case.duckdb").exists()


@pytest.mark.parametrize(
    "wrong", [["--account-field", "shoe_size"], ["--keep-text", "some"], ["--threads", "0"]]
)
def test_wrong_choices_are_usage_errors(run, log, wrong):
    result = run("ingest", str(log), *wrong)
    assert result.exit_code == 2
    assert "Usage:" in result.stderr


def test_every_identity_can_be_the_account():
    assert AccountField.__args__ == ACCOUNT_FIELDS


def test_a_log_without_a_usable_request_is_unfit(run, here):
    (here / "log.jsonl").write_text(lines({"time": 1}, {"time": 2}))
    result = run("ingest", "log.jsonl")
    assert result.exit_code == 3
    assert result.stderr.splitlines()[-1].startswith("error: none of 2 records is a usable request")


def test_hostile_names_and_values_send_no_control_characters(run, here):
    name = "a\x1b[31mb\x1b]0;x\x07.jsonl"
    (here / name).write_text(lines(request(1), request(2), request(3), '{"account_id": "\x1b[2J'))
    result = run("ingest", str(here / name))
    assert result.exit_code == 0, result.output
    assert "\x1b" not in result.output
    assert "ab.jsonl row 4" in result.stderr


ACCOUNTS = [{"user": {"id": f"acct-{number}", "mail": f"p{number}@example.com"}} for number in range(3)]


@pytest.mark.parametrize("text", [json.dumps(ACCOUNTS, indent=1), lines(*ACCOUNTS)], ids=["array", "lines"])
def test_a_table_of_accounts_in_json_is_read_with_its_section_of_the_map(run, here, log, text):
    (here / "accounts.json").write_text(text)
    (here / "map.toml").write_text(
        'prompt = "prompt"\n[accounts]\naccount_id = "user.id"\nemail = "user.mail"\n'
    )
    result = run("ingest", str(log), "--accounts", "accounts.json", "--map", "map.toml")
    assert "accounts 1 3 3 0 0" in " ".join(result.stderr.split())
    shown = run("sql", "SELECT email FROM accounts ORDER BY 1", "-t", "csv")
    assert shown.stdout.split() == ["email", *(account["user"]["mail"] for account in ACCOUNTS)]


def test_a_table_for_which_the_map_is_wrong_says_what_to_write(run, here):
    (here / "log.jsonl").write_text(lines({**request(1), "who": "acct-1"}))
    (here / "accounts.json").write_text(json.dumps([{"account_id": "acct-1"}]))
    (here / "map.toml").write_text('account_id = "who"\n')
    result = run("ingest", "log.jsonl", "--accounts", "accounts.json", "--map", "map.toml")
    said = " ".join(result.stderr.split())
    assert 'write account_id = "<its column>" below a line [accounts] of the map' in said
