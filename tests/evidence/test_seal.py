"""A bundle is the same every time, whole, checked by plain tools, and has a row for every number."""

import json
import shutil
import subprocess
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest
from evidence.conftest import SETTINGS

from distillscan.case.ingest import ingest
from distillscan.case.store import open_case
from distillscan.errors import CaseError, EvidenceError
from distillscan.evidence import signature
from distillscan.evidence.manifest import Manifest
from distillscan.evidence.row_index import write_row_index
from distillscan.evidence.seal import seal
from distillscan.findings.document import Findings
from distillscan.findings.scan import scan
from distillscan.findings.stored import load

needs_ssh = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="OpenSSH is not installed")


def contents(directory: Path) -> dict[str, bytes]:
    return {
        path.relative_to(directory).as_posix(): path.read_bytes()
        for path in directory.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def findings(bundle) -> Findings:
    return Findings.model_validate_json((bundle / "findings.json").read_bytes())


@pytest.fixture
def sealed(bundle) -> Manifest:
    return Manifest.model_validate_json((bundle / "manifest.json").read_bytes())


def sealed_again(case: Path, directory: Path, **options) -> dict[str, bytes]:
    with open_case(case, create=False, read_only=True, threads=options.pop("threads", None)) as opened:
        seal(opened, load(opened.connection), directory, **options)
    return contents(directory)


def test_the_same_case_gives_the_same_bytes_whatever_the_threads_and_the_place(bundle, case, tmp_path):
    assert sealed_again(case, tmp_path / "another place", threads=1) == contents(bundle)


def test_the_order_of_files_changes_no_byte(logs, case, tmp_path):
    files = [*sorted((logs / "requests").iterdir(), reverse=True)]
    with open_case(tmp_path / "other.duckdb", create=True) as other:
        ingest(other, [logs / "accounts.csv"], kind="accounts")
        ingest(other, files)
        scan(other, settings=SETTINGS)
    assert sealed_again(tmp_path / "other.duckdb", tmp_path / "b") == sealed_again(case, tmp_path / "a")


def test_plain_sha256sum_checks_it(bundle):
    def passes() -> bool:
        return not subprocess.run(
            ["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=bundle, check=False, capture_output=True
        ).returncode

    assert passes()
    (bundle / "method.md").write_text("another method", "utf-8")
    assert not passes()


def test_the_manifest_lists_every_file_and_every_input(bundle, sealed, logs):
    files = set(contents(bundle)) - {"manifest.json", "SHA256SUMS"}
    assert {file.path for file in sealed.outputs} == files
    assert {file.name for file in sealed.inputs} == {
        path.name for path in [*(logs / "requests").iterdir(), logs / "accounts.csv"]
    }
    assert sealed.settings["seed"] == 1
    assert sealed.dependencies["duckdb"] == duckdb.__version__
    assert sealed.date is None
    assert str(logs) not in (bundle / "manifest.json").read_text("utf-8")


def test_rows_of_the_manifest_are_those_of_the_tables(bundle, sealed):
    rows = {file.path: file.rows for file in sealed.outputs}
    for path in (bundle / "tables").glob("*.parquet"):
        name = f"tables/{path.stem}"
        assert rows[f"{name}.parquet"] == rows[f"{name}.csv"] == len(pl.read_parquet(path))


def test_a_lead_is_among_the_accounts_and_none_of_its_rows_are_indexed(case, tmp_path):
    with open_case(case, create=False) as opened:
        opened.connection.execute(
            "UPDATE membership SET tier = 'lead' WHERE account = (SELECT MIN(account) FROM membership)"
        )
        write_row_index(opened.connection, load(opened.connection), tmp_path / "rows")
    members = pl.read_parquet(tmp_path / "rows" / "accounts.parquet")
    indexed = set(pl.read_parquet(tmp_path / "rows" / "requests.parquet")["account"])
    leads = set(members.filter(pl.col("tier") == "lead")["account"])
    assert leads
    assert indexed == set(members["account"]) - leads


def test_an_account_leads_to_its_rows_in_the_inputs(bundle, sealed, findings, logs):
    members = pl.read_parquet(bundle / "rows" / "accounts.parquet")
    rows = pl.read_parquet(bundle / "rows" / "requests.parquet")
    core = members.filter(pl.col("tier") == "core", cluster_id=findings.clusters[0].cluster_id)
    one = rows.filter(account=core["account"][0])
    named = {file.number: file.name for file in sealed.inputs}
    accounts = set()
    for number, row in one.select("input", "row").iter_rows():
        path = logs / "requests" / named[number]
        table = f"read_parquet('{path}')" if path.suffix == ".parquet" else f"read_json('{path}')"
        accounts |= set(duckdb.sql(f"SELECT account_id FROM {table} LIMIT 1 OFFSET {row - 1}").fetchall())
    assert len(one) > 10
    assert len(accounts) == 1


def test_the_row_index_is_sorted_and_holds_matching_and_other_rows(bundle, findings):
    rows = pl.read_parquet(bundle / "rows" / "requests.parquet")
    assert rows.equals(rows.sort("account", "input", "row"))
    assert rows["matching"].sum() == sum(one.requests.matching_upper for one in findings.clusters)
    assert not rows["matching"].all()


def test_rejects_are_listed_without_what_was_found_in_them(bundle, findings):
    rejects = pl.read_parquet(bundle / "rows" / "rejects.parquet")
    assert rejects.columns == ["input", "row", "reason"]
    assert len(rejects) == findings.ledger.rejected == 2


def test_a_date_is_the_one_that_was_given(case, tmp_path):
    files = sealed_again(case, tmp_path / "dated", sealed_on=date(2026, 6, 8))
    assert json.loads(files["manifest.json"])["date"] == "2026-06-08"


def test_nothing_is_written_over_and_nothing_is_left_of_a_failure(bundle, case, tmp_path):
    with pytest.raises(EvidenceError, match="exists already"):
        sealed_again(case, bundle)
    with pytest.raises(CaseError, match="line 1"):
        sealed_again(case, tmp_path / "new", decisions=b'{"number": 2}\n')
    assert {path.name for path in tmp_path.iterdir()} == {"bundle", "case.duckdb"}


def test_a_number_that_does_not_follow_from_the_rows_is_not_sealed(case, tmp_path):
    with open_case(case, create=False) as opened:
        findings = load(opened.connection)
        wrong = findings.clusters[0].requests.model_copy(update={"matching_core": 1})
        clusters = [findings.clusters[0].model_copy(update={"requests": wrong}), *findings.clusters[1:]]
        with pytest.raises(EvidenceError, match="/clusters/0/requests/matching_core"):
            seal(opened, findings.model_copy(update={"clusters": clusters}), tmp_path / "new")


@needs_ssh
def test_a_signature_is_checked_by_openssh_and_is_the_same_every_time(case, tmp_path):
    for name in ("mine", "other"):
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(tmp_path / name)]
        subprocess.run(command, check=True)
    first = sealed_again(case, tmp_path / "a", key=tmp_path / "mine")
    assert first == sealed_again(case, tmp_path / "b", key=tmp_path / "mine")
    assert signature.check(tmp_path / "a", None) is None
    assert signature.check(tmp_path / "a", tmp_path / "mine.pub") is None
    assert signature.check(tmp_path / "a", tmp_path / "other.pub") is not None
    (tmp_path / "b" / "SHA256SUMS").write_text("", "utf-8")
    assert signature.check(tmp_path / "b", None) is not None


@needs_ssh
def test_a_key_that_is_none_is_refused(case, tmp_path):
    (tmp_path / "key").write_text("no key", "utf-8")
    (tmp_path / "key").chmod(0o600)
    with pytest.raises(EvidenceError, match="cannot sign"):
        sealed_again(case, tmp_path / "new", key=tmp_path / "key")
    assert not (tmp_path / "new").exists()
