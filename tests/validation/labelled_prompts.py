"""Prompts with the capabilities they ask for, as people labelled them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

LETTERS = {
    "E": "reasoning elicitation",
    "R": "rubric grading",
    "T": "training data generation",
    "A": "agentic tool use",
    "S": "software engineering",
    "C": "coding",
    "M": "mathematics",
    "D": "data analysis",
    "L": "translation",
    "Z": "summarisation",
    "P": "roleplay",
    "W": "creative writing",
    "Y": "cybersecurity",
}
_ROOT = Path(__file__).parent / "labelled"


@dataclass(frozen=True)
class Labelled:
    """A prompt; ``asks`` are the capabilities it has, ``may_ask`` those that count neither way."""

    text: str
    language: str
    asks: frozenset[str]
    may_ask: frozenset[str]


def labelled(part: Literal["developed", "held_out"]) -> list[Labelled]:
    """Return the prompts that the rules were written with, or those that were held out."""
    return [
        _labelled(*line.split("\t"))
        for path in sorted((_ROOT / part).glob("*.tsv"))
        for line in path.read_text("utf-8").splitlines()
    ]


def _labelled(letters: str, language: str, text: str) -> Labelled:
    named = [letter for letter in letters if letter != "-"]
    return Labelled(
        text=text.replace("\\n", "\n"),
        language=language,
        asks=frozenset(LETTERS[letter] for letter in named if letter.isupper()),
        may_ask=frozenset(LETTERS[letter.upper()] for letter in named if letter.islower()),
    )
