"""The fonts of a PDF: those of typst and of packages beside it, never the machine's, and what they lack."""

from __future__ import annotations

import json
import unicodedata
from functools import cache
from importlib.resources import files

import typst

#: Packages that hold fonts and nothing to run; the fonts of the machine would make another file on each.
_DIRECTORIES = [
    str(files(package))
    for package in (
        "noto_cjk_sans_otc",
        "justmytype_intl_rtl",
        "justmytype_intl_south_asia",
        "justmytype_intl_sea",
        "justmytype_intl_africa",
    )
]
FAMILIES = (
    "Libertinus Serif",
    "Noto Sans CJK SC",
    *(f"Noto Sans {script}" for script in ("Arabic", "Devanagari", "Bengali", "Tamil", "Telugu")),
    *(f"Noto Sans {script}" for script in ("Thai", "Lao", "Khmer", "Myanmar", "Ethiopic")),
    "New Computer Modern",
    "New Computer Modern Math",
    "DejaVu Sans Mono",
)
"""The families in the order in which a character is looked for in them.

All that are at hand are named, so that nothing is left to how typst chooses another. Libertinus has Latin,
Greek, Cyrillic and Hebrew. Chinese characters are drawn in the simplified form where forms differ by country.
"""
LACKING = "Characters that no font of this file has stand as their code points, as ⟨U+1F600⟩."


@cache
def fonts() -> typst.Fonts:
    """The fonts that a PDF may use, the same on every machine with the same packages."""
    return typst.Fonts(include_system_fonts=False, font_paths=_DIRECTORIES)


def as_code_points(text: str) -> str:
    """The text with every character that would come out as an empty box as its code point instead."""
    lacking = _lacking({character for character in text if not character.isascii()})
    return text.translate({ord(character): f"⟨U+{ord(character):04X}⟩" for character in lacking})


def _lacking(characters: set[str]) -> list[str]:
    # fonts give characters for private use any shape they like
    private = [character for character in sorted(characters) if unicodedata.category(character) == "Co"]
    compiler = typst.Compiler(
        files(__package__).joinpath("glyphs.typ").read_bytes(),
        font_paths=fonts(),
        sys_inputs={
            "families": json.dumps(FAMILIES),
            "characters": json.dumps(sorted(characters.difference(private))),
        },
    )
    found: list[str] = json.loads(compiler.query("<lacking>", field="value", one=True))
    return [*private, *found]
