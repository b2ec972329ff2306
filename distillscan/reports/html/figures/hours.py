"""When of the week the core works, beside when everybody else does: two heat maps of 7 days and 24 hours."""

from collections.abc import Sequence

from markupsafe import Markup

from distillscan.findings.document.when import Rhythm
from distillscan.reports.html.figures import svg
from distillscan.reports.wording import count, figure

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_HOURS = 24
_CELL_W, _CELL_H, _LEFT, _TOP = 15.2, 18.0, 34.0, 24.0
_MAP = _LEFT + _HOURS * _CELL_W
#: Steps of the colour; the class ``h0`` is paper, the last the full colour.
_SHADES = 8


def draw(rhythm: Rhythm) -> Markup:
    """Both heat maps, each by its own busiest hour."""
    height = _TOP + len(_DAYS) * _CELL_H + 24
    rest_at = svg.WIDTH - _MAP
    return svg.drawing(
        svg.WIDTH,
        height,
        f"Two heat maps of requests by hour of the week in UTC. {rhythm.statement}",
        _map(rhythm.core, 0, "Core", "core-map"),
        _map(rhythm.rest, rest_at, "Rest of the log", "rest-map"),
        class_="hours",
    )


def _map(requests: Sequence[int], left: float, title: str, class_: str) -> Markup:
    busiest = max(requests, default=0) or 1
    cells = [
        svg.rect(
            left + _LEFT + (place % _HOURS) * _CELL_W,
            _TOP + (place // _HOURS) * _CELL_H,
            _CELL_W - 1,
            _CELL_H - 1,
            f"h{_shade(number, busiest)}",
            hint=f"{_DAYS[place // _HOURS]} {place % _HOURS:02d}:00, requests: {count(number)}",
        )
        for place, number in enumerate(requests)
    ]
    names = [
        svg.text(left + _LEFT - 6, _TOP + (place + 0.7) * _CELL_H, day, anchor="end", class_="tick")
        for place, day in enumerate(_DAYS)
    ]
    bottom = _TOP + len(_DAYS) * _CELL_H + 14
    hours = [
        svg.text(left + _LEFT + (hour + 0.5) * _CELL_W, bottom, f"{hour:02d}", anchor="middle", class_="tick")
        for hour in range(0, _HOURS, 6)
    ]
    peak = f"{title}, busiest hour {figure(busiest)}"
    return svg.group(svg.text(left + _LEFT, 14, peak, class_="name"), *cells, *names, *hours, class_=class_)


def _shade(requests: int, busiest: int) -> int:
    """0 for none, else 1 to the last shade; the square root keeps quiet hours visible."""
    return 0 if requests == 0 else 1 + int((_SHADES - 1) * (requests / busiest) ** 0.5)
