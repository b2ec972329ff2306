"""What every container yields: blocks of raw rows, and the rows that could not even be split off."""

from collections import deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from distillscan.arrays import Bools

T = TypeVar("T")

BLOCK_BYTES = 32 << 20
BLOCK_ROWS = 1 << 16
#: A file that unpacks to no more is read as a whole, together with others.
SMALL_BYTES = 1 << 20
# Items that may wait: with two, stages of which each takes its time now and then seldom wait for one another.
_AHEAD = 2
# Pieces of a block that the database can work on at the same time.
_PIECE_ROWS = 1 << 13


@dataclass(frozen=True)
class Fault:
    """One row that is no record: its number from 1, a fixed reason code, and what was found."""

    row_number: int
    reason: str
    detail: str


@dataclass(frozen=True)
class Block:
    """Raw rows with their numbers (column ``row_number``), and the faults among them."""

    table: pa.Table
    faults: tuple[Fault, ...] = ()


#: Of a block in which no row is a record.
NO_ROWS = pa.table({"row_number": pa.array([], pa.int64())})


def only_faults(faults: Iterable[Fault]) -> Block:
    """A block of faults alone."""
    return Block(NO_ROWS, tuple(faults))


def prefetched(items: Iterator[T]) -> Generator[T]:
    """The same items, the next ones made while the last one is worked on."""
    with ThreadPoolExecutor(max_workers=1) as maker:
        waiting = deque(maker.submit(next, items, None) for _ in range(_AHEAD))
        while (item := waiting.popleft().result()) is not None:
            waiting.append(maker.submit(next, items, None))
            yield item


def in_pieces(table: pa.Table) -> pa.Table:
    """The same table in pieces small enough to be shared among threads.

    One with nested values stays in one piece: the database refuses a struct in a struct of a later piece.
    """
    if any(pa.types.is_nested(column.type) for column in table.schema):
        return table
    return pa.Table.from_batches(table.to_batches(max_chunksize=_PIECE_ROWS), schema=table.schema)


def is_valid_utf8(texts: pa.Array) -> bool:
    """Whether every value is UTF-8."""
    try:
        texts.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def invalid_utf8(values: pa.Array) -> Bools:
    """Which values of a text or binary array are not UTF-8; costs one pass plus one step per bad value."""
    bad = np.zeros(len(values), dtype=np.bool_)
    binary = pc.fill_null(values.cast(pa.large_binary()), b"")
    # A newline behind each value keeps two halves of a character in neighbouring values apart.
    joined = pc.binary_join_element_wise(
        binary, *(pa.scalar(text, pa.large_binary()) for text in (b"\n", b""))
    )
    _, offset_buffer, data = joined.buffers()
    offsets = np.frombuffer(offset_buffer, np.int64)[joined.offset : joined.offset + len(joined) + 1]
    view = memoryview(data)[: offsets[-1]] if len(joined) else memoryview(b"")
    position = int(offsets[0])
    while position < len(view):
        try:
            str(view[position:], "utf-8")
        except UnicodeDecodeError as error:
            row = int(np.searchsorted(offsets, position + error.start, side="right")) - 1
            bad[row] = True
            position = int(offsets[row + 1])
        else:
            break
    return bad
