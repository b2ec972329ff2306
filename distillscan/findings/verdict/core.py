"""The core of a cluster, as the findings and the innocent explanations look at it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from duckdb import DuckDBPyConnection

from distillscan.clusters.scores import MIN_BOUND
from distillscan.findings.document.shared import FamilyEvidence
from distillscan.findings.shared.places import Places, places_of
from distillscan.findings.shared.ties import MIN_COVERAGE, Ties, binding_ties
from distillscan.findings.verdict.work import Work, work_of
from distillscan.signals import timing


@dataclass(frozen=True)
class Core:
    """How many accounts it has, the families that carry it, what binds it, how it works, and where it is."""

    cluster_id: str
    accounts: int
    families: list[str]
    ties: Ties
    work: Work
    places: Places | None = None

    @property
    def together(self) -> bool:
        """Whether its accounts were opened, began or stopped together."""
        return timing.FAMILY in self.families

    @property
    def is_bound(self) -> bool:
        """Whether half of it or more holds something that takes an effort to share."""
        return self.ties.accounts >= MIN_BOUND * self.accounts


def core_of(
    connection: DuckDBPyConnection, cluster_id: str, accounts: int, families: Sequence[FamilyEvidence]
) -> Core:
    """Return the core of a cluster, which has so many accounts and is tied by these families."""
    ties = binding_ties(connection, cluster_id, accounts)
    return Core(
        cluster_id,
        accounts,
        [family.family for family in carrying_families(families, accounts)],
        ties,
        work_of(connection, cluster_id),
        places_of(connection, cluster_id, accounts, ties),
    )


def carrying_families(families: Sequence[FamilyEvidence], core: int) -> list[FamilyEvidence]:
    """Return the families that tie a considerable part of the core."""
    return [family for family in families if family.core_accounts >= MIN_COVERAGE * core]
