"""What explains a group innocently: an access network, one payer, a public cause."""

import pytest
from findings.verdict.forty_accounts import FAMILY_OF, core, finding, ids, one_cluster, people, signal_ties

from distillscan.findings.shared.ties import Ties
from distillscan.findings.verdict.benign import Found, benign_explanations


def explanations(tmp_path, families, extraction="medium", concealment="low", **signals):
    """What explains forty accounts that these signals of these families bind."""
    ties = Ties(sorted({FAMILY_OF[name] for name in signals}), signals, accounts=40)
    with one_cluster(tmp_path, people(["box.example"] * 60), ids(40)) as connection:
        seen = Found(core(ties, families), None, finding(extraction), finding(concealment))
        found = benign_explanations(connection, seen)
    return {one.name.split(" ")[1].strip(","): one.result for one in found}


def test_a_campus_behind_one_or_two_gateways_is_explained_by_them(tmp_path):
    found = explanations(tmp_path, ["NETWORK", "CONTENT"], ip=signal_ties(2, 40))
    assert found["access"] == "explains"


@pytest.mark.parametrize(
    ("addresses", "extraction", "result"),
    [
        (4, "low", "explains"),
        (4, "medium", "does not explain"),
        (12, "low", "does not explain"),
    ],
    ids=["a gateway of four", "a harvest that rotates", "a pool"],
)
def test_a_gateway_may_have_several_addresses_if_nothing_is_harvested(
    tmp_path, addresses, extraction, result
):
    ties = {"ip": signal_ties(addresses, 40, held=2.0)}
    assert explanations(tmp_path, ["NETWORK", "CONTENT"], extraction, **ties)["access"] == result


def test_so_are_those_who_use_the_computers_of_one_place(tmp_path):
    signals = {"ip": signal_ties(1, 40), "device": signal_ties(9, 20)}
    assert explanations(tmp_path, ["NETWORK", "IDENTITY"], **signals)["access"] == "explains"
    assert explanations(tmp_path, ["NETWORK", "IDENTITY"], "high", **signals)["access"] == "does not explain"


@pytest.mark.parametrize(
    "signals",
    [
        {"ip": signal_ties(12, 10)},
        {"ip": signal_ties(3, 40, held=2.0)},
        {"ip": signal_ties(1, 40), "card": signal_ties(12, 10)},
    ],
    ids=["many addresses", "rotation through three", "cards beside one"],
)
def test_what_no_access_network_explains(tmp_path, signals):
    assert explanations(tmp_path, ["NETWORK", "CONTENT"], **signals)["access"] == "does not explain"


@pytest.mark.parametrize(
    ("cards", "addresses", "extraction", "concealment", "result"),
    [
        ((1, 40), (1, 40), "medium", "low", "explains"),
        ((3, 40), (2, 40), "medium", "low", "explains"),
        ((1, 40), (1, 40), "high", "low", "does not explain"),
        ((8, 15), (1, 40), "medium", "low", "does not explain"),
        ((1, 40), (8, 15), "medium", "low", "does not explain"),
        ((1, 40), (12, 40), "medium", "medium", "does not explain"),
    ],
    ids=["one card, one door", "three cards, two doors", "a harvest", "many cards", "many doors", "a pool"],
)
def test_an_office_or_event_with_one_payer_is_explained_unless_it_is_a_harvest(
    tmp_path, cards, addresses, extraction, concealment, result
):
    families = ["CONTENT", "NETWORK", "PAYMENT"]
    signals = {"card": signal_ties(*cards), "ip": signal_ties(*addresses)}
    found = explanations(tmp_path, families, extraction, concealment, **signals)
    assert found["payer"] == result


def test_one_name_on_everybodys_card_is_one_payer(tmp_path):
    """A sponsor hands a card of its own to everyone at its event: no card is shared, the name is."""
    signals = {"billing": signal_ties(1, 40), "ip": signal_ties(3, 40)}
    assert explanations(tmp_path, ["NETWORK", "PAYMENT"], **signals)["payer"] == "explains"


def test_a_network_that_no_single_address_ties_is_no_access_point(tmp_path):
    ties = Ties(["NETWORK"], {"network_bundle": signal_ties(1, 40)}, accounts=40)
    with one_cluster(tmp_path, people(["box.example"] * 60), ids(40)) as connection:
        seen = Found(core(ties, ["NETWORK", "CONTENT"]), None, finding("medium"), finding("low"))
        found = benign_explanations(connection, seen)
    assert {one.result for one in found if "network" in one.name} == {"does not explain"}


@pytest.mark.parametrize(("extraction", "result"), [("medium", "explains"), ("high", "does not explain")])
def test_texts_and_hours_alone_are_a_public_cause_unless_they_are_a_harvest(tmp_path, extraction, result):
    assert explanations(tmp_path, ["CONTENT", "TIMING"], extraction)["public"] == result


def test_without_texts_no_public_cause_can_be_tested(tmp_path):
    """A log without prompts has no extraction to grade, and that must not explain anybody away."""
    assert explanations(tmp_path, ["IDENTITY", "TIMING"], "none")["public"] == "not testable"
