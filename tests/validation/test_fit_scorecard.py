"""The fit of the scorecard: which points it finds, and how it writes them."""

import numpy as np

from distillscan.findings.capabilities.rules import load_rules

from .fit_scorecard import TOGETHER, Fitted, fit, seen, write_card, written
from .labelled_prompts import LEFT_OUT, labelled_by_file

GROUPS = {word: (word,) for word in ("reasoning", "show", "recipe", "please")}
ASKING = ["show the reasoning", "show your reasoning, please", "reasoning, please show", "show reasoning"]
OTHERS = ["a recipe, please", "show a recipe", "the recipe", "please", "show it", "nothing. at all"]
TEXTS = 5 * (ASKING + OTHERS)
ASKS = np.array(5 * ([True] * len(ASKING) + [False] * len(OTHERS)))


def fitted():
    everything = np.ones(len(TEXTS), dtype=bool)
    return fit(seen(TEXTS, GROUPS), ASKS, everything, np.ones(len(TEXTS)))


def test_words_of_those_that_ask_get_points_and_words_of_the_others_lose_some():
    found = fitted()
    reasoning, show, recipe, please = found.points
    assert reasoning > show > 0 > recipe
    assert reasoning > please
    assert ((found.best(seen(TEXTS, GROUPS), len(TEXTS)) >= found.least) == ASKS).all()


def test_the_fit_is_the_same_each_time():
    assert written(GROUPS, fitted()) == written(GROUPS, fitted())


def test_what_is_written_is_read_again_in_place_of_the_older_points(tmp_path):
    page = tmp_path / "rules.toml"
    head, rule = '[[capability]]\nname = "it"\nabout = ""\n\n', '\n[[capability.rule]]\nlanguage = "en"\n'
    older = "[capability.scorecard]\nleast = 1\n\n[capability.scorecard.points]\n1 = [\n  'x',\n]\n"
    words = "[words]\nreasoning = ['reasoning']\nshow = ['show']\nrecipe = ['recipe']\n"
    page.write_text(f'{words}{head}{older}{rule}any = ["y"]\n')
    points = Fitted(np.array([7, 2, -3, 0]), words_a_point=9, least=8)
    write_card(page, written(GROUPS, points))
    capability = load_rules(page).capabilities[0]
    assert capability.rule[0].any == ("y",)
    assert capability.scorecard is not None
    assert capability.scorecard.entries == [("{reasoning}", 7), ("{show}", 2), ("{recipe}", -3)]
    assert (capability.scorecard.least, capability.scorecard.words_a_point) == (8, 9)


def test_every_set_is_left_out_once():
    left_out = [line.split("\t")[0] for line in LEFT_OUT.read_text("utf-8").splitlines()]
    assert sorted(left_out) == sorted(name for together in TOGETHER for name in together)
    assert sorted(left_out) == sorted(labelled_by_file("developed"))
