"""What the name of a file says about it: its kind, whether it is hidden, the values it lies under."""

from pathlib import PurePath

_COMPRESSED = (".gz", ".zst", ".zstd", ".gzip", ".bz2", ".xz")
#: Suffixes, below those of compression, of what may hold records.
READABLE = (".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".parquet")
ARCHIVES = (".zip", ".tar", ".tgz", ".tzst", ".tbz2", ".txz")
_NO_VALUE = "__HIVE_DEFAULT_PARTITION__"


def plain_suffix(path: PurePath) -> str:
    """The suffix below any compression suffix, in lower case."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    while suffixes and suffixes[-1] in _COMPRESSED:
        suffixes.pop()
    return suffixes[-1] if suffixes else ""


def is_hidden(name: PurePath) -> bool:
    """Whether a file or a directory above it is hidden, as are those that a Mac adds to an archive."""
    return any(part.startswith(".") or part == "__MACOSX" for part in name.parts)


def partition_values(path: PurePath) -> dict[str, str]:
    """The values that directories such as ``year=2026/month=01`` of a Hive tree give to all rows in them."""
    pairs = [part.split("=", 1) for part in path.parts[:-1] if "=" in part]
    return {name: value for name, value in pairs if name and value != _NO_VALUE}
