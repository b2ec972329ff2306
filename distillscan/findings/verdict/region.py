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
from distillscan.findings.verdict.core import Core
from distillscan.findings.verdict.statements import Answer, tested
from distillscan.findings.wording import joined
from distillscan.signals import content
from distillscan.signals.registry import BINDS

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
_GROUPS = f"""
    WITH own AS (
        SELECT value, family, NOT broad OR {BINDS} AS telling
        FROM cluster_value JOIN shared_value USING (value)
        WHERE cluster_id = $cluster_id
    ),
    compared AS (
        SELECT value, family FROM own
        WHERE telling
              OR family = '{content.FAMILY}' AND family NOT IN (SELECT family FROM own WHERE telling)
    ),
    touched AS (
        SELECT account, list_sort(list(DISTINCT family)) AS families
        FROM compared JOIN incidence USING (value)
        GROUP BY account
    )
    SELECT country, cluster_id IS NOT NULL AS core, COALESCE(families, []) AS families, COUNT(*) AS accounts
    FROM account_country
    LEFT JOIN (SELECT cluster_id, account FROM core_account) USING (account)
    LEFT JOIN touched USING (account)
    WHERE cluster_id IS NULL OR cluster_id = $cluster_id
    GROUP BY ALL
"""


def lay_out(connection: DuckDBPyConnection) -> None:
    """Create the temporary table of each account's country."""
    connection.execute(_ACCOUNT_COUNTRY)


def one_country(connection: DuckDBPyConnection, core: Core) -> Answer:
    """Test the explanation for every pair of the families that carry the core."""
    if len(core.families) < 2:
        return tested("Fewer than two families carry the cluster.", explains=None)
    comparable = _comparable(frame(connection, _GROUPS, {"cluster_id": core.cluster_id}))
    if comparable.filter(pl.col("core"))["accounts"].sum() < _MIN_COVERED * core.accounts:
        said = "Too few other accounts with a known country to compare the core with."
        return tested(said, explains=None)
    pairs = combinations(core.families, 2)
    unexplained = [f"{a} with {b}" for a, b in pairs if _beyond_country(comparable, a, b)]
    if unexplained:
        statement = f"Within single countries accounts agree far beyond chance: {joined(unexplained)}."
        return tested(statement, explains=False)
    return tested("Within single countries its families agree no more than chance explains.", explains=True)


def _comparable(groups: pl.DataFrame) -> pl.DataFrame:
    """Return the groups of accounts of countries in which the core is a small part.

    A group has columns country, core (whether it is of the core), families and accounts (how many).
    """
    core = pl.col("accounts").filter(pl.col("core")).sum()
    counted = groups.group_by("country").agg(core=core, others=pl.col("accounts").sum() - core)
    enough = counted.filter((pl.col("core") > 0) & (pl.col("others") >= _MIN_OTHERS * pl.col("core")))
    return groups.join(enough.select("country"), on="country", how="semi")


def _beyond_country(groups: pl.DataFrame, a: str, b: str) -> bool:
    holds_a, holds_b = (pl.col("families").list.contains(family) for family in (a, b))
    accounts = pl.col("accounts")
    by_country = groups.group_by("country", maintain_order=True).agg(
        n=accounts.sum(),
        a=accounts.filter(holds_a).sum(),
        b=accounts.filter(holds_b).sum(),
        both=accounts.filter(holds_a & holds_b).sum(),
    )
    expected = float((by_country["a"] * by_country["b"] / by_country["n"]).sum())
    both = int(by_country["both"].sum())
    return both >= _MIN_LIFT * expected and poisson_tail(both, expected) <= _MAX_P
