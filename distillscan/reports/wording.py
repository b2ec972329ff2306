"""Figures as every report writes them, so that two reports never disagree about one number."""

from __future__ import annotations

from datetime import datetime


def count(number: int) -> str:
    """A count with thousands separated: 28,800,000."""
    return f"{number:,}"


def counted(number: int, singular: str, plural: str | None = None) -> str:
    """A count with its noun: 1 account, 2 accounts."""
    return f"{count(number)} {singular if number == 1 else plural or singular + 's'}"


def rate(number: float) -> str:
    """A rate with one decimal, or two significant digits below 0.1."""
    return f"{number:,.1f}" if number >= 0.1 or number == 0 else f"{number:.2g}"


def share(fraction: float) -> str:
    """A share in per cent, never rounded to 0 or 100 when it is neither."""
    if 0 < fraction < 0.001:
        return "< 0.1%"
    if 0.999 < fraction < 1:
        return "> 99.9%"
    digits = 1 if fraction < 0.1 or fraction > 0.99 else 0
    return f"{100 * fraction:.{digits}f}%".replace(".0%", "%")


def p_value(value: float | None) -> str:
    """A p-value with two significant digits; a dash where no permutation was made."""
    return "-" if value is None else f"{value:.2g}"


def number_or_dash(number: int | None) -> str:
    """A count, or a dash where the log does not tell."""
    return "-" if number is None else count(number)


def day(moment: datetime) -> str:
    """The UTC day of a moment: 2026-04-22."""
    return moment.date().isoformat()


def moment(value: datetime) -> str:
    """A moment to the second, in UTC: 2026-04-22T09:30:00Z."""
    return value.replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def figure(value: float | None) -> str:
    """A figure of any kind: whole numbers as counts, others to three digits, a dash for none."""
    if value is None:
        return "-"
    return count(int(value)) if float(value).is_integer() else f"{value:,.3g}"
