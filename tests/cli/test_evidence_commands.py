"""``seal``, ``verify``, ``decide`` and ``--reveal`` as a user runs them."""

import json
import re

import pytest

from distillscan.findings.document import Findings

ACCOUNT = re.compile(r"account-[0-9a-f]{12}")


def test_a_sealed_case_is_verified_and_a_changed_one_leaves_with_4(run, case, here):
    sealed = run("seal", "-q")
    assert (sealed.exit_code, sealed.output) == (0, "")
    accepted = run("verify", "case-evidence", "-q")
    assert accepted.exit_code == 0
    assert "checks found nothing wrong" in accepted.stdout
    (here / "case-evidence" / "numbers.csv").write_text("number,value,derivation\n", "utf-8")
    refused = run("verify", "case-evidence", "-q")
    assert refused.exit_code == 4
    assert "numbers.csv is not the file that was sealed" in refused.stdout


def test_a_bundle_is_not_written_over(run, case, here):
    (here / "there").mkdir()
    refused = run("seal", "-o", "there")
    assert (refused.exit_code, refused.stderr.count("\n")) == (2, 1)
    assert "exists already" in refused.stderr


def test_a_directory_that_is_no_bundle_is_a_usage_error(run, here):
    assert run("verify", ".").exit_code == 2
    assert run("verify", "nowhere").exit_code == 2


def test_a_decision_is_shown_at_once_and_in_every_later_report(run, case):
    decided = run("decide", "C1", "accept", "Checked.", "--by", "Lea Example")
    assert decided.exit_code == 0, decided.stderr
    assert "C1" in decided.stdout
    assert "Checked." in run("report").stdout
    (kept,) = Findings.model_validate_json(run("report", "-t", "json").stdout).decisions
    assert (kept.decision, kept.text, kept.by) == ("accept", "Checked.", "Lea Example")
    assert run("decide", "C77", "accept", "").exit_code == 2


def test_a_key_gives_other_pseudonyms_and_the_case_keeps_it(run, case, here):
    (here / "secret").write_text("0123456789abcdef" * 4, "utf-8")
    (here / "short").write_text("abc", "utf-8")
    before = run("export", "links").stdout
    assert run("scan", "--key", "short").exit_code == 2
    assert run("scan", "--key", "secret", "--permutations", "0", "--replays", "0").exit_code == 0
    keyed = run("export", "links").stdout
    assert set(ACCOUNT.findall(before)).isdisjoint(ACCOUNT.findall(keyed))
    assert run("export", "links").stdout == keyed


def test_reveal_shows_values_and_is_logged_before(run, case, here):
    hidden = Findings.model_validate_json(run("report", "-t", "json").stdout)
    assert not (here / "case.runs.jsonl").exists()
    shown = Findings.model_validate_json(run("report", "-t", "json", "--reveal").stdout)
    ips = [value.pseudonym for value in shown.clusters[0].values if value.signal == "ip"]
    assert all(re.fullmatch(r"[0-9a-f.:]+", ip) for ip in ips)
    assert ips
    assert [value.core_holders for value in hidden.clusters[0].values] == [
        value.core_holders for value in shown.clusters[0].values
    ]
    (entry,) = map(json.loads, (here / "case.runs.jsonl").read_text("utf-8").splitlines())
    assert entry["what"] == "reveal"


@pytest.mark.parametrize("form", ["csv", "graphml"])
def test_links_name_accounts_only_when_asked(run, case, form):
    members = set(run("export", "members").stdout.replace("\n", ",").split(","))
    accounts = {name for name in members if name.startswith("acct_")}
    assert accounts
    hidden, shown = (
        run("export", "links", "-t", form).stdout,
        run("export", "links", "-t", form, "--reveal").stdout,
    )
    assert not any(account in hidden for account in accounts)
    assert ACCOUNT.search(hidden)
    assert any(account in shown for account in accounts)


def test_nothing_is_revealed_that_cannot_be_logged(run, case, here):
    (here / "case.runs.jsonl").mkdir()
    refused = run("report", "--reveal")
    assert (refused.exit_code, refused.stdout) == (2, "")
