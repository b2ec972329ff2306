"""Archives: their members one after another, read where they lie and never written to disk by their names."""

import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, BinaryIO, Self, cast

from distillscan.errors import LogError, one_line
from distillscan.logs.files.stream import ByteStream
from distillscan.logs.files.tar import is_tar, tar_members
from distillscan.logs.files.unpack import LEAST_BOMB_BYTES, MOST_UNPACKED_RATIO, BrokenStreamError

#: Between the name of an archive and that of its member.
SEPARATOR = "!/"
ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
_MOST_MEMBERS = 1_000_000
_MOST_NAME_CHARACTERS = 1000
_ENCRYPTED = 1
_COPY_BYTES = 1 << 20
# In memory up to here, then in a file without a name.
_SPOOLED_BYTES = 64 << 20
# The other methods cannot be unpacked within bounded memory.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    ValueError,
    NotImplementedError,
    OverflowError,
    OSError,
)
# What has no place in a printed name: it moves the cursor, turns the direction, or is half a character.
_ODD = re.compile("[\x00-\x1f\x7f-\x9f\\\\\ud800-\udfff\u2028-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Member:
    """One file in an archive; ``open`` works while it is its turn, as often as it is called.

    What it opens raises BrokenStreamError where the bytes are damaged; opening raises LogError.
    """

    name: str
    size: int
    open: Callable[[], BinaryIO]


def is_archive(head: bytes) -> bool:
    """Whether unpacked bytes, of which these are the first 512 or more, are a zip or tar archive."""
    return head.startswith(ZIP_MAGIC) or is_tar(head)


def members(path: Path) -> Iterator[Member]:
    """The files in an archive, in the order they lie there; directories and links are left out.

    Their names are safe to print and differ from one another. Raises LogError where the archive ends early or
    makes no sense; the members before were delivered.
    """
    copies: Counter[str] = Counter()
    with ByteStream(path) as stream:
        is_zip = stream.peek(4).startswith(ZIP_MAGIC)
        found = _zip_members(path) if is_zip else _tar_members(stream)
        for number, member in enumerate(found):
            if number == _MOST_MEMBERS:
                raise LogError(f"{path} has more than {_MOST_MEMBERS} members; the rest is not read")
            yield replace(member, name=_label(member.name, copies))


def _label(name: str, copies: Counter[str]) -> str:
    """What a member is called: only ever a label, so that no name of it leads anywhere."""
    odd = _ODD.sub(lambda match: f"%{ord(match[0]):02X}", name[:_MOST_NAME_CHARACTERS])
    parts = ["%2E%2E" if part == ".." else part for part in odd.split("/") if part not in ("", ".")]
    plain = label = "/".join(parts) or "%"
    while copies[label]:
        copies[plain] += 1
        label = f"{plain}#{copies[plain]}"
    copies[label] += 1
    return label


def _tar_members(stream: ByteStream) -> Iterator[Member]:
    for name, size, file in tar_members(stream):
        with _Kept(file) as kept:
            yield Member(name, size, kept.open)


def _zip_members(path: Path) -> Iterator[Member]:
    try:
        with zipfile.ZipFile(path) as archive:
            budget = _Budget(path.stat().st_size)
            for info in sorted(archive.infolist(), key=lambda info: info.header_offset):
                if not info.is_dir():
                    opened = partial(_open_zipped, path, archive, info, budget)
                    yield Member(info.filename, info.file_size, opened)
    except _ZIP_ERRORS as error:
        raise LogError(f"{path} is no readable zip archive: {one_line(error)}") from error


class _Kept:
    """The bytes of a member of a tar archive, which come by only once, to be read again and again."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._spool: SpooledTemporaryFile[bytes] | None = None
        self._broken: str | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._spool is not None:
            self._spool.close()

    def open(self) -> BinaryIO:
        """All of the bytes, from the first."""
        if self._spool is None:
            self._spool = SpooledTemporaryFile(max_size=_SPOOLED_BYTES)  # noqa: SIM115 - closed with the member
            try:
                while data := self._file.read(_COPY_BYTES):
                    self._spool.write(data)
            except BrokenStreamError as error:
                self._broken = str(error)
        self._spool.seek(0)
        return cast(BinaryIO, _Reading(self._spool.read, self._broken))


class _Reading(io.RawIOBase):
    """Bytes with a break behind them, if there was one."""

    def __init__(self, read: Callable[[int], bytes], broken: str | None) -> None:
        super().__init__()
        self._read = read
        self._broken = broken

    def read(self, size: int = -1) -> bytes:
        data = self._read(size)
        if not data and self._broken:
            raise BrokenStreamError(self._broken)
        return data


class _Budget:
    """How much an archive may unpack to, its members together: some lie over one another to multiply it."""

    def __init__(self, packed: int) -> None:
        self._left = 2 * max(LEAST_BOMB_BYTES, MOST_UNPACKED_RATIO * packed)

    def spend(self, size: int) -> None:
        """Raise BrokenStreamError when it is used up."""
        self._left -= size
        if self._left < 0:
            raise BrokenStreamError(f"unpacks to more than {MOST_UNPACKED_RATIO} times its size: not read on")


def _open_zipped(path: Path, archive: zipfile.ZipFile, info: zipfile.ZipInfo, budget: _Budget) -> BinaryIO:
    where = f"{path}{SEPARATOR}{_label(info.filename, Counter())}"
    if info.flag_bits & _ENCRYPTED:
        raise LogError(f"{where} is encrypted; decrypt it first")
    if info.compress_type not in _METHODS:
        raise LogError(f"{where} is packed by method {info.compress_type}; pack it by deflate")
    try:
        return cast(BinaryIO, _Zipped(archive.open(info), budget))
    except (*_ZIP_ERRORS, RuntimeError) as error:
        raise LogError(f"{where} cannot be read: {one_line(error)}") from error


class _Zipped(io.RawIOBase):
    """The bytes of a member of a zip archive."""

    def __init__(self, file: IO[bytes], budget: _Budget) -> None:
        super().__init__()
        self._file = file
        self._budget = budget

    def read(self, size: int = -1) -> bytes:
        try:
            data = self._file.read(size)
        except _ZIP_ERRORS as error:
            raise BrokenStreamError(f"the zip data is damaged ({one_line(error)})") from error
        self._budget.spend(len(data))
        return data
