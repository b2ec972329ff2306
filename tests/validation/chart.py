"""Line charts as SVG, written by hand: the same figures give the same bytes, readable on light and dark."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 720, 380
_LEFT, _RIGHT, _TOP, _BOTTOM = 58, 168, 44, 54
_COLOURS = ("#2f7ed8", "#e07b00", "#2a9d5c", "#c2479b", "#8a6fd1")
_DASHES = ("", "7 3", "2 3", "9 3 2 3", "12 4")
#: Points of several lines that fall together are drawn beside each other, this far apart.
_APART = 5.0
_STYLE = (
    "text{font:12px sans-serif;fill:#6e7781}.title{font-size:14px;font-weight:bold}"
    ".grid{stroke:#8b949e;stroke-opacity:.3}.axis{stroke:#8b949e}"
    "@media(prefers-color-scheme:dark){text{fill:#c9d1d9}}"
)


@dataclass(frozen=True)
class Line:
    """A named line: a value between 0 and 1 for each place on the axis, None where there is none."""

    name: str
    values: Sequence[float | None]


@dataclass(frozen=True)
class Chart:
    """Lines over evenly spaced, labelled places; ``across`` and ``up`` say what the axes are."""

    title: str
    across: str
    up: str
    labels: Sequence[str]
    lines: Sequence[Line]


def svg(chart: Chart) -> str:
    """Return the chart as an SVG document."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}" role="img" aria-label="{escape(chart.title)}">',
        f"<style>{_STYLE}</style>",
        f"<title>{escape(chart.title)}</title>",
        f'<text class="title" x="{_LEFT}" y="22">{escape(chart.title)}</text>',
        *_axes(chart),
    ]
    for place, line in enumerate(chart.lines):
        parts += _line(chart, place, line)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _axes(chart: Chart) -> list[str]:
    bottom, right = HEIGHT - _BOTTOM, WIDTH - _RIGHT
    parts = []
    for step in range(6):
        y = _y(step / 5)
        parts.append(f'<line class="grid" x1="{_LEFT}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{step / 5:.1f}</text>')
    for place, label in enumerate(chart.labels):
        x = _x(chart, place)
        parts.append(f'<text x="{x:.1f}" y="{bottom + 18}" text-anchor="middle">{escape(label)}</text>')
    middle = (_LEFT + right) / 2
    parts += [
        f'<line class="axis" x1="{_LEFT}" x2="{right}" y1="{bottom}" y2="{bottom}"/>',
        f'<text x="{middle:.1f}" y="{HEIGHT - 12}" text-anchor="middle">{escape(chart.across)}</text>',
        f'<text x="16" y="{_y(0.5):.1f}" text-anchor="middle" '
        f'transform="rotate(-90 16 {_y(0.5):.1f})">{escape(chart.up)}</text>',
    ]
    return parts


def _line(chart: Chart, number: int, line: Line) -> list[str]:
    colour, dash = _COLOURS[number % len(_COLOURS)], _DASHES[number % len(_DASHES)]
    shift = (number - (len(chart.lines) - 1) / 2) * _APART
    points = [
        (_x(chart, place) + shift, _y(value)) for place, value in enumerate(line.values) if value is not None
    ]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    drawn = f'fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}"'
    parts = [f'<polyline points="{path}" {drawn}/>']
    parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>' for x, y in points]
    x, y = WIDTH - _RIGHT + 16, _TOP + 8 + 22 * number
    parts.append(f'<line x1="{x}" x2="{x + 26}" y1="{y}" y2="{y}" {drawn}/>')
    parts.append(f'<text x="{x + 34}" y="{y + 4}">{escape(line.name)}</text>')
    return parts


def _x(chart: Chart, place: float) -> float:
    room = WIDTH - _LEFT - _RIGHT
    return _LEFT + room * (place + 0.5) / max(len(chart.labels), 1)


def _y(value: float) -> float:
    return HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * min(max(value, 0.0), 1.0)
