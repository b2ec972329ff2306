"""Which prompts a rule holds in."""

import polars as pl
import pytest

from distillscan.findings.capabilities.matching import HEAD, TAIL, find_capabilities
from distillscan.findings.capabilities.rules import Capability, Rule, Rules, built_in_rules


def rules(**rule):
    return Rules(
        origin="file 0",
        capabilities=(Capability(name="it", about="", rule=(Rule(language="en", **rule),)),),
    )


def holding(prompts, **rule):
    found = find_capabilities(pl.Series(prompts, dtype=pl.String), rules(**rule))
    assert set(found["capability"]) <= {"it"}
    return [prompts[place] for place in found["text"]]


def test_a_term_is_whole_words_whatever_case_accents_and_punctuation():
    yes = ["Show your work!", "please SHOW   your\twork", "show-your-work", "Shów yöur work"]
    no = ["show yourwork", "reshow your work", "show your workings", "", None]
    assert holding(yes + no, any=["show your work"]) == yes


def test_a_star_stands_for_the_rest_of_a_word_before_or_after():
    assert holding(["solving it", "resolving it", "insolvent"], any=["solv*"]) == ["solving it"]
    assert holding(["nachdenken", "denkend"], any=["*denken"]) == ["nachdenken"]


def test_every_number_reads_zero():
    yes = ["on a scale from 1 to 10", "a scale from 0.5 to 1,000", "scale from ١ to ١٠"]
    assert holding([*yes, "scale from one to ten"], any=["scale from 0 to 0"]) == yes


@pytest.mark.parametrize("word", ["一步一步", "ステップ", "단계별로", "ทีละขั้น"])
def test_scripts_without_spaces_and_korean_are_searched_inside_runs(word):
    assert holding([f"请{word}地", "x"], any=[word]) == [f"请{word}地"]


@pytest.mark.parametrize(
    ("written", "typed"), [("فكّر أولاً", "فكر اولا"), ("ещё", "еще"), ("étape", "ETAPE"), ("adım", "adim")]
)
def test_signs_that_many_leave_out_do_not_count(written, typed):
    assert holding([written, typed], any=[written]) == [written, typed]
    assert holding([written, typed], any=[typed]) == [written, typed]


def test_between_back_quotes_stand_exact_characters():
    assert holding(["a <THINK> b", "think", "< think>"], any=["`<think>`"]) == ["a <THINK> b"]
    assert holding(["```py", "``"], any=["`````"]) == ["```py"]


def test_terms_stand_together_in_one_sentence():
    prompts = [
        "Rate the answer.",
        "Rate it. The answer is long.",
        "Rate it\nanswer",
        "回答。Rate",
        "Rate, says v1.2, the answer",
    ]
    assert holding(prompts, any=["rate"], **{"with": ["answer"]}) == [prompts[0], prompts[4]]


def test_or_anywhere_in_the_prompt_if_the_rule_says_so():
    prompts = ["Rate it. The answer is long.", "Rate it."]
    assert holding(prompts, any=["rate"], within="prompt", **{"with": ["answer"]}) == prompts[:1]


def test_a_term_of_without_excuses_its_sentence_only():
    prompts = ["poem, not a poem", "a poem. not a poem", "a poem"]
    assert holding(prompts, any=["poem"], without=["not a poem"]) == prompts[1:]


def test_of_a_long_prompt_the_beginning_and_the_end_are_read():
    filler = "x " * (HEAD + TAIL)
    assert holding([f"poem {filler}"], any=["poem"])
    assert holding([f"{filler} poem"], any=["poem"])
    assert not holding([f"{filler} poem {filler}"], any=["poem"])


def test_a_prompt_has_as_many_capabilities_as_rules_hold():
    found = find_capabilities(
        pl.Series(["Write a Python function and think step by step. Then translate it into French.", "Hi"]),
        built_in_rules(),
    )
    assert found["capability"].to_list() == ["coding", "reasoning elicitation", "translation"]
    assert set(found["text"]) == {0}


def test_no_text_and_no_term_of_a_kind_give_nothing():
    assert find_capabilities(pl.Series([], dtype=pl.String), built_in_rules()).is_empty()
    assert holding(["x"], any=["`y`"]) == []
