"""Nothing that names a person leaves by an output that is to hide it: secrets are planted in every field.

What an output shows by contract is written in docs/evidence.md; every form and every table that is registered
is looked into, so a new one is held to the same.
"""

import io
import json
import zipfile
from pathlib import Path

import duckdb
import polars as pl
import pytest
from pypdf import PdfReader
from typer.testing import CliRunner

from distillscan.choices import ExportFormat, ExportTable, ReportFormat, TableName
from distillscan.cli.app import app

SECRET = "zqxsecret"
# the prompt is shown, cut; what it holds of mailboxes, addresses and numbers is not
EXEMPLAR = "Mail zqxsecret@private.example or 198.51.100.77 or 2001:db8::77 or +1 555 010 9999 777 about "
SHOWN_BY_CONTRACT = {"timestamp", "model", "user_agent", "tls_fingerprint", "asn", "country", "prompt"}


def marked_request(request: dict) -> dict:
    kept = {name: value for name, value in request.items() if name in SHOWN_BY_CONTRACT and value is not None}
    for name in ("account_id", "request_id", "org_id"):
        if request.get(name) is not None:
            kept[name] = f"{SECRET}-{name}-{request[name]}"
    kept |= {
        name: f"{SECRET}-{name}" for name in ("session_id", "api_key_id", "end_user_id", "response", "error")
    }
    kept["prompt"] = EXEMPLAR + str(request.get("prompt")) + " " * 5 + f"and so on {SECRET}"
    kept["client_ip"] = request.get("client_ip")
    return kept | {"system": f"{SECRET} system {request.get('system')}", "tools": [{"name": SECRET}]}


def marked_account(account: dict) -> dict:
    plain = {"created_at", "payment_funding", "billing_country", "signup_country", "signup_ip", "status"}
    kept = {name: value for name, value in account.items() if name in plain and value is not None}
    for name, value in account.items():
        if value is not None and name not in plain:
            kept[name] = f"{SECRET}-{name}-{value}"
    return kept | {"email": f"{SECRET}.{account['email']}", "inviter_id": SECRET, "plan": SECRET}


def write(path: Path, records) -> str:
    path.write_text("".join(json.dumps(record, default=str) + "\n" for record in records), "utf-8")
    return str(path)


def run(*arguments: str):
    result = CliRunner().invoke(app, [*arguments])
    assert result.exit_code == 0, result.output
    return result


@pytest.fixture(scope="module")
def leaky(logs, tmp_path_factory) -> tuple[Path, set[str], str]:
    """A scanned case full of secrets, the addresses in it, and what reading and scanning it said."""
    place = tmp_path_factory.mktemp("leaky")
    requests = [row for path in sorted((logs / "requests").glob("2026*")) for row in records_of(path)]
    accounts = pl.read_csv(logs / "accounts.csv", infer_schema=False).to_dicts()
    marked = [marked_request(request) for request in requests]
    bad = [
        {"account_id": f"{SECRET}-bad", "timestamp": SECRET},
        {"timestamp": "2026-05-01", "prompt": SECRET},
    ]
    signals = [
        {"account_id": request["account_id"], "signal": "ticket", "value": f"{SECRET}-ticket-{n % 40}"}
        for n, request in enumerate(marked[:400])
    ]
    address = next(request["client_ip"] for request in marked if request["client_ip"])
    anchors = [
        {"signal": "ip", "value": address, "entity": "Example Entity"},
        {"signal": "ticket", "value": f"{SECRET}-ticket-1", "entity": "Example Entity"},
    ]
    sources = [write(place / "requests.jsonl", [*marked, *bad])]
    for kind, records in (
        ("accounts", map(marked_account, accounts)),
        ("signals", signals),
        ("anchors", anchors),
    ):
        sources += [f"--{kind}", write(place / f"{kind}.jsonl", records)]
    case = place / "case.duckdb"
    read = run("ingest", *sources, "--case", str(case))
    scanned = run("scan", "--permutations", "1", "--replays", "0", "--case", str(case))
    addresses = {request["client_ip"] for request in marked} | {account["signup_ip"] for account in accounts}
    return case, addresses - {None, ""}, read.output + scanned.output


