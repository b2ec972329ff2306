"""The map of a cluster: a dot for each account, the firmest ties in the middle.

The places are those of seeds in a sunflower (Vogel 1979, "A better way to construct the sunflower head"):
even at any size, and the same for the same members.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from distillscan.reports.html.figures import svg

_RADIUS, _MARGIN = 150.0, 8.0
#: Scale of a small cluster, whose dots would be balls if they filled the disc.
_WIDEST = 12.0
_GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))
#: Dots that can still be told apart; beyond, a dot stands for several accounts.
_MOST = 2500


@dataclass(frozen=True)
class Dot:
    """A member as the map shows it: how many families hold it, and whether it is core."""

    families: int
    core: bool


def draw(members: Sequence[Dot], alternative: str) -> Markup:
    """The members, given firmest first; those that are only probable are rings."""
    shown = members[:: per_dot(len(members))]
    scale = min(_RADIUS / math.sqrt(max(len(shown), 1)), _WIDEST)
    places: dict[str, list[tuple[float, float]]] = {}
    middle = scale * math.sqrt(len(shown)) + _MARGIN
    for place, dot in enumerate(shown):
        distance, angle = scale * math.sqrt(place + 0.5), place * _GOLDEN_ANGLE
        at = (middle + distance * math.cos(angle), middle + distance * math.sin(angle))
        places.setdefault(f"f{min(dot.families, 5)}" if dot.core else "probable", []).append(at)
    paths = [_dots(name, points, 0.62 * scale) for name, points in sorted(places.items())]
    return svg.drawing(2 * middle, 2 * middle, alternative, *paths, class_="disc")


def per_dot(members: int) -> int:
    """How many accounts a dot stands for."""
    return max(1, math.ceil(members / _MOST))


def _dots(name: str, points: Sequence[tuple[float, float]], radius: float) -> Markup:
    """Round caps of lines without length: the shortest way to write many dots."""
    path = "".join(f"M{svg.number(round(x, 1))} {svg.number(round(y, 1))}h0" for x, y in points)
    dots = svg.element("path", d=path, class_=f"dots {name}", stroke_width=2 * radius)
    if name != "probable":
        return dots
    return svg.group(dots, svg.element("path", d=path, class_="dots hole", stroke_width=1.1 * radius))
