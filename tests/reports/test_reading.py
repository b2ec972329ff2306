"""A findings document from a file: drawn if it is of this version or older, refused clearly if not."""

import json

import pytest

from distillscan.errors import ReportError
from distillscan.findings.document import SCHEMA_VERSION, Cluster, Findings
from distillscan.findings.reading import read_document
from distillscan.reports import json_document
from distillscan.reports.formats import RENDERERS


def as_written(findings, **changes):
    return json.dumps(json.loads(json_document.render(findings)) | changes).encode()


def test_a_document_is_read_as_it_was_written(findings):
    assert read_document(json_document.render(findings).encode()) == findings


def optional(model):
    return {name for name, field in model.model_fields.items() if not field.is_required()}


def of_version_1_0(findings):
    """The document without every field that was added since: exactly those that have a default."""
    written = json.loads(json_document.render(findings)) | {"schema_version": "1.0"}
    for name in optional(Findings):
        del written[name]
    for cluster in written["clusters"]:
        for name in optional(Cluster):
            del cluster[name]
    return json.dumps(written).encode()


@pytest.mark.parametrize("form", RENDERERS)
def test_a_document_of_an_older_minor_version_is_drawn_in_every_form(form, findings):
    assert RENDERERS[form](read_document(of_version_1_0(findings)))


MAJOR, MINOR = map(int, SCHEMA_VERSION.split("."))


@pytest.mark.parametrize(
    ("version", "says"),
    [
        (f"{MAJOR + 1}.0", "use a newer distillscan"),
        (f"{MAJOR}.{MINOR + 1}", "use a newer distillscan"),
        (f"{MAJOR - 1}.9", "no longer draws"),
    ],
)
def test_a_document_of_another_version_is_refused_with_both_versions(findings, version, says):
    with pytest.raises(ReportError, match=says) as refused:
        read_document(as_written(findings, schema_version=version))
    assert version in str(refused.value)
    assert SCHEMA_VERSION in str(refused.value)


@pytest.mark.parametrize("version", [1, None, "one", "1", "1.0.0", {"a": 1}])
def test_a_version_that_is_none_is_refused(findings, version):
    with pytest.raises(ReportError, match="no findings document"):
        read_document(as_written(findings, schema_version=version))


@pytest.mark.parametrize("data", [b"", b"\x00\xff", b"{", b"PK\x03\x04"])
def test_what_is_no_json_is_refused(data):
    with pytest.raises(ReportError, match="no JSON"):
        read_document(data)


@pytest.mark.parametrize("data", [b"[]", b"{}", b'"text"', b"1"])
def test_json_that_is_no_findings_document_is_refused(data):
    with pytest.raises(ReportError, match="no findings document"):
        read_document(data)


def test_a_document_that_was_changed_by_hand_is_refused_where_it_was(findings):
    with pytest.raises(ReportError, match=r"ledger.*unknown|unknown"):
        read_document(as_written(findings, unknown=1))
    with pytest.raises(ReportError, match=r"clusters"):
        read_document(as_written(findings, clusters="none"))
