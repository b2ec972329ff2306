"""What a cluster has in common with those of earlier cases."""

from __future__ import annotations

from datetime import datetime

from distillscan.findings.document.base import Model, Verdict


class EarlierCluster(Model):
    """A cluster of an earlier case with accounts or values of this one.

    ``bundle`` begins the SHA-256 of the sums of its evidence bundle. ``shared_accounts`` are core or probable
    in both; ``shared_values`` are among the most shared values, which both documents list.
    """

    bundle: str
    label: str
    cluster_id: str
    verdict: Verdict
    first_seen: datetime
    last_seen: datetime
    accounts: int
    shared_accounts: int
    shared_values: int
    statement: str
