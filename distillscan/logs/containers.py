"""Files to raw records: what kind of file it is, and its rows in blocks of flat size."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Literal, Self

from distillscan.errors import LogError
from distillscan.logs.block import BLOCK_BYTES, Block
from distillscan.logs.csvtable import CsvReader
from distillscan.logs.jsonl import read_jsonl, refuse_documents
from distillscan.logs.mapping import Mapping
from distillscan.logs.parquet import ParquetReader
from distillscan.logs.record import Record
from distillscan.logs.stream import PARQUET_MAGIC, ByteStream

Container = Literal["jsonl", "csv", "parquet"]

_COMPRESSED = (".gz", ".zst", ".zstd", ".gzip")
_JSON_NAMES = (".jsonl", ".ndjson", ".json")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
# In memory up to here, then on disk: Parquet needs to be read from its end.
_SPOOLED_BYTES = 64 << 20


def plain_suffix(path: Path) -> str:
    """The suffix below any compression suffix, in lower case."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    while suffixes and suffixes[-1] in _COMPRESSED:
        suffixes.pop()
    return suffixes[-1] if suffixes else ""


def sniff(stream: ByteStream) -> Container:
    """What a file holds: by its first bytes, and by its name where they leave it open.

    Raises LogError for text in UTF-16.
    """
    head = stream.peek(4096)
    suffix = plain_suffix(stream.path)
    if head.startswith(PARQUET_MAGIC):
        return "parquet"
    if head.startswith(_UTF16):
        raise LogError(f"{stream.path} is UTF-16 text; convert it to UTF-8")
    if suffix == ".parquet" and head:
        raise LogError(f"{stream.path} is called .parquet, but is no Parquet file")
    is_json = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[")
    return "jsonl" if is_json or suffix in _JSON_NAMES or not head else "csv"


@dataclass(frozen=True)
class FileIdentity:
    """What a file is known by, whatever its name: the SHA-256 of its bytes, and their number."""

    sha256: str
    bytes: int


class Export:
    """One open file: its container, its blocks, and after them its identity.

    Raises LogError when the file cannot be read, is one JSON document, or lacks a required column.
    """

    def __init__(self, path: Path, record: Record, mapping: Mapping) -> None:
        self.path = path
        self._stream = ByteStream(path)
        self._spool: BinaryIO | None = None
        self._csv: CsvReader | None = None
        self._parquet: ParquetReader | None = None
        try:
            self.container: Container = sniff(self._stream)
            if self.container == "jsonl":
                refuse_documents(self._stream)
            elif self.container == "csv":
                self._csv = CsvReader(self._stream, record, mapping)
            else:
                self._parquet = ParquetReader(path, self._seekable(), record, mapping)
        except BaseException:
            self.close()
            raise

    def blocks(self) -> Iterator[Block]:
        """The rows, in file order."""
        if self._csv is not None:
            return self._csv.blocks()
        if self._parquet is not None:
            return self._parquet.blocks()
        return read_jsonl(self._stream)

    @property
    def position(self) -> int:
        """Bytes of the file read so far."""
        return self._current.raw_bytes

    @property
    def warning(self) -> str | None:
        """Why the file ended early, if it did."""
        return self._current.broken

    def identity(self) -> FileIdentity:
        """Hash and size of the whole file; reads on to its end."""
        sha256 = self._current.digest()
        return FileIdentity(sha256, self._current.raw_bytes)

    def close(self) -> None:
        """Close the file."""
        if self._parquet is not None:
            self._parquet.close()
        if self._spool is not None:
            self._spool.close()
        self._current.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def _current(self) -> ByteStream:
        return self._stream if self._csv is None else self._csv.stream

    def _seekable(self) -> Path | BinaryIO:
        """The Parquet bytes to seek in: the file itself, unless it is compressed as a whole."""
        with self.path.open("rb") as file:
            if file.read(len(PARQUET_MAGIC)) == PARQUET_MAGIC:
                return self.path
        spool = tempfile.SpooledTemporaryFile(max_size=_SPOOLED_BYTES)  # noqa: SIM115 - closed with the export
        while chunk := self._stream.read(BLOCK_BYTES):
            spool.write(chunk)
        spool.seek(0)
        self._spool = spool  # type: ignore[assignment]
        return spool  # type: ignore[return-value]
