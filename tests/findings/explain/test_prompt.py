"""The points of a prompt are those that judged it, and each is shown with the words that gave it."""

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from distillscan.findings.capabilities.matching import find_capabilities
from distillscan.findings.capabilities.rules import built_in_rules, load_rules
from distillscan.findings.explain.prompt import explain_prompt

RULES = """
[words]
pieces = ["rook*", "knight*"]

[[capability]]
name = "chess"
about = "games of chess"

[[capability.rule]]
language = "en"
any = ["chess", "`1-0`"]
with = ["play*"]
without = ["chess club"]

[capability.scorecard]
least = 4
sentences = 2
words_a_point = 5
doubling = 3

[capability.scorecard.points]
4 = ["checkmate", "将军"]
2 = ["{pieces}", "opening"]
-3 = ["knighthood"]
"""


@pytest.fixture
def rules(tmp_path: Path):
    path = tmp_path / "chess.toml"
    path.write_text(RULES, "utf-8")
    return load_rules(path)


def test_each_entry_counts_once_with_all_its_words_and_length_is_paid_for(rules):
    found = explain_prompt("The rook takes. Rooks and knights, then Checkmate!", rules)
    (card,) = found.scorecards
    assert [(one.entry, one.points, one.words) for one in card.best.entries] == [
        ("checkmate", 4, ["checkmate"]),
        ("{pieces}", 2, ["rook", "knights", "rooks"]),
    ]
    assert (card.best.first_sentence, card.best.last_sentence) == (1, 2)
    assert (card.best.points, card.best.words, card.best.paid_for_words) == (6, 8, 1)
    assert (card.best.left, card.least, card.found) == (5, 4, True)
    assert found.capabilities == ["chess"]
    assert "the passage of sentences 1 to 2 gets 6 points, 5 after 1 for length" in found.sentence
    assert "4 are asked for: enough" in found.sentence


def test_points_that_are_taken_and_a_lost_passage_are_shown(rules):
    found = explain_prompt("A knight got his knighthood", rules)
    (card,) = found.scorecards
    assert [(one.entry, one.points) for one in card.best.entries] == [("{pieces}", 2), ("knighthood", -3)]
    assert not card.found
    assert found.capabilities == []


def test_words_of_a_script_without_spaces_stand_for_themselves(rules):
    (card,) = explain_prompt("他马上要将军了", rules).scorecards
    assert [one.words for one in card.best.entries] == [["将军"]]


def test_a_rule_is_shown_with_the_words_of_each_list(rules):
    (rule,) = explain_prompt("Who plays? They played chess, 1-0.", rules).held
    assert (rule.sentence, rule.words) == (2, {"any": ["chess", "1-0"], "with": ["played"]})
    assert explain_prompt("They play at the chess club", rules).held == []


@settings(max_examples=40)
@given(
    st.lists(
        st.sampled_from(
            ["think", "aloud", "first", "step", "by", "the answer", "alone.", "思考", "verdict", "!\n"]
        ),
        max_size=60,
    ).map(" ".join)
    | st.text(max_size=80)
)
def test_the_explanation_finds_what_the_scan_finds(text):
    found = explain_prompt(text, built_in_rules())
    judged = find_capabilities(pl.Series([text]), built_in_rules())["capability"].to_list()
    explained = {rule.capability for rule in found.held} | {
        card.capability for card in found.scorecards if card.found
    }
    assert sorted(explained) == judged == found.capabilities
    for card in found.scorecards:
        assert sum(entry.points for entry in card.best.entries) == card.best.points
        assert all(word for entry in card.best.entries for word in entry.words)
