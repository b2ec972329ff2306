"""``simulate`` and ``evaluate`` as a user runs them."""

import json

import polars as pl
import pytest

from distillscan.synthetic.scenarios import SCENARIOS

SMALL = ("--accounts", "400", "--requests", "3000", "--share", "0.1")


def test_the_scenarios_are_listed_one_a_line(run):
    result = run("simulate", "--list")
    assert result.exit_code == 0
    assert [line.split()[0] for line in result.stdout.splitlines()] == list(SCENARIOS)
    assert result.stdout.splitlines()[-1].endswith("no campaign at all")


def test_a_log_is_written_and_nothing_on_stdout(run, here):
    result = run("simulate", "baseline", "-o", "log", *SMALL)
    assert result.exit_code == 0, result.output
    assert result.stdout == ""
    assert "wrote 3,000 of 3,000 requests" in result.stderr
    assert "40 campaign accounts" in result.stderr
    names = sorted(path.relative_to(here / "log").as_posix() for path in (here / "log").rglob("*.*"))
    assert names == [
        "accounts.csv",
        "events.csv",
        "requests/part-00000.parquet",
        "truth.csv",
        "truth_requests.parquet",
    ]
    assert len(pl.read_csv(here / "log" / "truth.csv")) == 40


def test_the_format_and_the_seed_are_the_users(run, here):
    logs = []
    for seed in ("1", "1", "2"):
        options = ("--format", "jsonl", "--seed", seed, "--force", "-q")
        done = run("simulate", "clean", "-o", "log", *options, *SMALL)
        assert (done.exit_code, done.output) == (0, "")
        logs.append((here / "log" / "requests" / "part-00000.jsonl.zst").read_bytes())
    assert logs[0] == logs[1] != logs[2]


def test_a_log_is_not_overwritten_unless_forced(run, here):
    assert run("simulate", "clean", "-o", "log", "-q", *SMALL).exit_code == 0
    again = run("simulate", "clean", "-o", "log", *SMALL)
    assert again.exit_code == 2
    assert "--force" in again.stderr
    assert run("simulate", "clean", "-o", "log", "--force", *SMALL).exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("nosuch", "-o", "log"), "no scenario is called 'nosuch'"),
        (("clean", "-o", "log", "--accounts", "10"), "too small"),
        (("clean", "-o", "log", "--members", "10"), "belong to --inject"),
        (("baseline", "-o", "log", "--inject", "log.jsonl", "--share", "0.1"), "--members"),
        (("baseline", "-o", "log", "--inject", "missing.jsonl"), "missing.jsonl does not exist"),
    ],
)
def test_a_mistake_is_one_clear_line(run, here, arguments, complaint):
    result = run("simulate", *arguments, "-q")
    assert result.exit_code == 2
    assert complaint in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert not (here / "log").exists()


def test_a_campaign_planted_beside_a_log_is_read_and_scored_with_it(run, here, logs):
    planting = run(
        *("simulate", "baseline", "-o", "planted", "--inject", str(logs / "requests")),
        *("--accounts-table", str(logs / "accounts.csv"), "--members", "50", "-q"),
    )
    assert planting.exit_code == 0, planting.output
    window = pl.read_parquet(here / "planted" / "requests" / "*.parquet")["timestamp"]
    assert window.min().date().isoformat() >= "2026-04-22"
    reading = run(
        *("ingest", str(logs / "requests"), "planted/requests", "--accounts", str(logs / "accounts.csv")),
        *("--accounts", "planted/accounts.csv", "-q"),
    )
    assert reading.exit_code == 0, reading.output
    truths = [pl.read_csv(path / "truth.csv") for path in (logs, here / "planted")]
    both = pl.concat(truths, how="vertical_relaxed")
    both.write_csv("truth.csv")
    scored = run("evaluate", "--truth", "truth.csv", "-t", "json", "-q")
    assert scored.exit_code == 0, scored.output
    document = json.loads(scored.stdout)
    assert document["truth"] == {"accounts": 90, "campaigns": 2}
    assert document["scores"][0]["accounts"]["precision"] > 0.9


def test_evaluate_draws_a_table_and_the_same_as_json(run, case, logs):
    drawn = run("evaluate", "--truth", str(logs / "truth.csv"))
    assert drawn.exit_code == 0, drawn.output
    assert drawn.stdout.startswith("Agreement with the truth: 40 accounts in 1 true campaign")
    assert "1.000 / 1.000" in drawn.stdout
    listed = run(
        *("evaluate", "--truth", str(logs / "truth.csv"), "-t", "json"),
        *("--truth-requests", str(logs / "truth_requests.parquet")),
    )
    scores = json.loads(listed.stdout)["scores"]
    assert (scores[0]["clusters"], scores[0]["tiers"]) == ("campaign", "core")
    assert scores[0]["accounts"]["recall"] == 1.0


def test_a_truth_that_is_none_is_refused(run, case, here):
    (here / "truth.csv").write_text("who,what\na,b\n")
    result = run("evaluate", "--truth", "truth.csv")
    assert result.exit_code == 2
    assert "truth.csv has no column account_id" in result.stderr
    assert run("evaluate", "--truth", "nowhere.csv").exit_code == 2
