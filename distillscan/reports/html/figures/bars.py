"""Rows of horizontal bars on one scale: families, sensitivity, capabilities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from distillscan.reports.html.figures import svg
from distillscan.reports.html.figures.scales import Linear

_ROW, _BAR = 27.0, 13.0
_RIGHT_TEXT = 150.0


@dataclass(frozen=True)
class Row:
    """A bar with its name and reading; ``low`` and ``high`` are an interval, ``mark`` a value to compare."""

    name: str
    value: float
    reading: str
    low: float | None = None
    high: float | None = None
    mark: float | None = None


def draw(rows: Sequence[Row], whole: float, alternative: str, *, names: float = 190.0) -> Markup:
    """Bars on a track that stands for ``whole``; ``names`` is the room for the names."""
    scale = Linear(whole or 1, names, svg.WIDTH - _RIGHT_TEXT)
    height = len(rows) * _ROW + 4
    parts = [_row(row, place * _ROW + 4, scale, names) for place, row in enumerate(rows)]
    return svg.drawing(svg.WIDTH, height, alternative, *parts, class_="bars")


def _row(row: Row, top: float, scale: Linear, names: float) -> Markup:
    middle = top + _BAR / 2
    parts = [
        svg.text(names - 12, middle + 4, row.name, anchor="end", class_="label"),
        svg.rect(scale.start, top, scale.end - scale.start, _BAR, "track"),
        svg.rect(scale.start, top, scale(min(row.value, scale.largest)) - scale.start, _BAR, "core"),
        svg.text(scale.end + 12, middle + 4, row.reading, class_="value"),
    ]
    if row.low is not None and row.high is not None:
        low, high = scale(max(row.low, 0)), scale(min(row.high, scale.largest))
        parts += [
            svg.line(low, middle, high, middle, "interval"),
            svg.line(low, top + 2, low, top + _BAR - 2, "interval"),
            svg.line(high, top + 2, high, top + _BAR - 2, "interval"),
        ]
    if row.mark is not None:
        x = scale(min(max(row.mark, 0), scale.largest))
        parts.append(svg.line(x, top - 3, x, top + _BAR + 3, "mark"))
    return svg.group(*parts)
