"""What a campaign of at least 30 accounts, two families and half camouflage must reach, and what did not."""

from collections.abc import Sequence

from .job import Figures
from .tables import error, largest_error, share

PRECISION, RECALL, PAIRS_F1, MATCHING = 0.99, 0.98, 0.98, 0.01

OUT_OF_SCOPE = {"camouflage75": "more than half camouflage"}
"""Scenarios that the goals leave out by their own words, with the reason."""


def missed(rows: Sequence[Figures]) -> list[str]:
    """Return in words what the worst of some runs did not reach; nothing when all reached the goals."""
    lowest = {name: min(row[name] for row in rows) for name in ("precision", "recall", "pairs_f1")}
    goals = {"precision": PRECISION, "recall": RECALL, "pairs_f1": PAIRS_F1}
    names = {"precision": "precision", "recall": "recall", "pairs_f1": "pairwise F1"}
    found = [
        f"{names[name]} {share(lowest[name])}" for name, goal in goals.items() if lowest[name] < goal - 1e-9
    ]
    matching = largest_error([row["matching_error"] for row in rows])
    if matching is not None and abs(matching) > MATCHING:
        found.append(f"matching requests {error(matching)}")
    false = max(row["false"] for row in rows)
    return [*found, f"{false} false campaigns"] if false else found
