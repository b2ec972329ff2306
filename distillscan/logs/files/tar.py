"""Tar archives, read forward within bounded memory.

The standard library's reader takes the extended headers of an archive whole, at any size they claim, and some
of its releases can be made to loop; an export under investigation may come from the adversary.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO, cast

from distillscan.errors import LogError
from distillscan.logs.files.stream import ByteStream
from distillscan.logs.files.unpack import BrokenStreamError

_BLOCK = 512
_NAME, _SIZE, _CHECKSUM, _PREFIX = slice(0, 100), slice(124, 136), slice(148, 156), slice(345, 500)
_TYPE = slice(156, 157)
_MAGIC = slice(257, 262)
_FILES = (b"0", b"\0", b"7")
_LONG_NAME, _EXTENDED, _SPARSE = b"L", b"x", b"S"
_MOST_HEADER_BYTES = 1 << 20
_READ_BYTES = 1 << 20


class _DamagedHeaderError(Exception):
    """A header that makes no sense."""


def is_tar(head: bytes) -> bool:
    """Whether the bytes begin with a header of a tar archive."""
    return head[_MAGIC] == b"ustar" and _has_checksum(head[:_BLOCK])


def tar_members(stream: ByteStream) -> Iterator[tuple[str, int, BinaryIO]]:
    """Name, size and bytes of each file, to be read before the next one is asked for.

    Raises LogError where the archive breaks off.
    """
    try:
        yield from _members(stream)
    except _DamagedHeaderError as error:
        raise LogError(f"{stream.path}: the rest of the archive is not read: {error}") from error


def _members(stream: ByteStream) -> Iterator[tuple[str, int, BinaryIO]]:
    ended = False
    extended: dict[str, bytes] = {}
    while header := stream.read(_BLOCK):
        if not header.strip(b"\0"):
            ended = True
            continue
        if len(header) < _BLOCK or not _has_checksum(header):
            raise _DamagedHeaderError(stream.broken or "a header is damaged")
        ended = False
        kind = header[_TYPE]
        size = _decimal(extended["size"]) if "size" in extended else _size(header[_SIZE])
        body = _Body(stream, size)
        if kind in (_LONG_NAME, _EXTENDED):
            extended |= _extension(kind, body)
        else:
            name = extended.get("path") or _name(header)
            extended = {} if kind != b"g" else extended
            if kind == _SPARSE:
                raise _DamagedHeaderError(f"{name!a} is stored as a sparse file")
            if kind in _FILES and not name.endswith(b"/"):
                yield name.decode(errors="replace"), size, cast(BinaryIO, body)
        body.skip()
    if stream.broken or not ended:
        raise _DamagedHeaderError(stream.broken or "it ends without its end mark")


def _has_checksum(header: bytes) -> bool:
    try:
        stated = int(header[_CHECKSUM].strip(b" \0") or b"0", 8)
    except ValueError:
        return False
    blank = b" " * 8
    return stated == sum(header[: _CHECKSUM.start]) + sum(blank) + sum(header[_CHECKSUM.stop :])


def _size(field: bytes) -> int:
    """A size in octal digits, or binary where the first bit is set."""
    if field[:1] == b"\x80":
        return int.from_bytes(field[1:], "big")
    try:
        return int(field.strip(b" \0") or b"0", 8)
    except ValueError:
        raise _DamagedHeaderError("a header states no size") from None


def _decimal(field: bytes) -> int:
    if not (field.isdigit() and len(field) < 20):
        raise _DamagedHeaderError("an extended header states no size")
    return int(field)


def _name(header: bytes) -> bytes:
    name = header[_NAME].partition(b"\0")[0]
    prefix = header[_PREFIX].partition(b"\0")[0] if header[_MAGIC.start : 263] == b"ustar\0" else b""
    return prefix + b"/" + name if prefix else name


def _extension(kind: bytes, body: _Body) -> dict[str, bytes]:
    """The name and size that an extended header gives to the next file."""
    if body.left > _MOST_HEADER_BYTES:
        raise _DamagedHeaderError("an extended header is too large")
    data = body.whole()
    if kind == _LONG_NAME:
        return {"path": data.rstrip(b"\0")}
    found = {}
    while data:
        length, _, entry = data.partition(b" ")
        if not (length.isdigit() and len(length) < 8 and len(length) + 1 < int(length) <= len(data)):
            raise _DamagedHeaderError("an extended header is damaged")
        key, _, value = entry[: int(length) - len(length) - 2].partition(b"=")
        if key in (b"path", b"size"):
            found[key.decode()] = value
        elif key.startswith(b"GNU.sparse"):
            raise _DamagedHeaderError("a file is stored as a sparse file")
        data = data[int(length) :]
    return found


class _Body(io.RawIOBase):
    """The bytes behind a header."""

    def __init__(self, stream: ByteStream, size: int) -> None:
        super().__init__()
        self._stream = stream
        self._padding = -size % _BLOCK
        self.left = size

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(self.left if size < 0 else min(size, self.left))
        self.left -= len(data)
        if not data and self.left and size:
            raise BrokenStreamError(self._stream.broken or "the archive is cut off")
        return data

    def whole(self) -> bytes:
        """All that is left."""
        try:
            return self.read()
        except BrokenStreamError as error:
            raise _DamagedHeaderError(str(error)) from error

    def skip(self) -> None:
        """Go behind the bytes, and to the next header."""
        while self.left and (data := self._stream.read(min(_READ_BYTES, self.left))):
            self.left -= len(data)
        self._stream.read(self._padding)
