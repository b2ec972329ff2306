"""Which prompts have points enough."""

import polars as pl

from distillscan.findings.capabilities.matching import find_capabilities, hits
from distillscan.findings.capabilities.rules import Capability, Rule, Rules, Scorecard
from distillscan.findings.capabilities.scorecard import dues, lengths, passages

POINTS = {2: ("show",), 3: ("thought", "{way}"), 1: ("before",), -4: ("recipe",)}


def rules(*, least=5, sentences=2, words_a_point=100, doubling=0, rule=()):
    card = Scorecard(
        least=least, sentences=sentences, words_a_point=words_a_point, doubling=doubling, points=POINTS
    )
    capability = Capability(name="it", about="", rule=rule, scorecard=card)
    return Rules("file 0", (capability,), {"way": ("path", "road", "`<way>`")})


def named(prompts, **card):
    found = find_capabilities(pl.Series(prompts, dtype=pl.String), rules(**card))
    return [prompts[place] for place in found["text"]]


def test_points_of_the_entries_in_a_sentence_are_added_up():
    assert named(["show a thought", "show it", "a thought before", "", None]) == ["show a thought"]
    assert named(["a thought before"], least=4) == ["a thought before"]


def test_an_entry_counts_once_however_often_and_with_however_many_of_its_words_it_stands_there():
    assert not named(["thought thought thought", "path road <way>"])
    assert named(["thought on the path", "thought <WAY>"]) == ["thought on the path", "thought <WAY>"]


def test_points_below_zero_are_taken_away():
    assert not named(["show a thought, a recipe"])


def test_only_sentences_in_a_row_are_added_up():
    near, far = "Show it. One thought.", "Show it. And so on. One thought."
    assert named([near, far]) == [near]
    assert named([near, far], sentences=3) == [near, far]
    assert not named([near, far], sentences=1)


def test_what_takes_points_away_does_so_in_its_passages_only():
    prompt = "A recipe. And so on. Show a thought."
    assert named([prompt]) == [prompt]
    assert not named(["A recipe. Show a thought."], sentences=3, least=6)


def test_a_long_passage_pays_for_its_words():
    prompts = ["show a thought", "show a thought" + " or so" * 9]
    assert named(prompts, words_a_point=10) == prompts[:1]


def test_a_prompt_of_many_passages_pays_each_time_that_they_double():
    prompts = ["Show a thought.", "Show a thought." + " And so on." * 6]
    assert named(prompts, doubling=1) == prompts[:1]
    assert dues(pl.Series([1, 4, 7, 8, 16]).to_numpy(), 3).tolist() == [0, 0, 2, 3, 6]


def test_a_rule_is_as_good_as_the_points():
    rule = Rule(language="en", any=("monologue",))
    assert named(["a monologue", "nothing"], rule=(rule,)) == ["a monologue"]


def test_a_capability_that_a_rule_and_points_find_is_named_once():
    rule = Rule(language="en", any=("thought",))
    assert named(["show a thought"], rule=(rule,)) == ["show a thought"]


def test_passages_say_which_entries_gave_the_points():
    found, sentences = hits(pl.Series(["Show it. One thought."]), rules())
    whole = passages(found.rename({"rule": "entry"}), 2).filter(pl.col("passage") == 1)
    assert sorted(whole.select("entry", "points").rows()) == [(0, 2), (1, 3)]
    assert lengths(sentences, 2).filter(pl.col("passage") == 1)["length"].to_list() == [4]


def test_scripts_without_spaces_count_two_signs_as_a_word():
    _, sentences = hits(pl.Series(["一二三四五六七八"]), rules())
    assert lengths(sentences, 1)["length"].to_list() == [5]
