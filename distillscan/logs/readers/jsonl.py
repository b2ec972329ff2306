"""JSON Lines: one object a line, split without looking at the JSON itself."""

import re
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from distillscan.arrays import Int64s, UInt8s
from distillscan.logs.files.stream import ByteStream
from distillscan.logs.readers.block import (
    BLOCK_BYTES,
    BLOCK_ROWS,
    SMALL_BYTES,
    Block,
    Fault,
    in_pieces,
    invalid_utf8,
    is_valid_utf8,
)

MAX_LINE_BYTES = 100_000_000
_NEWLINE = ord("\n")
LINES = pa.schema([("row_number", pa.int64()), ("line", pa.string())])
# A backslash takes its partner with it, so an escaped backslash before "ud800" is not mistaken for an escape;
# of the surrogates, whole pairs are matched first.
_SURROGATES = re.compile(
    r"(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|\\u[dD][89a-fA-F][0-9a-fA-F]{2}|(\\.)",
    re.DOTALL,
)


def read_jsonl(stream: ByteStream) -> Iterator[Block]:
    """Blocks of (row_number, line); the number is that of the line in the file."""
    stream.skip_mark()
    number = 1
    carry = np.empty(0, np.uint8)
    while ahead := len(stream.peek(SMALL_BYTES + 1)):
        # In one place from the start: to join pieces that were read would fill fresh memory once more.
        data = np.empty(len(carry) + (ahead if ahead <= SMALL_BYTES else BLOCK_BYTES), np.uint8)
        data[: len(carry)] = carry
        size = len(carry) + stream.read_into(data[len(carry) :])
        ends = _line_ends(data[:size])
        cut = int(ends[-1]) if len(ends) else 0
        if cut == 0 and size > MAX_LINE_BYTES:
            yield _skip_line(stream, number)
            number, carry = number + 1, carry[:0]
            continue
        carry = data[cut:size].copy()
        for block, lines in _blocks(data, ends, number):
            yield block
            number += lines
    if stream.broken:
        yield Block(LINES.empty_table(), (Fault(number, "truncated_file", stream.broken),))
    elif len(carry):
        yield from (block for block, _ in _blocks(carry, np.array([len(carry)]), number))


def _line_ends(data: UInt8s) -> Int64s:
    """The places behind the newlines; looked for in pieces that stay in the cache."""
    pieces = range(0, len(data), SMALL_BYTES)
    found = [np.flatnonzero(data[at : at + SMALL_BYTES] == _NEWLINE) + (at + 1) for at in pieces]
    return np.concatenate([np.zeros(0, np.int64), *found])


def _skip_line(stream: ByteStream, number: int) -> Block:
    stream.skip_line()
    detail = f"longer than {MAX_LINE_BYTES} bytes"
    return Block(LINES.empty_table(), (Fault(number, "line_too_long", detail),))


def _blocks(data: UInt8s, ends: Int64s, number: int) -> Iterator[tuple[Block, int]]:
    offsets = np.concatenate(([0], ends)).astype(np.int32)
    lines = pa.StringArray.from_buffers(len(ends), pa.py_buffer(offsets), pa.py_buffer(data))
    for start in range(0, len(lines), BLOCK_ROWS):
        part = lines.slice(start, BLOCK_ROWS)
        yield text_block(part, np.diff(offsets[start : start + len(part) + 1]), number + start), len(part)


def text_block(lines: pa.Array, lengths: np.ndarray, number: int) -> Block:
    """A block of records given as their texts, numbered from ``number``; what is no text is a fault."""
    numbers = np.arange(number, number + len(lines), dtype=np.int64)
    too_long = lengths > MAX_LINE_BYTES
    bad = np.zeros(len(lines), np.bool_) if is_valid_utf8(lines) else invalid_utf8(lines)
    faults = [
        Fault(int(row), "line_too_long", f"longer than {MAX_LINE_BYTES} bytes") for row in numbers[too_long]
    ]
    faults += [
        Fault(int(row), "invalid_utf8", "bytes that are not UTF-8") for row in numbers[bad & ~too_long]
    ]
    kept = ~(bad | too_long | (lengths <= 1))
    table = pa.table([pa.array(numbers), lines], schema=LINES)
    return Block(in_pieces(table if kept.all() else table.filter(pa.array(kept))), tuple(faults))


def repaired_lines(table: pa.Table) -> pa.Table:
    """Those of some invalid lines that a half surrogate pair spoils, with U+FFFD in its place.

    Python's own json module writes such escapes, and one of them must not cost the whole record.
    """
    spoilt = table.filter(pc.match_substring_regex(table["line"], r"\\u[dD][89a-fA-F]"))
    lines = [_SURROGATES.sub(_keep_pairs, line) for line in spoilt["line"].to_pylist()]
    return pa.table([spoilt["row_number"], pa.array(lines, pa.string())], schema=LINES)


def _keep_pairs(match: re.Match[str]) -> str:
    return match[0] if match[1] or match[2] else "\\ufffd"
