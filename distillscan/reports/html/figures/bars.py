"""Rows of horizontal bars on one scale: families, sensitivity, capabilities."""

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


def draw(
    rows: Sequence[Row], whole: float, alternative: str, *, names: float = 190.0, class_: str = "bars"
) -> Markup:
    """Bars on a track that stands for ``whole``; ``names`` is the room for the names."""
    scale = Linear(whole or 1, names, svg.WIDTH - _RIGHT_TEXT)
    height = len(rows) * _ROW + 4
    parts = [_row(row, place * _ROW + 4, scale, names) for place, row in enumerate(rows)]
    return svg.drawing(svg.WIDTH, height, alternative, *parts, class_=class_)


def _row(row: Row, top: float, scale: Linear, names: float) -> Markup:
    middle = top + _BAR / 2
    parts = [
        svg.text(names - 12, middle + 4, row.name, anchor="end", class_="label"),
        svg.rect(scale.start, top, scale.end - scale.start, _BAR, "track"),
        svg.rect(scale.start, top, scale(min(row.value, scale.largest)) - scale.start, _BAR, "core"),
        svg.text(scale.end + 12, middle + 4, row.reading, class_="value"),
    ]
    if row.low is not None and row.high is not None:
        whiskers = _whiskers(scale(max(row.low, 0)), scale(min(row.high, scale.largest)), top)
        parts += [svg.element("path", d=whiskers, class_=name) for name in ("halo", "interval")]
    if row.mark is not None:
        x = scale(min(max(row.mark, 0), scale.largest))
        parts.append(svg.line(x, top - 3, x, top + _BAR + 3, "mark"))
    return svg.group(*parts)


def _whiskers(low: float, high: float, top: float) -> str:
    """The path of an interval: a line with a short stroke across each end."""
    left, right, middle = svg.number(low), svg.number(high), svg.number(top + _BAR / 2)
    stroke = f"{svg.number(top + 2)}v{svg.number(_BAR - 4)}"
    return f"M{left} {stroke}M{left} {middle}H{right}M{right} {stroke}"
