"""What every explanation is asked of: a scanned case, its findings, and the names of its clusters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from duckdb import DuckDBPyConnection

from distillscan.case.frame import number
from distillscan.case.store import Case
from distillscan.findings.document import Findings
from distillscan.findings.explain.document.common import ClusterName
from distillscan.findings.explain.sources import ROWS_LISTED
from distillscan.findings.pseudonyms import Pseudonyms


@dataclass(frozen=True)
class Question:
    """A scanned case that questions are put to; it is only read, temporary tables aside.

    An explanation names the first ``listed`` rows of each value by their numbers.
    """

    case: Case
    findings: Findings
    listed: int = ROWS_LISTED

    @property
    def connection(self) -> DuckDBPyConnection:
        """The connection of the case."""
        return self.case.connection

    @cached_property
    def pseudonyms(self) -> Pseudonyms:
        """The pseudonyms of this case."""
        return Pseudonyms(self.connection)

    @cached_property
    def accounts(self) -> int:
        """The accounts of the log."""
        return number(self.connection, "SELECT COUNT(*) FROM account")

    @cached_property
    def clusters(self) -> dict[str, ClusterName]:
        """The name of every group of accounts that the case holds, reported ones first."""
        core = dict(
            self.connection.execute(
                "SELECT cluster_id, COUNT(*) FROM core_account GROUP BY cluster_id ORDER BY 2 DESC, 1"
            ).fetchall()
        )
        reported = {one.cluster_id: one for one in self.findings.clusters}
        explained = {one.cluster_id: one for one in self.findings.explained_groups}
        names = {}
        for cluster_id in [*reported, *(other for other in core if other not in reported)]:
            cluster, group = reported.get(cluster_id), explained.get(cluster_id)
            names[cluster_id] = ClusterName(
                cluster_id=cluster_id,
                label=cluster.label if cluster else None,
                verdict=cluster.verdict if cluster else None,
                explanation=f"{group.explanation}. {group.statement}" if group else None,
                core_accounts=core.get(cluster_id, 0),
            )
        return names

    def cluster(self, cluster_id: str | None) -> ClusterName | None:
        """Return the name of the group that an account is in, None for one in no group."""
        return self.clusters[cluster_id] if cluster_id else None

    def name(self, account_id: str) -> str:
        """Return the pseudonym of an account."""
        return self.pseudonyms.account(account_id)

    def value(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Return what is said of any shared value: family, signal, pseudonym, holders, share and rarity.

        ``row`` has its family, signal, content and holders.
        """
        return {
            "family": row["family"],
            "signal": row["signal"],
            "pseudonym": self.pseudonyms.of(row["signal"], row["content"]),
            "holders": row["holders"],
            "share": self.share(row["holders"]),
            "rarity": self.rarity(row["holders"]),
        }

    def rarity(self, holders: int) -> float:
        """Return log2(N / holders): how many bits it takes to name one of a value's holders."""
        return round(float(np.log2(self.accounts / max(holders, 1))), 3)

    def share(self, holders: int) -> float:
        """Return the base rate of a value."""
        return round(holders / max(self.accounts, 1), 6)


def printed(name: ClusterName) -> str:
    """Return how a sentence names a group of accounts."""
    if name.label:
        return f"{name.label} ({name.verdict})"
    return f"group {name.cluster_id}"


def sum_bits(bits: Sequence[float]) -> float:
    """Return a sum of bits, rounded as all are shown, so that the figures shown add up."""
    return round(float(np.sum(np.round(bits, 3))), 3)
