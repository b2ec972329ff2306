"""Seeded Leiden partitions: the best of several runs, the same for the same seed."""

from __future__ import annotations

import random

import igraph


def best_leiden(graph: igraph.Graph, *, resolution: float, seed: int, runs: int) -> list[list[int]]:
    """Return the partition of highest modularity over edge attribute ``weight``, as sorted lists of vertices.

    Equal quality is settled by the partition itself, so the result depends on ``seed`` and
    ``runs`` alone.
    """
    if graph.vcount() <= 2:
        return [list(range(graph.vcount()))]
    found = []
    for run in range(runs):
        igraph.set_random_number_generator(random.Random(seed * 1_000_003 + run))
        partition = graph.community_leiden(
            objective_function="modularity", weights="weight", resolution=resolution, n_iterations=-1
        )
        quality = graph.modularity(partition.membership, weights="weight", resolution=resolution)
        found.append((-round(quality, 9), sorted(sorted(members) for members in partition)))
    return min(found)[1]
