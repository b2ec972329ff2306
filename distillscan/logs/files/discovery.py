"""What an analyst names on the command line, as the list of files that it means."""

from collections.abc import Iterable
from functools import partial
from glob import has_magic
from pathlib import Path

from distillscan.errors import LogError
from distillscan.logs.files.naming import is_hidden
from distillscan.logs.files.parts import InputPath, archive_of, is_readable
from distillscan.logs.files.stream import ByteStream


def find_files(sources: Iterable[Path | str], passed_over: list[str] | None = None) -> list[InputPath]:
    """The files that paths, directories and globs stand for; each file once, in a fixed order.

    Directories are searched to the bottom, hidden entries and files of other kinds left out; the names of
    those that hold something go to ``passed_over``. An archive is one file here, also when only members of it
    are named, as in ``logs.zip!/a.jsonl``. Raises LogError for a path that is not there or holds nothing
    readable.
    """
    found: dict[Path, InputPath] = {}
    for source in sources:
        for file in _expand(Path(source), passed_over):
            known = found.get(file.path)
            found[file.path] = file if known is None else known.together_with(file)
    if not found:
        raise LogError("no input was named: give files, globs or directories")
    return list(found.values())


def _expand(source: Path, passed_over: list[str] | None) -> list[InputPath]:
    if source.is_dir():
        files = _directory(source, passed_over)
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
    files = [file for match in _matches(source) for file in _expand(match, passed_over)]
    if not files:
        raise LogError(f"no file matches {source}")
    return files


def _matches(pattern: Path) -> list[Path]:
    """The files of a glob; it is searched from its last part without wildcards."""
    fixed = next(position for position, part in enumerate(pattern.parts) if has_magic(part))
    root = Path(*pattern.parts[:fixed])
    return sorted(match for match in root.glob(str(Path(*pattern.parts[fixed:]))) if match.is_file())


def _directory(root: Path, passed_over: list[str] | None) -> list[InputPath]:
    files = []
    for path in sorted(path for path in root.rglob("*") if path.is_file()):
        name = path.relative_to(root)
        if is_hidden(name):
            continue
        if is_readable(path, partial(ByteStream, path)):
            files.append(InputPath(path.resolve(), name.as_posix()))
        elif path.stat().st_size and passed_over is not None:
            passed_over.append(name.as_posix())
    return files
