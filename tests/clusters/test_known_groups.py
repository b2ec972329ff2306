"""Campaigns of many kinds among innocent people: each found whole, alone, and nothing else with it."""

from dataclasses import replace

import numpy as np
import pytest
from known_logs import Log, found_groups

from distillscan.association.associate import associate
from distillscan.association.levels import Levels
from distillscan.clusters import find
from distillscan.clusters.error_rate import PermutedRuns, permute, run_permutations, strata_of_activity
from distillscan.clusters.find import find_membership
from distillscan.clusters.graph import tie_graph

ACCOUNTS = 2000


@pytest.mark.parametrize("seed", range(5))
def test_a_log_of_innocent_people_gives_nothing(seed):
    assert found_groups(Log(ACCOUNTS, seed).people()) == []


@pytest.mark.parametrize(
    ("size", "behaviour"),
    [
        (30, {}),
        (120, {}),
        (300, {"names": 20}),
        (300, {"cards": 0, "addresses": 0}),
        (300, {"addresses": 0, "hours": 0}),
        (300, {"templates": 0, "hours": 0}),
        (200, {"cards": 4}),
        (200, {"cards": 60, "addresses": 6, "rotate": 2}),
        (1400, {}),
    ],
    ids=lambda value: "-".join(f"{k}{v}" for k, v in value.items()) if isinstance(value, dict) else None,
)
def test_a_campaign_is_one_cluster_of_its_own_accounts(size, behaviour):
    members = range(size)
    groups = found_groups(Log(ACCOUNTS, 3).people(besides=size).campaign(members, **behaviour))
    assert len(groups) == 1
    found = groups[0]
    assert len(found & set(members)) >= 0.98 * size
    assert len(found - set(members)) <= 0.01 * len(found)


def test_accounts_registered_in_batches_stay_one_campaign():
    """Card, addresses and hour are handed out together, so that only the templates join the batches."""
    log = Log(ACCOUNTS, 4).people(besides=320)
    for batch in range(40):
        log.campaign(
            range(batch * 8, batch * 8 + 8), f"batch-{batch}", addresses=3, rotate=3, hours=1, templates=0
        )
    log.campaign(range(320), "work", cards=0, addresses=0, hours=0, templates=4)
    assert found_groups(log) == [set(range(320))]


def test_a_client_program_does_not_outweigh_the_texts_that_are_sent_with_it():
    """Every request names the program, a seventh of them each template; another campaign runs it too."""
    log = Log(ACCOUNTS, 4, uses={"user_agent": 70, "template": 10}).people(besides=180)
    log.campaign(range(40), "first", cards=10, addresses=0, hours=0, templates=7)
    log.campaign(range(40, 180), "second", templates=7)
    log.share("CONTENT", "user_agent", "script", range(180))
    assert sorted(found_groups(log), key=min) == [set(range(40)), set(range(40, 180))]


def test_two_operators_whose_texts_are_not_known_are_not_one_because_they_run_one_program():
    log = Log(ACCOUNTS, 4).people(besides=180)
    log.campaign(range(120), "first", cards=5, addresses=100, rotate=5, hours=5, templates=0)
    log.campaign(range(120, 180), "second", cards=5, addresses=50, rotate=5, hours=5, templates=0)
    log.share("CONTENT", "user_agent", "script", range(180))
    assert sorted(found_groups(log), key=min) == [set(range(120)), set(range(120, 180))]


def test_one_operator_stays_whole_who_sends_a_public_set_of_tasks_as_they_are():
    """Each account draws some; that two have drawn the same says nothing of who works for whom."""
    log = Log(ACCOUNTS, 5).people(besides=120)
    log.campaign(range(120), "operator", cards=6, addresses=150, rotate=5, hours=5, templates=0)
    log.share("CONTENT", "user_agent", "script", range(120))
    for account in range(160):
        for task in log.random.choice(3000, 40, replace=False):
            log.share("CONTENT", "template", f"task-{task}", [account])
    assert found_groups(log) == [set(range(120))]


