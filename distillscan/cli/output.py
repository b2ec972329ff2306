"""Where a result goes: to stdout, or whole or not at all to a file."""

import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeVar

from rich.console import RenderableType

from distillscan.cli.screen import as_plain_text, show_note, show_result
from distillscan.errors import ReportError

_Form = TypeVar("_Form", bound=str)


def form_for(asked: _Form | None, path: Path | None, forms: Iterable[_Form], usual: _Form) -> _Form:
    """The form asked for, or else the one that the file's name ends with, or else the usual one."""
    ending = path.suffix.lower().removeprefix(".") if path else ""
    return asked or next((form for form in forms if form == ending), usual)


@dataclass(frozen=True)
class Destination:
    """Stdout, or a file with ``path``; ``force`` lets it take the place of another one.

    Make it before the work is done: it raises ReportError when the file cannot or must not be written.
    """

    path: Path | None = None
    force: bool = False

    def __post_init__(self) -> None:
        if self.path is not None:
            refuse_overwriting(self.path, force=self.force)

    def draw(self, drawing: RenderableType) -> None:
        """Write a drawing: for the screen as it is, for a file as plain text."""
        if self.path is None:
            show_result(drawing)
        else:
            self.write(as_plain_text(drawing))

    def write(self, content: str | bytes) -> None:
        """Write a whole result."""
        data = content.encode() if isinstance(content, str) else content
        with self.opened(binary=b"\0" in data) as file:
            file.write(data)

    @contextmanager
    def opened(self, *, binary: bool) -> Iterator[BinaryIO]:
        """Where a result that is written in parts goes; ``binary`` says that it is no text.

        A file comes through a temporary one beside it that is then renamed; a device or a pipe is written to.
        """
        if self.path is None:
            if sys.stdout.isatty() and binary:
                raise ReportError("this form is no text for a terminal; name a file with -o")
            sys.stdout.flush()
            yield sys.stdout.buffer
            sys.stdout.buffer.flush()
            return
        refuse_overwriting(self.path, force=self.force)
        with _device(self.path) if _is_device(self.path) else _replacing(self.path) as file:
            yield file
        show_note(f"wrote {self.path}")


def refuse_overwriting(path: Path, *, force: bool) -> None:
    """Raise ReportError when a file cannot or must not be written."""
    if path.is_dir():
        raise ReportError(f"{path} is a directory; name a file with -o")
    if path.exists() and not force and not _is_device(path):
        raise ReportError(f"{path} exists already; choose another name, or overwrite it with --force")
    if not path.absolute().parent.is_dir():
        raise ReportError(f"the directory of {path} does not exist; make it first")


def _is_device(path: Path) -> bool:
    return path.exists() and not path.is_file()


def _device(path: Path) -> BinaryIO:
    try:
        return path.open("wb")
    except OSError as failure:
        raise ReportError(f"cannot write {path}: {failure.strerror}") from failure


@contextmanager
def _replacing(path: Path) -> Iterator[BinaryIO]:
    # what a link leads to is replaced, and not the link
    real = path.resolve()
    try:
        descriptor, temporary = tempfile.mkstemp(dir=real.parent, prefix=f".{real.name}.")
    except OSError as failure:
        raise ReportError(f"cannot write {path}: {failure.strerror}") from failure
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            os.fchmod(file.fileno(), 0o666 & ~_umask())
        Path(temporary).replace(real)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
