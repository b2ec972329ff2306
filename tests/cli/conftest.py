"""A small invented log with one campaign, read and scanned once; every test works on its own copy."""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from distillscan.cli.app import app
from distillscan.synthetic.campaign import Plan
from distillscan.synthetic.files import write_sample
from distillscan.synthetic.sample import build_sample

SIZES = {"ordinary": 250, "households": 10, "company": 30}


@pytest.fixture(scope="session")
def logs(tmp_path_factory) -> Path:
    directory = tmp_path_factory.mktemp("logs")
    write_sample(build_sample(sizes=SIZES, plan=Plan(accounts=40, proxies=20)), directory)
    return directory


@pytest.fixture(scope="session")
def scanned_case(logs, tmp_path_factory) -> Path:
    case = tmp_path_factory.mktemp("case") / "case.duckdb"
    reading = ["ingest", str(logs / "requests"), "--accounts", str(logs / "accounts.csv")]
    for command in (reading, ["scan"]):
        result = CliRunner().invoke(app, [*command, "--case", str(case)])
        assert result.exit_code == 0, result.output
    return case


@pytest.fixture
def here(tmp_path, monkeypatch) -> Path:
    """An empty working directory."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DISTILLSCAN_CASE", raising=False)
    return tmp_path


@pytest.fixture
def case(here, scanned_case) -> Path:
    """A scanned case where the commands look for it."""
    return Path(shutil.copy(scanned_case, here / "case.duckdb"))


@pytest.fixture
def run():
    """Run the program in this process, as typed."""

    def typed(*arguments: str, **settings: str):
        return CliRunner().invoke(app, list(arguments), env=settings)

    return typed
