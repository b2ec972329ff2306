"""Where a result goes: to stdout, or whole or not at all to a file."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from distillscan.cli.screen import show_note
from distillscan.errors import ReportError


def refuse_overwriting(path: Path | None, *, force: bool) -> None:
    """Raise ReportError when the file cannot or must not be written; call it before the work is done."""
    if path is None:
        return
    if path.is_dir():
        raise ReportError(f"{path} is a directory; name a file with -o.")
    if path.exists() and not force:
        raise ReportError(f"{path} exists already; choose another name, or overwrite it with --force.")
    if not path.absolute().parent.is_dir():
        raise ReportError(f"The directory of {path} does not exist; make it first.")


def write_result(content: str | bytes, path: Path | None, *, force: bool, quiet: bool) -> None:
    """Write a result to stdout, or to the file through a temporary one beside it that is then renamed."""
    data = content.encode() if isinstance(content, str) else content
    with result_file(path, binary=b"\0" in data, force=force, quiet=quiet) as file:
        file.write(data)


@contextmanager
def result_file(path: Path | None, *, binary: bool, force: bool, quiet: bool) -> Iterator[BinaryIO]:
    """Where a result that is written in parts goes, as `write_result` does; ``binary`` is no text."""
    if path is None:
        if sys.stdout.isatty() and binary:
            raise ReportError("This form is no text for a terminal; name a file with -o.")
        sys.stdout.flush()
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    refuse_overwriting(path, force=force)
    with _replacing(path) as file:
        yield file
    show_note(f"wrote {path}", quiet=quiet)


@contextmanager
def _replacing(path: Path) -> Iterator[BinaryIO]:
    descriptor, temporary = tempfile.mkstemp(dir=path.absolute().parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            os.fchmod(file.fileno(), 0o666 & ~_umask())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
