"""Why a prompt has a capability: the rules that hold in it, and the points of its best passage."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import polars as pl

from distillscan.findings.capabilities.matching import ENTRY
from distillscan.findings.capabilities.rules import Capability, Rule, Rules, Scorecard
from distillscan.findings.capabilities.scorecard import UNSPACED, dues, lengths, passages
from distillscan.findings.explain.document import HeldRule, Passage, ScorecardResult, StandingEntry

#: Characters of a word that are shown; in compounds it may be of any length.
_WORD = 60


def held_rules(hits: pl.DataFrame, sentences: pl.DataFrame, rules: Rules) -> list[HeldRule]:
    """Return the rules that hold in one text, with the words of each list that they hold by.

    ``hits`` and ``sentences`` are of `matching.hits`, of one text.
    """
    found: dict[tuple[int, int], dict[str, list[str]]] = defaultdict(dict)
    texts = _texts(sentences)
    for hit in hits.filter(pl.col("part") != ENTRY).sort("rule", "sentence", "pattern").iter_rows(named=True):
        place = hit["sentence"] if hit["within"] == "sentence" else 0
        words = found[hit["rule"], place].setdefault(hit["part"], [])
        words.append(_as_written(hit["pattern"], *texts[hit["sentence"]]))
    owners = [(capability, rule) for capability in rules.capabilities for rule in capability.rule]
    return [
        HeldRule(
            capability=owners[number][0].name,
            language=owners[number][1].language,
            sentence=place or None,
            words={
                part: list(dict.fromkeys(words[part])) for part in ("any", "with", "also") if part in words
            },
        )
        for (number, place), words in sorted(found.items(), key=lambda item: item[0])
        if _holds(owners[number][1], words)
    ]


def _holds(rule: Rule, parts: dict[str, list[str]]) -> bool:
    asked = {"any": rule.any, "with": rule.with_, "also": rule.also}
    return "without" not in parts and all(part in parts for part, terms in asked.items() if terms)


def scorecard_result(
    hits: pl.DataFrame, sentences: pl.DataFrame, capability: Capability, card: Scorecard
) -> ScorecardResult:
    """Return what a scorecard makes of one text: its best passage, the first one of several as good."""
    own = hits.filter((pl.col("part") == ENTRY) & (pl.col("capability") == capability.name))
    size, last = card.sentences, int(sentences["sentence"].max())  # type: ignore[arg-type]
    entries = own.select("text", "sentence", pl.col("rule").alias("entry"), "points").unique()
    given = passages(entries, size).group_by("passage").agg(pl.col("points").sum())
    long = lengths(sentences, size)
    due = int(dues(np.array([long.height]), card.doubling)[0])
    ranked = long.join(given, on="passage", how="left").with_columns(
        pl.col("points").fill_null(0), paid=pl.col("length") // card.words_a_point
    )
    best = (
        ranked.with_columns(left=pl.col("points") - pl.col("paid") - due)
        .sort("left", "points", "passage", descending=[True, True, False])
        .row(0, named=True)
    )
    first, end = max(1, best["passage"]), min(last, best["passage"] + size - 1)
    return ScorecardResult(
        capability=capability.name,
        found=best["left"] >= card.least,
        least=card.least,
        passages=long.height,
        best=Passage(
            first_sentence=first,
            last_sentence=end,
            words=best["length"],
            points=best["points"],
            paid_for_words=best["paid"],
            paid_for_passages=due,
            left=best["left"],
            entries=_entries(own.filter(pl.col("sentence").is_between(first, end)), sentences, card),
        ),
    )


def _entries(hits: pl.DataFrame, sentences: pl.DataFrame, card: Scorecard) -> list[StandingEntry]:
    """The entries in these hits, those with the most points first."""
    texts = _texts(sentences)
    words: dict[int, dict[str, None]] = defaultdict(dict)
    for hit in hits.sort("sentence", "pattern").iter_rows(named=True):
        words[hit["rule"]][_as_written(hit["pattern"], *texts[hit["sentence"]])] = None
    found = [
        StandingEntry(entry=card.entries[number].term, points=card.entries[number].points, words=list(stood))
        for number, stood in words.items()
    ]
    return sorted(found, key=lambda entry: (-entry.points, entry.entry))


def _texts(sentences: pl.DataFrame) -> dict[int, tuple[str, str]]:
    columns: dict[str, list[Any]] = sentences.select("sentence", "words", "lowered").to_dict(as_series=False)
    return dict(zip(columns["sentence"], zip(columns["words"], columns["lowered"], strict=True), strict=True))


def _as_written(pattern: str, words: str, lowered: str) -> str:
    """The whole words that a pattern is part of; of a script without spaces the pattern itself."""
    at = words.find(pattern)
    if at < 0 or pl.Series([pattern]).str.contains(UNSPACED)[0]:
        # what stands between back quotes is looked for letter by letter
        return pattern.strip() if at >= 0 or pattern in lowered else ""
    end = at + len(pattern)
    start = at if pattern.startswith(" ") else words.rfind(" ", 0, at)
    stop = end if pattern.endswith(" ") else words.find(" ", end)
    return words[start:stop].strip()[:_WORD]
