"""Text of the log made harmless for the place it is shown in: one function for each kind of place.

Whoever sent the prompts chose their text, and the account ids and file names are no safer. Nothing here is
meant to be undone: the exact text is in the export, and in ``json`` and ``parquet`` output.
"""

import re

# A string that is never closed loses its introducer only: a prompt must not hide the rest of itself.
_ANSI_SEQUENCE = re.compile(
    r"""
    (?: \x1b\] | \x9d ) [^\x07\x1b\x9c]* (?: \x07 | \x1b\\ | \x9c )           # operating system command
    | (?: \x1b[PX^_] | [\x90\x98\x9e\x9f] ) [^\x1b\x9c]* (?: \x1b\\ | \x9c )  # device control strings
    | (?: \x1b\[ | \x9b ) [0-?]* [ -/]* [@-~]?                                 # colours, cursor, modes
    | \x1b [ -/]* [0-~]?                                                       # two-character escape
    """,
    re.VERBOSE,
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
# They reorder or hide what stands beside them. The joiners U+200C and U+200D stay: words and emoji need them.
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_SPACE = re.compile(r"\s+")
_BEFORE_PERCENT = re.compile("(?<=[0-9]) (?=%)")
_XML_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\x7f-\x9f]")
_JSON_UNSAFE = re.compile(f"[\x7f-\x9f]|{_INVISIBLE.pattern}")
_FORMULA_START = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_CSV_PADDING = " \u00a0\u3000␀␉␊␋␌␍"
_CSV_CONTROL_START = ("␉", "␊", "␍")
_MARKDOWN_PUNCTUATION = re.compile(r"([\\`*_\[\]<>~&#$@])")
_MARKDOWN_LINE_START = re.compile(r"^([-+=]|\d+(?=[.)]))")

_LATEX = {
    **{character: f"\\{character}" for character in "{}$&#_%"},
    # braces keep brackets and stars from being an argument of a line break before them, dashes from joining
    **{character: f"{{{character}}}" for character in "[]*-,<>!?'"},
    "\\": "\\textbackslash{}",
    "^": "\\textasciicircum{}",
    "~": "\\textasciitilde{}",
    "`": "\\textasciigrave{}",
    '"': "\\textquotedbl{}",
    "|": "\\textbar{}",
}
_LATEX_SPECIAL = re.compile("[" + re.escape("".join(_LATEX)) + "]")


def terminal(text: str) -> str:
    """One line for a terminal: without escape sequences, control characters or reordering marks."""
    # of what is taken out or made a space below, only the space is printable
    if text.isprintable():
        return " ".join(text.split())
    text = _ANSI_SEQUENCE.sub("", text)
    text = _SURROGATE.sub("\ufffd", text)
    text = _INVISIBLE.sub("", text)
    return _SPACE.sub(" ", _CONTROL.sub(" ", text)).strip()


def markdown(text: str) -> str:
    """One line of prose for Markdown: nothing in it links, loads or formats, or begins a list."""
    return _MARKDOWN_LINE_START.sub(lambda start: _escape_line_start(start[0]), markdown_cell(text))


def markdown_cell(text: str) -> str:
    """Text for inside a line of Markdown, such as a cell of a table: as `markdown`, whatever it begins with.

    Pipes become the box-drawing bar, because renderers differ on escaped ones.
    """
    text = _MARKDOWN_PUNCTUATION.sub(r"\\\1", terminal(text).replace("|", "│"))
    return text.replace("://", "\\:\\//").replace("www.", "www\\.")


def _escape_line_start(start: str) -> str:
    return f"&#{ord(start[0])};{start[1:]}"


def markdown_code(text: str) -> str:
    """A Markdown code span that holds the text, for names and prompts: inside it nothing is interpreted."""
    text = terminal(text).replace("|", "│") or "(empty)"
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def csv_cell(text: str) -> str:
    """A CSV cell that no spreadsheet takes for a formula, its control characters as `visible` pictures."""
    text = visible(text)
    return f"'{text}" if is_formula(text) else text


def is_formula(text: str) -> bool:
    """Whether a spreadsheet might take a text (already `visible`) for a formula, now or when it is edited."""
    shown = _INVISIBLE.sub("", text).lstrip(_CSV_PADDING)
    return shown.startswith(_FORMULA_START) or text.startswith(_CSV_CONTROL_START)


def visible(text: str) -> str:
    """Text with its control characters as visible pictures.

    Pictures instead of removal, so that two ids stay two ids.
    """
    return _SURROGATE.sub("\ufffd", _CONTROL.sub(lambda match: _picture(match[0]), text))


def _picture(control: str) -> str:
    code = ord(control)
    if code < 0x20:
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else "\ufffd"


def xml(text: str) -> str:
    """Text without the characters that XML 1.0 forbids or discourages; markup is the writer's to escape."""
    return _XML_FORBIDDEN.sub("\ufffd", text)


def latex(text: str) -> str:
    """One line of text for LaTeX, table cells included: no character of it is a command or joins another."""
    return _LATEX_SPECIAL.sub(lambda match: _LATEX[match[0]], terminal(text))


def xml_line(text: str) -> str:
    """One line for a page, a drawing or a Word file; ``<`` and ``&`` are the writer's to escape."""
    return xml(terminal(text))


def unbroken(text: str) -> str:
    """A drawn text in which no line ends between a number and its sign: 62 %."""
    return _BEFORE_PERCENT.sub("\u00a0", text)


def json_text(document: str) -> str:
    """A serialised JSON document with control and reordering characters escaped; its content is unchanged.

    JSON allows such characters bare inside strings, but the document may be shown on a terminal.
    """
    return _JSON_UNSAFE.sub(lambda match: _json_escape(match[0]), document)


def _json_escape(character: str) -> str:
    units = character.encode("utf-16-be")
    return "".join(f"\\u{units[i] << 8 | units[i + 1]:04x}" for i in range(0, len(units), 2))
