"""The relative entropy (Kullback-Leibler divergence) of two Bernoulli distributions, in bits.

One function takes columns, the other single numbers inside compiled loops.
"""

import math

import polars as pl

from distillscan.compiled import inner


def relative_entropy(part: pl.Expr, share: pl.Expr) -> pl.Expr:
    """D(part || share) where the part is the larger, else 0."""
    rest = pl.when(part < 1).then((1 - part) * ((1 - part) / (1 - share)).log(2)).otherwise(0.0)
    return pl.when(part > share).then(part * (part / share).log(2) + rest).otherwise(0.0)


@inner
def relative_entropy_of_one(part: float, share: float) -> float:
    """D(part || share) where the part is the larger, else 0; the share is above 0 and below 1."""
    if part <= share:
        return 0.0
    bits = part * math.log2(part / share)
    if part < 1:
        bits += (1 - part) * math.log2((1 - part) / (1 - share))
    return bits
