"""Clusters of earlier cases, taken from their evidence bundles, beside those of a case under the same key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from duckdb import DuckDBPyConnection
from pydantic import ValidationError

from distillscan.case.frame import frame
from distillscan.errors import EvidenceError
from distillscan.evidence import manifest, sums
from distillscan.findings.document import Cluster, EarlierCluster, Findings
from distillscan.findings.pseudonyms import DERIVED_KEY, Pseudonyms
from distillscan.findings.reading import read_document
from distillscan.findings.wording import counted, window
from distillscan.logs.files.stream import hash_file

_ACCOUNTS = f"{manifest.ROWS}/accounts.parquet"
_DIGITS = 12
_MEMBERS = """
    SELECT cluster_id, account_id FROM membership JOIN account USING (account)
    WHERE tier IN ('core', 'probable')
"""


@dataclass(frozen=True)
class _Bundle:
    """An earlier bundle: the beginning of its hash, its clusters, and their members by cluster_id."""

    name: str
    clusters: Sequence[Cluster]
    members: dict[str, frozenset[str]]


def with_earlier(connection: DuckDBPyConnection, findings: Findings, directories: Sequence[Path]) -> Findings:
    """Return the findings of a case with what each cluster has in common with the bundles' clusters.

    Raises EvidenceError for a directory that is no whole bundle, or whose pseudonyms are under another key.
    """
    pseudonyms = Pseudonyms(connection)
    bundles = [_read(directory, pseudonyms.key_id) for directory in directories]
    members = _by_cluster(pseudonyms.of_accounts(frame(connection, _MEMBERS)), "account_id")
    clusters = [
        cluster.model_copy(
            update={"earlier": list(_common(cluster, members.get(cluster.cluster_id, frozenset()), bundles))}
        )
        for cluster in findings.clusters
    ]
    return findings.model_copy(update={"clusters": clusters})


def _read(directory: Path, key_id: str) -> _Bundle:
    hashes = sums.read(directory)
    for name in (manifest.NAME, manifest.FINDINGS, _ACCOUNTS):
        path = directory / name
        if not path.is_file() or hash_file(path) != hashes.get(name):
            raise EvidenceError(f"{path} is not the file that was sealed; check it with `verify {directory}`")
    try:
        sealed = manifest.Manifest.model_validate_json((directory / manifest.NAME).read_bytes())
    except ValidationError as error:
        raise EvidenceError(f"{directory / manifest.NAME} is no manifest of a bundle") from error
    if DERIVED_KEY in (key_id, sealed.pseudonym_key) or key_id != sealed.pseudonym_key:
        raise EvidenceError(
            f"{directory} has other pseudonyms than this case, so nothing can be compared; "
            "scan both cases with `--key` and one key of yours, and seal the earlier one again"
        )
    rows = pl.read_parquet(directory / _ACCOUNTS).filter(pl.col("tier") != "lead")
    return _Bundle(
        hash_file(directory / sums.NAME)[:_DIGITS],
        read_document((directory / manifest.FINDINGS).read_bytes()).clusters,
        _by_cluster(rows, "pseudonym"),
    )


def _by_cluster(rows: pl.DataFrame, account: str) -> dict[str, frozenset[str]]:
    return {
        cluster_id: frozenset(accounts)
        for cluster_id, accounts in rows.group_by("cluster_id").agg(account).iter_rows()
    }


def _common(
    cluster: Cluster, members: frozenset[str], bundles: Sequence[_Bundle]
) -> Iterator[EarlierCluster]:
    values = _values(cluster)
    for bundle in bundles:
        for earlier in bundle.clusters:
            theirs = bundle.members.get(earlier.cluster_id, frozenset())
            accounts, shared = len(members & theirs), len(values & _values(earlier))
            if accounts or shared:
                yield EarlierCluster(
                    bundle=bundle.name,
                    label=earlier.label,
                    cluster_id=earlier.cluster_id,
                    verdict=earlier.verdict,
                    first_seen=earlier.first_seen,
                    last_seen=earlier.last_seen,
                    accounts=len(theirs),
                    shared_accounts=accounts,
                    shared_values=shared,
                    statement=_statement(bundle.name, earlier, accounts, shared),
                )


def _values(cluster: Cluster) -> frozenset[tuple[str, str]]:
    return frozenset((value.signal, value.pseudonym) for value in cluster.values)


def _statement(bundle: str, earlier: Cluster, accounts: int, values: int) -> str:
    return (
        f"{earlier.label} ({earlier.verdict}) of the earlier case {bundle}, at work "
        f"{window(earlier.first_seen, earlier.last_seen)}, has {counted(accounts, 'account')} and "
        f"{counted(values, 'listed value')} in common with this cluster."
    )
