"""The bytes of one export: hashed as they are read, decompressed by what they are and not by their name."""

from __future__ import annotations

import hashlib
import io
import zlib
from collections import deque
from collections.abc import Iterator
from pathlib import Path

import zstandard

from distillscan.errors import LogError

GZIP_MAGIC = b"\x1f\x8b"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
PARQUET_MAGIC = b"PAR1"
_RAW_BYTES = 1 << 20
# One piece of zstd input can grow thirty thousand times; pieces this small keep even that within memory.
_ZSTD_INPUT_BYTES = 1 << 12
_GZIP_OUTPUT_BYTES = 1 << 22


class _BrokenStreamError(Exception):
    """The compressed bytes end or stop making sense; what came before is good."""


class ByteStream:
    """The decompressed bytes of a file, read forward.

    ``broken`` says why the compressed bytes ended early, once they did; everything before was delivered.
    Raises LogError when the file cannot be opened or read.
    """

    closed = False

    def __init__(self, path: Path) -> None:
        self.path = path
        self.broken: str | None = None
        self.raw_bytes = 0
        self._hash = hashlib.sha256()
        self._file = _open(path)
        self._chunks = self._decompressed()
        self._waiting: deque[bytes] = deque()
        self._waiting_bytes = 0
        self._last_byte = b""

    def __enter__(self) -> ByteStream:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; the hash is kept."""
        self._file.close()
        self.closed = True

    def peek(self, size: int) -> bytes:
        """The next bytes, up to ``size``, without taking them."""
        taken = self._take(size)
        self._waiting.appendleft(taken)
        self._waiting_bytes += len(taken)
        return taken

    def read(self, size: int) -> bytes:
        """The next ``size`` bytes, fewer only at the end."""
        taken = self._take(size)
        self._last_byte = taken[-1:] or self._last_byte
        return taken

    @property
    def ended_on_newline(self) -> bool:
        """Whether the last byte taken closed a line."""
        return self._last_byte in (b"\n", b"")

    def digest(self) -> str:
        """SHA-256 of the whole file as it lies on disk; reads what is left of it."""
        while self._raw(_RAW_BYTES):
            pass
        return self._hash.hexdigest()

    def _take(self, size: int) -> bytes:
        while self._waiting_bytes < size and (chunk := self._next_chunk()):
            self._waiting.append(chunk)
            self._waiting_bytes += len(chunk)
        parts = []
        wanted = size
        while wanted and self._waiting:
            part = self._waiting.popleft()
            if len(part) > wanted:
                self._waiting.appendleft(part[wanted:])
                part = part[:wanted]
            parts.append(part)
            wanted -= len(part)
        self._waiting_bytes -= size - wanted
        return b"".join(parts)

    def _next_chunk(self) -> bytes:
        try:
            return next(self._chunks, b"")
        except _BrokenStreamError as error:
            self.broken = str(error)
            return b""

    def _raw(self, size: int) -> bytes:
        try:
            data = self._file.read(size)
        except OSError as error:
            raise LogError(f"cannot read {self.path}: {error.strerror}") from error
        self._hash.update(data)
        self.raw_bytes += len(data)
        return data

    def _decompressed(self) -> Iterator[bytes]:
        first = self._raw(_RAW_BYTES)
        if first.startswith(GZIP_MAGIC):
            yield from self._gunzipped(first)
        elif first.startswith(ZSTD_MAGIC):
            yield from self._unzstd(first)
        else:
            while first:
                yield first
                first = self._raw(_RAW_BYTES)

    def _gunzipped(self, data: bytes) -> Iterator[bytes]:
        member = zlib.decompressobj(wbits=31)
        while data:
            try:
                text = member.decompress(data, _GZIP_OUTPUT_BYTES)
            except zlib.error as error:
                raise _BrokenStreamError(f"the gzip data is damaged ({error})") from error
            if text:
                yield text
            data = member.unconsumed_tail
            if member.eof:
                # Padding of zeros behind a member is usual on tapes and in object stores.
                data = member.unused_data.lstrip(b"\0") or self._raw(_RAW_BYTES).lstrip(b"\0")
                member = zlib.decompressobj(wbits=31) if data else member
            elif not data:
                data = self._raw(_RAW_BYTES)
        if not member.eof:
            raise _BrokenStreamError("the gzip data is cut off")

    def _unzstd(self, data: bytes) -> Iterator[bytes]:
        frame = zstandard.ZstdDecompressor().decompressobj()
        while data:
            piece, data = data[:_ZSTD_INPUT_BYTES], data[_ZSTD_INPUT_BYTES:]
            try:
                text = frame.decompress(piece)
            except zstandard.ZstdError as error:
                raise _BrokenStreamError(f"the zstd data is damaged ({error})") from error
            if text:
                yield text
            if frame.eof:
                data = frame.unused_data + data or self._raw(_RAW_BYTES)
                frame = zstandard.ZstdDecompressor().decompressobj() if data else frame
            elif not data:
                data = self._raw(_RAW_BYTES)
        if not frame.eof:
            raise _BrokenStreamError("the zstd data is cut off")


def _open(path: Path) -> io.BufferedReader:
    try:
        return path.open("rb")
    except OSError as error:
        raise LogError(f"cannot read {path}: {error.strerror}") from error


def hash_file(path: Path) -> str:
    """SHA-256 of a file as it lies on disk."""
    with _open(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
