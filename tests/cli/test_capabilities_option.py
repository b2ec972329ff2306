"""``--capabilities`` of ``scan`` and ``report`` as a user types it."""

import json

import pytest

from distillscan.findings.capabilities.rules import ELICITATION

RULES = """
[[capability]]
name = "work on faults"
about = "defects, repairs, hypotheses"
[[capability.rule]]
language = "en"
any = ["defect*", "repair*", "fault*", "hypothes*"]
"""


@pytest.fixture
def rules(here):
    path = here / "mine.toml"
    path.write_text(RULES)
    return path


def asked(run, *options):
    result = run("report", "-t", "json", *options)
    assert result.exit_code == 0, result.output
    campaign = json.loads(result.stdout)["clusters"][0]
    assert campaign["verdict"] == "campaign"
    return campaign["capabilities"]


def test_the_campaign_is_seen_to_elicit_reasoning_and_its_words_are_quoted(run, case):
    profile = asked(run)
    share = next(one for one in profile["capabilities"] if one["capability"] == ELICITATION)
    assert share["distinct"]
    assert share["low"] <= share["share"] <= share["high"]
    assert ELICITATION in profile["statement"]
    assert profile["inserts"]
    assert all(insert["accounts"] >= 3 for insert in profile["inserts"])
    assert "What it was after" in run("report").stdout


def test_report_judges_by_other_rules_without_a_scan_and_keeps_that(run, case, rules):
    result = run("report", "--capabilities", str(rules))
    assert result.stderr == ""
    assert "work on faults" in result.stdout
    profile = asked(run)
    assert {one["capability"] for one in profile["capabilities"]} == {"work on faults"}
    assert "the analyst's own" in profile["rule_error"]
    assert profile["rules"].startswith("file ")


def test_scan_takes_rules_and_the_settings_say_so(run, case, rules):
    assert run("scan", "--permutations", "0", "--capabilities", str(rules)).exit_code == 0
    document = json.loads(run("report", "-t", "json").stdout)
    assert document["tested"]["settings"]["capability_rules"].startswith("file ")


def test_a_file_that_holds_no_rules_is_an_error_in_one_line(run, case, here):
    (here / "bad.toml").write_text("[[capability]]\nname = 'x'\n")
    result = run("report", "--capabilities", "bad.toml")
    assert result.exit_code == 2
    assert result.stderr.startswith("error: bad.toml holds no capability rules: capability.0.about")


def test_a_document_alone_cannot_be_judged_again(run, case, rules, here):
    (here / "findings.json").write_text(run("report", "-t", "json").stdout)
    result = run("report", "findings.json", "--capabilities", str(rules))
    assert result.exit_code == 2
    assert "only the case knows where the prompts are" in " ".join(result.stderr.split())
