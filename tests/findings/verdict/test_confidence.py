"""Confidence follows from the document by a rubric, and never from how strong a finding is."""

import pytest

from distillscan.findings.document import Findings
from distillscan.findings.document.anchors import AnchoredEntity
from distillscan.findings.document.counts import SensitivityCount
from distillscan.findings.document.shared import FamilyEvidence
from distillscan.findings.document.verdict import BenignExplanation
from distillscan.findings.verdict.confidence import with_confidence

ROOT = "tests/reports/golden/findings.json"


@pytest.fixture
def document(request):
    return Findings.model_validate_json((request.config.rootpath / ROOT).read_bytes())


def tie(family):
    return FamilyEvidence(family=family, signals=["x"], values=3, core_accounts=118)


ANCHOR = AnchoredEntity(
    entity="Example Ltd",
    accounts=3,
    linked=[],
    sources=["invoice"],
    grades=["A"],
    conflicting=[],
    disputed=0,
    statement="",
)
BEST = {
    "families": [tie("PAYMENT"), tie("NETWORK"), tie("CONTENT")],
    "benign_explanations": [BenignExplanation(name="x", result="does not explain", statement="")],
    "sensitivity": [SensitivityCount(setting="x", core_accounts=118, kept=117)],
    "stability": 1.0,
    "p_value": 0.005,
    "anchored": [ANCHOR],
}


def judged(document, tested=None, population=None, **changes):
    cluster = document.clusters[0].model_copy(update=BEST | changes)
    full = {
        "accounts_in_table": document.population.accounts,
        "field_coverage": {"prompt": 1.0, "client_ip": 0.985},
    }
    changed = document.model_copy(
        update={
            "clusters": [cluster],
            "tested": document.tested.model_copy(
                update={"families_missing": [], "permutations": 199} | (tested or {})
            ),
            "population": document.population.model_copy(update=full | (population or {})),
        }
    )
    confidence = with_confidence(changed).clusters[0].confidence
    assert confidence is not None
    return confidence


def test_confidence_is_high_only_with_every_criterion_a_second_source_among_them(document):
    assert judged(document).level == "high"
    assert all(criterion.met for criterion in judged(document).criteria)
    assert judged(document, anchored=[]).level == "moderate"


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("independent families", {"families": [tie("PAYMENT"), tie("NETWORK")]}),
        (
            "independent families",
            {"families": [tie("A"), tie("B"), tie("C").model_copy(update={"core_accounts": 20})]},
        ),
        ("coverage", {"tested": {"families_missing": ["TIMING"]}}),
        ("coverage", {"population": {"accounts_in_table": 700}}),
        ("coverage", {"population": {"field_coverage": {"prompt": 1.0}}}),
        ("chance", {"tested": {"permutations": 19}}),
        ("chance", {"p_value": None}),
        ("chance", {"p_value": 0.2}),
        ("robustness", {"stability": 0.5}),
        ("robustness", {"sensitivity": [SensitivityCount(setting="x", core_accounts=60, kept=60)]}),
        ("robustness", {"sensitivity": []}),
        ("alternatives", {"benign_explanations": []}),
        (
            "alternatives",
            {"benign_explanations": [BenignExplanation(name="x", result="not testable", statement="")]},
        ),
        (
            "alternatives",
            {"benign_explanations": [BenignExplanation(name="x", result="explains", statement="")]},
        ),
        ("second source", {"anchored": []}),
    ],
)
def test_each_criterion_fails_by_what_it_is_about_and_by_nothing_else(document, name, changes):
    confidence = judged(document, **changes)
    assert [criterion.name for criterion in confidence.criteria if not criterion.met] == [name]
    assert confidence.level == ("low" if name == "independent families" else "moderate")


def kept(accounts):
    return {"sensitivity": [SensitivityCount(setting="x", core_accounts=accounts, kept=accounts)]}


def covered(share):
    return {"population": {"field_coverage": {"prompt": share, "client_ip": 1.0}}}


@pytest.mark.parametrize(
    ("name", "enough", "too_little"),
    [
        ("coverage", covered(0.9), covered(0.89)),
        ("chance", {"p_value": 0.05}, {"p_value": 0.051}),
        ("chance", {"tested": {"permutations": 99}}, {"tested": {"permutations": 98}}),
        ("robustness", {"stability": 0.9}, {"stability": 0.89}),
        ("robustness", kept(107), kept(106)),
    ],
)
def test_a_criterion_is_met_at_its_limit_and_not_below(document, name, enough, too_little):
    def met(changes):
        return {one.name: one.met for one in judged(document, **changes).criteria}[name]

    assert met(enough)
    assert not met(too_little)


def test_four_criteria_make_confidence_moderate(document):
    assert judged(document, anchored=[], sensitivity=[]).level == "moderate"


def test_few_criteria_give_low_confidence_whatever_the_p_value(document):
    confidence = judged(document, anchored=[], sensitivity=[], benign_explanations=[])
    assert confidence.level == "low"
    assert confidence.statement == (
        "Confidence that these accounts act as one, and for no innocent cause, is low: 3 of 6 criteria of "
        "the rubric are met."
    )


def test_the_grades_of_a_cluster_do_not_enter(document):
    none = document.clusters[0].coordination.model_copy(update={"grade": "none"})
    assert judged(document, coordination=none, extraction=none, concealment=none) == judged(document)
