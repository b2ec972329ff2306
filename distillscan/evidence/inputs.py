"""The inputs of a bundle, found again by their SHA-256 wherever they lie, and read into a new case."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import get_args

from distillscan.case.ingest import ingest
from distillscan.case.settle import settle
from distillscan.case.store import Case
from distillscan.choices import KeepText
from distillscan.errors import EvidenceError, LogError
from distillscan.evidence.manifest import Manifest, SealedInput
from distillscan.logs.mapping import Mapping
from distillscan.logs.parts import InputPath, parts_of


def find_inputs(inputs: Iterable[SealedInput], places: Iterable[Path]) -> dict[int, Path]:
    """Return where each input lies, by its number; those that are nowhere below the places are left out.

    Only files of a wanted size are hashed. Raises EvidenceError for a place that is not there.
    """
    wanted: dict[int, dict[str, list[int]]] = {}
    for file in inputs:
        wanted.setdefault(file.bytes, {}).setdefault(file.sha256, []).append(file.number)
    found: dict[int, Path] = {}
    for place in places:
        if not place.exists():
            raise EvidenceError(f"{place} does not exist; name the directory of the inputs")
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if path.is_file():
                for number, where in _found_in(path, wanted):
                    found.setdefault(number, where)
    return found


def _found_in(path: Path, wanted: dict[int, dict[str, list[int]]]) -> Iterator[tuple[int, Path]]:
    """The inputs that a file is, or that lie in it when it is an archive."""
    try:
        for part in parts_of(InputPath(path, path.name)):
            if of_size := wanted.get(part.size):
                for number in of_size.get(part.sha256(), []):
                    yield number, part.path
    except LogError:
        # No archive, a broken one, or no file to read: then no input is in it.
        return


def read_again(case: Case, sealed: Manifest, found: dict[int, Path]) -> None:
    """Read the inputs into an empty case as they were read for the bundle, under the names they had then."""
    if sealed.keep_text not in get_args(KeepText):
        raise EvidenceError(f"the manifest names an unknown way to keep text: {sealed.keep_text!r}")
    for (kind, mapping), files in groupby(sealed.inputs, key=lambda file: (file.kind, _mapping(file))):
        ingest(
            case,
            [found[file.number] for file in files],
            kind=kind,
            mapping=mapping,
            format_=mapping.format,
            account_field=sealed.account_field,
            keep_text=sealed.keep_text,  # type: ignore[arg-type]
        )
    for file in sealed.inputs:
        case.connection.execute(
            "UPDATE files SET name = ? WHERE kind = ? AND sha256 = ? AND mapping = ?",
            [file.name, file.kind, file.sha256, _mapping(file).canonical_json()],
        )
    settle(case)


def _mapping(file: SealedInput) -> Mapping:
    return Mapping.from_canonical_json(json.dumps(file.mapping))
