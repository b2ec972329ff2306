"""The detection gap set against scans of the shortened log; prints the table of docs/when.md.

    python -m tests.validation.replays > replays.md

A replay is an approximation of a scan of the log as it was at the end of that day. Here that scan is made: on
the day found, on the day before, and on the days after until the verdict is campaign.
"""

import sys
import tempfile
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from distillscan.case.store import open_case
from distillscan.findings.document import Cluster
from distillscan.findings.scan import scan
from distillscan.findings.settings import Settings
from distillscan.reports.tables.members import members
from distillscan.synthetic.exports import prepare, write_log
from distillscan.synthetic.scenarios import SCENARIOS
from distillscan.synthetic.world import parts_of, size_of
from tests.small_cases import log_until, read_log

from .tables import per_cent

ACCOUNTS, REQUESTS, SEED = 2_000, 40_000, 1
NAMES = (
    *("baseline", "virtual_cards", "residential", "no_template", "insert", "low_and_slow", "drip"),
    *("disposable_mail", "ban_replacement", "pivot", "small30"),
)
#: Days after the one found on which the verdict is looked for.
PATIENCE = 7

HEADER = (
    "| scenario | found on day | core then | requests gone | scan of that day | scan of the day before | "
    "verdict campaign |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: |"
)


@dataclass(frozen=True)
class Seen:
    """What a scan of a shortened log holds of a cluster: core accounts of it, and the verdict on them."""

    accounts: int
    verdict: str


def shortened(log: Path, last: date | None, directory: Path) -> tuple[list[Cluster], pl.DataFrame]:
    """Return the clusters of the log up to a day, or of all of it, and their members."""
    if log_until(log, last, directory).is_empty():
        return [], pl.DataFrame({"account_id": [], "cluster_id": [], "tier": []})
    with open_case(directory / "case.duckdb", create=True) as case:
        read_log(case, directory)
        findings = scan(case, settings=Settings(permutations=0))
        return findings.clusters, members(case.connection, findings)


def seen(log: Path, last: date, core: set[str], directory: Path) -> Seen:
    """Return what a scan of the log up to a day holds of these accounts."""
    clusters, rows = shortened(log, last, directory)
    held = {
        cluster.cluster_id: core.intersection(
            rows.filter(cluster_id=cluster.cluster_id, tier="core")["account_id"]
        )
        for cluster in clusters
    }
    best = max(clusters, key=lambda cluster: len(held[cluster.cluster_id]), default=None)
    if best is None or not held[best.cluster_id]:
        return Seen(0, "none")
    return Seen(len(held[best.cluster_id]), best.verdict)


def row(name: str, directory: Path) -> str:
    """Return the table's row of a scenario."""
    log = directory / name
    prepare(log, force=False)
    write_log(
        parts_of(SCENARIOS[name], size_of(SCENARIOS[name], ACCOUNTS, REQUESTS, None), SEED), log, "parquet"
    )
    clusters, rows = shortened(log, None, log / "whole")
    campaign = next(cluster for cluster in clusters if cluster.verdict == "campaign")
    assert campaign.chronology
    gap = campaign.chronology.detection
    assert gap
    core = set(rows.filter(cluster_id=campaign.cluster_id, tier="core")["account_id"])
    after = [seen(log, gap.found_on + timedelta(n), core, log / f"after-{n}") for n in range(PATIENCE + 1)]
    before = seen(log, gap.not_found_on, core, log / "before")
    judged = next((n for n, one in enumerate(after) if one.verdict == "campaign"), None)
    return (
        f"| {name} | {gap.days} | {gap.core_accounts} | {per_cent(gap.share)} | {after[0].accounts} | "
        f"{before.accounts} | {f'day {gap.days + judged}' if judged is not None else 'later'} |"
    )


def main() -> int:
    """Print the table."""
    print(HEADER)
    with tempfile.TemporaryDirectory() as directory:
        for name in NAMES:
            print(row(name, Path(directory)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
