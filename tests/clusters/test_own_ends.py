"""Which prompts of a known cluster count by the few words that they open or close with."""

import random

import numpy as np
import pytest
from small_cases import case_of

from distillscan.case.frame import frame
from distillscan.case.settle import settle
from distillscan.clusters.core_texts import core_texts
from distillscan.clusters.own_texts import write_own_texts
from distillscan.findings.counts.count_error import count_errors
from distillscan.findings.counts.matching import stored_matching
from distillscan.signals.texts import load_texts

ACCOUNTS, CORE, EACH = 150, 30, 10
USUAL = ["Please help me with", "Can you tell me about", "What do you think of", "I want to learn"]


def words(generator, number=12):
    return " ".join(f"w{chr(97 + n % 26)}{n}x" for n in generator.choices(range(20_000), k=number))


@pytest.fixture
def count(tmp_path):
    """Share counted of the requests that serve a campaign, how many of others, and the error of the count.

    ``prompt(generator, account, place)`` tells what is sent, and if for the campaign.
    """

    def build(prompt, probable=0):
        generator = random.Random(3)
        sent = [
            (account, *prompt(generator, account, place))
            for account in range(ACCOUNTS)
            for place in range(EACH)
        ]
        requests = [{"account_id": f"a{account:04}", "prompt": text} for account, text, _ in sent]
        with case_of(tmp_path, requests) as case:
            settle(case)
            connection = case.connection
            connection.execute(
                "INSERT INTO membership (cluster_id, account, tier, families) "
                "SELECT 'c', account, CASE WHEN account < $core THEN 'core' ELSE 'probable' END, '' "
                "FROM account WHERE account < $core + $probable",
                {"core": CORE, "probable": probable},
            )
            texts = load_texts(connection)
            core = core_texts(connection, texts)
            own = write_own_texts(connection, texts, core)
            error = count_errors(texts, core, own)["c"]
            assert np.array_equal(own.matching(), stored_matching(connection))
            rows = frame(connection, "SELECT row_number, prompt_text FROM requests ORDER BY row_number")
        found = own.matching()[rows["prompt_text"].to_numpy()]
        of_core = np.array([account < CORE for account, *_ in sent])
        serves = np.array([serving for *_, serving in sent])
        serving = float(found[serves].mean()) if serves.any() else 0.0
        return serving, found[of_core & ~serves].sum(), found[~of_core & ~serves].sum(), error

    return build


def ordinary(generator, account):
    return f"{generator.choice(USUAL)} {words(generator)}"


@pytest.mark.parametrize("pattern", ["Solve step by step: {}", "{} Answer in JSON only."])
def test_an_opening_or_a_closing_that_is_all_that_prompts_share_counts_them(count, pattern):
    def prompt(generator, account, place):
        serves = account < CORE and place < 8
        return (pattern.format(words(generator)) if serves else ordinary(generator, account)), serves

    serving, beside, others, error = count(prompt)
    assert serving == 1.0
    assert beside == others == 0
    assert error.faint_wrong <= 0.02 * CORE * EACH
    assert error.missed <= 10


def test_what_the_campaign_opens_with_may_be_in_moderate_use_elsewhere(count):
    """One prompt in fifty of everybody's opens so, and with each core account two thirds."""

    def prompt(generator, account, place):
        serves = account < CORE and place < 7
        opens = serves or generator.random() < 0.02
        return f"Write a Python function that {words(generator)}" if opens else ordinary(generator, 0), serves

    serving, beside, _, error = count(prompt)
    assert serving == 1.0
    assert beside <= max(error.faint_wrong, 5)


@pytest.mark.parametrize("share", [0.3, 1.0])
def test_an_opening_that_everybody_uses_counts_nothing(count, share):
    def prompt(generator, account, place):
        opens = generator.random() < share
        return f"Write a Python function that {words(generator)}" if opens else ordinary(generator, 0), False

    assert count(prompt)[1] == 0


def test_what_one_member_is_wont_to_say_is_no_habit_of_the_cluster(count):
    """Each account of the log has its own way to open two thirds of its prompts."""

    def prompt(generator, account, place):
        own = words(random.Random(account), 3)
        return f"{own if place < 7 else generator.choice(USUAL)} {words(generator)}", False

    assert count(prompt)[1] == 0


def test_members_outside_of_the_core_are_counted_by_its_openings_too(count):
    def prompt(generator, account, place):
        serves = account < CORE + 10 and place < 8
        return (f"Solve step by step: {words(generator)}" if serves else ordinary(generator, 0)), serves

    serving, *_ = count(prompt, probable=10)
    assert serving == 1.0


def test_a_few_prompts_that_open_alike_do_not_stand_for_a_core_without_common_texts(count):
    """What such a core sends is told by its addresses; a twentieth of it would count alone."""

    def prompt(generator, account, place):
        serves = account < CORE and place < 2
        return (f"Solve step by step: {words(generator)}" if serves else ordinary(generator, 0)), serves

    serving, *_ = count(prompt)
    assert serving == 0.0


@pytest.mark.parametrize(("elsewhere", "counted"), [(False, 1.0), (True, 0.0)])
def test_an_ending_of_its_own_counts_behind_popular_tasks(count, elsewhere, counted):
    """Everybody sends one task in many wordings; where they end it so too, the ending is part of it."""
    task = "name a river that flows through two old capitals and say which bridge is the oldest"

    def prompt(generator, account, place):
        serves = account < CORE and place < 8
        if not serves and place >= 8:
            return ordinary(generator, 0), False
        ending = "with working" if serves or (elsewhere and place == 0) else words(generator, 2)
        return f"{words(generator, 4)} {task} {words(generator, 9)} show {ending}", serves

    assert count(prompt)[0] == counted
