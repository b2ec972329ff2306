"""The bytes of one export: hashed as they are read, and unpacked."""

from __future__ import annotations

import codecs
import hashlib
import io
from collections import deque
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import BinaryIO

import numpy as np

from distillscan.arrays import UInt8s
from distillscan.errors import LogError
from distillscan.logs.files.unpack import RAW_BYTES, BrokenStreamError, unpacked

PARQUET_MAGIC = b"PAR1"
#: The byte order mark that some programs put before UTF-8.
BOM = b"\xef\xbb\xbf"
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class ByteStream:
    """The unpacked bytes of a file, read forward.

    ``file`` is what to read when it does not lie at ``path``, such as a member of an archive; it is closed
    with the stream. ``broken`` says why the bytes ended early, once they did; everything before was
    delivered. Raises LogError when the file cannot be opened or read.
    """

    def __init__(self, path: Path, file: BinaryIO | None = None) -> None:
        self.path = path
        self.broken: str | None = None
        self.raw_bytes = 0
        self._hash = hashlib.sha256()
        self._file = open_file(path) if file is None else file
        self._chunks = _as_utf8(unpacked(self._raw))
        self._waiting: deque[bytes] = deque()

    def __enter__(self) -> ByteStream:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; the hash is kept."""
        self._file.close()

    def peek(self, size: int) -> bytes:
        """The next bytes, up to ``size``, without taking them."""
        taken = self.read(size)
        if taken:
            self._waiting.appendleft(taken)
        return taken

    def read(self, size: int) -> bytes:
        """The next ``size`` bytes, fewer only at the end."""
        return b"".join(self._pieces(size))

    def read_into(self, room: UInt8s) -> int:
        """Put the next bytes into some room, as many as it holds, fewer only at the end; returns how many."""
        at = 0
        for piece in self._pieces(len(room)):
            room[at : at + len(piece)] = np.frombuffer(piece, np.uint8)
            at += len(piece)
        return at

    def _pieces(self, wanted: int) -> Iterator[bytes]:
        while wanted and (self._waiting or (chunk := self._next_chunk())):
            piece = self._waiting.popleft() if self._waiting else chunk
            if len(piece) > wanted:
                self._waiting.appendleft(piece[wanted:])
                piece = piece[:wanted]
            wanted -= len(piece)
            yield piece

    def skip_mark(self) -> None:
        """Take the byte order mark, if there is one."""
        if self.peek(len(BOM)) == BOM:
            self.read(len(BOM))

    def skip_line(self) -> None:
        """Take all bytes up to the end of the line."""
        while (rest := self.peek(RAW_BYTES)) and b"\n" not in rest:
            self.read(len(rest))
        self.read(rest.find(b"\n") + 1)

    def digest(self) -> str:
        """SHA-256 of the whole file as it lies on disk; reads what is left of it."""
        while self._raw(RAW_BYTES):
            pass
        return self._hash.hexdigest()

    def _next_chunk(self) -> bytes:
        try:
            return next(self._chunks, b"")
        except BrokenStreamError as error:
            self.broken = str(error)
            return b""

    def _raw(self, size: int) -> bytes:
        try:
            data = self._file.read(size)
        except BrokenStreamError as error:
            self.broken = str(error)
            return b""
        except OSError as error:
            raise LogError(f"cannot read {self.path}: {error.strerror}") from error
        self._hash.update(data)
        self.raw_bytes += len(data)
        return data


def _as_utf8(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The bytes as they are; text in UTF-16, as spreadsheets and shells of Windows write, in UTF-8."""
    first = next(chunks, b"")
    if not first.startswith(_UTF16):
        yield first
        yield from chunks
        return
    decoder = codecs.getincrementaldecoder("utf-16")("replace")
    for chunk in chain([first], chunks):
        # an empty piece would end the reading
        if text := decoder.decode(chunk):
            yield text.encode()


def open_file(path: Path) -> io.BufferedReader:
    """The bytes of a file as it lies on disk. Raises LogError when it cannot be opened."""
    try:
        return path.open("rb")
    except OSError as error:
        raise LogError(f"cannot read {path}: {error.strerror}") from error


def hash_file(path: Path) -> str:
    """SHA-256 of a file as it lies on disk."""
    with open_file(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
