"""What is shown of a free text: one line of it, cut, with personal data taken out.

Mailboxes, addresses, and numbers as long as a telephone's or a card's. Names stay: they cannot be told from
other words, and so whoever passes an exemplar on must still read it.
"""

import re

#: Characters of a text that are shown.
LENGTH = 120

_MAILBOX = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_IPV4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.]*\w)")
_IPV6 = re.compile(r"(?<![\w:])(?:[0-9A-Fa-f]{0,4}:){3,7}[0-9A-Fa-f]{0,4}(?![\w:])")
# nine digits or more, with the separators that people write between them
_NUMBER = re.compile(r"(?<![\w.])\+?\d(?:[ ()./-]{0,2}\d){8,18}(?!\w)")


def mask(text: str) -> str:
    """Return the text with what looks like personal data replaced by the name of what stood there."""
    for pattern, name in ((_MAILBOX, "mailbox"), (_IPV6, "address"), (_IPV4, "address"), (_NUMBER, "number")):
        text = pattern.sub(f"[{name}]", text)
    return text


def shown(text: str) -> str:
    """Return what is shown of a text: masked, on one line, and cut to `LENGTH` characters."""
    line = mask(" ".join(text.split()))
    return line if len(line) <= LENGTH else line[: LENGTH - 1] + "…"
