"""Where a value stands in a drawing: linear scales with round ticks, and days along a window."""

import math
from dataclasses import dataclass
from datetime import date, timedelta

_STEPS = (1, 2, 5, 10)
#: Days between labels that a reader takes in at once.
_DAY_STEPS = (1, 2, 7, 14, 28, 56, 112, 364)


@dataclass(frozen=True)
class Linear:
    """Maps 0 to ``largest`` on ``start`` to ``end``."""

    largest: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """The coordinate of a value."""
        return self.start + (self.end - self.start) * value / self.largest if self.largest else self.start


def ticks(largest: float, most: int = 4) -> list[float]:
    """Round values from 0 to the largest, at most ``most`` + 1 of them."""
    if largest <= 0:
        return [0]
    rough = largest / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in _STEPS if factor * power >= rough * (1 - 1e-9))
    step = max(step, 1.0) if largest >= 1 else step
    return [step * place for place in range(math.floor(largest / step + 1e-9) + 1)]


@dataclass(frozen=True)
class Days:
    """Lays the days of a window side by side between two coordinates."""

    first: date
    last: date
    start: float
    end: float

    @property
    def count(self) -> int:
        """Days of the window, both ends counted."""
        return (self.last - self.first).days + 1

    @property
    def width(self) -> float:
        """Width of one day."""
        return (self.end - self.start) / self.count

    def __call__(self, day: date) -> float:
        """The left edge of a day; a day outside of the window stands at its edge."""
        return self.start + self.width * min(max((day - self.first).days, 0), self.count)

    def labelled(self, most: int = 8) -> list[date]:
        """The days to label, at most ``most``, from the first on."""
        step = next((step for step in _DAY_STEPS if self.count / step <= most), math.ceil(self.count / most))
        return [self.first + timedelta(days=offset) for offset in range(0, self.count, step)]


def short(day: date, *, year: bool = False) -> str:
    """A day as axes name it: 22 Apr, or 22 Apr 2026."""
    return f"{day.day} {day:%b}" + (f" {day.year}" if year else "")
