"""Files to raw records: what kind of file it is, and its rows in blocks of flat size."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Literal, Self

from distillscan.errors import LogError
from distillscan.logs.files.archives import is_archive
from distillscan.logs.files.naming import partition_values, plain_suffix
from distillscan.logs.files.parts import Part, file_part
from distillscan.logs.files.stream import BOM, PARQUET_MAGIC, ByteStream
from distillscan.logs.mapping import Mapping
from distillscan.logs.readers.block import BLOCK_BYTES, SMALL_BYTES, Block
from distillscan.logs.readers.csvtable import CsvReader
from distillscan.logs.readers.jsondoc import Envelope, find_layout, read_documents
from distillscan.logs.readers.jsonl import read_jsonl
from distillscan.logs.readers.parquet import ParquetReader
from distillscan.logs.record import Record

Container = Literal["jsonl", "json", "csv", "parquet"]

_JSON_NAMES = (".jsonl", ".ndjson", ".json")
# In memory up to here, then on disk: Parquet needs to be read from its end.
_SPOOLED_BYTES = 64 << 20


def sniff(stream: ByteStream) -> Literal["text", "csv", "parquet"]:
    """What a file holds, JSON text or a table: by its first bytes, and by its name where they leave it open.

    Raises LogError for an archive.
    """
    head = stream.peek(4096)
    suffix = plain_suffix(stream.path)
    if head.startswith(PARQUET_MAGIC):
        return "parquet"
    if is_archive(head):
        raise LogError(f"{stream.path} is an archive inside another; unpack the outer one")
    if suffix == ".parquet" and head:
        raise LogError(f"{stream.path} is called .parquet, but is no Parquet file")
    is_json = head.removeprefix(BOM).lstrip()[:1] in (b"{", b"[")
    return "text" if is_json or suffix in _JSON_NAMES or not head else "csv"


@dataclass(frozen=True)
class FileIdentity:
    """What a file is known by, whatever its name: the SHA-256 of its bytes, and their number."""

    sha256: str
    bytes: int


class Export:
    """One open file or member of an archive: its container, its blocks, and after them its identity.

    ``doubt`` is a warning about the format it is read in. Raises LogError when it cannot be read or lacks a
    required column.
    """

    doubt: str | None = None

    def __init__(self, source: Path | Part, record: Record, mapping: Mapping) -> None:
        self.part = source if isinstance(source, Part) else file_part(source)
        self.path = self.part.path
        self._stream = ByteStream(self.path, self.part.open())
        self._spool: BinaryIO | None = None
        self._reader: CsvReader | ParquetReader | None = None
        self._envelope: Envelope | None = None
        try:
            self.container = self._open(record, mapping)
        except BaseException:
            self.close()
            raise

    def _open(self, record: Record, mapping: Mapping) -> Container:
        kind = sniff(self._stream)
        if kind == "text":
            # What carries one of these is a record, and not the frame around a list of them.
            marks = {"model", *(mapping.path_of(name).partition(".")[0] for name in record.required)}
            self._envelope = find_layout(self._stream, marks)
            return "jsonl" if self._envelope is None else "json"
        above = partition_values(self.path)
        if kind == "csv":
            self._reader = CsvReader(self._stream, record, mapping, above)
        else:
            self._reader = ParquetReader(self.path, self._seekable(), record, mapping, above)
        return kind

    def blocks(self) -> Iterator[Block]:
        """The rows, in file order."""
        if self._reader is not None:
            return self._reader.blocks()
        if self._envelope is not None:
            return read_documents(self._stream, self._envelope)
        return read_jsonl(self._stream)

    @property
    def is_small(self) -> bool:
        """Whether what the file unpacks to is so little that it can be held whole."""
        if isinstance(self._reader, ParquetReader):
            return self._reader.is_small
        return self.part.size <= SMALL_BYTES and len(self._stream.peek(SMALL_BYTES + 1)) <= SMALL_BYTES

    @property
    def position(self) -> int:
        """Bytes of the file read so far; of Parquet, its size times the share of the rows."""
        if isinstance(self._reader, ParquetReader):
            return int(self.part.size * self._reader.share)
        return self._stream.raw_bytes

    @property
    def warning(self) -> str | None:
        """Why the file ended early, if it did, or else the doubt about it."""
        table = self._reader.broken if isinstance(self._reader, ParquetReader) else None
        return self._stream.broken or table or self.doubt

    def identity(self) -> FileIdentity:
        """Hash and size of the whole file; reads on to its end."""
        sha256 = self._stream.digest()
        return FileIdentity(sha256, self._stream.raw_bytes)

    def close(self) -> None:
        """Close the file."""
        if isinstance(self._reader, ParquetReader):
            self._reader.close()
        if self._spool is not None:
            self._spool.close()
        self._stream.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _seekable(self) -> Path | BinaryIO:
        """The Parquet bytes to seek in: the file itself, unless it is compressed or lies in an archive."""
        if self.path.is_file():
            with self.path.open("rb") as file:
                if file.read(len(PARQUET_MAGIC)) == PARQUET_MAGIC:
                    return self.path
        spool = tempfile.SpooledTemporaryFile(max_size=_SPOOLED_BYTES)  # noqa: SIM115 - closed with the export
        while chunk := self._stream.read(BLOCK_BYTES):
            spool.write(chunk)
        spool.seek(0)
        self._spool = spool  # type: ignore[assignment]
        return spool  # type: ignore[return-value]
