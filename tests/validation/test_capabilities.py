"""The capability rules on labelled prompts: what is promised of them, and the page that says it."""

from pathlib import Path

from distillscan.findings.capabilities.profile import FOUND_OF_TEN, RIGHT_OF_TEN, ROUNDABOUT_OF_TEN
from distillscan.findings.capabilities.rules import ELICITATION, built_in_rules

from .capabilities import TITLE, Errors, errors, false_alarms, held_out_ordinary, section, write_section
from .labelled_prompts import LEFT_OUT, LETTERS, labelled
from .tables import wrapped

PAGE = Path(__file__).parents[2] / "docs" / "validation.md"


def test_every_capability_has_its_letter_and_prompts_in_both_parts():
    assert set(LETTERS.values()) == {capability.name for capability in built_in_rules().capabilities}
    for part in ("developed", "held_out"):
        assert all(found.having >= 5 for found in errors(labelled(part)).values())


def test_no_prompt_stands_in_both_parts_or_twice():
    texts = [prompt.text for part in ("developed", "held_out") for prompt in labelled(part)]
    assert len(set(texts)) == len(texts)


def test_elicitation_is_found_in_fresh_words_with_hardly_a_false_alarm():
    plain, hard = held_out_ordinary()
    alarms, ordinary = false_alarms(plain)
    assert errors(labelled("held_out"))[ELICITATION].recall >= 0.95
    assert ordinary >= 300
    assert alarms <= 0.01 * ordinary
    near, border = false_alarms(hard)
    assert near <= 0.1 * border


def test_the_error_that_a_profile_states_is_no_better_than_measured():
    whole = sum(errors(labelled("held_out")).values(), Errors(0, 0, 0))
    assert 10 * whole.recall >= FOUND_OF_TEN
    assert 10 * whole.precision >= RIGHT_OF_TEN


def test_the_error_of_roundabout_requests_that_a_profile_states_is_the_one_measured():
    rows = [line.split("\t") for line in LEFT_OUT.read_text("utf-8").splitlines()]
    roundabout = ("elicitation_roundabout_2", "elicitation_varied", "elicitation_set_a", "elicitation_set_b")
    shares = [int(named) / int(prompts) for name, prompts, named in rows if name in roundabout]
    assert (int(10 * min(shares)), int(10 * max(shares))) == ROUNDABOUT_OF_TEN


def test_the_page_says_what_is_measured_now():
    assert wrapped(section()) in PAGE.read_text("utf-8")


def test_the_section_is_written_alone(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# Page\n\n## First\n\nOne.\n")
    write_section(page)
    once = page.read_text()
    assert once.startswith("# Page\n\n## First\n\nOne.\n\n## " + TITLE)
    page.write_text(once.replace("Read recall", "Older words") + "\n## Last\n\nTwo.\n")
    write_section(page)
    assert page.read_text() == once + "\n## Last\n\nTwo.\n"
