"""The core of a cluster, as the findings and the innocent explanations look at it."""

from __future__ import annotations

from dataclasses import dataclass

from distillscan.clusters.error_rate import MIN_BOUND
from distillscan.findings.shared.ties import Ties
from distillscan.findings.verdict.places import Places
from distillscan.signals import timing


@dataclass(frozen=True)
class Core:
    """How many accounts it has, the families that carry it, what binds it, and the places where it is."""

    cluster_id: str
    accounts: int
    families: list[str]
    ties: Ties
    places: Places | None = None

    @property
    def together(self) -> bool:
        """Whether its accounts were opened, began or stopped together."""
        return timing.FAMILY in self.families

    @property
    def is_bound(self) -> bool:
        """Whether half of it or more holds something that takes an effort to share."""
        return self.ties.accounts >= MIN_BOUND * self.accounts
