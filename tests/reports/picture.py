"""The terminal report as an SVG picture: ``python -m tests.reports.picture FINDINGS.json PICTURE.svg``.

The picture is the same for the same findings, and asks no other server for a font.
"""

import io
import re
import sys
from pathlib import Path

from rich.console import Console, Group, RenderableType
from rich.segment import Segment, Segments
from rich.terminal_theme import MONOKAI
from rich.text import Text

from distillscan.findings.document import Findings
from distillscan.reports.terminal.cluster import block
from distillscan.reports.terminal.overview import cluster_table, headline, how_to_read

WIDTH = 100
#: Lines that are drawn: of the sample they end with the third finding on its campaign.
LINES = 65
_WEB_FONTS = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)


def picture(findings: Findings) -> str:
    """The prompt with the command, the headline, the cluster table and the first findings, as one SVG."""
    console = Console(
        record=True, width=WIDTH, file=io.StringIO(), force_terminal=True, color_system="truecolor"
    )
    parts: list[RenderableType] = [
        Text("$ distillscan report", style="bold green"),
        Text(),
        headline(findings),
        Text(),
    ]
    if findings.clusters:
        parts += [cluster_table(findings), Text(), how_to_read(), block(findings.clusters[0], findings)]
    lines = console.render_lines(Group(*parts), pad=False)[:LINES]
    console.print(Segments(segment for line in lines for segment in (*line, Segment.line())), end="")
    drawn = console.export_svg(title="distillscan", theme=MONOKAI, unique_id="distillscan")
    return _WEB_FONTS.sub("", drawn)


def main(arguments: list[str]) -> int:
    """Draw the findings document (``report -t json``) in the first file to the second."""
    source, target = arguments
    findings = Findings.model_validate_json(Path(source).read_bytes())
    Path(target).write_text(picture(findings), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
