"""Which values are found to belong together, and which guards hold."""

import numpy as np
import pytest
from known_logs import Log

from distillscan.association.associate import associate
from distillscan.association.bundles import find_bundles
from distillscan.association.levels import Levels
from distillscan.association.overlap import FamilyMatrices, meeting_rate
from distillscan.association.pooled import _FamilySizes, _pooled_tail


def accepted_pairs(log):
    incidence, names = log.incidence()
    found = associate(incidence, Levels()).associations
    pairs = zip(found.a, found.b, found.pooled, strict=True)
    return {frozenset((names[a][2], names[b][2])): bool(pooled) for a, b, pooled in pairs}


def test_equal_accounts_meet_at_one_in_n():
    ones = np.ones(50, dtype=np.int64)
    assert meeting_rate(ones, ones) == pytest.approx(1 / 50)


def test_busy_accounts_meet_more_often():
    degrees = np.array([40] * 5 + [1] * 95, dtype=np.int64)
    assert meeting_rate(degrees, degrees) == pytest.approx((5 * 1600 + 95) / 295**2)


def test_overlaps_are_those_of_a_plain_count():
    log = Log(200, 2).people()
    incidence, _ = log.incidence()
    holders = [set(incidence.account[incidence.value == v].tolist()) for v in range(incidence.values)]
    found = {
        (int(a), int(b)): int(k)
        for block in FamilyMatrices(incidence).overlaps()
        for a, b, k in zip(block.a, block.b, block.count, strict=True)
    }
    plain = {
        (min(a, b), max(a, b)): len(holders[a] & holders[b])
        for a in range(incidence.values)
        for b in range(a)
        if incidence.family[a] != incidence.family[b]
        and not (incidence.broad[a] and incidence.broad[b])
        and len(holders[a] & holders[b]) >= 2
    }
    assert {tuple(sorted(pair)): k for pair, k in found.items()} == plain


def test_possible_pairs_count_pairs_that_never_overlap():
    log = Log(100)
    for number in range(6):
        log.share("PAYMENT", "card", number, [2 * number, 2 * number + 1])
        log.share("NETWORK", "ip", number, [50 + 2 * number, 51 + 2 * number])
        log.share("NETWORK", "asn", number, [50 + 2 * number, 51 + 2 * number])
        log.share("CONTENT", "user_agent", number, [2 * number, 2 * number + 1])
    incidence, _ = log.incidence()
    # 6 cards x 12 network values, 6 cards x 6 clients, 6 clients x 12 network values less 6 x 6 broad pairs
    assert FamilyMatrices(incidence).possible_pairs() == 72 + 36 + 72 - 36


def test_a_card_and_a_home_address_of_one_household_belong_together():
    log = Log(2000, 1).people()
    log.share("PAYMENT", "card", "theirs", [1, 2, 3, 4])
    log.share("NETWORK", "ip", "home", [1, 2, 3, 4])
    assert frozenset(("theirs", "home")) in accepted_pairs(log)


def test_values_of_one_family_never_corroborate_each_other():
    log = Log(2000, 1)
    log.share("PAYMENT", "card", "card", range(50))
    log.share("PAYMENT", "billing", "name", range(50))
    assert accepted_pairs(log) == {}


def test_two_broad_values_are_never_tested():
    log = Log(2000, 1)
    log.share("NETWORK", "asn", "carrier", range(300))
    log.share("CONTENT", "user_agent", "client", range(300))
    assert accepted_pairs(log) == {}


def test_a_template_that_most_of_the_log_holds_is_found_by_the_pooled_test():
    log = Log(2000, 1).people(besides=1400)
    log.campaign(range(1400), cards=12, addresses=0, hours=0, templates=1)
    cards = {pair for pair, pooled in accepted_pairs(log).items() if pooled and "c-template-0" in pair}
    assert len(cards) > 70


@pytest.mark.parametrize("addresses", [1, 6])
def test_addresses_with_the_same_holders_are_one_observation(addresses):
    """Of twenty, eight hold it by chance, and fourteen do: six addresses of one gateway add nothing."""
    log = Log(220, 1)
    everyone = log.random.permutation(np.arange(20, 220))
    for home in range(60):
        log.share("NETWORK", "ip", f"home-{home}", everyone[3 * home : 3 * home + 3])
    for address in range(addresses):
        log.share("NETWORK", "ip", f"gateway-{address}", range(20))
    log.share("CONTENT", "template", "popular", [*range(14), *log.random.permutation(everyone)[:70]])
    assert accepted_pairs(log) == {}


def test_what_is_found_of_one_address_is_found_of_those_with_its_holders():
    log = Log(2000, 1).people(besides=400)
    log.campaign(range(400), cards=8, addresses=0, hours=0, templates=1)
    for account in range(400):
        log.share("PAYMENT", "billing", f"name-{account // 8}", [account])
    found = [pair for pair in accepted_pairs(log) if "c-template-0" in pair]
    cards = sum(any("card" in str(end) for end in pair) for pair in found)
    names = sum(any("name-" in str(end) for end in pair) for pair in found)
    assert cards == names > 40


def test_a_usual_value_does_not_glue_households():
    """Half of all households write their names in the same style; that makes them no group."""
    log = Log(2000, 1)
    everyone = log.random.permutation(2000)
    for household in range(250):
        log.share("PAYMENT", "card", f"card-{household}", everyone[household * 4 : household * 4 + 4])
    styled = [a for h in range(0, 60) for a in everyone[h * 4 : h * 4 + 4]]
    log.share("IDENTITY", "email_name", "usual", [*styled, *everyone[1000:1900]])
    assert not [pair for pair in accepted_pairs(log) if "usual" in pair]


def test_the_pooled_tail_bounds_what_simulation_gives():
    """At its 1 % point the tail must not promise less than simulation shows."""
    random = np.random.default_rng(3)
    holders = random.integers(2, 13, size=120)
    for probability in (0.02, 0.1, 0.4):
        held = random.binomial(holders, probability, size=(20_000, 120))
        pairs = (held * (held - 1) / 2).sum(axis=1)
        threshold = np.quantile(pairs, 0.99)
        tail = _pooled_tail(
            np.array([threshold + 1.0]), np.array([probability]), np.array([16]), _FamilySizes.of(holders)
        )
        assert tail[0] >= 0.5 * np.mean(pairs >= threshold + 1.0)
        assert tail[0] <= 0.05


def test_a_pool_of_rotated_addresses_is_one_bundle_held_by_its_accounts():
    log = Log(2000, 1).people(besides=300)
    log.campaign(range(300), cards=0, hours=0, templates=0)
    incidence, names = log.incidence()
    pools = [
        bundle
        for bundle in find_bundles(incidence)
        if all(names[value][2].startswith("c-ip") for value in bundle.values)
    ]
    assert [len(pool.values) for pool in pools] == [40]
    assert set(pools[0].accounts.tolist()) == set(range(300))
