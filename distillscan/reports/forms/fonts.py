"""The fonts of a PDF: those of typst and of packages beside it, never the machine's, and what they lack."""

import json
import re
import unicodedata
from functools import cache
from importlib.resources import files
from itertools import groupby

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
LACKING = (
    "What stands between ⟨ and ⟩ was written in characters that no font of this file has: each is given by "
    "its number in Unicode, such as U+1F600, and its script or name. Reports in other forms have them "
    "themselves."
)


@cache
def fonts() -> typst.Fonts:
    """The fonts that a PDF may use, the same on every machine with the same packages."""
    return typst.Fonts(include_system_fonts=False, font_paths=_DIRECTORIES)


def lacking(text: str) -> frozenset[str]:
    """The characters of a text that no font at hand has."""
    return frozenset(_lacking({character for character in text if not character.isascii()}))


def described(text: str, characters: frozenset[str]) -> str:
    """The text with these characters by number and name, a run in one: ⟨Gujarati U+0A9C U+0AB5⟩."""
    if not characters:
        return text
    runs = re.compile(f"[{re.escape(''.join(sorted(characters)))}]+")
    return runs.sub(
        lambda run: "".join(_described(script, list(run)) for script, run in groupby(run[0], _script)), text
    )


def _script(character: str) -> str:
    """The script of a letter, a mark or a digit, by the first word of its name."""
    if unicodedata.category(character)[0] not in "LMN":
        return ""
    return unicodedata.name(character, "").partition(" ")[0].capitalize()


def _described(script: str, characters: list[str]) -> str:
    if script:
        return f"⟨{script} {' '.join(_number(character) for character in characters)}⟩"
    named = ((_number(character), unicodedata.name(character, "").lower()) for character in characters)
    return "".join(f"⟨{' '.join(filter(None, parts))}⟩" for parts in named)


def _number(character: str) -> str:
    return f"U+{ord(character):04X}"


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
