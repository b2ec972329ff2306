"""Scorecards: points of the entries that stand in a passage, added up."""

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from distillscan.arrays import Int64s
from distillscan.findings.capabilities.rules import Scorecard

#: Scripts whose words stand without spaces between them, and Korean, whose endings do.
UNSPACED = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Hangul}]"
#: Characters of them that make a word, about.
_SIGNS_A_WORD = 2
#: Passages that cost nothing.
_FREE_PASSAGES = 4


def asking(standing: pl.DataFrame, sentences: pl.DataFrame, card: Scorecard) -> pl.DataFrame:
    """Return the texts of which a passage has points enough: column ``text``, each once.

    ``standing`` has the entries that stand in a sentence (text, sentence, entry, points), ``sentences`` all
    sentences (text, sentence, words).
    """
    enough = (
        passages(standing, card.sentences)
        .group_by("text", "passage")
        .agg(pl.col("points").sum())
        .filter(pl.col("points") >= card.least)
    )
    long = lengths(sentences.join(enough.select("text").unique(), on="text", how="semi"), card.sentences)
    many = long.group_by("text").len()
    fee = pl.col("length") // card.words_a_point + pl.col("due")
    return (
        enough.join(long, on=("text", "passage"))
        .join(many.with_columns(pl.Series("due", dues(many["len"].to_numpy(), card.doubling))), on="text")
        .filter(pl.col("points") - fee >= card.least)
        .select("text")
        .unique()
    )


def dues(passages_: NDArray[np.integer[Any]], doubling: int) -> Int64s:
    """Return the points that texts of so many passages pay."""
    due: Int64s = np.floor(doubling * np.log2(np.maximum(passages_ / _FREE_PASSAGES, 1.0))).astype(np.int64)
    return due


def passages(standing: pl.DataFrame, size: int) -> pl.DataFrame:
    """Return the entries of every passage, each once: text, passage, entry, points.

    A passage is known by its first sentence; the first ones begin before the text, so that they end in it.
    """
    return _of_passages(standing, size).select("text", "passage", "entry", "points").unique()


def lengths(sentences: pl.DataFrame, size: int) -> pl.DataFrame:
    """Return the words of every passage: text, passage, length."""
    words = pl.col("words").str.strip_chars(" ")
    signs = words.str.count_matches(UNSPACED) // _SIGNS_A_WORD
    counted = sentences.select("text", "sentence", (words.str.count_matches(" ") + 1 + signs).alias("length"))
    return _of_passages(counted, size).group_by("text", "passage").agg(pl.col("length").sum().cast(pl.Int64))


def _of_passages(rows: pl.DataFrame, size: int) -> pl.DataFrame:
    """The rows of each sentence once for every passage that it is in."""
    sentence = pl.col("sentence").cast(pl.Int64)
    return pl.concat([rows.with_columns((sentence - back).alias("passage")) for back in range(size)])
