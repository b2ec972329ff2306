"""A small invented log with one campaign, read, scanned and sealed once; every test works on its own copy."""

import shutil
from pathlib import Path

import pytest
from small_cases import read_log

from distillscan.case.store import open_case
from distillscan.evidence import manifest, sums
from distillscan.evidence.seal import seal
from distillscan.findings.scan import scan
from distillscan.findings.settings import Settings
from distillscan.findings.stored import load
from distillscan.synthetic.campaign import Plan
from distillscan.synthetic.files import write_sample
from distillscan.synthetic.sample import build_sample

SIZES = {"ordinary": 120, "households": 5}
SETTINGS = Settings(permutations=2, replays=0)


def seal_case(case: Path, directory: Path, **options):
    with open_case(case, create=False, read_only=True) as opened:
        findings = load(opened.connection)
        assert findings is not None
        return seal(opened, findings, directory, **options)


def hash_anew(bundle: Path) -> None:
    """What somebody does who changes a bundle and knows of its hashes."""
    path = bundle / manifest.NAME
    sealed = manifest.Manifest.model_validate_json(path.read_bytes())
    outputs = [
        file.model_copy(update={"sha256": sums.hash_file(bundle / file.path)}) for file in sealed.outputs
    ]
    manifest.write(sealed.model_copy(update={"outputs": outputs}), bundle)
    sums.write(bundle)


@pytest.fixture(scope="session")
def logs(tmp_path_factory) -> Path:
    directory = tmp_path_factory.mktemp("sealed-logs")
    write_sample(build_sample(sizes=SIZES, plan=Plan(accounts=25, proxies=60)), directory)
    first = directory / "requests" / "more.jsonl"
    first.write_text('{"account_id": "a", "timestamp": "never"}\n{"broken\n', "utf-8")
    return directory


@pytest.fixture(scope="session")
def scanned_case(logs, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("sealed-case") / "case.duckdb"
    with open_case(path, create=True) as case:
        read_log(case, logs)
        assert scan(case, settings=SETTINGS).clusters
    return path


@pytest.fixture(scope="session")
def sealed_bundle(scanned_case, tmp_path_factory) -> Path:
    directory = tmp_path_factory.mktemp("sealed") / "bundle"
    seal_case(scanned_case, directory)
    return directory


@pytest.fixture
def case(scanned_case, tmp_path) -> Path:
    return Path(shutil.copy(scanned_case, tmp_path / "case.duckdb"))


@pytest.fixture
def bundle(sealed_bundle, tmp_path) -> Path:
    return Path(shutil.copytree(sealed_bundle, tmp_path / "bundle"))
