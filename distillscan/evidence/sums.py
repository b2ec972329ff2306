"""SHA256SUMS: written and read as ``sha256sum`` does."""

from pathlib import Path, PurePosixPath

from distillscan.errors import EvidenceError
from distillscan.logs.files.stream import hash_file

NAME = "SHA256SUMS"


def files_of(directory: Path) -> dict[str, Path]:
    """Return the files below a directory that sums are made of, by their names in it and in their order."""
    files = sorted(path for path in directory.rglob("*") if path.is_file())
    named = {path.relative_to(directory).as_posix(): path for path in files}
    return {name: path for name, path in named.items() if name not in {NAME, f"{NAME}.sig"}}


def write(directory: Path) -> None:
    """Write the sums of all files below a directory."""
    lines = [f"{hash_file(path)}  {name}\n" for name, path in files_of(directory).items()]
    (directory / NAME).write_text("".join(lines), encoding="utf-8", newline="\n")


def read(directory: Path) -> dict[str, str]:
    """Return the hash of each file named in the sums of a directory.

    Raises EvidenceError when there are none, they cannot be read, or they name a file outside.
    """
    try:
        text = (directory / NAME).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise EvidenceError(f"{directory} is no evidence bundle: {NAME} cannot be read") from error
    sums: dict[str, str] = {}
    for line in text.splitlines():
        digest, _, name = line.partition("  ")
        path = PurePosixPath(name)
        if len(digest) != 64 or not name or path.is_absolute() or ".." in path.parts or name in sums:
            raise EvidenceError(f"{directory / NAME} holds a line that is no sum of a file in the bundle")
        sums[name] = digest
    return sums
