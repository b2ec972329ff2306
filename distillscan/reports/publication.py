"""The ready sentence of a cluster: exact in its lower and upper form, and rounded outward for publication."""

from __future__ import annotations

from distillscan.findings.document import Cluster
from distillscan.findings.wording import window
from distillscan.reports import sentences
from distillscan.reports.wording import at_least, at_most, count


def ready(cluster: Cluster) -> list[tuple[str, str]]:
    """The sentences of a cluster, each under the name of its form."""
    if cluster.sentence == cluster.sentence_upper:
        exact = [("core, no probable accounts", cluster.sentence)]
    else:
        exact = [("core", cluster.sentence), ("core + probable", cluster.sentence_upper)]
    return [*exact, ("for publication", published(cluster))]


def published(cluster: Cluster) -> str:
    """The sentence between the lower and the upper form, each rounded outward."""
    lower, upper = sentences.accounts(cluster)
    requests = cluster.requests
    return (
        f"{_range(lower, upper)} accounts made {_range(requests.members_core, requests.members_upper)} "
        f"requests {window(cluster.first_seen, cluster.last_seen)}; "
        f"{sentences.matching(cluster, _range(requests.matching_core, requests.matching_upper))}."
    )


def _range(lower: int, upper: int) -> str:
    return count(lower) if lower == upper else f"{at_least(lower)} to {at_most(upper)}"
