"""What a terminal shows, drawn with rich; every text of the log reaches it as plain, escaped Text."""

import io

from rich.console import Console, RenderableType


def as_text(drawing: RenderableType, width: int) -> str:
    """A drawing as plain text of at most ``width`` columns, without colours and trailing space."""
    out = io.StringIO()
    Console(file=out, width=width, color_system=None, legacy_windows=False).print(drawing)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"
