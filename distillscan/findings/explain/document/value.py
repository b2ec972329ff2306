"""Who holds a value, and what it goes together with."""

from datetime import datetime
from typing import Literal

from distillscan.findings.document.counts import Tier
from distillscan.findings.document.model import Model
from distillscan.findings.explain.document.common import VERSION, ClusterName, Source


class ClusterHolders(Model):
    """How many accounts of a cluster hold a value; `marks` means it is one of the cluster's own."""

    cluster: ClusterName
    marks: bool
    core: int
    probable: int
    lead: int
    core_share: float


class Associated(Model):
    """A value of another family that belongs together with the one explained, and the test that said so."""

    family: str
    signal: str
    pseudonym: str
    holders: int
    overlap: int
    expected: float
    lift: float
    p: float
    q: float
    test: Literal["single", "pooled"]


class Holder(Model):
    """An account that holds the value, where it stands, and the rows that show it."""

    account: str
    cluster: ClusterName | None
    tier: Tier | None
    times: int
    first_seen: datetime | None
    last_seen: datetime | None
    rows: int
    sources: list[Source]


class ValueExplanation(Model):
    """Who holds a value, how common it is, and what it goes together with."""

    kind: Literal["value"] = "value"
    version: str = VERSION
    family: str
    signal: str
    pseudonym: str
    broad: bool
    binding: bool
    accounts: int
    holders: int
    share: float
    rarity: float
    times: int
    first_seen: datetime | None
    last_seen: datetime | None
    clusters: list[ClusterHolders]
    outside: int
    bundle_of: int
    in_bundles: list[str]
    associations: int
    associated: list[Associated]
    first_holders: list[Holder]
    sentence: str
