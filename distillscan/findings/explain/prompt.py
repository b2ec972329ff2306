"""Why a prompt is taken to ask for something or not: typed in, or read again from a row of an export."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
from duckdb import DuckDBPyConnection

from distillscan.case.frame import one
from distillscan.case.store import Case
from distillscan.errors import QuestionError
from distillscan.findings.capabilities.matching import ENTRY, find_capabilities, hits, shortened
from distillscan.findings.capabilities.rules import Capability, Rule, Rules, Scorecard
from distillscan.findings.capabilities.scorecard import UNSPACED, dues, lengths, passages
from distillscan.findings.explain.document.common import Source
from distillscan.findings.explain.document.prompt import (
    HeldRule,
    Passage,
    PromptExplanation,
    ScorecardResult,
    StandingEntry,
)
from distillscan.findings.wording import counted, joined
from distillscan.fingerprint import fingerprint
from distillscan.logs.reread import Reading, read_prompts

#: Characters of a word that are shown; in compounds it may be of any length.
_WORD = 60

_FILE = """
    SELECT file_id, name, path, bytes, mapping, sha256 FROM files
    WHERE kind = 'requests' AND (name = $file OR path = $path OR starts_with(sha256, lower($file)))
    ORDER BY name, sha256
"""
_SENT = "SELECT prompt_key FROM accepted WHERE file_id = ? AND row_number = ? AND prompt_key IS NOT NULL"
_KEPT = "SELECT content FROM texts WHERE text_key = ? AND content IS NOT NULL"


def explain_prompt(text: str, rules: Rules, source: Source | None = None) -> PromptExplanation:
    """Return which rules hold in a prompt, and what the scorecards make of its best passage."""
    texts = pl.Series("text", [text], dtype=pl.String)
    found, sentences = hits(texts, rules)
    held = _held_rules(found, sentences, rules)
    cards = [
        _scorecard_result(found, sentences, capability, capability.scorecard)
        for capability in rules.capabilities
        if capability.scorecard
    ]
    capabilities = find_capabilities(texts, rules)["capability"].to_list()
    by_rule = {rule.capability for rule in held}
    return PromptExplanation(
        source=source,
        rules=rules.origin,
        characters=len(text),
        read=int(texts.to_frame().select(shortened(pl.col("text")).str.len_chars())["text"][0]),
        sentences=sentences.height,
        capabilities=capabilities,
        scorecards=cards,
        held=held,
        sentence=" ".join([_sentence(capabilities), *(_points(card, by_rule) for card in cards)]),
    )


def prompt_of_row(case: Case, file: str, row: str) -> tuple[str, Source]:
    """Return the prompt of an accepted request, given its file's name, path or beginning of its SHA-256.

    Raises:
        QuestionError: there is no such file or row, or the export is gone or has changed since it was read.
    """
    name, path, size, mapping, sha256, key = _request(case.connection, file, row)
    number = int(row)
    text = None
    if case.meta("keep_text") == "all":
        kept = one(case.connection, _KEPT, [key])
        text = None if kept is None else str(kept[0])
    if text is None:
        reading = Reading(path, size, mapping)
        text = read_prompts({reading: [number]})[reading].get(number)
    if text is None or fingerprint(pa.array([text], pa.large_string())).text_key[0] != key:
        raise QuestionError(
            f"row {number} of {name} cannot be read again: the export is gone from where it was ingested, or "
            "it has changed; give the prompt itself instead"
        )
    return text, Source(file=name, kind="requests", sha256=sha256, rows=[number], total=1)


def _request(connection: DuckDBPyConnection, file: str, row: str) -> tuple[str, str, int, str, str, int]:
    """The file of a row, how it was read, and the key of the row's prompt."""
    files = connection.execute(_FILE, {"file": file, "path": str(Path(file).absolute())}).fetchall()
    if len(files) != 1:
        raise QuestionError(
            f"{len(files) or 'no'} files of requests in this case are called {file!r}; type name, path or "
            "the beginning of the SHA-256 of one"
        )
    file_id, name, path, size, mapping, sha256 = files[0]
    sent = one(connection, _SENT, [file_id, int(row)]) if row.isdecimal() else None
    if sent is None:
        raise QuestionError(f"row {row} of {name} is no accepted request with a prompt; rows count from 1")
    return name, path, size, mapping, sha256, int(sent[0])


def _held_rules(hits: pl.DataFrame, sentences: pl.DataFrame, rules: Rules) -> list[HeldRule]:
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


def _scorecard_result(
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
    entries = card.entries
    found = [
        StandingEntry(entry=entries[number][0], points=entries[number][1], words=list(stood))
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


def _sentence(capabilities: list[str]) -> str:
    if not capabilities:
        return "The rules take this prompt to ask for nothing that they know."
    return f"The rules take this prompt to ask for {joined(capabilities)}."


def _points(card: ScorecardResult, by_rule: set[str]) -> str:
    """What the points of the best passage come to, and what that decides."""
    best = card.best
    paid = best.paid_for_words + best.paid_for_passages
    total = (
        f"On the scorecard of {card.capability}, {best.place} gets {counted(best.points, 'point')}, "
        f"{best.left} after {paid} for length; {card.least} are asked for"
    )
    if not card.found and card.capability in by_rule:
        return f"{total}: too few, but a rule holds."
    return f"{total}: {'enough' if card.found else 'too few'}."
