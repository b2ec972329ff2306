"""A waterfall of bits: each bar begins where the last one ended, and the total stands at the foot."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.table import Column, Table
from rich.text import Text

from distillscan.reports.terminal.style import figures, label, plain, table, words

#: Columns of the drawing.
_WIDTH = 28


@dataclass(frozen=True)
class Bar:
    """One step: its name, its bits, and what it rests on."""

    name: str
    bits: float
    note: str


def waterfall(bars: Sequence[Bar], total: float, threshold: float) -> Table:
    """The bars from left to right, green for and red against; ``threshold`` is marked in every line."""
    ends, end = [], 0.0
    for bar in bars:
        ends.append((end, end + bar.bits))
        end += bar.bits
    low = min(0.0, threshold, *(min(pair) for pair in ends))
    high = max(0.0, threshold, *(max(pair) for pair in ends))
    step = max(high - low, 1e-9) / (_WIDTH - 1)
    mark = round((threshold - low) / step)
    drawn = table(label(""), *figures("bits"), Column("", no_wrap=True, width=_WIDTH), words(""))
    for bar, (start, stop) in zip(bars, ends, strict=True):
        places = (round((min(start, stop) - low) / step), round((max(start, stop) - low) / step))
        style = "green" if bar.bits > 0 else "red"
        figure = Text(f"{bar.bits:+.1f}", style=style)
        drawn.add_row(plain(bar.name), figure, _line(*places, mark, style), plain(bar.note, "dim"))
    place = round((total - low) / step)
    drawn.add_row(
        Text("total", style="bold"),
        Text(f"{total:+.1f}", style="bold"),
        _line(place, place, mark, "bold"),
        "",
    )
    return drawn


def _line(first: int, last: int, mark: int, style: str) -> Text:
    cells = ["┊" if column == mark else " " for column in range(_WIDTH)]
    cells[first : last + 1] = ["█"] * (last + 1 - first)
    line = Text("".join(cells[:first]), style="dim")
    return line.append("".join(cells[first : last + 1]), style=style).append(
        "".join(cells[last + 1 :]), style="dim"
    )
