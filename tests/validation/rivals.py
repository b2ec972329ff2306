"""What others would do with the same log: four usual ways to group accounts, scored like the tool.

Every group of at least as many accounts as the tool reports counts as a found campaign.
"""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
from datasketch import MinHash, MinHashLSH
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from distillscan.findings.settings import Settings
from distillscan.synthetic.evaluation import read_table
from distillscan.synthetic.score import score

from .detector import score_figures
from .job import Figures, Job, Measurement, invented
from .splink_rival import splink_groups

MOST_PROMPTS = 20_000
"""Distinct prompts that the LSH index takes; of more, evenly many of them in alphabetical order."""

LSH_THRESHOLD = 0.5


def measure_rival(job: Job) -> Figures:
    """Return the scores of one rival on a log with the seconds it took, or the error it failed with.

    Of several groupings the one that agrees best with the truth counts, which flatters it.
    """
    with invented(job.log) as directory:
        requests = pl.read_parquet(directory / "requests").sort("request_id")
        accounts = pl.read_csv(directory / "accounts.csv", infer_schema_length=None)
        start = time.perf_counter()
        try:
            groupings = RIVALS[job.measurement](requests, accounts)
        except Exception as error:
            if job.measurement != "Splink":
                raise
            # a package of others that does not work here is a result, not a failure of the validation
            return {"error": f"{type(error).__name__}: {error}"}
        seconds = time.perf_counter() - start
        rated = [_rated(groups, requests, directory) for groups in groupings]
        return max(rated, key=lambda figures: figures["pairs_f1"]) | {"seconds": seconds}


def components(requests: pl.DataFrame, accounts: pl.DataFrame) -> list[pl.DataFrame]:
    """Return the connected components of accounts that share a card or an address."""
    held = [
        accounts.select("account_id", value=pl.lit("card ") + pl.col("payment_fingerprint")),
        accounts.select("account_id", value=pl.lit("address ") + pl.col("signup_ip")),
        requests.select("account_id", value=pl.lit("address ") + pl.col("client_ip")),
    ]
    return [connected(pl.concat(held))]


def exact_prompts(requests: pl.DataFrame, _accounts: pl.DataFrame) -> list[pl.DataFrame]:
    """Return the connected components of accounts that sent the same prompt, letter by letter."""
    return [connected(requests.select("account_id", value="prompt"))]


def similar_prompts(requests: pl.DataFrame, _accounts: pl.DataFrame) -> list[pl.DataFrame]:
    """Return the connected components of accounts whose prompts are similar by datasketch's MinHash LSH."""
    prompts = requests["prompt"].drop_nulls().unique().sort()
    if len(prompts) > MOST_PROMPTS:
        prompts = prompts.gather(np.linspace(0, len(prompts) - 1, MOST_PROMPTS).astype(np.int64))
    sketches = MinHash.bulk([_shingles(prompt) for prompt in prompts], num_perm=128)
    index = MinHashLSH(threshold=LSH_THRESHOLD, num_perm=128)
    for number, sketch in enumerate(sketches):
        index.insert(number, sketch)
    near = [sorted(index.query(sketch)) for sketch in sketches]
    pairs = pl.DataFrame({"prompt": prompts, "value": near}).explode("value")
    alike = connected(pairs, "prompt").rename({"cluster_id": "value"})
    return [connected(requests.join(alike, on="prompt").select("account_id", "value"))]


def connected(held: pl.DataFrame, key: str = "account_id") -> pl.DataFrame:
    """Return ``key`` and cluster_id: the component of each holder of a value, held directly or by chains."""
    pairs = held.drop_nulls().unique()
    holders = pairs[key].unique().sort()
    row = (pairs[key].rank("dense") - 1).to_numpy().astype(np.int64)
    column = (pairs["value"].rank("dense") - 1).to_numpy().astype(np.int64) + len(holders)
    size = len(holders) + pairs["value"].n_unique()
    graph = coo_array((np.ones(len(row), dtype=np.int8), (row, column)), shape=(size, size))
    _, label = connected_components(graph, directed=False)
    return pl.DataFrame({key: holders, "cluster_id": label[: len(holders)]})


def _shingles(prompt: str) -> list[bytes]:
    words = prompt.lower().split()
    return [" ".join(words[at : at + 3]).encode() for at in range(max(len(words) - 2, 1))]


def _rated(groups: pl.DataFrame, requests: pl.DataFrame, directory: Path) -> Figures:
    large = groups.filter(pl.len().over("cluster_id") >= Settings().min_accounts)
    sent = requests.group_by("account_id").agg(requests=pl.len())
    found = large.join(sent, on="account_id", how="left").with_columns(
        pl.col("cluster_id").cast(pl.String),
        tier=pl.lit("core"),
        verdict=pl.lit("campaign"),
        matching_requests="requests",
    )
    truth = read_table(directory / "truth.csv", ("account_id", "campaign"))
    known = truth.with_columns(pl.col("account_id", "campaign").cast(pl.String))
    return score_figures(score(found, known))


RIVALS: dict[Measurement, Callable[[pl.DataFrame, pl.DataFrame], list[pl.DataFrame]]] = {
    "components": components,
    "exact prompts": exact_prompts,
    "LSH": similar_prompts,
    "Splink": splink_groups,
}
