"""Infrastructure: cards or addresses that several workloads share, as customers of one proxy pool do.

An infrastructure is not a workload: the clusters that share it stay apart, each with its own counts, and the
accounts of one are no evidence against another.
"""

from __future__ import annotations

import hashlib
from collections import Counter

import igraph
from duckdb import DuckDBPyConnection

from distillscan.findings.document import Cluster, Infrastructure
from distillscan.findings.shared.values import CARRIED_VALUES

#: Shared values that make an infrastructure; a bundle counts with the values it holds.
_MIN_SHARED = 3

_SHARED = f"""
    WITH carried AS ({CARRIED_VALUES})
    SELECT a.cluster_id, b.cluster_id, signal, value
    FROM carried a
    JOIN carried b USING (value)
    JOIN shared_value USING (value)
    WHERE a.cluster_id < b.cluster_id AND signal IN ('card', 'billing', 'ip', 'ip_block')
    ORDER BY ALL
"""


def infrastructures(connection: DuckDBPyConnection, clusters: list[Cluster]) -> list[Infrastructure]:
    """Return the groups of reported, undeclared clusters that share cards or addresses, largest first."""
    undeclared = {one.cluster_id: one for one in clusters if one.declared_identity is None}
    shared: dict[tuple[str, str], dict[int, str]] = {}
    for a, b, signal, value in connection.execute(_SHARED).fetchall():
        if a in undeclared and b in undeclared:
            shared.setdefault((a, b), {})[value] = signal
    graph = igraph.Graph.TupleList(pair for pair, values in shared.items() if len(values) >= _MIN_SHARED)
    found = []
    for component in graph.connected_components():
        group = graph.vs[component]["name"]
        members = sorted((undeclared[cluster_id] for cluster_id in group), key=lambda one: one.label)
        values = {
            value: signal
            for pair, held in shared.items()
            if pair[0] in group
            for value, signal in held.items()
        }
        found.append(
            Infrastructure(
                infrastructure_id=hashlib.sha256("\x00".join(sorted(group)).encode()).hexdigest()[:12],
                clusters=[member.label for member in members],
                accounts=sum(member.accounts.core for member in members),
                shared_values=dict(sorted(Counter(values.values()).items())),
            )
        )
    return sorted(found, key=lambda one: (-one.accounts, one.infrastructure_id))