def test_two_operators_behind_one_pool_come_apart():
    log = Log(ACCOUNTS, 5).people(besides=500)
    log.campaign(range(300), "first", addresses=0).campaign(range(300, 500), "second", addresses=0)
    log.campaign(range(500), "pool", cards=0, hours=0, templates=0)
    assert found_groups(log) == [set(range(300)), set(range(300, 500))]


def test_two_operators_of_whom_only_texts_and_the_pool_are_known_come_apart():
    log = Log(ACCOUNTS, 5).people(besides=500)
    log.campaign(range(300), "first", cards=0, hours=0, addresses=0)
    log.campaign(range(300, 500), "second", cards=0, hours=0, addresses=0)
    log.campaign(range(500), "pool", cards=0, hours=0, templates=0)
    assert found_groups(log) == [set(range(300)), set(range(300, 500))]


def test_raw_tasks_that_fall_into_two_groups_by_chance_are_no_two_workloads():
    """No card or mailbox could cross between the groups, and neither has a text of its own."""
    log = Log(ACCOUNTS, 5).people(besides=80)
    log.campaign(range(80), "pool", cards=0, templates=0)
    for task in range(160):
        some = log.random.choice(40, 4, replace=False) + 40 * (task % 2)
        log.share("CONTENT", "template", f"task-{task}", some)
    assert found_groups(log) == [set(range(80))]


def test_neighbours_on_the_addresses_of_an_operator_without_cards_are_not_drawn_in():
    """They send what they like; only the operator's accounts have a text in common."""
    log = Log(ACCOUNTS, 5).people(besides=80)
    log.campaign(range(80), "pool", cards=0, templates=0)
    log.campaign(range(40), "work", cards=0, addresses=0, hours=0, templates=2)
    for task in range(80):
        log.share("CONTENT", "template", f"task-{task}", 40 + log.random.choice(40, 4, replace=False))
    (work,) = (found for found in found_groups(log) if len(found & set(range(40))) > 20)
    assert len(work) >= 36
    assert work <= set(range(40))


def behind_a_product(operated, customers, **behaviour):
    """A log with an operator's accounts and then customers, all of one product: its prompt and addresses."""
    log = Log(ACCOUNTS, uses={"template": 3, "ip": 12}).people(besides=operated + customers)
    log.campaign(range(operated), addresses=0, hours=0, **behaviour)
    for account in range(operated + customers):
        log.share("CONTENT", "system", "the product's", [account])
        for address in log.random.choice(40, size=6, replace=False):
            log.share("NETWORK", "ip", f"exit-{address}", [account])
    return log


def test_the_customers_of_a_product_are_not_drawn_in_by_an_operator_who_hides_among_them():
    found = found_groups(behind_a_product(110, 70))
    assert found[0] == set(range(110))
    assert all(group <= set(range(110, 180)) for group in found[1:])


def of_a_reseller(customers, *, uses=5):
    """Accounts of one make: cards, addresses and hours of a reseller; all but the customers send one work."""
    log = Log(ACCOUNTS, uses={"template": uses, "ip": 20}).people(besides=200)
    log.campaign(log.random.permutation(200), "reseller", templates=0)
    log.campaign(range(200 - customers), "work", cards=0, addresses=0, hours=0)
    return log


def test_the_customers_of_a_reseller_are_not_drawn_in_by_an_operator_who_buys_there_too():
    found = found_groups(of_a_reseller(90))
    assert found[0] == set(range(110))
    assert all(group <= set(range(110, 200)) for group in found[1:])


def test_an_operator_who_sends_his_work_now_and_then_has_accounts_that_happened_to_send_none():
    assert found_groups(of_a_reseller(90, uses=2)) == [set(range(200))]


def test_who_sends_the_same_prompts_without_a_shared_card_is_no_customer():
    log = behind_a_product(110, 70)
    log.share("CONTENT", "template", "c-template-0", range(110, 180))
    assert found_groups(log)[0] == set(range(180))


