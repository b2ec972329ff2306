"""``verify`` accepts what was sealed, anywhere, and finds a flipped byte, a changed number, a missing row."""

import shutil
from pathlib import Path

import orjson
import polars as pl
import pytest
from evidence.conftest import SETTINGS, hash_anew

from distillscan.case.store import open_case
from distillscan.errors import EvidenceError
from distillscan.evidence import chain, sums
from distillscan.evidence.reproduction import Means
from distillscan.evidence.seal import seal
from distillscan.evidence.verify import verify
from distillscan.findings.document import Findings
from distillscan.findings.pseudonyms import give_key, read_key
from distillscan.findings.scan import scan


def outcomes(bundle: Path, **means) -> dict[str, str]:
    return {check.name: check.outcome for check in verify(bundle, Means(**means))}


def differing(bundle: Path, **means) -> str:
    """Everything that is said to differ, in one text."""
    found = [check for check in verify(bundle, Means(**means)) if check.outcome == "differs"]
    return "\n".join(f"{check.name}: {'; '.join(check.details)}" for check in found)


def change_findings(bundle: Path, change) -> None:
    document = orjson.loads((bundle / "findings.json").read_bytes())
    change(document)
    (bundle / "findings.json").write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2))


@pytest.fixture
def moved_logs(logs, tmp_path) -> Path:
    """The inputs on another machine: other directories, other names, other files among them."""
    place = tmp_path / "inputs"
    (place / "deep").mkdir(parents=True)
    for number, path in enumerate([*(logs / "requests").iterdir(), logs / "accounts.csv"]):
        shutil.copy(path, place / "deep" / f"file-{number}{''.join(path.suffixes)}")
    (place / "other.csv").write_text("a,b\n1,2\n", "utf-8")
    return place


def test_a_bundle_holds_on_another_path_with_inputs_of_other_names(bundle, moved_logs):
    found = outcomes(bundle, inputs=[moved_logs])
    assert "differs" not in found.values()
    assert [name for name, outcome in found.items() if outcome == "not checked"] == ["signature"]


def test_without_inputs_it_says_what_could_not_be_checked(bundle):
    found = outcomes(bundle)
    assert "differs" not in found.values()
    assert found["everything anew from the inputs"] == "not checked"
    assert "holds" in [outcome for name, outcome in found.items() if "headline numbers" in name]


