"""Figures as every report writes them, so that two reports never disagree about one number."""

from datetime import datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from distillscan.findings.wording import counted, percent

# shares, and counts with their noun, are written as the sentences of the document write them
__all__ = ["at_least", "at_most", "count", "counted", "day", "figure", "moment", "p_value", "percent", "rate"]


def count(number: int) -> str:
    """A count with thousands separated: 28,800,000."""
    return f"{number:,}"


def rate(number: float) -> str:
    """A rate cut to one decimal, or to two significant digits below 0.1: never more than was counted."""
    exact = Decimal(str(number))
    step = Decimal("0.1") if number >= 0.1 or number == 0 else _step(exact, 2)
    return f"{exact.quantize(step, ROUND_FLOOR):,f}"


def _step(exact: Decimal, digits: int) -> Decimal:
    """The unit of the last of so many significant digits."""
    return Decimal(1).scaleb(exact.adjusted() - digits + 1)


def at_least(number: int) -> str:
    """A lower count for publication: rounded down to three significant digits."""
    return _published(number, ROUND_FLOOR)


def at_most(number: int) -> str:
    """An upper count for publication: rounded up to three significant digits."""
    return _published(number, ROUND_CEILING)


def _published(number: int, rounding: str) -> str:
    exact = Decimal(number)
    step = max(_step(exact, 3), Decimal(1))
    return count(int(exact.quantize(step, rounding)))


def p_value(value: float | None) -> str:
    """A p-value rounded up to two significant digits; a dash where no permutation was made."""
    if value is None:
        return "-"
    exact = Decimal(str(value))
    return f"{exact.quantize(_step(exact, 2), ROUND_CEILING).normalize():f}" if exact else "0"


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