def test_one_operator_with_two_workloads_stays_one():
    """Cards are handed out without regard to the workload."""
    log = Log(ACCOUNTS, 5).people(besides=400)
    log.campaign(range(200), "first", cards=0, hours=0, addresses=0)
    log.campaign(range(200, 400), "second", cards=0, hours=0, addresses=0)
    log.campaign(log.random.permutation(400), "operator", templates=0)
    assert found_groups(log) == [set(range(400))]


def test_one_shared_address_does_not_chain_two_campaigns():
    log = Log(ACCOUNTS, 6).people(besides=200)
    log.campaign(range(100), "first").campaign(range(100, 200), "second")
    log.share("NETWORK", "ip", "cafe", [*range(90, 110)])
    assert sorted(found_groups(log), key=min) == [set(range(100)), set(range(100, 200))]


def test_busy_accounts_that_meet_by_chance_are_no_cluster():
    """They use the addresses and the texts that everybody uses, only many more of them."""
    log = Log(ACCOUNTS, 7).people()
    for account in range(80):
        for gateway in log.random.choice(ACCOUNTS // 4, size=60, replace=False):
            log.share("NETWORK", "ip", f"gateway-{gateway}", [account])
        for text in log.random.choice(400, size=80, replace=False):
            log.share("CONTENT", "template", f"popular-{text}", [account])
    assert found_groups(log) == []


def test_a_neighbour_on_a_proxy_address_is_not_drawn_in():
    """Residents use the campaign's addresses too, and some stop in the hour in which the campaign does."""
    log = Log(ACCOUNTS, 8).people(besides=150).campaign(range(150))
    log.share("TIMING", "stop_hour", "the-end", [*range(150), 200, 201])
    for neighbour in range(200, 230):
        log.share("NETWORK", "ip", f"c-ip-{neighbour % 40}", [neighbour])
    assert found_groups(log) == [set(range(150))]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_strangers_who_signed_up_on_the_day_of_a_campaign_are_not_drawn_in(seed):
    """They send some of its tasks too, for these are public; none of them pays with its cards."""
    log = Log(700, seed).people(besides=48)
    log.campaign(range(48), cards=6, addresses=0, hours=6, templates=0)
    for task in range(20):
        senders = log.random.random(700) < np.where(np.arange(700) < 48, 0.4, 0.03)
        log.share("CONTENT", "template", f"public-{task}", [*np.flatnonzero(senders), 48 + task % 5])
    log.share("TIMING", "signup_day", "day", range(53))
    assert found_groups(log) == [set(range(48))]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_who_lacks_what_most_of_a_campaign_has_is_part_of_it_by_the_rest(seed):
    log = Log(ACCOUNTS, seed).people(besides=160)
    log.campaign(range(160), cards=0, addresses=0, hours=0)
    log.campaign(range(120), cards=0, hours=0, templates=0)
    log.campaign(range(40, 160), cards=0, addresses=0, templates=0)
    log.campaign(range(20, 140), addresses=0, hours=0, templates=0)
    assert found_groups(log) == [set(range(160))]


def ask_public_tasks(log, chosen, others):
    """Let the first 120 accounts send each of some public tasks with the first share, others the second."""
    for task in range(12):
        senders = log.random.random(ACCOUNTS) < np.where(np.arange(ACCOUNTS) < 120, chosen, others)
        log.share("CONTENT", "template", f"public-{task}", np.flatnonzero(senders))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_who_lacks_the_hours_of_a_campaign_is_part_of_it_by_its_addresses(seed):
    log = Log(ACCOUNTS, seed).people(besides=120)
    log.campaign(range(120), cards=0, hours=0, templates=0)
    log.campaign(range(85), cards=0, addresses=0, templates=0)
    ask_public_tasks(log, 0.7, 0.04)
    (found,) = found_groups(log)
    assert set(range(120)) <= found
    # people who share an address with two of them by chance, and send public tasks
    assert len(found) <= 126


@pytest.mark.parametrize("seed", [1, 2])
def test_what_few_of_a_campaign_share_does_not_keep_the_mail_style_of_all_from_telling(seed):
    log = Log(ACCOUNTS, seed).people(besides=120)
    ask_public_tasks(log, 0.5, 0.06)
    day = log.random.random(ACCOUNTS) < np.where(np.arange(ACCOUNTS) < 120, 1, 0.04)
    log.share("TIMING", "signup_day", "day", np.flatnonzero(day))
    for account in range(120):
        log.share("IDENTITY", "email_shape", f"shape-{account % 4}", [account])
        if account < 40:
            log.share("IDENTITY", "email_name", f"namesakes-{account // 5}", [account])
    assert found_groups(log) == [set(range(120))]


def of_the_same_wording(cards, declared=25):
    """A campaign of 60 accounts; 25 of one domain pay with `cards`, came in its hours and send its words."""
    log = Log(ACCOUNTS, 5).people(besides=85)
    log.campaign(range(60), templates=0, addresses=12, rotate=3)
    for account in range(60, 85):
        log.share("PAYMENT", "card", cards(account), [account])
        log.share("NETWORK", "ip", "office", [account])
        log.share("TIMING", "signup_hour", f"c-hour-{account % 24}", [account])
    log.campaign(range(85), "words", cards=0, addresses=0, hours=0)
    log.declared[60 : 60 + declared] = 7
    return log


def test_a_declared_company_that_sends_the_same_words_is_a_group_of_its_own():
    groups = found_groups(of_the_same_wording(lambda account: "company"))
    assert groups == [set(range(60)), set(range(60, 85))]


def test_a_domain_that_pays_with_the_campaigns_cards_is_part_of_it():
    groups = found_groups(of_the_same_wording(lambda account: f"c-card-{account % 8}"))
    assert groups == [set(range(85))]


def test_those_of_the_same_wording_who_declare_nothing_stay_where_they_are():
    assert found_groups(of_the_same_wording(lambda account: "company", declared=0)) == [set(range(85))]


@pytest.mark.parametrize("size", [0, 120, 1400])
def test_a_permuted_log_gives_nothing_even_where_the_log_holds_a_campaign(size):
    log = Log(ACCOUNTS, 9).people(besides=size)
    incidence, _ = (log.campaign(range(size)) if size else log).incidence()
    cluster = np.where(np.arange(ACCOUNTS) < size, 0, -1).astype(np.int32)
    activity = np.random.default_rng(1).integers(1, 60, ACCOUNTS)
    activity[:size] = 500
    runs = run_permutations(
        incidence,
        strata_of_activity(activity, cluster),
        Levels(),
        permutations=9,
        min_accounts=10,
        seed=1,
    )
    assert runs.clusters == 0
    assert runs.p_value(30, bound=False) == 0.1


def test_permuting_keeps_every_family_as_it_is():
    incidence, _ = Log(300, 1).people().incidence()
    permuted = permute(incidence, np.zeros(300, dtype=np.int64), np.random.default_rng(2))
    assert (permuted.holders == incidence.holders).all()
    for family in range(len(incidence.families)):
        here = incidence.family[incidence.value] == family
        before = np.sort(np.bincount(incidence.account[here], minlength=300))
        assert (np.sort(np.bincount(permuted.account[here], minlength=300)) == before).all()
    assert (permuted.account != incidence.account).any()


def test_permuting_takes_the_uses_of_an_entry_along_and_keeps_the_order_by_value():
    incidence, _ = Log(300, 1).people().incidence()
    incidence = replace(incidence, uses=np.arange(len(incidence.account), dtype=np.float64))
    permuted = permute(incidence, np.zeros(300, dtype=np.int64), np.random.default_rng(2))
    assert (np.diff(permuted.value) >= 0).all()
    assert (incidence.value[permuted.uses.astype(int)] == permuted.value).all()


def test_ties_stand_in_the_order_of_value_and_account_whatever_the_order_of_holders():
    log = Log(400, 1).people(besides=60)
    log.campaign(range(60))
    incidence, _ = log.incidence()
    mixed = np.random.default_rng(2).permutation(len(incidence.account))
    mixed = mixed[np.argsort(incidence.value[mixed], kind="stable")]
    graphs = [
        tie_graph(each, associate(each, Levels()).associations) for each in (incidence, incidence.take(mixed))
    ]
    for name in ("account", "value", "weight"):
        assert len(getattr(graphs[0], name))
        assert (getattr(graphs[0], name) == getattr(graphs[1], name)).all()


def test_strata_keep_to_activity_and_open_only_where_a_cluster_fills_one():
    activity = np.array([1] * 50 + [300] * 50)
    nobody = np.full(100, -1, dtype=np.int32)
    thirds = strata_of_activity(activity, nobody)
    assert np.bincount(thirds).tolist() == [34, 33, 33]
    assert activity[thirds == 0].max() <= activity[thirds == 2].min()
    cluster = np.where(activity == 300, 0, -1).astype(np.int32)
    assert len(np.unique(strata_of_activity(activity, cluster))) == 1


def test_clusters_that_fill_a_stratum_together_open_it_too():
    """Permuted inside it, the accounts of one operator would only change places with those of another."""
    activity = np.repeat([1, 20, 300], 60)
    cluster = np.full(180, -1, dtype=np.int32)
    cluster[60:100] = np.repeat(np.arange(5), 8)
    assert len(np.unique(strata_of_activity(activity, cluster))) == 2
    cluster[80:] = -1
    assert len(np.unique(strata_of_activity(activity, cluster))) == 3


def test_the_p_value_counts_the_log_itself():
    runs = PermutedRuns(np.array([0, 5, 20, 0]), np.zeros(4, dtype=np.int64), 1)
    assert runs.p_value(10, bound=False) == pytest.approx(2 / 5)
    assert runs.p_value(21, bound=False) == pytest.approx(1 / 5)
    none = np.zeros(0, dtype=np.int64)
    assert PermutedRuns(none, none, 0).p_value(10, bound=True) is None


def test_a_cluster_that_is_bound_is_compared_with_what_chance_binds():
    """Busy people send the same popular texts and come at the same hours, whoever pays for them."""
    runs = PermutedRuns(np.array([400, 5, 20, 0]), np.array([0, 5, 20, 0]), 1)
    assert runs.p_value(30, bound=True) == pytest.approx(1 / 5)
    assert runs.p_value(30, bound=False) == pytest.approx(2 / 5)
    assert runs.p_value(5, bound=True) == pytest.approx(3 / 5)


def test_a_core_is_bound_by_what_takes_an_effort_to_share():
    log = Log(ACCOUNTS, 9).people(besides=60)
    incidence, _ = log.campaign(range(60)).incidence()
    membership = find_membership(incidence, Levels(), 1)
    assert membership.core_bound(incidence)[membership.core_sizes() == 60].tolist() == [60]
    free = replace(incidence, binding=np.zeros_like(incidence.binding))
    assert not membership.core_bound(free).any()


def test_the_seed_decides_nothing_that_is_reported():
    log = Log(ACCOUNTS, 3).people(besides=120).campaign(range(120))
    assert found_groups(log, seed=1) == found_groups(log, seed=77)


def test_one_partition_of_five_that_cuts_a_cluster_is_not_taken_for_the_typical():
    """Its halves lie within the whole of the others, and still they are not what the others found."""
    whole = np.zeros(100, dtype=np.int32)
    halves = (np.arange(100) >= 60).astype(np.int32)
    labels, stability = find._most_typical([halves, whole, whole, halves, whole])
    assert labels.tolist() == whole.tolist()
    assert stability[:60].tolist() == [1.0] * 60
    assert np.allclose(stability[60:], 0.6)


def test_accounts_that_other_seeds_place_among_others_are_not_stable():
    """A fifth joins the cluster in three seeds, and is with strangers in the other two."""
    joined = np.repeat([0, 0, 1], [80, 20, 60]).astype(np.int32)
    parted = np.repeat([0, 1, 1], [80, 20, 60]).astype(np.int32)
    labels, stability = find._most_typical([joined, parted, joined, parted, joined])
    assert labels.tolist() == joined.tolist()
    assert stability[:80].tolist() == [1.0] * 80
    assert np.allclose(stability[80:100], 0.6)
