"""Which prompts of a cluster's accounts are its own: worded anew each time, and never the ordinary ones."""

from __future__ import annotations

import random

import numpy as np
import pytest
from small_cases import case_of

from distillscan.case.frame import frame
from distillscan.case.settle import settle
from distillscan.clusters.core_texts import core_texts
from distillscan.clusters.own_keys import write_own_keys
from distillscan.findings.matching import stored_matching
from distillscan.signals.texts import load_texts

ACCOUNTS, CORE, EACH = 200, 40, 12
TEMPLATE_WORDS, REPLACED = 120, 0.125


def words(generator, number, vocabulary=20_000):
    return [f"w{chr(97 + n % 26)}{n}x" for n in generator.choices(range(vocabulary), k=number)]


def reworded(generator, template):
    decoys = words(generator, len(template))
    return " ".join(
        decoy if generator.random() < REPLACED else word for word, decoy in zip(template, decoys, strict=True)
    )


def ordinary(generator, phrases):
    """Words of one's own around a phrase that a few people in the log use, whoever they are."""
    return " ".join([*words(generator, 20), *generator.choice(phrases), *words(generator, 20)])


@pytest.fixture
def marked(tmp_path):
    """A log of which some prompts are a campaign's; returns which of these and of the others are marked."""

    def build(serving, size=CORE, of_phrases=ACCOUNTS * EACH // 3, beside=0):
        generator = random.Random(5)
        phrases = [words(generator, 14) for _ in range(of_phrases)]
        templates = [words(generator, TEMPLATE_WORDS) for _ in range(20)]
        requests = []
        for account in range(ACCOUNTS):
            for place in range(EACH):
                serves = account < size and place < serving
                prompt = (
                    reworded(generator, generator.choice(templates))
                    if serves
                    else ordinary(generator, phrases)
                )
                requests.append({"account_id": f"a{account:04}", "prompt": prompt, "serves": serves})
        with case_of(tmp_path, requests) as case:
            settle(case)
            connection = case.connection
            connection.execute(
                "INSERT INTO membership (cluster_id, account, tier, families) "
                "SELECT CASE WHEN account < $size THEN 'c' ELSE 'd' END, account, 'core', '' "
                "FROM account WHERE account < $size + $beside",
                {"size": size, "beside": beside},
            )
            texts = load_texts(connection)
            own = write_own_keys(connection, texts, core_texts(connection, texts))
            assert np.array_equal(own.ways > 0, stored_matching(connection))
            rows = frame(connection, "SELECT row_number, prompt_text, account_id FROM requests")
        found = (own.ways > 0)[rows["prompt_text"].to_numpy()]
        serves = np.array([one["serves"] for one in requests])[rows["row_number"].to_numpy() - 1]
        core = (rows["account_id"] < f"a{size:04}").to_numpy()
        return own.faint, found[serves], found[core & ~serves], found[~core]

    return build


def test_prompts_that_are_worded_anew_each_time_are_found(marked):
    (faint,), serving, camouflage, others = marked(serving=9)
    assert serving.mean() >= 0.98
    assert faint.taken > 0.2 * serving.sum()
    assert camouflage.sum() <= 2 + 2 * faint.taken_by_chance
    assert not others.any()


def test_phrases_that_the_core_shares_by_chance_mark_nothing(marked):
    (faint,), _, camouflage, others = marked(serving=0)
    assert faint.taken == 0
    assert not camouflage.any()
    assert not others.any()
    assert faint.left <= 2 * faint.left_by_chance


def test_what_everybody_says_is_not_the_texts_of_a_core_that_is_most_of_the_log(marked):
    """Of those who say "try again" four fifths are in it and most others in a second one, as of everybody."""
    _, _, camouflage, others = marked(serving=0, size=160, of_phrases=20, beside=30)
    assert not camouflage.any()
    assert not others.any()
