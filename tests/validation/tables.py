"""Figures as text, and Markdown tables of them."""

import re
import textwrap
from collections.abc import Iterable, Sequence
from statistics import fmean

from .job import Figures

#: Keeps a number and its sign in one line while text is filled.
_UNBROKEN = "\N{NO-BREAK SPACE}%"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table; the first column is text, the others stand to the right."""
    rule = ["---", *["---:"] * (len(header) - 1)]
    return "\n".join("| " + " | ".join(row) + " |" for row in [header, rule, *rows])


def share(value: float | None) -> str:
    """Return a share with three decimals, cut and not rounded: 1.000 means all of it."""
    return "-" if value is None else f"{int(value * 1000 + 1e-9) / 1000:.3f}"


def error(value: float | None) -> str:
    """Return a signed relative error in per cent."""
    if value is None:
        return "-"
    text = f"{100 * value:+.1f} %"
    return "0.0 %" if text in ("+0.0 %", "-0.0 %") else text


def per_cent(value: float, decimals: int = 1) -> str:
    """Return a share in per cent."""
    return f"{100 * value:.{decimals}f} %"


def mean_and_worst(values: Sequence[float]) -> str:
    """Return the mean and, where it differs, the lowest of some shares."""
    mean, worst = share(fmean(values)), share(min(values))
    return mean if mean == worst else f"{mean} ({worst})"


def largest_error(values: Sequence[float | None]) -> float | None:
    """Return the error furthest from zero; None without any."""
    known = [value for value in values if value is not None]
    return max(known, key=abs) if known else None


def mean(rows: Sequence[Figures], name: str) -> float:
    """Return the mean of one figure."""
    return fmean(row[name] for row in rows)


def verdicts(rows: Sequence[Figures]) -> str:
    """Return how many clusters of each verdict there were, in all rows together."""
    names = ("campaign", "infrastructure", "organisation", "lead")
    totals = {name: sum(row["verdicts"].get(name, 0) for row in rows) for name in names}
    return ", ".join(f"{total} {name}" for name, total in totals.items() if total) or "none"


def bullets(lines: Iterable[str]) -> str:
    """Return the lines as a list."""
    return "\n".join(f"- {line}" for line in lines)


def wrapped(text: str) -> str:
    """Return Markdown with its paragraphs and lists filled to a common width; figures change their length."""
    return "\n\n".join(_filled(block) for block in re.split(r"\n{2,}", text.strip()))


def _filled(block: str) -> str:
    if block.startswith(("#", "|", "!", "```")):
        return block
    items = ["- " + item for item in block[2:].split("\n- ")] if block.startswith("- ") else [block]
    return "\n".join(
        textwrap.fill(
            " ".join(item.split()).replace(" %", _UNBROKEN),
            115,
            subsequent_indent="  " if item.startswith("- ") else "",
            break_long_words=False,
            break_on_hyphens=False,
        ).replace(_UNBROKEN, " %")
        for item in items
    )