def records_of(path: Path) -> list[dict]:
    table = f"read_parquet('{path}')" if path.suffix == ".parquet" else f"read_json('{path}')"
    return duckdb.sql(f"FROM {table}").pl().to_dicts()


def readable(content: bytes) -> str:
    """All text of a file: of an archive its members', of Parquet its cells', of a PDF its pages'."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "\n".join(readable(archive.read(name)) for name in archive.namelist())
    if content.startswith(b"%PDF"):
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    if content.startswith(b"PAR1"):
        return pl.read_parquet(io.BytesIO(content)).write_ndjson()
    return content.decode("utf-8", "replace")


def assert_hidden(text: str, addresses: set[str]) -> None:
    folded = text.lower()
    assert SECRET not in folded
    assert "private.example" not in folded
    found = [
        address for address in (*addresses, "198.51.100.77", "2001:db8::77", "010 9999") if address in text
    ]
    assert not found


def test_messages_and_progress_name_nobody(leaky):
    _, addresses, said = leaky
    assert "rejected" in said
    assert_hidden(said, addresses)


@pytest.mark.parametrize("form", list(ReportFormat))
def test_reports_name_nobody(leaky, form, tmp_path):
    case, addresses, _ = leaky
    drawn = run("report", "-t", form, "-o", str(tmp_path / "report"), "--case", str(case))
    text = readable((tmp_path / "report").read_bytes())
    assert "C1" in text
    assert_hidden(text + drawn.output, addresses)


@pytest.mark.parametrize("name", list(TableName))
def test_tables_of_reports_name_nobody(leaky, name):
    case, addresses, _ = leaky
    assert_hidden(run("report", "--table", name, "-t", "csv", "--case", str(case)).output, addresses)


@pytest.mark.parametrize("name", [table for table in ExportTable if table is not ExportTable.MEMBERS])
def test_exports_but_the_working_list_name_nobody(leaky, name, tmp_path):
    case, addresses, _ = leaky
    for form in ExportFormat:
        if form is ExportFormat.GRAPHML and name is not ExportTable.LINKS:
            continue
        path = tmp_path / f"table.{form}"
        run("export", name, "-t", form, "-o", str(path), "--case", str(case))
        assert_hidden(readable(path.read_bytes()), addresses)


def test_the_working_list_names_accounts_and_nothing_else(leaky):
    case, addresses, _ = leaky
    listed = run("export", "members", "--case", str(case)).stdout
    assert f"{SECRET}-account_id" in listed
    assert_hidden(listed.replace(f"{SECRET}-account_id", ""), addresses)


def test_a_bundle_and_its_verification_name_nobody(leaky, tmp_path):
    case, addresses, _ = leaky
    bundle = tmp_path / "bundle"
    said = run("seal", "-o", str(bundle), "--case", str(case)).output + run("verify", str(bundle)).output
    assert_hidden(said, addresses)
    files = [path for path in bundle.rglob("*") if path.is_file()]
    assert len(files) > 20
    for path in files:
        assert_hidden(readable(path.read_bytes()), addresses)


def test_an_exemplar_is_shown_without_mailbox_address_and_number(leaky):
    case, _, _ = leaky
    shown = run("report", "-t", "json", "--case", str(case)).stdout
    assert "Mail [mailbox] or [address] or [address] or [number] about" in shown


def test_the_secrets_are_there_to_be_found(leaky):
    """The tests above would find them: revealed, they are shown."""
    case, addresses, _ = leaky
    shown = run("report", "-t", "json", "--reveal", "--case", str(case)).stdout
    assert SECRET in shown
    assert any(f'"{address}"' in shown for address in addresses)
