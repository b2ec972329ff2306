"""The accounts that one account has most in common with, found from its own values alone."""

from __future__ import annotations

from distillscan.case.frame import frame
from distillscan.findings.explain.document import NearAccount
from distillscan.findings.explain.question import Question

#: Accounts that are listed.
_LISTED = 5

# within a family only the rarest common value counts, as between the two accounts of a pair
_NEAREST = """
    WITH common AS (
        SELECT o.account, family, COUNT(*) AS n, MIN(holders) AS fewest
        FROM incidence i
        JOIN shared_value USING (value)
        JOIN incidence o ON o.value = i.value AND o.account <> i.account
        WHERE i.account = $account
        GROUP BY o.account, family
    ),
    near AS (
        SELECT account, list(family ORDER BY family) AS families, list(fewest ORDER BY family) AS fewest,
               SUM(n)::INTEGER AS n, ROUND(SUM(log2($accounts / fewest)), 6) AS bits
        FROM common GROUP BY account
        ORDER BY bits DESC, account LIMIT $listed
    )
    SELECT account_id, near.families, fewest, n, cluster_id, tier
    FROM near JOIN account USING (account) LEFT JOIN membership USING (account)
    ORDER BY bits DESC, account
"""


def nearest(question: Question, account: int) -> list[NearAccount]:
    """Return the accounts that agree with one in the most bits, the strongest first."""
    asked = {"account": account, "accounts": question.accounts, "listed": _LISTED}
    return [
        NearAccount(
            account=question.name(row["account_id"]),
            cluster=question.clusters[row["cluster_id"]] if row["cluster_id"] else None,
            tier=row["tier"],
            families=row["families"],
            common=row["n"],
            bits=round(sum(question.rarity(holders) for holders in row["fewest"]), 3),
        )
        for row in frame(question.connection, _NEAREST, asked).iter_rows(named=True)
    ]
