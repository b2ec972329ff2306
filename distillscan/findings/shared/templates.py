"""The templates of a cluster as people see them: few, disjoint, each with its first prompt.

One template leaves many fingerprint keys. The key that covers the most requests stands for a template; the
prompts that carry it are set aside, and the next is sought among the rest. Every prompt is counted once.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np
import polars as pl
from duckdb import DuckDBPyConnection
from numpy.typing import NDArray

from distillscan.arrays import Bools, Int32s, Int64s, UInt64s
from distillscan.case.frame import frame
from distillscan.clusters.core_texts import CoreTexts, Narrow
from distillscan.compiled import compiled, readonly
from distillscan.findings.document.shared import Template
from distillscan.ordered import in_groups
from distillscan.signals.texts import Texts, texts_by_key

#: Templates listed in the document.
_LISTED = 8
#: Different prompts of a cluster, those of smallest key, that are enough to choose its templates.
_SAMPLE = 20_000
_EPOCH = datetime(1970, 1, 1)


def used_templates(
    connection: DuckDBPyConnection, texts: Texts, core: CoreTexts, prompts: Bools
) -> dict[str, list[tuple[Template, int]]]:
    """Return the most used templates of each cluster, most requests of the core first.

    Each comes without exemplar, and with the text key of its first prompt.

    ``prompts`` (n,) are the texts to choose from: prompts of cores that are their cluster's own.
    Two passes over the shared texts, however many clusters there are.
    """
    own = frame(connection, "SELECT cluster_id, number FROM cluster_key ORDER BY ALL")
    chosen = _chosen(connection, texts, core, own, prompts)
    wanted = np.zeros(len(texts.keys.key), np.bool_)
    wanted[[number for ranked in chosen.values() for number in ranked]] = True
    carriers = _shared_texts(connection, lambda numbers, _: wanted[numbers])
    return {name: _used(texts, core, name, chosen.get(name, []), carriers) for name in core.cluster_ids}


def _chosen(
    connection: DuckDBPyConnection,
    texts: Texts,
    core: CoreTexts,
    own: pl.DataFrame,
    prompts: Bools,
) -> dict[str, list[int]]:
    """The keys that stand for the templates of each cluster, chosen on a sample of its prompts."""
    place = pl.DataFrame(
        {"cluster_id": core.cluster_ids, "cluster": range(len(core.cluster_ids))},
        schema={"cluster_id": pl.String, "cluster": pl.Int32},
    )
    own_keys = own.join(place, on="cluster_id").select("cluster", "number").sort("number", "cluster")
    per_key = np.bincount(own_keys["number"].to_numpy(), minlength=len(texts.keys.key))
    sampled = _sampled(texts, core, prompts, len(core.cluster_ids))
    ends, clusters = np.cumsum(per_key).astype(np.int32), readonly(own_keys["cluster"].to_numpy())
    pairs = _shared_texts(
        connection, lambda numbers, carriers: _of_own_cluster(numbers, carriers, sampled, ends, clusters)
    )
    pairs = pairs.with_columns(cluster=pl.Series(values=sampled[pairs["text"].to_numpy()], dtype=pl.Int32))
    return {
        core.cluster_ids[cluster]: _covering(of_cluster, texts)
        for (cluster,), of_cluster in pairs.partition_by("cluster", as_dict=True).items()
    }


def _sampled(texts: Texts, core: CoreTexts, candidates: Bools, clusters: int) -> Narrow:
    """The cluster (n,) of those candidates that have the smallest text keys of their cluster, else -1."""
    fresh, ends = in_groups(readonly(np.where(candidates & core.fresh, core.cluster, -1)), clusters)
    limit = np.full(clusters + 1, np.iinfo(np.uint64).max, np.uint64)
    for cluster, (first, last) in enumerate(pairwise(np.append(0, ends))):
        if last - first > _SAMPLE:
            limit[cluster] = np.partition(texts.text_key[fresh[first:last]], _SAMPLE)[_SAMPLE]
    found = core.narrow(core.cluster)
    _leave_out(found, candidates, texts.text_key, limit)
    return found


@compiled
def _leave_out(cluster: Narrow, candidates: Bools, key: UInt64s, limit: UInt64s) -> None:
    """Set the cluster (n,) of what is no candidate, or has a key above its cluster's limit, to -1."""
    for text in range(cluster.size):
        if not candidates[text] or key[text] > limit[cluster[text]]:
            cluster[text] = -1


