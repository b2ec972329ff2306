"""Decisions are only ever added to, each bound to the one before, and every report shows them."""

import json

import pytest

from distillscan.case.store import open_case
from distillscan.errors import CaseError
from distillscan.evidence import chain
from distillscan.evidence.decisions import decide, decisions_path, read_decisions, replayed
from distillscan.findings.pseudonyms import Pseudonyms
from distillscan.findings.stored import load
from distillscan.reports import letter, markdown
from distillscan.reports.forms import latex
from distillscan.reports.terminal import whole


@pytest.fixture
def opened(case):
    with open_case(case, create=False) as found:
        yield found


@pytest.fixture
def say(opened):
    """Decide on the case, as the command does."""
    findings = load(opened.connection)
    return lambda target, word, text, by=None: decide(opened, findings, target, word, text, by)


def test_decisions_are_kept_in_their_order_with_time_and_name(opened, say):
    cluster_id = load(opened.connection).clusters[0].cluster_id
    say("C1", "accept", "Looked at the cards.", "Lea Example")
    say(cluster_id, "comment", "And at the templates.")
    first, second = read_decisions(decisions_path(opened.path))
    assert (first.number, first.subject_id, first.decision, first.by) == (
        1,
        cluster_id,
        "accept",
        "Lea Example",
    )
    assert (second.number, second.subject_id, second.by) == (2, cluster_id, None)
    assert first.at.utcoffset().total_seconds() == 0
    assert decisions_path(opened.path).name == "case.decisions.jsonl"


def test_an_account_is_kept_under_its_pseudonym(opened, say):
    ((account_id,),) = opened.connection.execute("SELECT MIN(account_id) FROM account").fetchall()
    made = say(account_id, "reject", "A teacher.")
    assert made.subject == "account"
    assert made.subject_id == Pseudonyms(opened.connection).account(account_id)
    assert account_id not in decisions_path(opened.path).read_text("utf-8")


def test_a_member_can_be_named_by_its_pseudonym(opened, say):
    rows = opened.connection.execute(
        "SELECT account_id FROM membership JOIN account USING (account)"
    ).fetchall()
    pseudonym = Pseudonyms(opened.connection).account(rows[0][0])
    assert say(pseudonym, "comment", "Seen.").subject_id == pseudonym


def test_a_cluster_is_named_as_in_a_question(opened, say):
    cluster_id = load(opened.connection).clusters[0].cluster_id
    for name in ("c1", cluster_id[:6]):
        assert say(name, "comment", "Seen.").subject_id == cluster_id


def test_what_the_case_does_not_have_cannot_be_decided_on(opened, say):
    with pytest.raises(CaseError, match="no account is called 'C99', and no cluster is"):
        say("C99", "accept", "")
    assert not decisions_path(opened.path).exists()


def _as_letter(findings):
    drawn = latex.render(letter.document(findings))
    return drawn.decode() if isinstance(drawn, bytes) else drawn


@pytest.mark.parametrize("render", [whole.render, markdown.render, _as_letter])
def test_reports_show_decisions_and_change_no_count(opened, say, render):
    before = load(opened.connection)
    say("C1", "reject", "A university\x1b[31m course | <b>", "Lea Example")
    after = replayed(before, read_decisions(decisions_path(opened.path)))
    shown = " ".join(render(after).split())
    assert "rejected on" in shown
    assert "by Lea Example" in shown
    assert "\x1b" not in shown
    assert after.model_copy(update={"decisions": []}) == before


def test_a_decision_on_an_earlier_result_is_shown_as_that(opened, say):
    say("C1", "accept", "Seen.")
    findings = load(opened.connection)
    none_left = findings.model_copy(update={"clusters": []})
    shown = markdown.render(replayed(none_left, read_decisions(decisions_path(opened.path))))
    assert "not in this result" in shown


@pytest.mark.parametrize(
    "tamper",
    [
        lambda lines: [lines[0].replace("one", "two"), *lines[1:]],
        lambda lines: lines[1:],
        lambda lines: [lines[0], lines[2]],
        lambda lines: [lines[0], lines[0], *lines[1:]],
        lambda lines: [*lines, "no json"],
    ],
    ids=["changed", "first removed", "middle removed", "doubled", "garbage"],
)
def test_a_chain_that_was_tampered_with_is_refused_and_not_added_to(tmp_path, tamper):
    path = tmp_path / "log.jsonl"
    for text in ("one", "between", "three"):
        chain.append(path, {"text": text})
    whole = path.read_text("utf-8")
    path.write_text("\n".join(tamper(whole.splitlines())) + "\n", "utf-8")
    with pytest.raises(CaseError, match="does not follow"):
        chain.read(path)
    with pytest.raises(CaseError, match="does not follow"):
        chain.append(path, {"text": "four"})


def test_a_chain_is_plain_json_a_line(tmp_path):
    path = tmp_path / "log.jsonl"
    chain.append(path, {"text": "a\nb\u2028c\ud800"})
    (line,) = path.read_bytes().splitlines()
    assert json.loads(line)["text"] == "a\nb\u2028c\ud800"
    assert chain.read(path)[0][0]["previous"] == chain.START
