"""The compiled loop that finds where CSV records end, and gives up a quote that is never closed."""

from distillscan.arrays import Int64s, UInt8s
from distillscan.compiled import in_place, inner

#: The field count of a record whose quote is not closed.
UNCLOSED = -1
QUOTE, NO_QUOTE = ord('"'), -1
_NEWLINE, _RETURN = ord("\n"), ord("\r")
# In the place of a place: the record may end in bytes still to come, or its quote is certainly not closed.
_MORE, _BROKEN = -1, -2


@inner
def _behind_quoted(data: UInt8s, at: int) -> int:
    """The place behind the quoted text that begins at a place; `_MORE` when it does not end here."""
    while at < len(data):
        if data[at] == QUOTE:
            if at + 1 == len(data) or data[at + 1] != QUOTE:
                return at + 1
            at += 1
        at += 1
    return _MORE


@inner
def _has_break(data: UInt8s, begin: int, end: int) -> bool:
    for at in range(begin, end):  # noqa: SIM110 - the compiler knows loops
        if data[at] == _NEWLINE or data[at] == _RETURN:
            return True
    return False


@inner
def _record(data: UInt8s, at: int, delimiter: int, quote: int) -> tuple[int, int]:
    """The place behind the record that begins at a place, and its number of fields.

    The place is `_MORE` when the bytes end first; the fields are `UNCLOSED` when they do so in a quoted text.
    The place is `_BROKEN` when a quoted text runs over lines and goes on behind its end: that end was the
    begin of another one.
    """
    fields = 1
    begins = True
    while at < len(data):
        byte = data[at]
        if begins and byte == quote:
            behind = _behind_quoted(data, at + 1)
            if behind == _MORE:
                return _MORE, UNCLOSED
            ends = behind == len(data) or data[behind] in (delimiter, _NEWLINE, _RETURN)
            if not ends and _has_break(data, at, behind):
                return _BROKEN, UNCLOSED
            at = behind
            begins = False
        elif byte == _NEWLINE:
            return at + 1, fields
        elif byte == _RETURN:
            if at + 1 == len(data):
                return _MORE, fields
            return (at + 2 if data[at + 1] == _NEWLINE else at + 1), fields
        else:
            begins = byte == delimiter
            fields += begins
            at += 1
    return _MORE, fields


@inner
def _behind_line(data: UInt8s, at: int) -> int:
    while at < len(data):
        at += 1
        if data[at - 1] == _NEWLINE:
            return at
    return _MORE


@in_place
def split(
    data: UInt8s, delimiter: int, quote: int, final: bool, limit: int, ends: Int64s, fields: Int64s
) -> tuple[int, int]:
    """Find the ends of records, until the bytes or the places for records end.

    ``ends`` takes the place behind each record, with the empty lines before it; ``fields`` its number of
    fields, or `UNCLOSED` for a line whose quote is not closed within ``limit`` bytes: records go on in the
    line below. ``quote`` is `QUOTE`, or `NO_QUOTE` where texts stand without. ``final`` says that no more
    bytes follow. Returns the number of records and the place behind the last.
    """
    count = at = 0
    while count < len(ends):
        begin = at
        while begin < len(data) and (data[begin] == _NEWLINE or data[begin] == _RETURN):
            begin += 1
        if begin == len(data):
            break
        behind, found = _record(data, begin, delimiter, quote)
        if behind == _MORE and final and found != UNCLOSED:
            behind = len(data)
        elif behind == _MORE and not final and len(data) - begin <= limit:
            break
        elif behind < 0:
            found = UNCLOSED
            behind = _behind_line(data, begin)
            if behind == _MORE and not final:
                break
            if behind == _MORE:
                behind = len(data)
        ends[count], fields[count] = behind, found
        count += 1
        at = behind
    return count, at
