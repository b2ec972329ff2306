"""What ties a cluster: its families and its characteristic values, under their pseudonyms."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from duckdb import DuckDBPyConnection

from distillscan.case.frame import number
from distillscan.clusters.scores import MIN_TOGETHER
from distillscan.findings.document.shared import CharacteristicValue, FamilyEvidence
from distillscan.findings.pseudonyms import Pseudonyms
from distillscan.findings.shared.ties import MIN_COVERAGE

#: Characteristic values listed per family in the document; the case file holds them all.
_LISTED = 10
#: The query of the values that mark each cluster, those that its bundles are made of among them.
CARRIED_VALUES = """
    SELECT cluster_id, value FROM cluster_value
    UNION
    SELECT cluster_id, b.value FROM cluster_value c JOIN bundle_value b ON b.bundle = c.value
"""


@contextmanager
def core_held_as_table(connection: DuckDBPyConnection) -> Iterator[None]:
    """Inside, ``core_held`` is a table in place of the view, which every query would compute again."""
    connection.execute("CREATE TEMP TABLE core_held AS SELECT * FROM core_held ORDER BY cluster_id")
    try:
        yield
    finally:
        connection.execute("DROP TABLE temp.core_held")


def family_evidence(connection: DuckDBPyConnection, cluster_id: str) -> list[FamilyEvidence]:
    """Return the families whose values join three core accounts or more, the widest first."""
    rows = connection.execute(
        f"""
        SELECT family, list_sort(list(DISTINCT signal)), COUNT(DISTINCT value), COUNT(DISTINCT account)
        FROM core_held WHERE cluster_id = $cluster_id AND together >= {MIN_TOGETHER}
        GROUP BY family
        ORDER BY 4 DESC, family
        """,
        {"cluster_id": cluster_id},
    ).fetchall()
    return [
        FamilyEvidence(family=family, signals=signals, values=values, core_accounts=accounts)
        for family, signals, values, accounts in rows
    ]


def has_workload(connection: DuckDBPyConnection, cluster_id: str, core: int) -> bool:
    """Whether texts or tools in common tie a considerable part of the core: a common client is no work."""
    tied = number(
        connection,
        f"""
        SELECT COUNT(DISTINCT account) FROM core_held
        WHERE cluster_id = ? AND signal IN ('template', 'insert', 'system', 'tools')
              AND together >= {MIN_TOGETHER}
        """,
        [cluster_id],
    )
    return tied >= MIN_COVERAGE * core


def characteristic_values(
    connection: DuckDBPyConnection, cluster_id: str, pseudonyms: Pseudonyms
) -> list[CharacteristicValue]:
    """Return the characteristic values of each family that the most core accounts hold."""
    rows = connection.execute(
        f"""
        SELECT family, signal, content, together AS core_holders, holders
        FROM (SELECT DISTINCT family, signal, content, value, together, holders FROM core_held
              WHERE cluster_id = $cluster_id)
        QUALIFY ROW_NUMBER() OVER (PARTITION BY family ORDER BY core_holders DESC, holders, signal, content)
                <= {_LISTED}
        ORDER BY family, core_holders DESC, holders, signal, content
        """,
        {"cluster_id": cluster_id},
    ).fetchall()
    return [
        CharacteristicValue(
            family=family,
            signal=signal,
            pseudonym=pseudonyms.of(signal, content),
            core_holders=core_holders,
            holders=holders,
        )
        for family, signal, content, core_holders, holders in rows
    ]
