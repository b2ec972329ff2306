"""A finished scan set against a truth: campaigns alone and everything reported, tier by tier."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from distillscan.errors import LogError
from distillscan.findings.document import Findings
from distillscan.synthetic.score import Measure, Score, score

REPORTED = ("campaign", "organisation", "infrastructure", "lead")


@dataclass(frozen=True)
class Rating:
    """The score of some clusters (``campaign`` or ``reported``), counted with some tiers."""

    clusters: str
    tiers: str
    score: Score


@dataclass(frozen=True)
class Match:
    """One reported cluster, and the true campaign that most of its core is of, with that part's share.

    ``recall`` is the share of that campaign's accounts that stand in the core; None for an innocent cluster.
    """

    label: str
    verdict: str
    core: int
    upper: int
    campaign: str | None
    share: float
    recall: float | None


@dataclass(frozen=True)
class Evaluation:
    """All ratings and matches, and the size of the truth."""

    accounts: int
    campaigns: int
    ratings: tuple[Rating, ...]
    matches: tuple[Match, ...]


def read_table(path: Path, columns: tuple[str, ...]) -> pl.DataFrame:
    """Return a table of truth from CSV, JSONL or Parquet.

    Raises LogError when it cannot be read, or lacks one of ``columns``.
    """
    if not path.exists():
        raise LogError(f"{path} does not exist")
    try:
        if path.suffix == ".parquet":
            table = pl.read_parquet(path)
        elif path.suffix in (".jsonl", ".ndjson"):
            table = pl.read_ndjson(path)
        else:
            table = pl.read_csv(path, infer_schema_length=None)
    except pl.exceptions.NoDataError:
        raise LogError(f"{path} is empty; a truth has at least the columns {', '.join(columns)}") from None
    except (pl.exceptions.PolarsError, UnicodeDecodeError) as error:
        raise LogError(f"{path} is no table of truth: {error}") from error
    missing = [name for name in columns if name not in table.columns]
    if missing:
        raise LogError(f"{path} has no column {missing[0]}; a truth has {', '.join(columns)}")
    return table


def evaluate(
    members: pl.DataFrame, findings: Findings, truth: pl.DataFrame, truth_requests: pl.DataFrame | None
) -> Evaluation:
    """Return how the members of a scan agree with the truth.

    ``truth_requests``, with a row for each request of a campaign, gives the number of matching requests.

    Raises UnfitDataError when an account stands in several clusters or several campaigns.
    """
    total = None if truth_requests is None else len(truth_requests)
    scopes = {"campaign": ("campaign",), "reported": REPORTED}
    tiers = {"core": ("core",), "core + probable": ("core", "probable")}
    ratings = tuple(
        Rating(
            clusters, tier, score(members, truth, verdicts=verdicts, tiers=counted, campaign_requests=total)
        )
        for clusters, verdicts in scopes.items()
        for tier, counted in tiers.items()
    )
    guilty = truth.filter(pl.col("campaign").cast(pl.String).fill_null("") != "")
    return Evaluation(
        accounts=len(guilty),
        campaigns=guilty["campaign"].n_unique(),
        ratings=ratings,
        matches=_matches(members, findings, guilty),
    )


def as_document(evaluation: Evaluation) -> dict[str, object]:
    """Return the evaluation as plain values for JSON."""
    return {
        "truth": {"accounts": evaluation.accounts, "campaigns": evaluation.campaigns},
        "scores": [
            {"clusters": rating.clusters, "tiers": rating.tiers, **_figures(rating.score)}
            for rating in evaluation.ratings
        ],
        "clusters": [vars(match) for match in evaluation.matches],
    }


def _figures(rated: Score) -> dict[str, object]:
    return {
        name: vars(value) | {"f1": value.f1} if isinstance(value, Measure) else value
        for name, value in vars(rated).items()
    }


def _matches(members: pl.DataFrame, findings: Findings, guilty: pl.DataFrame) -> tuple[Match, ...]:
    known = guilty.select(pl.col("account_id").cast(pl.String), pl.col("campaign").cast(pl.String))
    core = members.filter(pl.col("tier") == "core").join(known, on="account_id", how="left")
    counted = (
        core.group_by("cluster_id", "campaign")
        .agg(n=pl.len())
        .sort("n", "campaign", descending=[True, False])
    )
    sizes = dict(known.group_by("campaign").agg(pl.len()).iter_rows())
    matches = []
    for cluster in findings.clusters:
        inside = counted.filter(pl.col("cluster_id") == cluster.cluster_id)
        name, hits = inside.row(0)[1:] if len(inside) else (None, 0)
        matches.append(
            Match(
                label=cluster.label,
                verdict=cluster.verdict,
                core=cluster.accounts.core,
                upper=cluster.accounts.core + cluster.accounts.probable,
                campaign=name,
                share=hits / max(cluster.accounts.core, 1),
                recall=None if name is None else hits / sizes[name],
            )
        )
    return tuple(matches)
