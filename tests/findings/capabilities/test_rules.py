"""The rules file: what it may say, and what it is told when it says something else."""

import pytest

from distillscan.errors import ReportError
from distillscan.findings.capabilities.rules import ELICITATION, built_in_rules, from_file, load_rules

RULE = '[[capability.rule]]\nlanguage = "en"\n'
CARD = (
    "[capability.scorecard]\nleast = 5\nsentences = 2\nwords_a_point = 9\ndoubling = 3\n"
    "[capability.scorecard.points]\n"
)
CAPABILITY = '[[capability]]\nname = "chess"\nabout = "games of chess"\n'


def written(directory, text):
    path = directory / "rules.toml"
    path.write_text(text, "utf-8")
    return path


def test_the_built_in_rules_name_the_elicitation_of_reasoning():
    rules = built_in_rules()
    assert rules.built_in
    assert ELICITATION in {capability.name for capability in rules.capabilities}
    assert not from_file(rules.origin)


def test_rules_of_a_file_are_known_by_their_text_whatever_its_line_ends(tmp_path):
    text = CAPABILITY + RULE + 'any = ["checkmate"]\n'
    origin = load_rules(written(tmp_path, text)).origin
    assert from_file(origin)
    (tmp_path / "rules.toml").write_bytes(text.replace("\n", "\r\n").encode())
    assert load_rules(tmp_path / "rules.toml").origin == origin
    assert load_rules(written(tmp_path, text.replace("mate", "s"))).origin != origin


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("capability = [", "no TOML"),
        ("", "capability: Field required"),
        (CAPABILITY, "a capability needs a rule or a scorecard"),
        (CAPABILITY + RULE, "capability.0.rule.0.any: Field required"),
        (CAPABILITY + RULE + "any = []", "`any` names no term"),
        (CAPABILITY + RULE + 'any = ["check*mate"]', "a star stands at an end"),
        (CAPABILITY + RULE + 'any = ["!?"]', "beside a word"),
        (CAPABILITY + RULE + 'any = ["x"]\nwihtout = ["y"]', "Extra inputs"),
        (CAPABILITY + CARD + '3 = ["a*b"]', "a star stands at an end"),
        (CAPABILITY + CARD + '3 = ["rook"]\n-1 = ["rook"]', "'rook' has points twice"),
        (CAPABILITY + CARD + 'many = ["rook"]', "scorecard.points.many"),
        (CAPABILITY + CARD.replace("least = 5", "least = 0") + '3 = ["rook"]', "scorecard.least"),
        (CAPABILITY + CARD + '3 = ["{pieces}"]', "`words` has no pieces"),
        ("[words]\npieces = []\n" + CAPABILITY + RULE + 'any = ["{pieces}"]', "words.pieces"),
        (2 * (CAPABILITY + RULE + 'any = ["x"]\n'), "a name of its own"),
    ],
)
def test_a_file_of_another_form_is_refused_with_the_place(tmp_path, text, said):
    with pytest.raises(ReportError, match=r"rules\.toml") as refused:
        load_rules(written(tmp_path, text))
    assert said in str(refused.value)


def test_a_missing_file_is_said_to_be_missing(tmp_path):
    with pytest.raises(ReportError, match="cannot read"):
        load_rules(tmp_path / "none.toml")


def test_a_group_of_words_stands_for_its_words_and_what_excludes_a_capability_excludes_each_rule(tmp_path):
    words = '[words]\npieces = ["rook", "queen"]\n'
    capability = CAPABILITY + 'without = ["band"]\n'
    rules = load_rules(written(tmp_path, words + capability + RULE + 'any = ["{pieces}"]\nalso = ["move"]\n'))
    lists = rules.capabilities[0].lists(rules.capabilities[0].rule[0])
    assert [rules.words(term) for term in lists["any"]] == [("rook", "queen")]
    assert [rules.words(term) for term in lists["also"]] == [("move",)]
    assert lists["without"] == ("band",)


def test_a_group_that_the_file_does_not_list_is_named(tmp_path):
    with pytest.raises(ReportError, match="`words` has no pieces"):
        load_rules(written(tmp_path, CAPABILITY + RULE + 'any = ["{pieces}"]\n'))


def test_an_entry_of_a_scorecard_gives_points_for_any_word_of_its_group(tmp_path):
    words = '[words]\npieces = ["rook", "queen"]\n'
    points = '3 = ["{pieces}"]\n-2 = ["band", "rock*"]\n'
    rules = load_rules(written(tmp_path, words + CAPABILITY + CARD + points))
    card = rules.capabilities[0].scorecard
    assert card is not None
    assert [(term, points, rules.words(term)) for term, points in card.entries] == [
        ("{pieces}", 3, ("rook", "queen")),
        ("band", -2, ("band",)),
        ("rock*", -2, ("rock*",)),
    ]
    assert (card.least, card.sentences, card.words_a_point, card.doubling) == (5, 2, 9, 3)
