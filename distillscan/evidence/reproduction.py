"""A bundle against its inputs: read, scanned and sealed once more, and the two held side by side."""

import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import get_args

import duckdb

from distillscan.case.ingest import ingest
from distillscan.case.settle import settle
from distillscan.case.store import Case, open_case
from distillscan.choices import KeepText
from distillscan.errors import CaseError, DistillscanError, EvidenceError
from distillscan.evidence import chain, differences, numbers, sums
from distillscan.evidence.check import Check, compared, compared_numbers
from distillscan.evidence.inputs import SealedInput, find_inputs
from distillscan.evidence.manifest import DECISIONS, FINDINGS, ROWS, Manifest
from distillscan.evidence.seal import seal
from distillscan.findings.capabilities.rules import Rules, built_in_rules, from_file
from distillscan.findings.document import Findings
from distillscan.findings.pseudonyms import give_key
from distillscan.findings.scan import scan
from distillscan.findings.settings import Settings, settings_of
from distillscan.logs.files.stream import hash_file
from distillscan.logs.mapping import Mapping


@dataclass(frozen=True)
class Means:
    """What there is to check a bundle with; without inputs the numbers are held against the rows alone."""

    inputs: Sequence[Path] = ()
    key: bytes | None = None
    signer: Path | None = None
    rules: Rules | None = None
    threads: int | None = None
    memory_limit: str | None = None


def against_inputs(
    bundle: Path, sealed: Manifest, means: Means, progress: Callable[[str], None]
) -> Iterator[Check]:
    """Check a bundle against the inputs that are found with the means. Raises EvidenceError."""
    if not means.inputs:
        what = "windows, tokens and the analysis itself need the inputs: name their directory with --inputs"
        yield Check("everything anew from the inputs", "not checked", (what,))
        return
    progress("inputs")
    found = find_inputs(sealed.inputs, means.inputs)
    missing = [f"{file.name} was not found" for file in sealed.inputs if file.number not in found]
    yield compared(f"hashes of {len(sealed.inputs)} inputs", missing)
    if missing:
        yield Check("everything anew from the inputs", "not checked", ("inputs are missing",))
        return
    with tempfile.TemporaryDirectory(prefix="distillscan-") as scratch:
        yield from _reproduced(bundle, sealed, found, means, Path(scratch), progress)


def _reproduced(
    bundle: Path,
    sealed: Manifest,
    found: dict[int, Path],
    means: Means,
    scratch: Path,
    progress: Callable[[str], None],
) -> Iterator[Check]:
    """Read, scan and seal the inputs once more, and hold the two bundles side by side."""
    fresh = scratch / "bundle"
    with open_case(
        scratch / "case.duckdb", create=True, threads=means.threads, memory_limit=means.memory_limit
    ) as case:
        progress("reading the inputs anew")
        try:
            _read_again(case, sealed, found)
            if means.key is not None:
                give_key(case, means.key)
            progress("scanning anew")
            findings = scan(case, settings=_settings(sealed, means.rules))
            progress("comparing")
            remade = seal(case, findings, fresh, decisions=_chain_of(bundle))
        except EvidenceError:
            raise
        except DistillscanError as error:
            yield Check("everything anew from the inputs", "differs", (str(error),))
            return
        yield _rows_in_inputs(bundle, case)
    blind = remade.pseudonym_key != sealed.pseudonym_key
    yield from _compared_files(bundle, fresh, blind=blind)
    if blind:
        yield Check("pseudonyms", "not checked", ("they were made under a key: give it with --key",))


def _read_again(case: Case, sealed: Manifest, found: dict[int, Path]) -> None:
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


def _settings(sealed: Manifest, rules: Rules | None) -> Settings:
    """The settings of the scan that was sealed."""
    judged_by = rules or built_in_rules()
    stated = sealed.settings.get("capability_rules", judged_by.origin)
    if from_file(str(stated)) and stated != judged_by.origin:
        raise EvidenceError(f"the capability rules were those of a {stated}; give it with --capabilities")
    return replace(settings_of(sealed.settings), capabilities=judged_by)


def _chain_of(bundle: Path) -> bytes:
    """The decisions, if they can be read; that they cannot was said before."""
    try:
        chain.read(bundle / DECISIONS)
        return (bundle / DECISIONS).read_bytes()
    except (CaseError, OSError):
        return b""


def _rows_in_inputs(bundle: Path, case: Case) -> Check:
    findings = Findings.model_validate_json((bundle / FINDINGS).read_bytes())
    derive = partial(numbers.observed, case.connection, bundle / ROWS, findings)
    return compared_numbers("numbers from the rows of the inputs", findings, derive)


def _compared_files(bundle: Path, fresh: Path, *, blind: bool) -> Iterator[Check]:
    """A check of each file that differs, and one of all that do not."""
    same = 0
    for name, file in sums.files_of(fresh).items():
        if name == DECISIONS or name.startswith("reports/"):
            continue
        there = (bundle / name).is_file()
        wrong = _differences(bundle / name, file, blind=blind) if there else ["it is missing"]
        if wrong:
            yield compared(f"{name} anew from the inputs", wrong)
        same += not wrong
    yield Check(f"{same} files anew from the inputs", "holds" if same else "differs")


def _differences(sealed: Path, fresh: Path, *, blind: bool) -> list[str]:
    if hash_file(sealed) == hash_file(fresh):
        return []
    try:
        if sealed.suffix == ".parquet":
            return differences.of_tables(sealed, fresh, blind=blind)
        compare = differences.of_documents if sealed.suffix == ".json" else differences.of_texts
        return compare(sealed.read_bytes(), fresh.read_bytes(), blind=blind)
    except (duckdb.Error, ValueError):
        return ["it cannot be read"]
