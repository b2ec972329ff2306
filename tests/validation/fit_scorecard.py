"""Fits the points of the scorecard for reasoning elicitation on the developed part of the labelled prompts.

`python -m tests.validation.fit_scorecard` measures what to expect of prompts by another author: it fits on
all sets of prompts but those of one author and counts what is named among these. Then it fits on all and
writes the points into the rules file. It is a logistic regression whose weights are rounded to whole points.
A prompt is as good as its best passage, so the fit goes in rounds: the best passage of each prompt under the
points of the round before stands for it in the next.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from distillscan.arrays import Bools, Floats, Int64s
from distillscan.findings.capabilities import rules as rules_module
from distillscan.findings.capabilities.matching import ENTRY, hits
from distillscan.findings.capabilities.rules import (
    ELICITATION,
    Capability,
    Rules,
    Scorecard,
    built_in_rules,
)
from distillscan.findings.capabilities.scorecard import dues, lengths, passages

from .labelled_prompts import LEFT_OUT, labelled_by_file

RULES_FILE = Path(rules_module.__file__).with_name("capabilities.toml")
#: Sets of one author, or of one kind, that are left out together.
TOGETHER = (
    ("elicitation", "ordinary"),
    ("elicitation_roundabout_1", "ordinary_hard"),
    ("elicitation_roundabout_2", "tasks_fresh"),
    ("elicitation_varied", "ordinary_varied"),
    ("elicitation_set_a", "ordinary_set_a"),
    ("elicitation_set_b", "ordinary_set_b"),
    ("tasks",),
    ("ordinary_long",),
)
#: Sentences of a passage; points of one unit of log odds; log odds over even ones that are asked for.
SENTENCES, SCALE, MARGIN = 2, 5.0, 0.5
#: Points more that a prompt needs for each time that its passages double.
DOUBLING = 8
#: Words of a passage that cost a point, at most.
MOST_WORDS = 60
#: Groups of words by their names, as the rules have them.
Groups = Mapping[str, tuple[str, ...]]
_ROUNDS, _RIDGE = 4, 0.5
#: How often a prompt of some sets counts: long ones, of which there are few here, and those of authors who
#: knew neither words nor points, since those who will be scanned do not either.
_COUNTS = {
    "ordinary_long": 4.0,
    "elicitation_set_a": 3.0,
    "ordinary_set_a": 3.0,
    "elicitation_set_b": 3.0,
    "ordinary_set_b": 3.0,
}


@dataclass(frozen=True)
class Passages:
    """Every passage of every prompt: what stands in it, its words, and the prompt it is of."""

    entries: sparse.csr_matrix
    words: Int64s
    prompt: Int64s


@dataclass(frozen=True)
class Fitted:
    """Points of each entry, words that cost a point, and the points that are enough."""

    points: Int64s
    words_a_point: int
    least: int

    def best(self, passages_: Passages, prompts: int) -> Int64s:
        """Return the points of the best passage of each prompt."""
        scores = passages_.entries @ self.points - passages_.words // self.words_a_point
        scores -= dues(np.bincount(passages_.prompt), DOUBLING)[passages_.prompt]
        best = np.full(prompts, -99, dtype=np.int64)
        np.maximum.at(best, passages_.prompt, scores)
        return best


def _rules_of(groups: Groups) -> Rules:
    points = {1: tuple(f"{{{name}}}" for name in groups)}
    card = Scorecard(least=1, sentences=SENTENCES, words_a_point=1, doubling=0, points=points)
    return Rules("file", (Capability(name=ELICITATION, about="", scorecard=card),), groups)


def seen(texts: Sequence[str], groups: Groups) -> Passages:
    """Return the passages of texts with the groups of words that stand in them, as entries."""
    found, sentences = hits(pl.Series(texts, dtype=pl.String), _rules_of(groups))
    found = found.filter(pl.col("part") == ENTRY).rename({"rule": "entry"})
    rows = lengths(sentences, SENTENCES).sort("text", "passage").with_row_index("row")
    at = passages(found, SENTENCES).join(rows, on=("text", "passage"))
    shape = (len(rows), len(groups))
    stands = sparse.csr_matrix(
        (np.ones(len(at)), (at["row"].to_numpy(), at["entry"].to_numpy())), shape=shape
    )
    return Passages(stands, rows["length"].to_numpy(), rows["text"].to_numpy().astype(np.int64))


def fit(all_of: Passages, asks: Bools, learn: Bools, counts: Floats) -> Fitted:
    """Return the points that fit the prompts to ``learn`` from, each of which ``counts`` so often."""
    length = sparse.csr_matrix(all_of.words[:, None].astype(np.float64))
    data = sparse.csr_matrix(sparse.hstack([all_of.entries, length]))
    weights, base = np.full(data.shape[1], 0.1), 0.0
    weights[-1] = 0.0
    for _ in range(_ROUNDS):
        rows, shares = _standing_for(data, all_of.prompt, asks, learn, weights)
        model = LogisticRegression(C=_RIDGE, solver="liblinear", random_state=0)
        shares *= counts[all_of.prompt[rows]]
        model.fit(data[rows], asks[all_of.prompt[rows]], sample_weight=shares)
        weights, base = model.coef_[0], float(model.intercept_[0])
    points = np.rint(SCALE * weights[:-1]).astype(np.int64)
    cost = max(1 / MOST_WORDS, -SCALE * weights[-1])
    return Fitted(points, max(1, round(1 / cost)), int(np.ceil(SCALE * (MARGIN - base))))


def _standing_for(
    data: sparse.csr_matrix,
    prompt: Int64s,
    asks: Bools,
    learn: Bools,
    weights: Floats,
) -> tuple[Int64s, Floats]:
    """Return the passages to learn from, with their weight.

    The best one of a prompt that asks; all of one that does not, the best counting as much as all others.
    """
    order = np.lexsort((data @ weights, prompt))
    last = np.r_[prompt[order][1:] != prompt[order][:-1], True]
    best = np.zeros(len(prompt), dtype=bool)
    best[order[last]] = True
    rows = np.flatnonzero(learn[prompt] & (best | ~asks[prompt]))
    asking = asks[prompt[rows]]
    each = 0.5 / np.bincount(prompt)[prompt[rows]] + 0.5 * best[rows]
    even = (learn & ~asks).sum() / (learn & asks).sum()
    return rows, np.where(asking, even, each)


def written(groups: Groups, fitted: Fitted) -> str:
    """Return the scorecard as the rules file has it, entries with the most points first."""
    names = list(groups)
    lines = [
        "[capability.scorecard]",
        f"least = {fitted.least}",
        f"sentences = {SENTENCES}",
        f"words_a_point = {fitted.words_a_point}",
        f"doubling = {DOUBLING}",
        "",
        "[capability.scorecard.points]",
    ]
    for points in sorted({int(point) for point in fitted.points if point}, reverse=True):
        terms = [f'"{{{names[place]}}}"' for place in np.flatnonzero(fitted.points == points)]
        line = f"{points} = [{', '.join(terms)}]"
        lines += [line] if len(line) <= 120 else [f"{points} = [", *_wrapped(terms), "]"]
    return "\n".join(lines) + "\n"


def _wrapped(terms: Sequence[str]) -> list[str]:
    lines = [" "]
    for term in terms:
        if len(lines[-1]) + len(term) > 118:
            lines.append(" ")
        lines[-1] += f" {term},"
    return lines


def write_card(path: Path, card: str) -> None:
    """Put a scorecard into a rules file, in place of the first one in it."""
    page = path.read_text("utf-8")
    older = re.compile(r"^\[capability\.scorecard\]\n.*?^(?=\n?(#|\[\[))", re.MULTILINE | re.DOTALL)
    path.write_text(older.sub(lambda _: card, page, count=1), "utf-8")


def left_out(all_of: Passages, asks: Bools, of_set: NDArray[np.str_]) -> list[str]:
    """Return a line for each set: name, prompts, and those named by a fit on the sets of other authors."""
    lines = []
    counts = _counts(of_set)
    for together in TOGETHER:
        fitted = fit(all_of, asks, ~np.isin(of_set, together), counts)
        named = fitted.best(all_of, len(asks)) >= fitted.least
        lines += [f"{name}\t{(of_set == name).sum()}\t{named[of_set == name].sum()}" for name in together]
    return lines


def _counts(of_set: NDArray[np.str_]) -> Floats:
    """How often each prompt counts, by its set."""
    return np.array([_COUNTS.get(name, 1.0) for name in of_set])


def main() -> None:
    """Fit on all sets but those of one author, for each, and then on all."""
    sets = {
        name: [prompt for prompt in prompts if ELICITATION not in prompt.may_ask]
        for name, prompts in labelled_by_file("developed").items()
    }
    prompts = [prompt for held in sets.values() for prompt in held]
    of_set = np.array([name for name, held in sets.items() for _ in held])
    asks = np.array([ELICITATION in prompt.asks for prompt in prompts])
    groups = built_in_rules().groups
    all_of = seen([prompt.text for prompt in prompts], groups)
    lines = left_out(all_of, asks, of_set)
    LEFT_OUT.write_text("\n".join(lines) + "\n", "utf-8")
    print(*lines, sep="\n")
    everything = np.ones(len(prompts), dtype=bool)
    write_card(RULES_FILE, written(groups, fit(all_of, asks, everything, _counts(of_set))))


if __name__ == "__main__":
    main()
