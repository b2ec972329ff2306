"""What the analyst's anchors say, and how far that reaches. Similarity alone names nobody."""

from distillscan.findings.document.model import Model


class Anchor(Model):
    """One value that the analyst knows to be an entity's, and who holds it in this log.

    ``members`` of the ``holders`` are core or probable accounts of the clusters named. An anchor does not
    ``carry`` when most of its holders stand in no cluster together: they are shown, and nothing is linked to
    the entity through them.
    """

    signal: str
    pseudonym: str
    entity: str
    source: str | None
    grade: str | None
    holders: int
    members: int
    clusters: list[str]
    carries: bool
    statement: str


class AnchoredEntity(Model):
    """An entity that accounts of one cluster are anchored to.

    ``accounts`` (core and probable) hold a value anchored to the entity themselves. ``linked`` counts further
    accounts of the cluster by hops, from one hop on; a hop is a characteristic value in common.
    ``conflicting`` names other entities to which accounts of the same cluster are anchored, and ``disputed``
    counts accounts that are anchored to one of those themselves.
    """

    entity: str
    accounts: int
    linked: list[int]
    sources: list[str]
    grades: list[str]
    conflicting: list[str]
    disputed: int
    statement: str


class Entity(Model):
    """An entity over the whole log: its anchors that were found in it, and the clusters they reach."""

    entity: str
    anchors: int
    anchors_found: int
    accounts: int
    linked: int
    clusters: list[str]
    conflicting: list[str]
    statement: str
