"""Fixed inserts: the longest words that stand alike in many prompts of a cluster that otherwise differ.

The run of six words that stands in the most different prompts is grown to both sides for as long as four
fifths of those prompts go on alike. The prompts that carry the result are set aside, and the next is sought
among the others, so every prompt speaks for one passage. Scripts without spaces count each sign as a word.
"""

import re
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from distillscan.arrays import Int64s, UInt64s
from distillscan.findings.masking import LENGTH, shown

#: Passages of a cluster that are sought.
MOST = 5
_WORDS = 6
_ALIKE = 0.8
#: Different prompts, and share of them, that must carry a passage.
_MIN_PROMPTS, _MIN_SHARE = 10, 0.05
#: Different prompts among which passages are sought; what many of a thousand share, many of these do.
_SEARCHED = 400
_SIGN = r"([\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}])"
# any odd number makes a window's words count by their place
_BASE = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True)
class Passage:
    """Words in common: as they are written, cut, and as they are searched for, between single spaces."""

    text: str
    words: str


def spaced(texts: pl.Series) -> pl.Series:
    """Return the texts with one space between words, and around each sign of a script without spaces."""
    return texts.str.replace_all(_SIGN, " $1 ").str.replace_all(r"\s+", " ").str.strip_chars(" ")


def fixed_passages(texts: pl.Series) -> list[Passage]:
    """Return the passages of these prompts, those in the most different prompts first."""
    left = texts.unique(maintain_order=True).head(_SEARCHED)
    least = max(_MIN_PROMPTS, int(np.ceil(_MIN_SHARE * len(left))))
    found: list[Passage] = []
    while len(left) >= least and len(found) < MOST:
        plain = spaced(left)
        run = _commonest_run(plain.str.split(" "), least)
        if run is None:
            break
        first, words = run
        passage = Passage(_quoted(left[first], words), " ".join(words))
        found.append(passage)
        left = left.filter(~plain.str.contains(passage.words, literal=True))
    return found


def _commonest_run(words: pl.Series, least: int) -> tuple[int, list[str]] | None:
    """Return a prompt that has the passage, by its position, and the words of it."""
    flat = pl.DataFrame({"prompt": pl.int_range(len(words), eager=True), "word": words}).explode("word")
    ids, prompt = flat["word"].hash(seed=0).to_numpy(), flat["prompt"].to_numpy()
    if len(ids) < _WORDS:
        return None
    windows = pl.DataFrame(_windows(ids, prompt)).group_by("window", "prompt").agg(pl.col("at").min())
    holders = windows.group_by("window").agg(pl.len().alias("prompts"), pl.col("at").min())
    best = (
        holders.sort("prompts", "at", descending=[True, False]).row(0, named=True) if len(holders) else None
    )
    if best is None or best["prompts"] < least:
        return None
    starts = np.sort(windows.filter(pl.col("window") == best["window"])["at"].to_numpy())
    enough = int(np.ceil(_ALIKE * len(starts)))
    before, starts = _grown(ids, prompt, starts, -1, enough)
    after, starts = _grown(ids, prompt, starts + (_WORDS - 1), +1, enough)
    end = int(starts[0]) + after + 1
    begin = int(starts[0]) - (_WORDS - 1) - before
    return int(prompt[begin]), flat["word"][begin:end].to_list()


def _windows(ids: UInt64s, prompt: Int64s) -> dict[str, NDArray[np.generic]]:
    count = len(ids) - _WORDS + 1
    window = np.zeros(count, np.uint64)
    for place in range(_WORDS):
        window = window * _BASE + ids[place : place + count]
    at = np.flatnonzero(prompt[:count] == prompt[_WORDS - 1 :])
    return {"window": window[at], "prompt": prompt[at], "at": at}


def _grown(ids: UInt64s, prompt: Int64s, starts: Int64s, step: int, enough: int) -> tuple[int, Int64s]:
    """Return how many words further most prompts agree in one direction, and the starts of those that do."""
    grown = 0
    while True:
        ahead = starts + step * (grown + 1)
        inside = (ahead >= 0) & (ahead < len(ids))
        inside[inside] = prompt[ahead[inside]] == prompt[starts[inside]]
        if np.count_nonzero(inside) < enough:
            return grown, starts
        words, counts = np.unique(ids[ahead[inside]], return_counts=True)
        if counts.max() < enough:
            return grown, starts
        inside[inside] = ids[ahead[inside]] == words[counts.argmax()]
        starts, grown = starts[inside], grown + 1


def _quoted(text: str, words: list[str]) -> str:
    """The words as they stand in the text, on one line and cut."""
    some = words[:LENGTH]
    found = re.search(r"\s*".join(map(re.escape, some)), text)
    return shown(found[0] if found else " ".join(some))
