"""Texts as the bytes that they are in memory, for compiled passes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from distillscan.compiled import inner, readonly

Bytes = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.int64]


def letters(text: str) -> Bytes:
    """The bytes of a word."""
    return np.frombuffer(text.encode(), np.uint8)


def bytes_of(texts: pa.Array) -> tuple[Bytes, Numbers]:
    """The bytes in which the texts of an array stand, and the bounds of each, (n + 1,)."""
    if len(texts) == 0:
        return readonly(np.zeros(0, np.uint8)), np.zeros(1, np.int64)
    _, places, data = texts.buffers()
    width = np.int64 if pa.types.is_large_string(texts.type) else np.int32
    bounds = np.frombuffer(places, width)[texts.offset : texts.offset + len(texts) + 1]
    letters_of_all = np.frombuffer(data if data is not None else b"", np.uint8)
    return readonly(letters_of_all), bounds.astype(np.int64)


@inner
def same(data: Bytes, begin: int, end: int, word: Bytes) -> bool:
    """Whether these bytes are the word."""
    place = 0
    while place < len(word) and begin + place < end and data[begin + place] == word[place]:
        place += 1
    return place == len(word) and begin + place == end
