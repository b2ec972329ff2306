"""Attribution by the analyst's anchors: values known to be an entity's, and what leads to them.

An account that holds an anchored value is anchored. Other core and probable accounts of its cluster are
linked to the entity, by hops: one hop is a characteristic value of the cluster that two accounts share. A
value that mostly strangers hold, such as the address of a public proxy, carries no name any further.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from duckdb import DuckDBPyConnection

from distillscan.case.frame import frame
from distillscan.findings.anchors.holders import holders_of, pseudonymised, signal_name
from distillscan.findings.document import Cluster, Findings
from distillscan.findings.document.anchors import Anchor, AnchoredEntity, Entity
from distillscan.findings.pseudonyms import Pseudonyms
from distillscan.findings.wording import counted, joined

#: Share of an anchored value's holders that must be members of one cluster for it to carry.
_MIN_INSIDE = 0.5
#: Hops that are followed.
MOST_HOPS = 2

# no hop leads over a value that describes a population, or that is mostly held outside of the cluster
_HELD = """
    SELECT m.cluster_id, value, m.account
    FROM cluster_value c
    JOIN shared_value s USING (value)
    JOIN incidence i USING (value)
    JOIN membership m ON m.cluster_id = c.cluster_id AND m.account = i.account
    WHERE m.tier IN ('core', 'probable') AND NOT s.broad
      AND c.cluster_id IN (SELECT unnest(?))
    QUALIFY 2 * COUNT(*) OVER (PARTITION BY m.cluster_id, value) >= s.holders
    ORDER BY m.cluster_id, value, m.account
"""

#: By entity and cluster id: the accounts anchored to it, then those first reached by one hop, by two ...
_Reached = dict[tuple[str, str], list[frozenset[int]]]


@dataclass(frozen=True)
class _Row:
    """One anchor as given, the accounts that hold its value, and those of them in each cluster."""

    signal: str
    value: str
    entity: str
    source: str | None
    grade: str | None
    holders: frozenset[int]
    inside: dict[str, frozenset[int]]

    @property
    def carries(self) -> bool:
        """Whether most of the value's holders are members of one cluster."""
        largest = max((len(members) for members in self.inside.values()), default=0)
        return largest > 0 and largest >= _MIN_INSIDE * len(self.holders)

    @property
    def members(self) -> int:
        """Core and probable accounts among the holders."""
        return sum(len(members) for members in self.inside.values())


def with_anchors(connection: DuckDBPyConnection, findings: Findings) -> Findings:
    """Return the findings with what the anchors of the case say of the log and of each cluster."""
    rows = _rows(connection, findings.clusters)
    if not rows:
        return findings
    labels = {cluster.cluster_id: cluster.label for cluster in findings.clusters}
    reached = _reached(connection, rows)
    pseudonyms = Pseudonyms(connection)
    clusters = [
        cluster.model_copy(update={"anchored": _anchored(cluster.cluster_id, rows, reached)})
        for cluster in findings.clusters
    ]
    return findings.model_copy(
        update={
            "clusters": clusters,
            "anchors": [_anchor(row, labels, pseudonyms) for row in rows],
            "entities": _entities(rows, reached, labels),
        }
    )


def _rows(connection: DuckDBPyConnection, clusters: list[Cluster]) -> list[_Row]:
    given = connection.execute(
        "SELECT DISTINCT entity, signal, value, source, grade FROM anchors ORDER BY ALL"
    ).fetchall()
    if not given:
        return []
    holders = holders_of(connection, sorted({(signal, value) for _, signal, value, _, _ in given}))
    cluster_of = dict(
        connection.execute(
            "SELECT account, cluster_id FROM membership "
            "WHERE tier IN ('core', 'probable') AND cluster_id IN (SELECT unnest(?))",
            [[cluster.cluster_id for cluster in clusters]],
        ).fetchall()
    )
    return [
        _Row(signal, value, entity, source, grade, held, _by_cluster(held, cluster_of))
        for entity, signal, value, source, grade in given
        for held in [holders[signal, value]]
    ]


def _by_cluster(held: frozenset[int], cluster_of: dict[int, str]) -> dict[str, frozenset[int]]:
    inside: dict[str, set[int]] = {}
    for account in held & cluster_of.keys():
        inside.setdefault(cluster_of[account], set()).add(account)
    return {cluster_id: frozenset(accounts) for cluster_id, accounts in sorted(inside.items())}


def _reached(connection: DuckDBPyConnection, rows: Sequence[_Row]) -> _Reached:
    starts: dict[tuple[str, str], set[int]] = {}
    for row in rows:
        if row.carries:
            for cluster_id, members in row.inside.items():
                starts.setdefault((row.entity, cluster_id), set()).update(members)
    held = frame(connection, _HELD, [sorted({cluster_id for _, cluster_id in starts})])
    found: _Reached = {}
    for (entity, cluster_id), accounts in sorted(starts.items()):
        found[entity, cluster_id] = _hops(held.filter(cluster_id=cluster_id), frozenset(accounts))
    return found


