"""From the prior odds of belonging to the total, one step a family, in bits: for one account of a cluster."""

from collections.abc import Sequence

from markupsafe import Markup

from distillscan.reports.html.figures import svg

_ROW, _BAR, _LEFT, _RIGHT = 25.0, 13.0, 150.0, 760.0


def draw(steps: Sequence[tuple[str, float]], alternative: str, *, threshold: float) -> Markup:
    """Steps by name and bits, the first being the prior; ``threshold`` is where the core begins."""
    ends = [0.0]
    for _, bits in steps:
        ends.append(ends[-1] + bits)
    low, high = min(*ends, 0.0), max(*ends, threshold, 1.0)
    span = (_RIGHT - _LEFT) / (high - low)

    def at(bits: float) -> float:
        return _LEFT + (bits - low) * span

    parts = []
    for place, (name, bits) in enumerate(steps):
        top = 22 + place * _ROW
        start, end = sorted((at(ends[place]), at(ends[place + 1])))
        kind = "for" if bits >= 0 else "against"
        parts += [
            svg.text(_LEFT - 12, top + 11, name, anchor="end", class_="label"),
            svg.rect(start, top, max(end - start, 1), _BAR, kind),
            svg.text(_RIGHT + 14, top + 11, f"{bits:+.1f}".replace("-", "−"), class_="value"),
        ]
        if place + 1 < len(steps):
            x = at(ends[place + 1])
            parts.append(svg.line(x, top, x, top + _ROW + _BAR, "link"))
    bottom = 22 + len(steps) * _ROW
    parts += [
        svg.text(_LEFT - 12, bottom + 11, "in all", anchor="end", class_="label strong"),
        svg.rect(min(at(0), at(ends[-1])), bottom, abs(at(ends[-1]) - at(0)), _BAR, "core"),
        svg.text(_RIGHT + 14, bottom + 11, f"{ends[-1]:+.1f}".replace("-", "−"), class_="value strong"),
        svg.line(at(threshold), 14, at(threshold), bottom + _BAR + 6, "mark"),
        svg.text(at(threshold), 10, "core begins", anchor="middle", class_="tick"),
        svg.line(at(0), 14, at(0), bottom + _BAR + 6, "axis"),
    ]
    return svg.drawing(svg.WIDTH, bottom + _BAR + 10, alternative, *parts, class_="waterfall")
