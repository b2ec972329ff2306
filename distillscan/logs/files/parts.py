"""Inputs one after another: a file as it is, an archive as its members."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePath, PurePosixPath
from typing import BinaryIO

from distillscan.errors import LogError
from distillscan.logs.files.archives import SEPARATOR, Member, is_archive, members
from distillscan.logs.files.naming import ARCHIVES, READABLE, is_hidden, plain_suffix
from distillscan.logs.files.stream import PARQUET_MAGIC, ByteStream, open_file

_HEAD_BYTES = 4096


@dataclass(frozen=True)
class InputPath:
    """A file to read, and its name as it is printed: relative to the argument it came from.

    Of an archive ``members`` are those that are meant; all when it is None.
    """

    path: Path
    name: str
    members: frozenset[str] | None = None

    def together_with(self, other: InputPath) -> InputPath:
        """The same file, with the members that either names."""
        if self.members is None or other.members is None:
            return replace(self, members=None)
        return replace(self, members=self.members | other.members)


@dataclass(frozen=True)
class Part:
    """A file with records, or a member of an archive while it is its turn.

    ``path`` of a member is that of its archive, ``!/``, and its name in there; ``name`` is what is printed.
    ``size`` counts the bytes as they lie there, which ``open`` gives from the first one, however often.
    """

    path: Path
    name: str
    size: int
    open: Callable[[], BinaryIO]

    def sha256(self) -> str:
        """The hash of its bytes, as they lie there."""
        with ByteStream(self.path, self.open()) as stream:
            return stream.digest()


def file_part(path: Path, name: str | None = None) -> Part:
    """A file as a part of its own. Raises LogError when it is not there."""
    try:
        size = path.stat().st_size
    except OSError as error:
        raise LogError(f"cannot read {path}: {error.strerror}") from error
    return Part(path, path.name if name is None else name, size, lambda: open_file(path))


def parts_of(file: InputPath, passed_over: list[str] | None = None) -> Generator[Part]:
    """The file itself, or of an archive the members that are readable and meant, in their order.

    The names of the others that hold something go to ``passed_over``. Raises LogError for a file that cannot
    be read, and where an archive ends early, behind its good parts.
    """
    path = file.path
    with ByteStream(path) as stream:
        head = stream.peek(_HEAD_BYTES)
    if not is_archive(head):
        yield file_part(path, file.name)
        return
    empty = True
    for member in members(path):
        inside = PurePosixPath(member.name)
        if file.members is not None and member.name not in file.members:
            continue
        if is_hidden(inside):
            continue
        where, name = Path(f"{path}{SEPARATOR}{member.name}"), f"{file.name}{SEPARATOR}{member.name}"
        if is_readable(inside, partial(_member_stream, where, member)):
            empty = False
            yield Part(where, name, member.size, member.open)
        elif member.size and passed_over is not None:
            passed_over.append(name)
    if empty:
        raise LogError(f"{path} holds no readable file: JSON, CSV or Parquet")


def archive_of(path: Path) -> tuple[Path, str]:
    """The archive that a path with ``!/`` leads into, and the member; an empty one for any other path."""
    archive, separator, member = str(path).partition(SEPARATOR)
    while separator and not Path(archive).is_file():
        further, separator, member = member.partition(SEPARATOR)
        archive += SEPARATOR + further
    return Path(archive), member


def _member_stream(where: Path, member: Member) -> ByteStream:
    return ByteStream(where, member.open())


def is_readable(name: PurePath, opened: Callable[[], ByteStream]) -> bool:
    """Whether a file may hold records: by its name, or by its first bytes where the name says nothing.

    Tools give such names to parts of an export.
    """
    suffix = plain_suffix(name)
    if suffix in READABLE or suffix in ARCHIVES:
        return True
    try:
        with opened() as stream:
            head = stream.peek(_HEAD_BYTES)
    except LogError:
        return False
    return head.startswith(PARQUET_MAGIC) or head.lstrip()[:1] == b"{"