def _hops(held: pl.DataFrame, start: frozenset[int]) -> list[frozenset[int]]:
    """Return where a walk begins, then the accounts first reached by one hop, by two, up to the most."""
    account, value = held["account"].to_numpy(), held["value"].to_numpy()
    reached = np.array(sorted(start), dtype=np.int64)
    found = [start]
    for _ in range(MOST_HOPS):
        values = np.unique(value[np.isin(account, reached)])
        there = np.unique(account[np.isin(value, values)])
        new = np.setdiff1d(there, reached)
        found.append(frozenset(new.tolist()))
        reached = np.union1d(reached, new)
    return found


def _anchored(cluster_id: str, rows: Sequence[_Row], reached: _Reached) -> list[AnchoredEntity]:
    """Return the entities that accounts of one cluster are anchored to, in the order of their names."""
    own = {entity: hops for (entity, where), hops in reached.items() if where == cluster_id}
    found = []
    for entity, (start, *hops) in own.items():
        others = {other: steps[0] for other, steps in own.items() if other != entity}
        behind = [row for row in rows if row.entity == entity and row.carries and cluster_id in row.inside]
        disputed = start.intersection(frozenset().union(*others.values()))
        found.append(
            AnchoredEntity(
                entity=entity,
                accounts=len(start),
                linked=[len(accounts) for accounts in hops],
                sources=sorted({row.source for row in behind if row.source}),
                grades=sorted({row.grade for row in behind if row.grade}),
                conflicting=list(others),
                disputed=len(disputed),
                statement=_reach(entity, behind, len(start), sum(map(len, hops)))
                + _conflict(list(others), len(disputed)),
            )
        )
    return found


def _reach(entity: str, behind: Sequence[_Row], accounts: int, linked: int) -> str:
    known = "; ".join(
        dict.fromkeys(
            f"{signal_name(row.signal)}, source {row.source or 'not given'}, grade {row.grade or 'not given'}"
            for row in behind
        )
    )
    return (
        f"{counted(accounts, 'account')} anchored to {entity} ({known}), {linked:,} linked to them within "
        f"{counted(MOST_HOPS, 'hop')}."
    )


def _conflict(others: Sequence[str], disputed: int) -> str:
    if not others:
        return ""
    both = f", {counted(disputed, 'account')} to both" if disputed else ""
    return (
        f" Accounts of this cluster are also anchored to {joined(others)}{both}: the anchors disagree, or "
        "the cluster serves several."
    )


def _anchor(row: _Row, labels: Mapping[str, str], pseudonyms: Pseudonyms) -> Anchor:
    clusters = [label for cluster_id, label in labels.items() if cluster_id in row.inside]
    return Anchor(
        signal=row.signal,
        pseudonym=pseudonyms.of(*pseudonymised(row.signal, row.value)),
        entity=row.entity,
        source=row.source,
        grade=row.grade,
        holders=len(row.holders),
        members=row.members,
        clusters=clusters,
        carries=row.carries,
        statement=_holding(row, clusters),
    )


def _holding(row: _Row, clusters: Sequence[str]) -> str:
    if not row.holders:
        return "No account of this log holds it."
    held = f"Held by {counted(len(row.holders), 'account')} of this log"
    if not clusters:
        return f"{held}, in no reported cluster."
    members = "all" if row.members == len(row.holders) else f"{row.members:,} of them"
    inside = f"{held}, {members} in {joined(clusters)}"
    if row.carries:
        return f"{inside}."
    return f"{inside}: mostly others hold it, so nothing is linked to {row.entity} through it."


def _entities(rows: Sequence[_Row], reached: _Reached, labels: Mapping[str, str]) -> list[Entity]:
    found = []
    for entity in sorted({row.entity for row in rows}):
        own = [row for row in rows if row.entity == entity]
        hops = {where: steps for (name, where), steps in reached.items() if name == entity}
        accounts = sum(len(steps[0]) for steps in hops.values())
        linked = sum(len(step) for steps in hops.values() for step in steps[1:])
        clusters = [label for cluster_id, label in labels.items() if cluster_id in hops]
        others = sorted({name for name, where in reached if where in hops and name != entity})
        held = sum(1 for row in own if row.holders)
        found.append(
            Entity(
                entity=entity,
                anchors=len(own),
                anchors_found=held,
                accounts=accounts,
                linked=linked,
                clusters=clusters,
                conflicting=others,
                statement=_over_the_log(entity, (held, len(own)), (accounts, linked), clusters, others),
            )
        )
    return found


def _over_the_log(
    entity: str,
    anchors: tuple[int, int],
    accounts: tuple[int, int],
    clusters: Sequence[str],
    others: Sequence[str],
) -> str:
    held = f"Anchors to {entity} that are held in this log: {anchors[0]} of {anchors[1]}."
    if not clusters:
        return f"{held} No cluster is anchored to it."
    disputed = f" Accounts there are also anchored to {joined(others)}." if others else ""
    return (
        f"{held} {counted(accounts[0], 'account')} of {joined(clusters)} anchored to it, {accounts[1]:,} "
        f"linked to them within {counted(MOST_HOPS, 'hop')}.{disputed}"
    )
