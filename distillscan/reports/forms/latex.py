"""Documents and tables as LaTeX, for XeLaTeX or LuaLaTeX; a table alone is a part to \\input."""

from distillscan.reports.blocks import Block, Document, Figures, Heading, Items, Paragraph
from distillscan.reports.escape import latex
from distillscan.reports.tables.table import EMPTY, Drawn, Table, drawn

_PREAMBLE = r"""\documentclass[a4paper,10pt]{article}
\usepackage{fontspec}
\usepackage[margin=20mm]{geometry}
\usepackage{array,booktabs,longtable}
\setlength{\parindent}{0pt}\setlength{\parskip}{4pt}
\setlength{\LTleft}{0pt}\setlength{\LTright}{0pt}\setlength{\tabcolsep}{3pt}
\sloppy
"""


def render(document: Document) -> str:
    """A whole document; ends with a newline."""
    parts = [
        f"{_PREAMBLE}\\begin{{document}}",
        f"{{\\LARGE\\bfseries {latex(document.title)}\\par}}",
        *(_block(block) for block in document.blocks),
        "\\end{document}",
    ]
    return "\n\n".join(parts) + "\n"


def fragment(table: Table) -> str:
    """A table with its footnotes; needs the packages array, booktabs and longtable. Ends with a newline."""
    return _block(Figures(table)) + "\n"


def _block(block: Block) -> str:
    match block:
        case Heading(text, level):
            return f"\\{'sub' * (level - 1)}section*{{{latex(text)}}}"
        case Paragraph(text, lead):
            return f"\\textbf{{{latex(lead)}}} {latex(text)}".rstrip() if lead else latex(text)
        case Items(texts, numbered):
            return _items(texts, "enumerate" if numbered else "itemize")
        case Figures(table, with_footnotes):
            notes = _items(table.footnotes, "enumerate") if with_footnotes else ""
            return f"{_table(table)}\n{notes}".rstrip()


def _items(texts: tuple[str, ...], environment: str) -> str:
    if not texts:
        return ""
    items = "\n".join(f"  \\item {{}}{latex(text)}" for text in texts)
    return f"\\begin{{{environment}}}\n{items}\n\\end{{{environment}}}"


def _table(table: Table) -> str:
    if table.rows.is_empty():
        return EMPTY
    return "\n".join(_longtable(part) for part in drawn(table))


def _longtable(part: Drawn) -> str:
    side = {True: "raggedleft", False: "raggedright"}
    columns = "".join(
        f">{{\\{side[right]}\\arraybackslash}}p{{{0.9 * width:.3f}\\linewidth}}"
        for right, width in zip(part.right, part.widths(), strict=True)
    )
    head = " & ".join(f"\\textbf{{{latex(cell)}}}" for cell in part.header)
    lines = [" & ".join(latex(cell) for cell in row) for row in part.rows]
    body = " \\\\\n".join(lines)
    return (
        f"{{\\small\n\\begin{{longtable}}{{{columns}}}\n\\toprule\n{head} \\\\\n\\midrule\n\\endhead\n"
        f"{body} \\\\\n\\bottomrule\n\\end{{longtable}}}}"
    )
