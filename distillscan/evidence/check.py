"""One check of a bundle: what was looked at, how it came out, and what was seen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import duckdb

from distillscan.evidence import numbers
from distillscan.findings.document import Findings

#: Things that are named where several are wrong; the rest is counted.
_SHOWN = 5

Outcome = Literal["holds", "differs", "not checked"]


@dataclass(frozen=True)
class Check:
    """One thing that was looked at, how it came out, and what was seen."""

    name: str
    outcome: Outcome
    details: tuple[str, ...] = ()


def compared(name: str, wrong: Sequence[str]) -> Check:
    """Return the check of things of which these are wrong; the first of them are named."""
    shown = [*wrong[:_SHOWN]]
    if len(wrong) > len(shown):
        shown.append(f"and {len(wrong) - len(shown):,} more")
    return Check(name, "differs" if wrong else "holds", tuple(shown))


def compared_numbers(name: str, findings: Findings, derive: Callable[[], dict[str, numbers.Number]]) -> Check:
    """Return the check of headline numbers, derived from the row index, against those a document states."""
    try:
        derived = derive()
    except duckdb.Error:
        return Check(name, "differs", ("the row index cannot be read",))
    stated = numbers.stated(findings)
    wrong = [
        f"{pointer}: stated {stated[pointer]}, from the rows {value}"
        for pointer, value in derived.items()
        if stated[pointer] != value
    ]
    return compared(f"{len(derived)} {name}", wrong)
