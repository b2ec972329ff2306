"""Which capabilities a prompt is taken to ask for, and by which words."""

from typing import Literal

from distillscan.findings.document.model import Model
from distillscan.findings.explain.document.common import VERSION, Source


class StandingEntry(Model):
    """An entry of a scorecard that stands in a passage: its points, and the words by which it stands there.

    `entry` is a word or, in braces, the name of a group of words in the file of rules.
    """

    entry: str
    points: int
    words: list[str]


class Passage(Model):
    """The passage of a prompt that does best on a scorecard: what its words give, and what it pays.

    Sentences count from 1. `points` is the sum over `entries`; `left` is that without what is paid for the
    words of the passage and for the number of passages in the prompt.
    """

    first_sentence: int
    last_sentence: int
    words: int
    points: int
    paid_for_words: int
    paid_for_passages: int
    left: int
    entries: list[StandingEntry]

    @property
    def place(self) -> str:
        """Which sentences it has, as a subject in the singular."""
        one = self.first_sentence == self.last_sentence
        whole = f"the passage of sentences {self.first_sentence} to {self.last_sentence}"
        return f"sentence {self.first_sentence}" if one else whole


class ScorecardResult(Model):
    """What a scorecard makes of a prompt; it asks for the capability with `least` points left or more."""

    capability: str
    found: bool
    least: int
    passages: int
    best: Passage


class HeldRule(Model):
    """A rule that holds: in a sentence, or in the prompt as a whole, and the words of each of its lists."""

    capability: str
    language: str
    sentence: int | None
    words: dict[str, list[str]]


class PromptExplanation(Model):
    """Which capabilities a prompt is taken to ask for, and by which words.

    `source` is the row it was read from, if it was; `rules` names the rules with a digest of their text;
    `read` is how many of its characters are judged. Words are in lower case and without accents, as the rules
    see them.
    """

    kind: Literal["prompt"] = "prompt"
    version: str = VERSION
    source: Source | None
    rules: str
    characters: int
    read: int
    sentences: int
    capabilities: list[str]
    scorecards: list[ScorecardResult]
    held: list[HeldRule]
    sentence: str
