"""How often the capability rules are right on labelled prompts: a section of the document, made by itself."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import polars as pl
from scipy.stats import binomtest

from distillscan.findings.capabilities.matching import find_capabilities
from distillscan.findings.capabilities.rules import ELICITATION, built_in_rules

from .labelled_prompts import LEFT_OUT, LETTERS, Labelled, labelled, labelled_by_file
from .tables import per_cent, share, table, wrapped

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

    def __add__(self, other: Self) -> Self:
        return type(self)(self.having + other.having, self.named + other.named, self.right + other.right)


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
    ordinary = [prompt for prompt in prompts if not prompt.asks and ELICITATION not in prompt.may_ask]
    return sum(ELICITATION in names for names in _found(ordinary)), len(ordinary)


def held_out_ordinary() -> tuple[list[Labelled], list[Labelled]]:
    """Return the requests held out, without those that are near the border on purpose, and these."""
    files = labelled_by_file("held_out")
    hard = files.pop("ordinary_set_c_hard")
    return [prompt for prompts in files.values() for prompt in prompts], hard


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
    plain, hard = held_out_ordinary()
    (alarms, ordinary), (hard_alarms, border) = false_alarms(plain), false_alarms(hard)
    fresh = errors(labelled_by_file("held_out")["elicitation_set_c"])[ELICITATION]
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
most of them written and labelled for this, in `tests/validation/labelled`. {len(held)} are held out: never
looked at to change the rules. The others were looked at: that the rules find most of them says little.
`named` counts the prompts that the rules give the capability to.

{shown}

Of {ordinary} ordinary requests held out, {alarms or "none"} {"was" if alarms < 2 else "were"} taken for
reasoning elicitation (at most {per_cent(_interval(alarms, ordinary)[1])} with 95 % confidence);
of the {earlier} of the developed part, {earlier_alarms or "none"}. Of {border} held out that are near
the border on purpose, {hard_alarms} were. Outside English {foreign.right} of {foreign.having}
elicitations held out were found.

Reasoning elicitation is found by a scorecard whose points are fitted. What it finds of prompts by somebody
whose other prompts it was not fitted on is the figure to expect: for each set below the points were fitted on
the sets of all other authors. The groups of words were written by somebody who had seen all these sets, so
fresh prompts may be found less.

{_left_out()}

Read recall with care. Rules alone, which the scorecard replaced, found 41 % of `elicitation_roundabout_2` and
69 % of `elicitation_set_a` when these were new, and took 17 % of `ordinary_set_a` for elicitation; they found
34 % of `elicitation_set_b`. The first scorecard found 77 % of it before anybody had opened it, and took 16 of
`ordinary_set_b` for elicitation; the words were added to after that, so that the figure of this set above is
of words written with it in view. After that {fresh.right} of the {fresh.having} of `elicitation_set_c`
were found, which nobody had seen who had to do with rules or points. It is in plainer words than
`elicitation_set_b`; of more far-fetched ones expect less. `elicitation_varied` says what it asks in metaphors
("open the hood") more often than people do. `ordinary_set_a` is made to be mistaken: stories about reasoning,
prompts that want it kept silent, briefs for agents. Whoever knows the points
can word a request so that they do not add up. Precision is at its best on short prompts: in a long one
more passages can have points by chance. The figures are of single prompts; the share of a cluster is set
against a background that has the same errors.

Write this section again, alone, with `python -m tests.validation --only capabilities`."""


def _left_out() -> str:
    """The sets with the share named by points that were fitted without their authors."""
    rows = [line.split("\t") for line in LEFT_OUT.read_text("utf-8").splitlines()]
    return table(
        ["set left out", "prompts", "named for reasoning elicitation"],
        [[f"`{name}`", prompts, per_cent(int(named) / int(prompts))] for name, prompts, named in rows],
    )


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
