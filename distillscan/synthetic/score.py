"""How well a result agrees with a known truth.

Unless asked otherwise, only clusters with verdict ``campaign`` count as found, with their accounts of tier
core and probable. Pairwise measures count pairs of accounts that stand in one cluster; B-cubed (Bagga and
Baldwin 1998) looks from every account at the company it is in. An account outside of all clusters, or of all
campaigns, is alone.
"""

from collections.abc import Collection
from dataclasses import dataclass

import polars as pl

from distillscan.errors import UnfitDataError


@dataclass(frozen=True)
class Measure:
    """Precision and recall, each between 0 and 1; 1 where nothing was found or nothing was there to find."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall, 0 when both are."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


@dataclass(frozen=True)
class Score:
    """Agreement of the found campaigns with the true ones.

    ``false_campaigns`` counts found clusters of which less than half belongs to one true campaign. Count
    errors are relative and signed, (found - true) / true; None where the truth has no count, or it is zero.
    """

    accounts: Measure
    pairs: Measure
    b_cubed: Measure
    campaigns: int
    false_campaigns: int
    account_count_error: float | None
    member_request_error: float | None
    matching_request_error: float | None


def score(
    members: pl.DataFrame,
    truth: pl.DataFrame,
    *,
    verdicts: Collection[str] = ("campaign",),
    tiers: Collection[str] = ("core", "probable"),
    campaign_requests: int | None = None,
) -> Score:
    """Return how well ``members`` agrees with ``truth``.

    ``members`` has the columns of ``export members``. ``truth`` has account_id and campaign (NULL or empty
    for the innocent, who may be left out), and optionally requests and campaign_requests for each account;
    a total given as ``campaign_requests`` goes before those. Clusters of ``verdicts`` count as found, with
    their accounts of ``tiers``.

    Raises UnfitDataError when an account stands in several found clusters or several true campaigns.
    """
    found = members.filter(pl.col("verdict").is_in(verdicts) & pl.col("tier").is_in(tiers))
    guilty = truth.filter(pl.col("campaign").fill_null("") != "")
    for table, name in ((found, "members"), (guilty, "truth")):
        if table["account_id"].is_duplicated().any():
            raise UnfitDataError(
                f"the {name} table names an account in more than one group; keep one row for each"
            )
    cells = _cells(found, guilty)
    both = cells.drop_nulls()["n"]
    hits = int(both.sum())
    clusters = cells.drop_nulls("cluster_id").group_by("cluster_id").agg(pl.col("n").sum())["n"]
    campaigns = cells.drop_nulls("campaign").group_by("campaign").agg(pl.col("n").sum())["n"]
    return Score(
        accounts=Measure(_share(hits, len(found)), _share(hits, len(guilty))),
        pairs=Measure(_share(_pairs(both), _pairs(clusters)), _share(_pairs(both), _pairs(campaigns))),
        b_cubed=Measure(_b_cubed(cells, "cluster_id", "campaign"), _b_cubed(cells, "campaign", "cluster_id")),
        campaigns=len(clusters),
        false_campaigns=_false_campaigns(cells),
        account_count_error=_error(len(found), len(guilty)),
        member_request_error=_count_error(found, "requests", guilty, "requests"),
        matching_request_error=_count_error(found, "matching_requests", guilty, "campaign_requests")
        if campaign_requests is None
        else _error(int(found["matching_requests"].cast(pl.Int64).sum()), campaign_requests),
    )


def _cells(found: pl.DataFrame, guilty: pl.DataFrame) -> pl.DataFrame:
    """Return how many accounts (n) each pair of cluster_id and campaign has in common; NULL is neither."""
    joined = found.select("account_id", pl.col("cluster_id").cast(pl.String)).join(
        guilty.select("account_id", pl.col("campaign").cast(pl.String)),
        on="account_id",
        how="full",
        coalesce=True,
    )
    return joined.group_by("cluster_id", "campaign").agg(n=pl.len().cast(pl.Int64))


def _pairs(sizes: pl.Series) -> int:
    return int((sizes * (sizes - 1) // 2).sum())


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 1.0


def _b_cubed(cells: pl.DataFrame, own: str, other: str) -> float:
    """Return the mean, over accounts in a group of ``own``, of the share of it that ``other`` groups too."""
    grouped = cells.drop_nulls(own).with_columns(size=pl.col("n").sum().over(own))
    # without a group on the other side, each account agrees with itself only
    agreeing = pl.when(pl.col(other).is_null()).then(1).otherwise("n")
    total = grouped.select((pl.col("n") * agreeing / pl.col("size")).sum()).item()
    return _share(float(total or 0), int(grouped["n"].sum()))


def _false_campaigns(cells: pl.DataFrame) -> int:
    largest = pl.col("n").filter(pl.col("campaign").is_not_null()).max().fill_null(0)
    clusters = (
        cells.drop_nulls("cluster_id").group_by("cluster_id").agg(largest=largest, size=pl.col("n").sum())
    )
    return clusters.filter(2 * pl.col("largest") < pl.col("size")).height


def _error(found: float, true: float) -> float | None:
    return (found - true) / true if true else None


def _count_error(found: pl.DataFrame, column: str, guilty: pl.DataFrame, true_column: str) -> float | None:
    if true_column not in guilty.columns:
        return None
    # an empty table that was read from text has no numbers to tell its type
    counted, known = found[column].cast(pl.Int64).sum(), guilty[true_column].cast(pl.Int64).sum()
    return _error(int(counted), int(known))