def _shared_texts(
    connection: DuckDBPyConnection, kept: Callable[[Int32s, Int32s], NDArray[np.generic]]
) -> pl.DataFrame:
    """The rows of number and text of table ``shared_text`` that a function of both keeps."""
    parts = [pl.DataFrame(schema={"number": pl.Int32, "text": pl.Int32})]
    for numbers, texts in texts_by_key(connection):
        rows = kept(numbers, texts)
        parts.append(pl.DataFrame({"number": numbers[rows], "text": texts[rows]}))
    return pl.concat(parts)


@compiled
def _of_own_cluster(
    numbers: Int32s, carriers: Int32s, cluster: Narrow, ends: Int32s, clusters: Int32s
) -> Int64s:
    """Which pairs (n,) are of a key that is the cluster's own in which its text is.

    The clusters of a key end at ``ends``, and begin where those of the key before end.
    """
    kept, found = np.empty(numbers.size, np.int64), 0
    for index in range(numbers.size):
        number = numbers[index]
        first = ends[number - 1] if number else 0
        if first < ends[number]:
            own = cluster[carriers[index]]
            for place in range(first, ends[number]):
                if own == clusters[place]:
                    kept[found] = index
                    found += 1
                    break
    return kept[:found]


def _covering(pairs: pl.DataFrame, texts: Texts) -> list[int]:
    """Return the keys that cover the most requests one after another, texts already covered set aside."""
    text = np.unique(pairs["text"].to_numpy(), return_inverse=True)[1]
    numbers, place = np.unique(pairs["number"].to_numpy(), return_inverse=True)
    order = np.argsort(texts.keys.key[numbers], kind="stable")
    place = np.argsort(order)[place]
    open_rows = np.ones(len(text), dtype=np.bool_)
    chosen: list[int] = []
    while len(chosen) < _LISTED and open_rows.any():
        best = int(np.argmax(np.bincount(place[open_rows], minlength=len(numbers))))
        chosen.append(int(numbers[order[best]]))
        covered = np.zeros(int(text.max()) + 1, np.bool_)
        covered[text[open_rows & (place == best)]] = True
        open_rows &= ~covered[text]
    return chosen


def _followers(
    texts: Texts, core: CoreTexts, cluster_id: str, numbers: list[int], carriers: pl.DataFrame
) -> pl.DataFrame:
    """The prompts that carry these keys, the earliest first, each under the first key that it carries."""
    ranks = pl.DataFrame(
        {"number": numbers, "rank": range(len(numbers))}, schema={"number": pl.Int32, "rank": pl.Int32}
    )
    first = carriers.join(ranks, on="number").group_by("text").agg(pl.col("rank").min())
    text = first["text"].to_numpy()
    rows = pl.DataFrame(
        {
            "rank": first["rank"],
            "account": texts.account[text],
            "core": core.cluster[text] == core.cluster_ids.index(cluster_id),
            "fresh": core.fresh[text],
            "at": texts.first[text],
            "text_key": texts.text_key[text],
        }
    )
    return rows.filter((texts.account[text] >= 0) & ~texts.system[text]).sort("at", "text_key")


def _used(
    texts: Texts, core: CoreTexts, cluster_id: str, numbers: list[int], carriers: pl.DataFrame
) -> list[tuple[Template, int]]:
    rows = _followers(texts, core, cluster_id, numbers, carriers)
    of_core = pl.col("core")
    used = rows.group_by("rank", maintain_order=True).agg(
        of_core.sum().alias("requests"),
        pl.col("account").filter(of_core).n_unique().alias("core_accounts"),
        pl.col("account").n_unique().alias("accounts"),
        pl.col("fresh").filter(of_core).sum().alias("distinct_prompts"),
        pl.col("at", "text_key").filter(of_core).first(),
    )
    used = used.filter(pl.col("requests") > 0).sort(["requests", "rank"], descending=[True, False])
    return [
        (
            Template(
                key=f"{texts.keys.key[numbers[row['rank']]]:016x}",
                requests=row["requests"],
                core_accounts=row["core_accounts"],
                accounts=row["accounts"],
                distinct_prompts=row["distinct_prompts"],
                first_seen=_EPOCH + timedelta(microseconds=row["at"]),
                exemplar=None,
            ),
            int(row["text_key"]),
        )
        for row in used.iter_rows(named=True)
    ]
