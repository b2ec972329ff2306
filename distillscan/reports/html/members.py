"""The members as the page shows them: the map, the combinations of families, the least tied, and the list."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import polars as pl
from markupsafe import Markup

from distillscan.clusters.scores import CORE_BITS
from distillscan.findings.document import Cluster, Findings
from distillscan.findings.explain.likelihood import Likelihood
from distillscan.findings.explain.member_evidence import MemberEvidence
from distillscan.reports.escape import xml_line
from distillscan.reports.html.figures import combinations, disc, waterfall
from distillscan.reports.wording import counted

#: Rows of the table of the least tied members.
LEAST_TIED = 10


@dataclass(frozen=True)
class Member:
    """One member: its score in bits, and by family the number of the cluster's values it holds."""

    account: str
    tier: str
    score: float
    requests: int
    matching: int
    first_day: date
    last_day: date
    held: dict[str, int]


@dataclass(frozen=True)
class ClusterMembers:
    """The members of one cluster, the least tied first, with the weights of its families."""

    cluster: Cluster
    families: list[str]
    rows: pl.DataFrame
    likelihood: Likelihood

    @cached_property
    def least_tied(self) -> list[Member]:
        """The members that the evidence holds the least."""
        return [
            Member(
                account=row["account_id"],
                tier=row["tier"],
                score=row["score"],
                requests=row["requests"],
                matching=row["matching_requests"],
                first_day=row["first_day"],
                last_day=row["last_day"],
                held={family: row[str(place)] for place, family in enumerate(self.families)},
            )
            for row in self.rows.head(LEAST_TIED).iter_rows(named=True)
        ]

    def disc(self) -> Markup:
        """The map of the cluster."""
        dots = [
            disc.Dot(families=len(held), core=tier == "core")
            for held, tier in zip(self._held()[::-1], self.rows["tier"].to_list()[::-1], strict=True)
        ]
        return disc.draw(dots, f"A dot for each account of {self.cluster.label}; {self._reading()}.")

    def per_dot(self) -> int:
        """How many accounts a dot of the map stands for."""
        return disc.per_dot(len(self.rows))

    def combinations(self) -> Markup:
        """Which families hold how many members together."""
        return combinations.draw(
            self.present(), self._together(), f"Accounts of {self.cluster.label}: {self._reading()}."
        )

    def columns(self) -> list[tuple[str, bool]]:
        """The families as columns of numbers."""
        return [(family, True) for family in self.present()]

    def waterfall_caption(self, member: Member) -> str:
        """What the waterfall of a member says, in a sentence or two."""
        lacking = [family for family in self.present() if not member.held[family]]
        missing = f" It holds none of the cluster's values of {', '.join(lacking)}." if lacking else ""
        return (
            f"Score of the least firmly tied member, {member.account}, from the prior odds in one step per "
            f"family. The core begins at odds of nine to one.{missing}"
        )

    def waterfall(self, member: Member) -> Markup:
        """What makes the score of one member."""
        steps = [("prior odds", self.likelihood.prior)]
        for family in self.present():
            weight = self.likelihood.families[family]
            held = bool(member.held[family])
            steps.append((family if held else f"no {family}", weight.present if held else weight.absent))
        said = ", ".join(f"{name} {bits:+.1f}" for name, bits in steps)
        return waterfall.draw(
            steps, f"Bits for {member.account} in {self.cluster.label}: {said}.", threshold=CORE_BITS
        )

    def present(self) -> list[str]:
        """The families that weigh in this cluster, in the order of the report."""
        return [family for family in self.families if family in self.likelihood.families]

    def _held(self) -> list[frozenset[str]]:
        columns = [self.rows[str(place)].to_list() for place in range(len(self.families))]
        return [
            frozenset(family for family, number in zip(self.families, row, strict=True) if number)
            for row in zip(*columns, strict=True)
        ]

    def _together(self) -> list[tuple[frozenset[str], int]]:
        return sorted(Counter(self._held()).items(), key=lambda item: (-item[1], sorted(item[0])))

    def _reading(self) -> str:
        return "; ".join(
            f"{counted(number, 'account')} held by {', '.join(sorted(together)) or 'no family'}"
            for together, number in self._together()[:4]
        )


def by_cluster(findings: Findings, evidence: MemberEvidence) -> dict[str, ClusterMembers]:
    """The members of every cluster, by its id."""
    rows = evidence.members.partition_by("cluster_id", as_dict=True, maintain_order=True)
    return {
        cluster.cluster_id: ClusterMembers(
            cluster, evidence.families, rows[cluster.cluster_id,], evidence.likelihoods[cluster.cluster_id]
        )
        for cluster in findings.clusters
        if (cluster.cluster_id,) in rows
    }


def as_text(evidence: MemberEvidence, findings: Findings) -> str:
    """All members as lines of tab-separated cells with a header, for readers and for the page's script."""
    labels = {cluster.cluster_id: cluster.label for cluster in findings.clusters}
    header = ("cluster", "account", "tier", "bits", "requests", "matching", "first day", "last day")
    lines = ["\t".join(map(xml_line, [*header, *evidence.families]))]
    for cluster_id, account, tier, score, *cells in evidence.members.iter_rows():
        first = (labels[cluster_id], account, tier, f"{score:.1f}")
        lines.append("\t".join([*map(xml_line, first), *map(str, cells)]))
    return "\n".join(lines)
