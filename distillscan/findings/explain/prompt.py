"""Why a prompt is taken to ask for something or not: typed in, or read again from a row of an export."""

from __future__ import annotations

import polars as pl
import pyarrow as pa
from duckdb import DuckDBPyConnection

from distillscan.case.frame import one
from distillscan.case.store import Case
from distillscan.errors import QuestionError
from distillscan.findings.capabilities.matching import find_capabilities, hits, shortened
from distillscan.findings.capabilities.rules import Rules
from distillscan.findings.explain.document import PromptExplanation, ScorecardResult, Source
from distillscan.findings.explain.reasons import held_rules, scorecard_result
from distillscan.findings.wording import counted, joined
from distillscan.fingerprint import fingerprint
from distillscan.logs.reread import Reading, read_prompts

_FILE = """
    SELECT file_id, name, path, bytes, mapping, sha256 FROM files
    WHERE kind = 'requests' AND (name = $file OR starts_with(sha256, lower($file)))
    ORDER BY name, sha256
"""
_SENT = "SELECT prompt_key FROM accepted WHERE file_id = ? AND row_number = ? AND prompt_key IS NOT NULL"
_KEPT = "SELECT content FROM texts WHERE text_key = ? AND content IS NOT NULL"


def explain_prompt(text: str, rules: Rules, source: Source | None = None) -> PromptExplanation:
    """Return which rules hold in a prompt, and what the scorecards make of its best passage."""
    texts = pl.Series("text", [text], dtype=pl.String)
    found, sentences = hits(texts, rules)
    held = held_rules(found, sentences, rules)
    cards = [
        scorecard_result(found, sentences, capability, capability.scorecard)
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
    """Return the prompt of an accepted request, given its file's name or the beginning of its SHA-256.

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
    files = connection.execute(_FILE, {"file": file}).fetchall()
    if len(files) != 1:
        raise QuestionError(
            f"{len(files) or 'no'} files of requests in this case are called {file!r}; type the name of one, "
            "or the beginning of its SHA-256"
        )
    file_id, name, path, size, mapping, sha256 = files[0]
    sent = one(connection, _SENT, [file_id, int(row)]) if row.isdecimal() else None
    if sent is None:
        raise QuestionError(f"row {row} of {name} is no accepted request with a prompt; rows count from 1")
    return name, path, size, mapping, sha256, int(sent[0])


def _sentence(capabilities: list[str]) -> str:
    if not capabilities:
        return "The rules take this prompt to ask for nothing that they know."
    return f"The rules take this prompt to ask for {joined(capabilities)}."


def _points(card: ScorecardResult, by_rule: set[str]) -> str:
    """What the points of the best passage come to, and what that decides."""
    best = card.best
    where = (
        f"sentence {best.first_sentence} has"
        if best.first_sentence == best.last_sentence
        else f"sentences {best.first_sentence} to {best.last_sentence} have"
    )
    paid = best.paid_for_words + best.paid_for_passages
    total = (
        f"On the scorecard of {card.capability}, {where} {counted(best.points, 'point')}, {best.left} after "
        f"{paid} for length; {card.least} are asked for"
    )
    if not card.found and card.capability in by_rule:
        return f"{total}: too few, but a rule holds."
    return f"{total}: {'enough' if card.found else 'too few'}."