@pytest.mark.parametrize(
    "name", ["findings.json", "manifest.json", "rows/requests.parquet", "reports/report.md"]
)
def test_one_flipped_byte_is_found_and_named(bundle, name):
    content = bytearray((bundle / name).read_bytes())
    content[len(content) // 2] ^= 1
    (bundle / name).write_bytes(content)
    assert f"{name} is not the file that was sealed" in differing(bundle)


def test_a_file_that_is_missing_or_added_is_found(bundle):
    (bundle / "tables" / "members.csv").unlink()
    (bundle / "tables" / "more.csv").write_text("a\n", "utf-8")
    said = differing(bundle)
    assert "tables/members.csv is missing" in said
    assert "tables/more.csv was added" in said


def test_one_flipped_byte_in_an_input_is_found(bundle, moved_logs):
    path = next((moved_logs / "deep").glob("*.csv"))
    content = bytearray(path.read_bytes())
    content[-20] ^= 1
    path.write_bytes(content)
    assert "accounts.csv was not found" in differing(bundle, inputs=[moved_logs])


def test_one_changed_number_is_found_when_all_hashes_were_made_anew(bundle):
    def one_more(document):
        document["clusters"][0]["requests"]["members_core"] += 1

    change_findings(bundle, one_more)
    hash_anew(bundle)
    said = differing(bundle)
    assert "/clusters/0/requests/members_core: stated" in said
    assert "reports drawn again from the findings: reports/report." in said


def test_sums_that_were_made_anew_do_not_fit_the_manifest(bundle):
    (bundle / "method.md").write_text("another method", "utf-8")
    sums.write(bundle)
    assert "manifest: method.md stands otherwise in the manifest" in differing(bundle)


def test_one_missing_row_is_found_when_all_hashes_were_made_anew(bundle):
    path = bundle / "rows" / "requests.parquet"
    rows = pl.read_parquet(path)
    rows[1:].write_parquet(path)
    hash_anew(bundle)
    assert "/clusters/0/requests/members_core" in differing(bundle)


def test_what_only_the_inputs_can_tell_is_found_with_them(bundle, moved_logs):
    """A row put in the place of another keeps all counts; a grade is in no count."""
    path = bundle / "rows" / "requests.parquet"
    rows = pl.read_parquet(path)
    unused = rows.with_columns(
        row=pl.when(pl.int_range(pl.len()) == 0).then(999_999).otherwise(pl.col("row"))
    )
    unused.write_parquet(path)

    def softer(document):
        document["clusters"][0]["extraction"]["grade"] = "low"

    change_findings(bundle, softer)
    hash_anew(bundle)
    said = differing(bundle, inputs=[moved_logs])
    assert "/clusters/0/extraction/grade: sealed low, derived" in said
    assert "1 rows not derived" in said
    assert "1 rows missing" in said
    assert "numbers from the rows of the inputs: /clusters/0/requests/members_core" in said


def test_a_key_of_the_analyst_is_needed_for_pseudonyms_only(case, moved_logs, tmp_path):
    (tmp_path / "secret").write_text("correct horse battery staple", "utf-8")
    key = read_key(tmp_path / "secret")
    with open_case(case, create=False) as opened:
        give_key(opened, key)
        seal(opened, scan(opened, settings=SETTINGS), tmp_path / "keyed")
    without = outcomes(tmp_path / "keyed", inputs=[moved_logs])
    assert "differs" not in without.values()
    assert without["pseudonyms"] == "not checked"


def test_a_broken_chain_of_decisions_is_found(case, bundle, tmp_path):
    path = tmp_path / "decisions.jsonl"
    entry = {"at": "2026-06-08T10:00:00+00:00", "by": None, "subject": "cluster", "subject_id": "x"}
    for text in ("first", "second"):
        chain.append(path, {**entry, "decision": "accept", "text": text})
    with open_case(case, create=False, read_only=True) as opened:
        findings = Findings.model_validate_json((bundle / "findings.json").read_bytes())
        seal(opened, findings, tmp_path / "decided", decisions=path.read_bytes())
    assert not differing(tmp_path / "decided")
    lines = path.read_bytes().splitlines(keepends=True)
    for changed in (lines[0], lines[0].replace(b"accept", b"reject") + lines[1]):
        (tmp_path / "decided" / "decisions.jsonl").write_bytes(changed)
        hash_anew(tmp_path / "decided")
        assert "chain of 2 decisions" in differing(tmp_path / "decided")
    # nothing follows on the last line, so that its chain is whole
    (tmp_path / "decided" / "decisions.jsonl").write_bytes(lines[0] + lines[1].replace(b"second", b"other"))
    change_findings(tmp_path / "decided", lambda document: document["decisions"][1].update(text="other"))
    hash_anew(tmp_path / "decided")
    assert "the last decision is not the one that the manifest names" in differing(tmp_path / "decided")


def test_a_signature_that_is_asked_for_must_be_there(bundle, tmp_path):
    (tmp_path / "signer.pub").write_text("ssh-ed25519 AAAA", "utf-8")
    assert "signature: the bundle is not signed" in differing(bundle, signer=tmp_path / "signer.pub")


@pytest.mark.parametrize(
    "line", ["0" * 64 + "  ../../etc/passwd", "0" * 64 + "  /etc/passwd", "short  a", "\x00"]
)
def test_sums_that_lead_outside_are_refused(bundle, line):
    (bundle / "SHA256SUMS").write_text(line + "\n", "utf-8")
    with pytest.raises(EvidenceError, match="SHA256SUMS"):
        list(verify(bundle, Means()))


def test_a_directory_that_is_no_bundle_is_refused(tmp_path):
    with pytest.raises(EvidenceError, match="no evidence bundle"):
        list(verify(tmp_path, Means()))


@pytest.mark.parametrize("name", ["manifest.json", "findings.json"])
@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b'{"schema_version": 1}'])
def test_documents_that_do_not_follow_their_form_differ(bundle, name, content):
    (bundle / name).write_bytes(content)
    assert "do not follow their form" in differing(bundle)
