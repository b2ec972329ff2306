"""When each reported cluster worked: rhythm, releases, events, bans, pools and the detection gap."""

from __future__ import annotations

import numpy as np
from duckdb import DuckDBPyConnection

from distillscan.arrays import Int32s
from distillscan.case.frame import frame
from distillscan.findings.document import Cluster, Findings
from distillscan.findings.document.when import Chronology, DetectionGap
from distillscan.findings.pseudonyms import Pseudonyms
from distillscan.findings.settings import Settings
from distillscan.findings.when import replay
from distillscan.findings.when.changes import event_changes
from distillscan.findings.when.detection import Wanted, search
from distillscan.findings.when.pools import pool_switches
from distillscan.findings.when.releases import release_moves
from distillscan.findings.when.rhythm import rhythm
from distillscan.findings.when.succession import successions
from distillscan.findings.when.timeline import lay_out


def with_chronology(
    connection: DuckDBPyConnection, findings: Findings, settings: Settings, declared: Int32s
) -> Findings:
    """Return the findings with the days and events of the log and the chronology of each cluster.

    ``declared`` is what `signals.declared` has of the accounts (n,).
    """
    timeline = lay_out(connection)
    gaps = detection_gaps(connection, findings.clusters, settings, declared)
    followed = successions(connection, Pseudonyms(connection))
    switched = pool_switches(connection)
    clusters = [
        cluster.model_copy(
            update={
                "chronology": Chronology(
                    rhythm=rhythm(timeline.hours, cluster.cluster_id),
                    releases=release_moves(timeline, cluster.cluster_id),
                    changes=event_changes(timeline, cluster.cluster_id),
                    succession=followed.get(cluster.cluster_id),
                    pool_switches=switched.get(cluster.cluster_id, []),
                    detection=gaps.get(cluster.cluster_id),
                )
            }
        )
        for cluster in findings.clusters
    ]
    return findings.model_copy(
        update={"clusters": clusters, "days": timeline.days, "events": timeline.events}
    )


def detection_gaps(
    connection: DuckDBPyConnection, clusters: list[Cluster], settings: Settings, declared: Int32s
) -> dict[str, DetectionGap]:
    """Return the detection gap of every campaign by its cluster id."""
    campaigns = [cluster for cluster in clusters if cluster.verdict == "campaign"]
    if not campaigns or settings.replays == 0:
        return {}
    history = replay.load_history(connection, declared)
    core = frame(connection, "SELECT cluster_id, account FROM core_account ORDER BY ALL")
    wanted = {}
    for cluster in campaigns:
        accounts = core.filter(cluster_id=cluster.cluster_id)["account"].to_numpy().astype(np.int64)
        wanted[cluster.cluster_id] = Wanted(accounts, history.account_day[accounts], cluster.timeline)
    return search(
        wanted,
        lambda day: replay.core_at(history, day, settings.levels, settings.seed),
        int(history.account_day.max()),
        min_accounts=settings.min_accounts,
        most=settings.replays,
    )
