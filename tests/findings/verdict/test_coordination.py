"""When accounts are held to act as one: families that agree, a chance ruled out, something that binds."""

import pytest

from distillscan.findings.document.shared import FamilyEvidence
from distillscan.findings.document.verdict import Finding
from distillscan.findings.shared.ties import SignalTies, Ties
from distillscan.findings.verdict.coordination import coordination
from distillscan.findings.verdict.core import Core, carrying_families
from distillscan.findings.verdict.statements import observed
from distillscan.findings.verdict.work import Work

CORE = 100


def found(
    *carrying,
    binding=("PAYMENT",),
    bound=CORE,
    p_value=0.05,
    permutations=19,
    tied=CORE,
    named_by_machine=False,
    signals=None,
):
    families = [
        FamilyEvidence(family=name, signals=["some"], values=3, core_accounts=tied) for name in carrying
    ]
    names = [family.family for family in carrying_families(families, CORE)]
    core = Core("c", CORE, names, Ties(list(binding), signals or {}, bound), Work())
    hidden = Finding(grade="low", evidence=observed("made_mailboxes", "") if named_by_machine else [])
    return coordination(core, p_value, 1.0, permutations, hidden)


def graded(*carrying, **settings):
    return found(*carrying, **settings).grade


@pytest.mark.parametrize(("p_value", "said"), [(0.05, "smallest value possible with 19"), (0.1, "from 19")])
def test_a_p_value_at_its_floor_is_said_to_be_there(p_value, said):
    statements = [one.statement for one in found("CONTENT", p_value=p_value).evidence]
    assert any(f"p = {p_value:g}, " in one and said in one for one in statements)


def test_two_families_are_medium_and_three_are_high():
    assert graded("CONTENT", "PAYMENT") == "medium"
    assert graded("CONTENT", "NETWORK", "PAYMENT") == "high"
    assert graded("PAYMENT") == "low"


def test_a_family_that_ties_less_than_a_quarter_of_the_core_carries_nothing():
    assert graded("CONTENT", "PAYMENT", tied=25) == "medium"
    assert graded("CONTENT", "PAYMENT", tied=24) == "low"


def test_texts_from_the_addresses_of_one_product_are_no_coordination():
    assert graded("CONTENT", "NETWORK", binding=["NETWORK"]) == "low"
    assert graded("CONTENT", "NETWORK", "TIMING", binding=["NETWORK"]) == "high"


def test_customers_of_one_product_have_not_let_a_machine_name_their_mailboxes():
    assert graded("CONTENT", "NETWORK", binding=["NETWORK"], named_by_machine=True) == "medium"
    assert graded("CONTENT", "NETWORK", binding=["NETWORK"], bound=49, named_by_machine=True) == "low"


@pytest.mark.parametrize(("networks", "grade"), [(49, "low"), (50, "medium")])
def test_no_product_sends_its_texts_from_hosts_everywhere(networks, grade):
    pool = SignalTies(200, largest=9, few=20, reach=CORE, held=5.0, by_chance=5.1, networks=networks)
    assert graded("CONTENT", "NETWORK", binding=["NETWORK"], signals={"ip": pool}) == grade


@pytest.mark.parametrize(("bound", "grade"), [(49, "low"), (50, "medium")])
def test_half_of_the_core_must_share_something_that_binds(bound, grade):
    assert graded("CONTENT", "PAYMENT", bound=bound) == grade


@pytest.mark.parametrize(
    ("p_value", "permutations", "grade"),
    [
        pytest.param(0.05, 99, "medium", id="chance hardly does"),
        pytest.param(0.06, 99, "low", id="chance does so too"),
        pytest.param(0.1, 9, "medium", id="the smallest that so few permutations can give"),
        pytest.param(0.11, 9, "low", id="not the smallest"),
        pytest.param(None, 0, "medium", id="none made"),
    ],
)
def test_chance_must_be_ruled_out_as_far_as_the_permutations_can(p_value, permutations, grade):
    assert graded("CONTENT", "PAYMENT", p_value=p_value, permutations=permutations) == grade
