"""Which prompts of a cluster's accounts are its own: worded anew each time, and never the ordinary ones."""

import random
from hashlib import sha256

import numpy as np
import pytest
from small_cases import case_of

from distillscan.association.tails import poisson_quantile
from distillscan.case.frame import frame
from distillscan.case.settle import settle
from distillscan.clusters.core_texts import core_texts
from distillscan.clusters.own_texts import write_own_texts
from distillscan.findings.counts.matching import stored_matching
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
def judged(tmp_path):
    """Of a log whose first accounts are a cluster: what is marked of its prompts, and of those of others."""

    def build(requests, size, beside=0):
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
            own = write_own_texts(connection, texts, core_texts(connection, texts))
            assert np.array_equal(own.matching(), stored_matching(connection))
            rows = frame(connection, "SELECT row_number, prompt_text, account_id FROM requests")
        found = own.matching()[rows["prompt_text"].to_numpy()]
        serves = np.array([one["serves"] for one in requests])[rows["row_number"].to_numpy() - 1]
        core = (rows["account_id"] < f"a{size:04}").to_numpy()
        return own, found[core & serves], found[core & ~serves], found[~core]

    return build


@pytest.fixture
def marked(judged):
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
        return judged(requests, size, beside)

    return build


@pytest.fixture
def everybody(judged):
    """A log in which ``prompt(generator, account, place)`` tells what is sent, and if for the campaign."""

    def build(prompt):
        generator = random.Random(7)
        requests = []
        for account in range(ACCOUNTS):
            for place in range(EACH):
                text, serves = prompt(generator, account, place)
                requests.append({"account_id": f"a{account:04}", "prompt": text, "serves": serves})
        return judged(requests, CORE)

    return build


def test_prompts_that_are_worded_anew_each_time_are_found(marked):
    own, serving, camouflage, others = marked(serving=9)
    (faint,) = own.faint
    assert serving.mean() >= 0.98
    assert faint.taken > 0.2 * serving.sum()
    assert camouflage.sum() <= 2 + 2 * faint.taken_by_chance
    assert not others.any()


def test_phrases_that_the_core_shares_by_chance_mark_nothing(marked):
    own, _, camouflage, others = marked(serving=0)
    (faint,) = own.faint
    assert faint.taken == 0
    assert not camouflage.any()
    assert not others.any()
    assert faint.left <= 2 * faint.left_by_chance


def test_what_everybody_says_is_not_the_texts_of_a_core_that_is_most_of_the_log(marked):
    """Of those who say "try again" four fifths are in it and most others in a second one, as of everybody."""
    _, _, camouflage, others = marked(serving=0, size=160, of_phrases=20, beside=30)
    assert not camouflage.any()
    assert not others.any()


def test_public_tasks_that_a_few_others_send_too_are_found(everybody):
    """A harvest of tasks without any template; of the others a fifth have some of them as homework."""
    tasks = [" ".join(words(random.Random(task), 30)) for task in range(60)]

    def prompt(generator, account, place):
        works = (account < CORE and place < 8) or (account % 5 == 0 and place < 2)
        return (
            generator.choice(tasks) if works else " ".join(words(generator, 40))
        ), account < CORE and works

    own, serving, camouflage, _ = everybody(prompt)
    (faint,) = own.faint
    assert serving.mean() >= 0.95
    assert not camouflage.any()
    assert faint.taken_by_chance <= 0.1 * faint.taken


def digest(text):
    return sha256(text.encode()).hexdigest()


def test_of_digests_in_place_of_prompts_those_that_come_again_are_found(everybody):
    """Each task is sent three times or so; so is here and there what others send, by anybody."""

    def prompt(generator, account, place):
        works = account < CORE and place < 8
        number = generator.randrange(100) if works else 100 + generator.randrange(4000)
        return digest(f"{number}"), works

    _, serving, camouflage, _ = everybody(prompt)
    assert serving.mean() >= 0.9
    assert camouflage.mean() <= 0.05


def letters(generator, number):
    return " ".join("".join(generator.choices("abcdefgh", k=6)) for _ in range(number))


@pytest.mark.parametrize("asked", [0.0, 0.004])
def test_camouflage_may_carry_the_clusters_keys_as_often_as_everybodys_prompts(everybody, asked):
    """With a share ``asked`` of all ordinary prompts that happen to be tasks of the campaign's list."""
    tasks = [letters(random.Random(100 + task), 30) for task in range(8)]

    def prompt(generator, account, place):
        works = account < CORE and place < 6
        takes = works or generator.random() < asked
        return generator.choice(tasks) if takes else letters(generator, 40), works

    own, serving, camouflage, _ = everybody(prompt)
    assert serving.mean() >= 0.7
    assert camouflage.any() == (asked > 0)
    assert camouflage.sum() <= poisson_quantile(0.95, own.own_by_chance[0]) <= 3 * camouflage.sum() + 2


def test_a_popular_prompt_is_not_the_texts_of_those_who_were_found_by_it(everybody):
    """Most of its users are in the cluster because they use it, and all others are not."""
    popular = words(random.Random(1), 40)

    def prompt(generator, account, place):
        uses = place < 6 and account < 1.4 * CORE
        return " ".join([*(popular if uses else []), *words(generator, 20)]), False

    _, _, camouflage, others = everybody(prompt)
    assert not camouflage.any()
    assert not others.any()


@pytest.mark.parametrize(("people", "share"), [(ACCOUNTS, 0.0), (CORE, 1.0)])
def test_what_one_account_repeats_is_its_owners_habit_if_everybody_has_habits(everybody, people, share):
    """With ``people`` accounts that open half of their prompts in their own way."""

    def prompt(generator, account, place):
        opens = account < people and place < 6
        opening = words(random.Random(account), 14) if opens else []
        return " ".join([*opening, *words(generator, 30)]), account < CORE and opens

    _, repeated, camouflage, _ = everybody(prompt)
    assert repeated.mean() == share
    assert not camouflage.any()
