"""How often the capability rules are right on labelled prompts: a section of the document, made by itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from scipy.stats import binomtest

from distillscan.findings.capabilities.matching import find_capabilities
from distillscan.findings.capabilities.rules import ELICITATION, built_in_rules

from .labelled_prompts import LETTERS, Labelled, labelled
from .tables import share, table, wrapped

TITLE = "Capability rules"


@dataclass(frozen=True)
class Errors:
    """Prompts that have a capability, that were found to have it, and both."""

    having: int
    named: int
    right: int

    @property
    def recall(self) -> float:
        """Share of those that have it which were found."""
        return self.right / self.having

    @property
    def precision(self) -> float:
        """Share of those found which have it; 1 without any."""
        return self.right / self.named if self.named else 1.0

    def __add__(self, other: Errors) -> Errors:
        return Errors(self.having + other.having, self.named + other.named, self.right + other.right)


def errors(prompts: Sequence[Labelled]) -> dict[str, Errors]:
    """Return the errors of the rules of the package by capability."""
    found = _found(prompts)
    return {
        name: Errors(
            having=sum(name in prompt.asks for prompt in prompts),
            named=sum(
                name in names and name not in prompt.may_ask
                for prompt, names in zip(prompts, found, strict=True)
            ),
            right=sum(name in prompt.asks & names for prompt, names in zip(prompts, found, strict=True)),
        )
        for name in LETTERS.values()
    }


def false_alarms(prompts: Sequence[Labelled]) -> tuple[int, int]:
    """Return how many ordinary requests are taken for elicitation, and how many there are."""
    ordinary = [prompt for prompt in prompts if not prompt.asks | prompt.may_ask]
    return sum(ELICITATION in names for names in _found(ordinary)), len(ordinary)


def _found(prompts: Sequence[Labelled]) -> list[frozenset[str]]:
    found: list[set[str]] = [set() for _ in prompts]
    texts = pl.Series([prompt.text for prompt in prompts], dtype=pl.String)
    for place, name in find_capabilities(texts, built_in_rules()).iter_rows():
        found[place].add(name)
    return [frozenset(names) for names in found]


def section() -> str:
    """Return the section of the document."""
    held, developed = labelled("held_out"), labelled("developed")
    by_name, before = errors(held), errors(developed)
    alarms, ordinary = false_alarms(held)
    earlier_alarms, earlier = false_alarms(developed)
    whole = sum(by_name.values(), Errors(0, 0, 0))
    asking = [prompt for prompt in held if ELICITATION in prompt.asks]
    foreign = errors([prompt for prompt in asking if prompt.language != "en"])[ELICITATION]
    rows = [_row(name, by_name[name], before[name]) for name in by_name]
    shown = table(
        [
            "asks for",
            "prompts",
            "recall",
            "95 %",
            "named",
            "precision",
            "developed: prompts",
            "recall",
            "precision",
        ],
        [*rows, _row("all together", whole, sum(before.values(), Errors(0, 0, 0)))],
    )
    return f"""## {TITLE}

{len(held) + len(developed):,} prompts in {len({prompt.language for prompt in held + developed})} languages,
written and labelled for this by the author of the rules, in `tests/validation/labelled`. {len(held)} are
held out: never looked at to change the rules. The others were looked at: that the rules find most of them
says little. `named` counts the prompts that
the rules give the capability to.

{shown}

Of {ordinary} ordinary requests held out, {alarms or "none"} {"was" if alarms < 2 else "were"} taken for
reasoning elicitation (at most {_interval(alarms, ordinary)[1]:.1%} with 95 % confidence); of the {earlier} of
the developed part, {earlier_alarms or "none"}. Outside English {foreign.right} of {foreign.having}
elicitations held out were found.

Read recall with care. Fresh prompts that avoid the usual words fare far worse than the set held out now, in
usual ones. Three earlier sets of such prompts were found at 84 %, 78 % and 85 % before the rules were
widened for them; two newer ones, in twelve and more languages and more roundabout, at 55 % (91 of 165) and,
with the rules widened for the first, at 41 % (61 of 148). They now stand in the developed part. For requests
in roundabout words no better figure than that has been measured.
Whoever knows the rules can word a request so that none holds. Precision is at its best on
short prompts: in a long one more sentences can meet a rule by chance. The figures are of single prompts; the
share of a cluster is set against a background that has the same errors.

Write this section again, alone, with `python -m tests.validation --only capabilities`."""


def _row(name: str, held: Errors, developed: Errors) -> list[str]:
    low, high = _interval(held.right, held.having)
    return [
        name,
        f"{held.having}",
        share(held.recall),
        f"{share(low)} to {share(high)}",
        f"{held.named}",
        share(held.precision),
        f"{developed.having}",
        share(developed.recall),
        share(developed.precision),
    ]


def _interval(right: int, of: int) -> tuple[float, float]:
    found = binomtest(right, of).proportion_ci(method="wilson")
    return float(found.low), float(found.high)


def write_section(path: Path) -> None:
    """Put the section into a document that was written before, in place of the older one."""
    page = path.read_text("utf-8")
    older = re.compile(rf"^## {TITLE}\n.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
    newer = wrapped(section()) + "\n"
    if older.search(page):
        page = older.sub(lambda _: f"{newer}\n", page).rstrip("\n") + "\n"
    else:
        page = f"{page.rstrip()}\n\n{newer}"
    path.write_text(page, "utf-8")
