"""Files named by an analyst, as the batches that go into a case: recognised, and none of them twice."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from distillscan.errors import LogError
from distillscan.logs.batch import Batch, SingleFile, SmallFiles, read_small
from distillscan.logs.containers import Export
from distillscan.logs.files.parts import InputPath, Part, parts_of
from distillscan.logs.mapping import Mapping
from distillscan.logs.recognise import mapping_for
from distillscan.logs.record import Record

# Small files wait for others that can be read with them; so many kinds of files may wait.
_MOST_WAITING = 16


@dataclass
class KnownFiles:
    """The files a case has: by hash and map, and their sizes, because a hash costs reading the file."""

    names: dict[tuple[str, str], str] = field(default_factory=dict)
    sizes: set[int] = field(default_factory=set)

    def add(self, sha256: str, size: int, mapping: str, name: str) -> None:
        """Note a file, read under a map in its canonical spelling."""
        self.names[sha256, mapping] = name
        self.sizes.add(size)

    def name_of(self, sha256: str, mapping: Mapping) -> str | None:
        """What the case calls a file with these bytes, read in this way."""
        return self.names.get((sha256, mapping.canonical_json()))


@dataclass(frozen=True, eq=False)
class Loadable:
    """A batch to load; ``last`` is the position of the input it reaches into."""

    batch: Batch
    last: int


@dataclass(frozen=True, eq=False)
class AlreadyIn:
    """A file that the case has, under ``name``."""

    part: Part
    name: str


Intake = Loadable | AlreadyIn | LogError


def take_in(
    files: Sequence[InputPath],
    record: Record,
    mapping: Mapping,
    known: KnownFiles,
    passed_over: list[str] | None = None,
) -> Iterator[Intake]:
    """What to load, one batch after another; each is to be used before the next one is asked for.

    ``known`` is asked for each file, and told of each small one. A file that cannot be read is the LogError
    that says so, and the others follow. ``passed_over`` is as of `parts_of`.
    """
    waiting: dict[str, SmallFiles] = {}
    for position, file in enumerate(files):
        try:
            for part in parts_of(file, passed_over):
                yield from _take(part, position, record, mapping, known, waiting)
        except LogError as error:
            yield error
    for batch in waiting.values():
        yield Loadable(batch, len(files) - 1)


def _take(
    part: Part,
    position: int,
    record: Record,
    mapping: Mapping,
    known: KnownFiles,
    waiting: dict[str, SmallFiles],
) -> Iterator[Intake]:
    try:
        own, doubt = mapping_for(part, record, mapping)
        with Export(part, record, own) as export:
            export.doubt = doubt
            if not export.is_small:
                name = known.name_of(part.sha256(), own) if part.size in known.sizes else None
                yield AlreadyIn(part, name) if name else Loadable(SingleFile(export, own), position)
                return
            small = read_small(export, own)
    except LogError as error:
        yield error
        return
    identity = small.file.identity
    name = known.name_of(identity.sha256, own)
    if name is not None:
        yield AlreadyIn(part, name)
        return
    known.add(identity.sha256, identity.bytes, own.canonical_json(), part.name)
    batch = waiting.setdefault(small.key, SmallFiles(own))
    batch.add(small)
    if batch.is_full:
        yield Loadable(waiting.pop(small.key), position)
    elif len(waiting) > _MOST_WAITING:
        yield Loadable(waiting.pop(next(iter(waiting))), position)
