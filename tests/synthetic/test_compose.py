import numpy as np
import polars as pl

from distillscan.synthetic.compose import fill, fill_each, load_texts, restore
from distillscan.synthetic.draws import Draws
from distillscan.synthetic.prompts import LANGUAGES, human_prompts

POOLS = {"colour": ["red", "green", "blue"], "thing": ["hat", "boat"]}


def test_slots_are_filled_from_their_pools():
    texts = fill("a {colour} {thing}.", POOLS, Draws(1, "fill"), 200)
    assert set(texts.to_list()) == {f"a {c} {t}." for c in POOLS["colour"] for t in POOLS["thing"]}


def test_a_slot_that_stands_twice_is_filled_alike():
    texts = fill("{colour}-{colour}", POOLS, Draws(1, "fill"), 50)
    assert set(texts.to_list()) == {f"{c}-{c}" for c in POOLS["colour"]}


def test_braces_of_program_code_are_no_slots():
    assert fill("{thing} => {body}", POOLS, Draws(1, "fill"), 1)[0].endswith(" => {body}")


def test_each_text_has_the_shape_that_was_chosen_for_its_row():
    texts = fill_each(
        ["A {thing}", "B {thing}", "C {thing}"], np.array([2, 0, 0, 2]), POOLS, Draws(1, "each")
    )
    assert [text[0] for text in texts] == ["C", "A", "A", "C"]


def test_nothing_asked_nothing_written():
    assert fill("a {thing}", POOLS, Draws(1, "none"), 0).to_list() == []
    assert human_prompts(pl.Series(values=[], dtype=pl.String), Draws(1, "none")).to_list() == []


def test_groups_are_restored_in_the_order_of_their_rows():
    groups = [np.array([3, 1]), np.array([], dtype=np.int64), np.array([0, 2])]
    texts = [pl.Series(["d", "b"]), pl.Series([], dtype=pl.String), pl.Series(["a", "c"])]
    assert restore(groups, texts).to_list() == ["a", "b", "c", "d"]


def test_every_language_has_enough_words_to_rarely_repeat_itself():
    own_language = (1, 0, 0, 0, 0)
    for language in LANGUAGES:
        prompts = human_prompts(pl.Series(values=[language] * 500), Draws(1, language), own_language)
        assert prompts.n_unique() >= 498, language


def test_every_slot_of_every_language_has_a_pool():
    for name in (*LANGUAGES, "code"):
        texts = load_texts(name)
        prompts = [fill(shape, texts["pools"], Draws(1, name), 1)[0] for shape in texts["shapes"]]
        slots = [f"{{{slot}}}" for slot in texts["pools"]]
        assert not [prompt for prompt in prompts for slot in slots if slot in prompt]
        written = "".join(texts["shapes"])
        assert all(slot in written for slot in slots), name


def test_people_write_in_their_own_language_and_sometimes_in_english_or_code():
    prompts = human_prompts(pl.Series(values=["ru"] * 2000), Draws(1, "mixture"))
    assert 0.5 < prompts.str.contains("[а-я]{3}").mean() < 0.7
    assert 0.05 < (prompts == prompts.mode()[0]).mean() + prompts.str.contains("```").mean() < 0.3
