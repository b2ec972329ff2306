"""Text from shapes: patterns whose ``{slots}`` are filled from pools of words, column by column."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
import polars as pl

from distillscan.synthetic.draws import Draws, Indices

Pools = Mapping[str, Sequence[str]]

_SLOT = re.compile(r"\{(\w+)\}")


@cache
def load_texts(name: str) -> dict[str, Any]:
    """Return the invented texts of ``texts/<name>.toml``."""
    source = resources.files("distillscan.synthetic") / "texts" / f"{name}.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))


def gather(pool: Sequence[str], positions: Indices) -> pl.Series:
    """Return the strings of ``pool`` at ``positions``."""
    return pl.Series(values=list(pool), dtype=pl.String).gather(positions)


def draw_from(pool: Sequence[str], draws: Draws, n: int) -> pl.Series:
    """Return ``n`` strings of ``pool``, all equally likely."""
    return gather(pool, draws.below(len(pool), n))


def join(parts: Sequence[pl.Series | str]) -> pl.Series:
    """Return the element-wise concatenation of ``parts``; single strings are repeated."""
    columns = [pl.lit(part) if isinstance(part, str) else part for part in parts]
    return pl.select(pl.concat_str(columns)).to_series()


def fill(shape: str, pools: Pools, draws: Draws, n: int) -> pl.Series:
    """Return ``n`` texts of one shape; a slot that stands twice in it is filled alike.

    Only names of pools are slots, so braces of program code stay as they are.
    """
    drawn: dict[str, pl.Series] = {}
    parts: list[pl.Series | str] = []
    for position, piece in enumerate(_SLOT.split(shape)):
        if position % 2 == 0:
            parts.append(piece)
        elif piece in pools:
            if piece not in drawn:
                drawn[piece] = draw_from(pools[piece], draws, n)
            parts.append(drawn[piece])
        else:
            parts.append(f"{{{piece}}}")
    return join(parts)


def fill_any(shapes: Sequence[str], pools: Pools, draws: Draws, n: int) -> pl.Series:
    """Return ``n`` texts, each of a shape drawn from ``shapes``."""
    return fill_each(shapes, draws.below(len(shapes), n), pools, draws)


def fill_each(shapes: Sequence[str], chosen: Indices, pools: Pools, draws: Draws) -> pl.Series:
    """Return one text per element of ``chosen``, of the shape at that position."""
    groups = [np.flatnonzero(chosen == position) for position in range(len(shapes))]
    texts = [
        fill(shape, pools, draws, len(rows)) for shape, rows in zip(shapes, groups, strict=True) if len(rows)
    ]
    return restore(groups, texts)


def restore(groups: Sequence[Indices], texts: Sequence[pl.Series]) -> pl.Series:
    """Return the texts of several groups of rows in the order of the rows; empty groups have no text."""
    if not texts:
        return pl.Series(values=[], dtype=pl.String)
    return pl.concat(list(texts)).gather(np.argsort(np.concatenate(list(groups)), kind="stable"))
