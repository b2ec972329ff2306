"""Append-only records: one JSON object a line, each with the hash of the line before.

A line that is changed, taken out or put in breaks the chain behind it. Lines cut off at the end, and a file
written anew throughout, are only seen against a hash kept elsewhere; a bundle keeps one.
"""

import hashlib
import json
import os
from pathlib import Path
from typing import Any

from distillscan.errors import CaseError

#: What stands for the line before the first.
START = "0" * 64


def append(path: Path, entry: dict[str, Any]) -> None:
    """Add a record with its number and the hash of the line before, and wait until it lies on the disk.

    Raises CaseError when the file cannot be written or its chain is broken.
    """
    entries, head = read(path)
    line = _line({"number": len(entries) + 1, "previous": head, **entry})
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "ab") as file:
            file.write(line + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise CaseError(f"cannot write {path}: {error.strerror}; nothing was recorded") from error


def read(path: Path) -> tuple[list[dict[str, Any]], str]:
    """Return the records of a file and the hash of its last line; nothing and the start without the file.

    Raises CaseError when it cannot be read or a line does not follow from the one before.
    """
    try:
        return follow(path.read_bytes() if path.exists() else b"", str(path))
    except OSError as error:
        raise CaseError(f"cannot read {path}: {error.strerror}") from error


def follow(content: bytes, name: str) -> tuple[list[dict[str, Any]], str]:
    """Return the records in the bytes of a file and the hash of its last line.

    Raises CaseError where the chain is broken.
    """
    entries: list[dict[str, Any]] = []
    head = START
    for number, line in enumerate(content.splitlines(), start=1):
        try:
            entry = json.loads(line)
        except ValueError:
            entry = None
        if not isinstance(entry, dict) or (entry.get("number"), entry.get("previous")) != (number, head):
            raise CaseError(f"{name}: line {number} does not follow from the one before it")
        entries.append(entry)
        head = hashlib.sha256(line).hexdigest()
    return entries, head


def _line(entry: dict[str, Any]) -> bytes:
    # ASCII only: what an analyst wrote must not break lines or send controls to whoever looks at the file
    return json.dumps(entry, ensure_ascii=True, separators=(",", ":")).encode()
