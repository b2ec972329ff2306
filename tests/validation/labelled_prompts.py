"""Prompts with the capabilities they ask for, as people labelled them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from distillscan.findings.capabilities.rules import ELICITATION

LETTERS = {
    "E": ELICITATION,
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
#: Sets of prompts, how many they have, and how many were named by a scorecard fitted without their author.
LEFT_OUT = _ROOT / "left_out.tsv"


@dataclass(frozen=True)
class Labelled:
    """A prompt; ``asks`` are the capabilities it has, ``may_ask`` those that count neither way."""

    text: str
    language: str
    asks: frozenset[str]
    may_ask: frozenset[str]


def labelled(part: Literal["developed", "held_out"]) -> list[Labelled]:
    """Return the prompts that the rules were written with, or those that were held out."""
    return [prompt for prompts in labelled_by_file(part).values() for prompt in prompts]


def labelled_by_file(part: Literal["developed", "held_out"]) -> dict[str, list[Labelled]]:
    """Return the prompts of each file, by its name."""
    return {
        path.stem: [_labelled(*line.split("\t")) for line in path.read_text("utf-8").splitlines()]
        for path in sorted((_ROOT / part).glob("*.tsv"))
    }


def _labelled(letters: str, language: str, text: str) -> Labelled:
    named = [letter for letter in letters if letter not in "-?"]
    unlabelled = set(LETTERS.values()) - {ELICITATION} if "?" in letters else set()
    return Labelled(
        text=text.replace("\\n", "\n"),
        language=language,
        asks=frozenset(LETTERS[letter] for letter in named if letter.isupper()),
        may_ask=frozenset(unlabelled | {LETTERS[letter.upper()] for letter in named if letter.islower()}),
    )
