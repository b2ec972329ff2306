"""Compressed bytes to plain ones, known by what they are and not by a name; bounded, good up to any break."""

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterator

import zstandard

GZIP_MAGIC = b"\x1f\x8b"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
BZIP2_MAGIC = b"BZh"
XZ_MAGIC = b"\xfd7zXZ\x00"
#: Packed bytes asked for at a time.
RAW_BYTES = 1 << 20
#: Logs unpack to some ten or hundred times their size; beyond both bounds they are made to exhaust a machine.
MOST_UNPACKED_RATIO = 1000
LEAST_BOMB_BYTES = 1 << 30

# One piece of zstd input can grow thirty thousand times; pieces this small keep even that within memory.
_ZSTD_INPUT_BYTES = 1 << 12
_OUTPUT_BYTES = 1 << 22
# What `xz -9` needs, and some more.
_XZ_MEMORY_BYTES = 128 << 20
# The OpenTelemetry collector writes the length of each message in front of it, in this many bytes.
_LENGTH_BYTES = 4
_MOST_MESSAGE_BYTES = 100_000_000

Read = Callable[[int], bytes]


class BrokenStreamError(Exception):
    """The packed bytes end or stop making sense; what came before is good."""


def is_framed(head: bytes) -> bool:
    """Whether the bytes are zstd messages, each behind its length, as OpenTelemetry's collector writes."""
    size = int.from_bytes(head[:_LENGTH_BYTES], "big")
    return head[_LENGTH_BYTES:].startswith(ZSTD_MAGIC) and len(ZSTD_MAGIC) < size <= _MOST_MESSAGE_BYTES


def unpacked(read: Read) -> Iterator[bytes]:
    """The plain bytes, in pieces; ``read`` gives the next packed ones.

    Raises BrokenStreamError where the packed bytes break off or grow beyond all measure.
    """
    taken = given = 0

    def counted(size: int) -> bytes:
        nonlocal taken
        data = read(size)
        taken += len(data)
        return data

    for piece in _plain(counted):
        yield piece
        given += len(piece)
        if given > LEAST_BOMB_BYTES and given > MOST_UNPACKED_RATIO * taken:
            raise BrokenStreamError(f"unpacks to more than {MOST_UNPACKED_RATIO} times its size: not read on")


def _plain(read: Read) -> Iterator[bytes]:
    first = read(RAW_BYTES)
    if first.startswith(GZIP_MAGIC):
        yield from _gunzipped(first, read)
    elif first.startswith(ZSTD_MAGIC):
        yield from _unzstd(first, read)
    elif first.startswith(BZIP2_MAGIC):
        yield from _decompressed(first, read, bz2.BZ2Decompressor, "bzip2")
    elif first.startswith(XZ_MAGIC):
        yield from _decompressed(first, read, _xz, "xz")
    elif is_framed(first):
        yield from _unframed(first, read)
    else:
        while first:
            yield first
            first = read(RAW_BYTES)


def _gunzipped(data: bytes, read: Read) -> Iterator[bytes]:
    member = zlib.decompressobj(wbits=31)
    while data:
        try:
            text = member.decompress(data, _OUTPUT_BYTES)
        except zlib.error as error:
            raise BrokenStreamError(f"the gzip data is damaged ({error})") from error
        if text:
            yield text
        data = member.unconsumed_tail
        if member.eof:
            # Padding of zeros behind a member is usual on tapes and in object stores.
            data = member.unused_data.lstrip(b"\0") or read(RAW_BYTES).lstrip(b"\0")
            member = zlib.decompressobj(wbits=31) if data else member
        elif not data:
            data = read(RAW_BYTES)
    if not member.eof:
        raise BrokenStreamError("the gzip data is cut off")


def _unzstd(data: bytes, read: Read) -> Iterator[bytes]:
    frame = zstandard.ZstdDecompressor().decompressobj()
    while data:
        piece, data = data[:_ZSTD_INPUT_BYTES], data[_ZSTD_INPUT_BYTES:]
        try:
            text = frame.decompress(piece)
        except zstandard.ZstdError as error:
            raise BrokenStreamError(f"the zstd data is damaged ({error})") from error
        if text:
            yield text
        if frame.eof:
            data = frame.unused_data + data or read(RAW_BYTES)
            frame = zstandard.ZstdDecompressor().decompressobj() if data else frame
        elif not data:
            data = read(RAW_BYTES)
    if not frame.eof:
        raise BrokenStreamError("the zstd data is cut off")


def _xz() -> lzma.LZMADecompressor:
    return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY_BYTES)


def _decompressed(
    data: bytes, read: Read, new: Callable[[], bz2.BZ2Decompressor | lzma.LZMADecompressor], name: str
) -> Iterator[bytes]:
    """The streams in the packed bytes one after another, by the libraries that have one interface."""
    stream = new()
    while data or not stream.needs_input:
        try:
            text = stream.decompress(data, _OUTPUT_BYTES)
        except (OSError, ValueError, lzma.LZMAError) as error:
            raise BrokenStreamError(f"the {name} data is damaged") from error
        if text:
            yield text
        if stream.eof:
            # xz pads its streams with zeros
            data = stream.unused_data.lstrip(b"\0") or read(RAW_BYTES).lstrip(b"\0")
            if not data:
                return
            stream = new()
        else:
            data = read(RAW_BYTES) if stream.needs_input else b""
    raise BrokenStreamError(f"the {name} data is cut off")


def _unframed(data: bytes, read: Read) -> Iterator[bytes]:
    """The messages of a collector, a line each."""
    while data := data or read(RAW_BYTES):
        while len(data) < _LENGTH_BYTES and (more := read(RAW_BYTES)):
            data += more
        size = int.from_bytes(data[:_LENGTH_BYTES], "big")
        if len(data) < _LENGTH_BYTES or size > _MOST_MESSAGE_BYTES:
            raise BrokenStreamError("a message has no length: the file is cut off or damaged")
        pieces = [data[_LENGTH_BYTES:]]
        missing = size - len(pieces[0])
        while missing > 0 and (more := read(RAW_BYTES)):
            pieces.append(more)
            missing -= len(more)
        body = b"".join(pieces)
        yield from _message(body[:size])
        if missing > 0:
            raise BrokenStreamError("the last message is cut off")
        data = body[size:]


def _message(packed: bytes) -> Iterator[bytes]:
    if not packed.startswith(ZSTD_MAGIC):
        raise BrokenStreamError("a message is no zstd data")
    last = b""
    for text in _unzstd(packed, lambda _: b""):
        yield text
        last = text
    if not last.endswith(b"\n"):
        yield b"\n"
