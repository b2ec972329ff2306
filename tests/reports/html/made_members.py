"""Hand-made members with their evidence."""

from datetime import date

import polars as pl

from distillscan.findings.document import Findings
from distillscan.findings.explain.likelihood import FamilyLikelihood, Likelihood
from distillscan.findings.explain.member_evidence import MemberEvidence


def made_evidence(findings: Findings, members: int = 120, account: str = "account-{:012x}") -> MemberEvidence:
    """Members of the first cluster: the two least tied lack a family, the last are the firmest."""
    families = ["CONTENT", "NETWORK", "PAYMENT"]
    weights = {name: FamilyLikelihood(110, 20, 5.5, -2.25) for name in families}
    cluster = findings.clusters[0].cluster_id
    rows = pl.DataFrame(
        {
            "cluster_id": [cluster] * members,
            "account_id": [account.format(place) for place in range(members)],
            "tier": ["probable"] * 2 + ["core"] * (members - 2),
            "score": [4.75] * 2 + [12.5] * (members - 2),
            "requests": list(range(members)),
            "matching_requests": [place // 2 for place in range(members)],
            "first_day": [date(2026, 5, 4)] * members,
            "last_day": [date(2026, 6, 2)] * members,
            "0": [3] * members,
            "1": [40] * members,
            "2": [0] * 2 + [1] * (members - 2),
        }
    )
    likelihood = Likelihood(accounts=1402, core=118, prior=-4.0, families=weights)
    return MemberEvidence(families, {cluster: likelihood}, rows, revealed=False)
