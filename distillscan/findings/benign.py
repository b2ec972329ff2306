"""The innocent explanations, each tested on each cluster and printed with its result."""

from __future__ import annotations

from duckdb import DuckDBPyConnection

from distillscan.case.frame import number, one
from distillscan.findings.document import BenignExplanation, DeclaredIdentity, Finding
from distillscan.findings.region import region_explanation
from distillscan.findings.ties import Ties
from distillscan.findings.wording import counted, declares, joined, percent

#: Access points that may explain a cluster, and the share of the core that they must reach.
_POINTS, _MOST = 3, 0.8
#: Shared addresses per account from which on accounts rotate through them.
_ROTATING = 1.5
#: Share of the holders of its texts that are core, above which the texts are the cluster's own and not
#: public.
_EXCLUSIVE = 0.8


_REACHED = """
    WITH held AS (
        SELECT value, account FROM core_held WHERE cluster_id = $cluster_id AND signal = $signal
    ),
    point AS (SELECT value FROM held GROUP BY value ORDER BY COUNT(*) DESC, value LIMIT $points)
    SELECT COUNT(DISTINCT account) FROM held SEMI JOIN point USING (value)
"""
_EXCLUSIVENESS = """
    SELECT SUM(core_holders) / SUM(holders)
    FROM (SELECT holders, COUNT(*) AS core_holders FROM core_held
          WHERE cluster_id = ? AND family = 'CONTENT' AND NOT broad
          GROUP BY value, holders)
"""


def benign_explanations(
    connection: DuckDBPyConnection,
    cluster_id: str,
    core: int,
    families: list[str],
    ties: Ties,
    identity: DeclaredIdentity | None,
    extraction: Finding,
) -> list[BenignExplanation]:
    """Return every explanation tested, in a fixed order; ``families`` are those that carry the cluster."""
    return [
        _organisation(identity),
        _access_point(connection, cluster_id, core, ties),
        _public_cause(families, ties, _exclusiveness(connection, cluster_id), extraction),
        region_explanation(connection, cluster_id, core, families),
    ]


def _result(name: str, explains: bool, statement: str) -> BenignExplanation:
    return BenignExplanation(
        name=name, result="explains" if explains else "does not explain", statement=statement
    )


def _organisation(identity: DeclaredIdentity | None) -> BenignExplanation:
    name = "one organisation, openly"
    if identity is None:
        return _result(
            name, False, "No organisation id and no domain of their own is common to nine tenths of the core."
        )
    return _result(name, True, f"{declares(identity, percent(identity.share))}.")


def _access_point(
    connection: DuckDBPyConnection, cluster_id: str, core: int, ties: Ties
) -> BenignExplanation:
    """Test for a campus, an office or a carrier's gateway: few points, each account behind its own.

    Accounts that rotate hold several addresses of a pool; people behind a gateway hold the one.
    """
    name = "one access network (campus, office, carrier gateway)"
    if "NETWORK" not in ties.families:
        return _result(name, False, "No shared address ties the core.")
    signal = "ip" if "ip" in ties.signals else "ip_block"
    reached = number(connection, _REACHED, {"cluster_id": cluster_id, "signal": signal, "points": _POINTS})
    held = ties.held[signal]
    statement = (
        f"The {_POINTS} most shared addresses reach {reached:,} of {counted(core, 'core account')}, "
        f"which hold {held:.1f} shared ones each"
    )
    others = [family for family in ties.families if family != "NETWORK"]
    if others:
        verb = "binds" if len(others) == 1 else "bind"
        return _result(name, False, f"{statement}, and {joined(others)} {verb} them beside the network.")
    explains = reached >= _MOST * core and held <= _ROTATING
    return _result(name, explains, f"{statement}, and nothing else binds them.")


def _public_cause(
    families: list[str], ties: Ties, exclusive: float, extraction: Finding
) -> BenignExplanation:
    """Test for a popular product, a benchmark, a launch or an assignment: texts and hours, nothing binding.

    On the day a product is launched nearly all its users may be new; what they are not is a harvest.
    """
    name = "a public cause (popular product, benchmark, launch, assignment)"
    if ties.families:
        return _result(
            name,
            False,
            f"A public cause gives strangers the same texts and hours, not {joined(ties.families)}.",
        )
    carry = "carry" if len(families) > 1 else "carries"
    statement = (
        f"Only {joined(families)} {carry} the core, {percent(exclusive)} of those who hold its texts are in "
        f"it, and extraction is {extraction.grade}."
    )
    timed = "NETWORK" not in families and extraction.grade != "high"
    return _result(name, exclusive < _EXCLUSIVE or timed, statement)


def _exclusiveness(connection: DuckDBPyConnection, cluster_id: str) -> float:
    """Return the share of the holders of the cluster's own texts that are core, 1 where it has none."""
    row = one(connection, _EXCLUSIVENESS, [cluster_id])
    return float(row[0]) if row and row[0] is not None else 1.0
