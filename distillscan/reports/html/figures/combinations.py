"""Which families hold how many members together, a row a combination: an UpSet plot (Lex et al. 2014)."""

from collections.abc import Sequence

from markupsafe import Markup

from distillscan.reports.html.figures import svg
from distillscan.reports.html.figures.scales import Linear
from distillscan.reports.wording import count

_ROW, _STEP, _HEAD, _WIDTH = 22.0, 26.0, 84.0, 400.0
_SHOWN = 9


def draw(families: Sequence[str], held: Sequence[tuple[frozenset[str], int]], alternative: str) -> Markup:
    """The combinations, most members first; beyond the first nine the rest in one row."""
    shown, rest = held[:_SHOWN], held[_SHOWN:]
    left = 10.0 + len(families) * _STEP
    scale = Linear(max((number for _, number in held), default=1), left, _WIDTH - 60)
    heads = [
        svg.element(
            "text", family, transform=f"translate({svg.number(18 + place * _STEP)} {_HEAD - 10}) rotate(-50)",
            class_="label",
        )
        for place, family in enumerate(families)
    ]  # fmt: skip
    rows = [_row(families, together, number, place, scale) for place, (together, number) in enumerate(shown)]
    height = _HEAD + len(shown) * _ROW + 4
    if rest:
        more = f"{count(len(rest))} more combinations, {count(sum(number for _, number in rest))} accounts"
        rows.append(svg.text(10, height + 12, more, class_="tick"))
        height += 20
    return svg.drawing(_WIDTH, height, alternative, *heads, *rows, class_="combinations")


def _row(families: Sequence[str], together: frozenset[str], number: int, place: int, scale: Linear) -> Markup:
    middle = _HEAD + (place + 0.5) * _ROW
    at = [14 + place * _STEP for place, family in enumerate(families) if family in together]
    dots = [
        svg.element(
            "circle",
            cx=14 + place * _STEP,
            cy=middle,
            r=5,
            class_="held" if family in together else "lacking",
        )
        for place, family in enumerate(families)
    ]
    joined = [svg.line(at[0], middle, at[-1], middle, "joined")] if len(at) > 1 else []
    bar = svg.rect(scale.start + 8, middle - 6, scale(number) - scale.start, 12, "core")
    return svg.group(
        *joined, *dots, bar, svg.text(scale(number) + 14, middle + 4, count(number), class_="value")
    )
