"""Whether a common country explains a cluster: people of one country share a language, carriers and hours.

Within each country the two families of a pair are compared again: of N accounts there, a hold values of the
cluster in one family and b in the other; by chance a * b / N hold both (Cochran 1954, Mantel and Haenszel
1959: strata summed). What the country explains is no more common inside it than that.
"""

from __future__ import annotations

from itertools import combinations

import polars as pl
from duckdb import DuckDBPyConnection

from distillscan.association.tails import poisson_tail
from distillscan.case.frame import frame
from distillscan.findings.document import BenignExplanation
from distillscan.findings.shared.ties import binding_signals
from distillscan.findings.verdict.explanation import not_testable, tested
from distillscan.findings.wording import joined
from distillscan.signals import content

_NAME = "one country (its language, carriers and hours)"
_MIN_LIFT, _MAX_P = 2.0, 1e-3
#: A country can only be compared with if it has this many other accounts for each of the core's.
_MIN_OTHERS = 3
_MIN_COVERED = 0.5

_ACCOUNT_COUNTRY = """
    CREATE OR REPLACE TEMP TABLE account_country AS
    SELECT account, mode(country ORDER BY country) AS country
    FROM (SELECT account_id, country FROM accepted WHERE country IS NOT NULL
          UNION ALL SELECT account_id, signup_country FROM accounts WHERE signup_country IS NOT NULL)
    JOIN account USING (account_id)
    GROUP BY account
"""
# broad values are left out, unless they bind: a network operator is the country by another name, a mail
# domain is not. Nor is a client program, which counts where CONTENT has nothing else. The core of other
# clusters says nothing of the country's people
_TOUCHES = f"""
    WITH own AS (
        SELECT value, family, NOT broad OR signal IN (SELECT unnest($binding)) AS telling
        FROM cluster_value JOIN shared_value USING (value)
        WHERE cluster_id = $cluster_id
    ),
    compared AS (
        SELECT value, family FROM own
        WHERE telling
              OR family = '{content.FAMILY}' AND family NOT IN (SELECT family FROM own WHERE telling)
    )
    SELECT account, country,
           account IN (SELECT account FROM core_account WHERE cluster_id = $cluster_id) AS core,
           COALESCE(list_sort(list(DISTINCT family) FILTER (family IS NOT NULL)), []) AS families
    FROM account_country
    LEFT JOIN (SELECT account, family FROM compared JOIN incidence USING (value)) USING (account)
    WHERE account NOT IN (SELECT account FROM core_account WHERE cluster_id <> $cluster_id)
    GROUP BY account, country
"""


def lay_out(connection: DuckDBPyConnection) -> None:
    """Create the temporary table of each account's country."""
    connection.execute(_ACCOUNT_COUNTRY)


def region_explanation(
    connection: DuckDBPyConnection, cluster_id: str, core: int, families: list[str]
) -> BenignExplanation:
    """Test the explanation for every pair of the families that carry the cluster."""
    if len(families) < 2:
        return not_testable(_NAME, "Fewer than two families carry the cluster.")
    parameters = {"cluster_id": cluster_id, "binding": binding_signals(connection)}
    comparable = _comparable(frame(connection, _TOUCHES, parameters))
    if comparable.filter(pl.col("core")).height < _MIN_COVERED * core:
        return not_testable(_NAME, "Too few other accounts with a known country to compare the core with.")
    unexplained = [f"{a} with {b}" for a, b in combinations(families, 2) if _beyond_country(comparable, a, b)]
    if unexplained:
        statement = f"Within each country accounts agree far beyond chance: {joined(unexplained)}."
        return tested(_NAME, statement, explains=False)
    statement = "Within each country its families agree no more than chance makes them."
    return tested(_NAME, statement, explains=True)


def _comparable(accounts: pl.DataFrame) -> pl.DataFrame:
    """Return the accounts of countries in which the core is a small part."""
    counted = accounts.group_by("country").agg(core=pl.col("core").sum(), n=pl.len())
    enough = counted.filter(
        (pl.col("core") > 0) & (pl.col("n") - pl.col("core") >= _MIN_OTHERS * pl.col("core"))
    )
    return accounts.join(enough.select("country"), on="country", how="semi")


def _beyond_country(accounts: pl.DataFrame, a: str, b: str) -> bool:
    holds = accounts.select(
        "country", a=pl.col("families").list.contains(a), b=pl.col("families").list.contains(b)
    )
    by_country = holds.group_by("country").agg(
        n=pl.len(), a=pl.col("a").sum(), b=pl.col("b").sum(), both=(pl.col("a") & pl.col("b")).sum()
    )
    expected = float((by_country["a"] * by_country["b"] / by_country["n"]).sum())
    both = int(by_country["both"].sum())
    return both >= _MIN_LIFT * expected and poisson_tail(both, expected) <= _MAX_P
