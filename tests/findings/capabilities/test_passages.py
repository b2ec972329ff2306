"""Fixed inserts: words that stand alike in prompts which otherwise differ."""

import polars as pl

from distillscan.findings.capabilities.passages import fixed_passages
from distillscan.findings.masking import LENGTH

INSERT = "Write your whole reasoning between two marks, then the answer."
WORDS = [f"w{n}" for n in range(400)]


def different(number, insert="", place=20):
    """Prompts of forty words each, no two of which share a run of six, with the insert at some place."""
    prompts = []
    for n in range(number):
        words = [f"{WORDS[(n * 7 + k * (n + 3)) % 400]}x{n}" for k in range(40)]
        prompts.append(" ".join([*words[:place], insert, *words[place:]]))
    return pl.Series(prompts)


def test_an_insert_is_found_whole_wherever_it_stands():
    for place in (0, 13, 40):
        (found,) = fixed_passages(different(30, INSERT, place))
        assert found.text == INSERT


def test_prompts_that_share_nothing_have_none():
    assert fixed_passages(different(40)) == []
    assert fixed_passages(pl.Series([], dtype=pl.String)) == []
    assert fixed_passages(pl.Series(["one two"] * 50)) == []


def test_one_prompt_sent_again_and_again_is_no_insert():
    assert fixed_passages(pl.Series([f"{INSERT} {INSERT}"] * 50)) == []


def test_a_few_prompts_are_too_few():
    assert fixed_passages(different(9, INSERT)) == []


def test_it_grows_while_four_fifths_go_on_alike():
    mostly = different(25, INSERT + " Be brief.", place=0).to_list() + different(30, INSERT, 40).to_list()
    assert fixed_passages(pl.Series(mostly))[0].text == INSERT
    mostly = different(25, INSERT + " Be brief.", 40).to_list() + different(30, INSERT, 40).to_list()[25:]
    assert fixed_passages(pl.Series(mostly))[0].text == INSERT + " Be brief."


def test_several_are_found_apart_the_commonest_first():
    other = "Compare both repairs and say at length which one is better."
    prompts = pl.concat([different(20, other, 5), different(60, INSERT, 9)[20:]])
    assert [found.text for found in fixed_passages(prompts)] == [INSERT, other]


def test_signs_of_a_script_without_spaces_count_as_words():
    prompts = [
        f"第{n}题:{'甲乙丙丁戊己庚辛壬癸'[n % 10]}{n}。请先写出完整的推理过程,再给出最终答案"
        for n in range(20)
    ]
    (found,) = fixed_passages(pl.Series(prompts))
    assert found.text == "请先写出完整的推理过程,再给出最终答案"


def test_it_is_shown_on_one_line_cut_and_without_personal_data():
    long = "Answer to\n  jo@example.com at once: " + "and do not forget what was said before " * 5
    (found,) = fixed_passages(different(20, long, 40))
    assert found.text.startswith("Answer to [mailbox] at once: and do not")
    assert len(found.text) <= LENGTH
    assert found.text.endswith("…")
