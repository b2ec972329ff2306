"""How unlikely it is that so large a part of some came from a common share: relative entropy of two coins."""

from __future__ import annotations

import polars as pl


def relative_entropy(part: pl.Expr, share: pl.Expr) -> pl.Expr:
    """D(part || share) in bits where the part is the larger, else 0."""
    rest = pl.when(part < 1).then((1 - part) * ((1 - part) / (1 - share)).log(2)).otherwise(0.0)
    return pl.when(part > share).then(part * (part / share).log(2) + rest).otherwise(0.0)
