"""Text from shapes: patterns whose ``{slots}`` are filled from pools of words, column by column."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import product
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from distillscan.arrays import Int64s
from distillscan.synthetic.draws import Draws

Pools = Mapping[str, Sequence[str]]

_SLOT = re.compile(r"\{(\w+)\}")


@cache
def load_texts(name: str) -> dict[str, Any]:
    """Return the invented texts of ``texts/<name>.toml``."""
    source = resources.files("distillscan.synthetic") / "texts" / f"{name}.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))


def gather(pool: Sequence[str], positions: Int64s) -> pl.Series:
    """Return the strings of ``pool`` at ``positions``."""
    return pl.Series(values=list(pool), dtype=pl.String).gather(positions)


def draw_from(pool: Sequence[str], draws: Draws, n: int) -> pl.Series:
    """Return ``n`` strings of ``pool``, all equally likely."""
    return gather(pool, draws.below(len(pool), n))


def join(parts: Sequence[pl.Series | str]) -> pl.Series:
    """Return the element-wise concatenation of ``parts``; single strings are repeated."""
    columns = [pl.lit(part) if isinstance(part, str) else part for part in parts]
    return pl.select(pl.concat_str(columns)).to_series()


@dataclass(frozen=True)
class Names:
    """Invented names that people drop into what they write; the last of the pool is none at all."""

    pool: pa.Array
    share: float = 0.85

    def draw(self, draws: Draws, n: int) -> pa.Array:
        """Return ``n`` names, of which ``share`` is not empty."""
        last = len(self.pool) - 1
        return self.pool.take(np.minimum(draws.below(int(last / self.share), n), last))


@cache
def invented_names(syllables: tuple[str, ...], opening: str, closing: str) -> Names:
    """Return all names of three of the syllables, between two marks."""
    named = [f"{opening}{''.join(triple)}{closing}" for triple in product(syllables, repeat=3)]
    return Names(pa.array([*named, ""], pa.large_string()))


def fill(shape: str, pools: Pools, draws: Draws, n: int, names: Names | None = None) -> pl.Series:
    """Return ``n`` texts of one shape; a slot that stands twice in it is filled alike.

    Only names of pools are slots, so braces of program code stay as they are. With ``names`` every other slot
    has one behind it.
    """
    # Arrow here and not polars: most calls are for few texts, where the cost of a call is all there is
    drawn: dict[str, list[pa.Array]] = {}
    parts: list[pa.Array | str] = []
    for position, piece in enumerate(_SLOT.split(shape)):
        if position % 2 == 0:
            parts.append(piece)
        elif piece in pools:
            if piece not in drawn:
                pool = pa.array(pools[piece], pa.large_string())
                chosen = [pool.take(draws.below(len(pool), n))]
                drawn[piece] = [*chosen, names.draw(draws, n)] if names and len(drawn) % 2 else chosen
            parts += drawn[piece]
        else:
            parts.append(f"{{{piece}}}")
    parts = [pa.scalar(part, pa.large_string()) if isinstance(part, str) else part for part in parts]
    texts = pc.binary_join_element_wise(*parts, pa.scalar("", pa.large_string()))
    return pl.Series(values=texts if isinstance(texts, pa.Array) else pa.array([texts.as_py()] * n))


def fill_any(
    shapes: Sequence[str], pools: Pools, draws: Draws, n: int, names: Names | None = None
) -> pl.Series:
    """Return ``n`` texts, each of a shape drawn from ``shapes``."""
    return fill_each(shapes, draws.below(len(shapes), n), pools, draws, names)


def fill_each(
    shapes: Sequence[str], chosen: Int64s, pools: Pools, draws: Draws, names: Names | None = None
) -> pl.Series:
    """Return one text per element of ``chosen``, of the shape at that position."""
    groups = [np.flatnonzero(chosen == position) for position in range(len(shapes))]
    texts = [
        fill(shape, pools, draws, len(rows), names)
        for shape, rows in zip(shapes, groups, strict=True)
        if len(rows)
    ]
    return restore(groups, texts)


def restore(groups: Sequence[Int64s], texts: Sequence[pl.Series]) -> pl.Series:
    """Return the texts of several groups of rows in the order of the rows; empty groups have no text."""
    if not texts:
        return pl.Series(values=[], dtype=pl.String)
    return pl.concat(list(texts)).gather(np.argsort(np.concatenate(list(groups)), kind="stable"))
