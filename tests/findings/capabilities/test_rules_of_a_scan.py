"""The rules belong to the settings of a scan: a result made by others does not pass for one made by these."""

import pytest
from small_cases import case_of

from distillscan.findings.capabilities.rules import built_in_rules, load_rules
from distillscan.findings.scan import judge_again, scan
from distillscan.findings.settings import Settings
from distillscan.findings.stored import judged_by, load

FEW = Settings(permutations=1)
PEOPLE = [{"account_id": f"a{n}", "prompt": f"a question of my own about subject {n}"} for n in range(12)]


@pytest.fixture
def rules(tmp_path):
    path = tmp_path / "rules.toml"
    path.write_text(
        '[[capability]]\nname="x"\nabout=""\n[[capability.rule]]\nlanguage="en"\nany=["subject"]\n'
    )
    return load_rules(path)


def test_a_result_by_the_rules_of_the_tool_holds_for_these_only(tmp_path, rules):
    with case_of(tmp_path, PEOPLE) as case:
        findings = scan(case, settings=FEW)
        assert judged_by(findings, built_in_rules())
        assert not judged_by(findings, rules)


def test_a_result_by_rules_of_a_file_is_given_out_without_the_file(tmp_path, rules):
    with case_of(tmp_path, PEOPLE) as case:
        findings = scan(case, settings=Settings(permutations=1, capabilities=rules))
        assert judged_by(findings, rules)
        assert load(case.connection) == findings


def test_a_finished_scan_is_judged_again_by_other_rules_and_keeps_that(tmp_path, rules):
    with case_of(tmp_path, PEOPLE) as case:
        findings = scan(case, settings=FEW)
        again = judge_again(case, findings, rules)
        assert load(case.connection) == again
        assert judge_again(case, again, built_in_rules()) == findings
        assert load(case.connection) == findings
