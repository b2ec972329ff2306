"""No sentence that can be printed claims certainty, or says how likely and how sure in one breath."""

from pathlib import Path

import pytest
from language import breaches, printed_texts
from made_findings import campaign, make_findings, organisation
from readers import words

from distillscan.reports.formats import RENDERERS, TABLE_RENDERERS
from distillscan.reports.tables import OF_DOCUMENT

PACKAGE = Path(__file__).parents[2] / "distillscan"
SPEAKING = ("findings", "reports", "evidence", "cli", "clusters")
MODULES = [path for name in SPEAKING for path in sorted((PACKAGE / name).rglob("*.py"))]
TEXTS = [
    path
    for name in SPEAKING
    for suffix in ("md", "j2", "typ", "html")
    for path in sorted((PACKAGE / name).rglob(f"*.{suffix}"))
]
FINDINGS = make_findings(campaign(), organisation(), headline="1 campaign was found.")
FOR_PEOPLE = [form for form in RENDERERS if form not in ("json", "csv", "xlsx")]


@pytest.mark.parametrize(
    "sentence",
    [
        "This proves that they act as one.",
        "They certainly act as one.",
        "100 % of the core declare it.",
        "100% of the core declare it.",
        "It is likely, with high confidence.",
        "We are confident; it is very likely and we are confident.",
    ],
)
def test_the_rules_catch_what_they_forbid(sentence):
    assert breaches(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "It is likely. Confidence is moderate.",
        "97 % of the core stays together, and p is 0.005.",
        "Core accounts approve 1,100 % more requests than before.",
    ],
)
def test_the_rules_leave_the_rest_alone(sentence):
    assert not breaches(sentence)


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_no_text_of_a_module_breaks_a_rule(module):
    assert [breach for text in printed_texts(module) for breach in breaches(text)] == []


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_no_template_breaks_a_rule(path):
    assert breaches(path.read_text("utf-8")) == []


@pytest.mark.parametrize("form", FOR_PEOPLE)
def test_no_sentence_of_a_report_breaks_a_rule(form):
    assert breaches(words(form, RENDERERS[form](FINDINGS))) == []


@pytest.mark.parametrize("name", OF_DOCUMENT)
def test_no_sentence_of_a_table_breaks_a_rule(name):
    assert breaches(TABLE_RENDERERS["text"](OF_DOCUMENT[name](FINDINGS))) == []
