"""Earlier cases: what a cluster has in common with one that was sealed under the same key."""

import shutil

import polars as pl
import pytest
from evidence.conftest import SETTINGS, hash_anew, seal_case

from distillscan.case.store import open_case
from distillscan.errors import EvidenceError
from distillscan.evidence.earlier import with_earlier
from distillscan.findings.pseudonyms import give_key
from distillscan.findings.reading import read_document
from distillscan.findings.scan import scan
from distillscan.findings.stored import load
from distillscan.reports import letter, markdown, sentences

KEY = bytes(range(32))


@pytest.fixture(scope="module")
def keyed_case(scanned_case, tmp_path_factory):
    path = tmp_path_factory.mktemp("keyed") / "case.duckdb"
    shutil.copy(scanned_case, path)
    with open_case(path, create=False) as case:
        give_key(case, KEY)
        scan(case, settings=SETTINGS)
    return path


@pytest.fixture(scope="module")
def earlier_bundle(keyed_case, tmp_path_factory):
    directory = tmp_path_factory.mktemp("earlier") / "bundle"
    seal_case(keyed_case, directory)
    return directory


def compared(case, *bundles):
    with open_case(case, create=False, read_only=True) as opened:
        findings = load(opened.connection)
        assert findings is not None
        return with_earlier(opened.connection, findings, bundles)


def test_a_campaign_that_came_back_is_known_again_by_its_accounts_and_values(keyed_case, earlier_bundle):
    found = compared(keyed_case, earlier_bundle)
    campaign = found.clusters[0]
    assert campaign.earlier is not None
    (again,) = [one for one in campaign.earlier if one.cluster_id == campaign.cluster_id]
    assert again.shared_accounts == again.accounts == campaign.accounts.core + campaign.accounts.probable
    assert again.shared_values == len(campaign.values)
    assert again.statement in markdown.render(found)
    assert again.statement in str(letter.document(found))
    assert f"{again.label} of {again.bundle}: {again.accounts} accounts" in (
        sentences.earlier(campaign) or ""
    )


def test_nothing_in_common_is_told_from_not_compared(keyed_case, earlier_bundle, tmp_path):
    strangers = tmp_path / "strangers"
    shutil.copytree(earlier_bundle, strangers)
    accounts = pl.read_parquet(strangers / "rows" / "accounts.parquet")
    others = accounts.with_columns(pseudonym=pl.concat_str(pl.lit("other-"), "pseudonym"))
    others.write_parquet(strangers / "rows" / "accounts.parquet")
    document = read_document((strangers / "findings.json").read_bytes())
    clusters = [cluster.model_copy(update={"values": []}) for cluster in document.clusters]
    changed = document.model_copy(update={"clusters": clusters})
    (strangers / "findings.json").write_text(changed.model_dump_json(), "utf-8")
    hash_anew(strangers)
    assert {sentences.earlier(cluster) for cluster in compared(keyed_case, strangers).clusters} == {"none"}
    with open_case(keyed_case, create=False, read_only=True) as opened:
        stored = load(opened.connection)
    assert stored is not None
    assert {sentences.earlier(cluster) for cluster in stored.clusters} == {None}


def test_a_bundle_under_another_key_or_none_of_yours_is_refused(
    scanned_case, keyed_case, earlier_bundle, tmp_path
):
    seal_case(scanned_case, tmp_path / "derived")
    for case, bundle in (
        (keyed_case, tmp_path / "derived"),
        (scanned_case, earlier_bundle),
        (scanned_case, tmp_path / "derived"),
    ):
        with pytest.raises(EvidenceError, match="other pseudonyms than this case"):
            compared(case, bundle)


def test_a_bundle_that_was_changed_or_is_none_is_refused(keyed_case, earlier_bundle, tmp_path):
    changed = tmp_path / "changed"
    shutil.copytree(earlier_bundle, changed)
    (changed / "findings.json").write_text("{}", "utf-8")
    with pytest.raises(EvidenceError, match="is not the file that was sealed"):
        compared(keyed_case, changed)
    with pytest.raises(EvidenceError, match="no evidence bundle"):
        compared(keyed_case, tmp_path)
