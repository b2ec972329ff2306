"""What an analyst names on the command line, as the list of files that it means."""

from collections.abc import Iterable
from functools import partial
from glob import has_magic
from pathlib import Path

from distillscan.errors import LogError
from distillscan.logs.files.naming import is_hidden
from distillscan.logs.files.parts import InputPath, archive_of, is_readable
from distillscan.logs.files.stream import ByteStream


def find_files(sources: Iterable[Path | str]) -> list[InputPath]:
    """The files that paths, directories and globs stand for; each file once, in a fixed order.

    Directories are searched to the bottom, hidden entries and files of other kinds left out. An archive is
    one file here, also when only members of it are named, as in ``logs.zip!/a.jsonl``. Raises LogError for a
    path that is not there or holds nothing readable.
    """
    found: dict[Path, InputPath] = {}
    for source in sources:
        for file in _expand(Path(source)):
            known = found.get(file.path)
            found[file.path] = file if known is None else known.together_with(file)
    if not found:
        raise LogError("no input was named: give files, globs or directories")
    return list(found.values())


def left_out(sources: Iterable[Path | str]) -> list[str]:
    """The names of files in directories that `find_files` passes over though they hold something."""
    return [
        path.relative_to(root).as_posix()
        for root in map(Path, sources)
        if root.is_dir()
        for path in _files(root)
        if path.stat().st_size and not is_readable(path, partial(ByteStream, path))
    ]


def _expand(source: Path) -> list[InputPath]:
    if source.is_dir():
        files = _directory(source)
        if not files:
            raise LogError(f"{source} holds no readable file: JSON, CSV, Parquet, or an archive of them")
        return files
    if source.exists():
        if not source.is_file():
            raise LogError(f"{source} is neither a file nor a directory")
        return [InputPath(source.resolve(), source.name)]
    archive, member = archive_of(source)
    if member:
        return [InputPath(archive.resolve(), archive.name, frozenset([member]))]
    if not has_magic(str(source)):
        raise LogError(f"{source} does not exist")
    files = [file for match in _matches(source) for file in _expand(match)]
    if not files:
        raise LogError(f"no file matches {source}")
    return files


def _matches(pattern: Path) -> list[Path]:
    """The files of a glob; it is searched from its last part without wildcards."""
    fixed = next(position for position, part in enumerate(pattern.parts) if has_magic(part))
    root = Path(*pattern.parts[:fixed])
    return sorted(match for match in root.glob(str(Path(*pattern.parts[fixed:]))) if match.is_file())


def _directory(root: Path) -> list[InputPath]:
    return [
        InputPath(path.resolve(), path.relative_to(root).as_posix())
        for path in _files(root)
        if is_readable(path, partial(ByteStream, path))
    ]


def _files(root: Path) -> list[Path]:
    inside = sorted(path for path in root.rglob("*") if path.is_file())
    return [path for path in inside if not is_hidden(path.relative_to(root))]
