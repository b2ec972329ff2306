"""Checking a sealed bundle: its hashes, its numbers against its rows, and all of it against the inputs."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import duckdb
from pydantic import ValidationError

from distillscan import __version__
from distillscan.case.store import Case, open_case
from distillscan.errors import CaseError, DistillscanError, EvidenceError
from distillscan.evidence import chain, differences, manifest, numbers, signature, sums
from distillscan.evidence.decisions import decisions_of
from distillscan.evidence.inputs import find_inputs, read_again
from distillscan.evidence.manifest import Manifest
from distillscan.evidence.seal import DECISIONS, FINDINGS, ROWS, seal
from distillscan.evidence.tables import drawn_reports
from distillscan.findings.capabilities.rules import Rules, built_in_rules, from_file
from distillscan.findings.document import Findings
from distillscan.findings.pseudonyms import give_key
from distillscan.findings.scan import scan
from distillscan.findings.settings import Settings, whole_settings
from distillscan.findings.wording import counted
from distillscan.logs.stream import hash_file

Outcome = Literal["holds", "differs", "not checked"]


@dataclass(frozen=True)
class Check:
    """One thing that was looked at, how it came out, and what was seen."""

    name: str
    outcome: Outcome
    details: tuple[str, ...] = ()


@dataclass(frozen=True)
class Means:
    """What there is to check a bundle with; without inputs the numbers are held against the rows alone."""

    inputs: Sequence[Path] = ()
    key: bytes | None = None
    signer: Path | None = None
    rules: Rules | None = None
    threads: int | None = None
    memory_limit: str | None = None


def verify(
    bundle: Path, means: Means, *, progress: Callable[[str], None] = lambda step: None
) -> Iterator[Check]:
    """Check a bundle step by step; whatever it holds is taken for what somebody may have changed.

    Raises EvidenceError when the directory is no bundle at all.
    """
    progress("hashes")
    yield _hashes(bundle)
    yield _signature(bundle, means.signer)
    sealed, findings = _parsed(bundle)
    if sealed is None or findings is None:
        yield Check("manifest and findings", "differs", ("they do not follow their form",))
        return
    yield _manifest(bundle, sealed)
    yield _decisions(bundle, sealed, findings)
    progress("numbers")
    yield _numbers(bundle, findings)
    yield _reports(bundle, sealed, findings)
    yield from _against_inputs(bundle, sealed, means, progress)


def _check(name: str, wrong: Sequence[str]) -> Check:
    shown = [*wrong[: differences.SHOWN]]
    if len(wrong) > len(shown):
        shown.append(f"and {len(wrong) - len(shown):,} more")
    return Check(name, "differs" if wrong else "holds", tuple(shown))


def _hashes(bundle: Path) -> Check:
    wrong = []
    stated = sums.read(bundle)
    for name, digest in stated.items():
        path = bundle / name
        if not path.is_file():
            wrong.append(f"{name} is missing")
        elif hash_file(path) != digest:
            wrong.append(f"{name} is not the file that was sealed")
    there = {path.relative_to(bundle).as_posix() for path in sums.files_of(bundle)}
    wrong += [f"{name} was added" for name in sorted(there - set(stated))]
    return _check(f"hashes of {len(stated)} files", wrong)


def _signature(bundle: Path, signer: Path | None) -> Check:
    if not (bundle / signature.NAME).is_file():
        if signer is None:
            return Check("signature", "not checked", ("the bundle is not signed",))
        return Check("signature", "differs", ("the bundle is not signed",))
    wrong = signature.check(bundle, signer)
    if wrong is not None:
        return Check("signature", "differs", (wrong,))
    unknown = ("whose key it is was not checked: name the public key with --signer",)
    return Check("signature", "holds", () if signer else unknown)


def _parsed(bundle: Path) -> tuple[Manifest | None, Findings | None]:
    try:
        return (
            Manifest.model_validate_json((bundle / manifest.NAME).read_bytes()),
            Findings.model_validate_json((bundle / FINDINGS).read_bytes()),
        )
    except (OSError, ValidationError):
        return None, None


def _manifest(bundle: Path, sealed: Manifest) -> Check:
    """The manifest lists every file but itself, with the hash that the sums have."""
    listed = {file.path: file.sha256 for file in sealed.outputs}
    stated = {name: digest for name, digest in sums.read(bundle).items() if name != manifest.NAME}
    wrong = [
        f"{name} stands otherwise in the manifest than in {sums.NAME}"
        for name in sorted(listed.keys() | stated.keys())
        if listed.get(name) != stated.get(name)
    ]
    return _check("manifest", wrong)


def _decisions(bundle: Path, sealed: Manifest, findings: Findings) -> Check:
    name = f"chain of {counted(sealed.decisions.records, 'decision')}"
    try:
        entries, head = chain.read(bundle / DECISIONS)
        made = decisions_of(entries, DECISIONS)
    except CaseError as error:
        return Check(name, "differs", (str(error),))
    wrong = []
    if (len(entries), head) != (sealed.decisions.records, sealed.decisions.head):
        wrong.append("the last decision is not the one that the manifest names")
    if made != findings.decisions:
        wrong.append(f"{FINDINGS} shows other decisions")
    return _check(name, wrong)


def _numbers(bundle: Path, findings: Findings) -> Check:
    try:
        derived = numbers.counted(bundle / ROWS, findings)
    except duckdb.Error:
        return Check("headline numbers from the rows", "differs", ("the row index cannot be read",))
    return _compare_numbers("headline numbers from the rows", findings, derived)


def _compare_numbers(name: str, findings: Findings, derived: dict[str, numbers.Number]) -> Check:
    stated = numbers.stated(findings)
    wrong = [
        f"{pointer}: stated {stated[pointer]}, from the rows {value}"
        for pointer, value in derived.items()
        if stated[pointer] != value
    ]
    return _check(f"{len(derived)} {name}", wrong)


def _reports(bundle: Path, sealed: Manifest, findings: Findings) -> Check:
    """The reports show what the document says: drawn again by the same version, they are the same."""
    name = "reports drawn again from the findings"
    if sealed.tool_version != __version__:
        return Check(name, "not checked", (f"they were drawn by distillscan {sealed.tool_version}",))
    drawn = dict(drawn_reports(findings))
    there = {path.name: path for path in (bundle / "reports").glob("*") if path.is_file()}
    wrong = [
        f"reports/{file} shows something else"
        for file in sorted(drawn.keys() & there.keys())
        if there[file].read_bytes() != drawn[file]
    ]
    undrawn = sorted(there.keys() - drawn.keys())
    if undrawn and not wrong:
        return Check(name, "holds", (f"their libraries are missing here: {', '.join(undrawn)}",))
    return _check(name, wrong)


def _against_inputs(
    bundle: Path, sealed: Manifest, means: Means, progress: Callable[[str], None]
) -> Iterator[Check]:
    if not means.inputs:
        what = "windows, tokens and the analysis itself need the inputs: name their directory with --inputs"
        yield Check("everything anew from the inputs", "not checked", (what,))
        return
    progress("inputs")
    found = find_inputs(sealed.inputs, means.inputs)
    missing = [f"{file.name} was not found" for file in sealed.inputs if file.number not in found]
    yield _check(f"hashes of {len(sealed.inputs)} inputs", missing)
    if missing:
        yield Check("everything anew from the inputs", "not checked", ("inputs are missing",))
        return
    with tempfile.TemporaryDirectory(prefix="distillscan-") as scratch:
        yield from _anew(bundle, sealed, found, means, Path(scratch), progress)


def _anew(
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
            read_again(case, sealed, found)
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
    yield from _side_by_side(bundle, fresh, blind=blind)
    if blind:
        yield Check("pseudonyms", "not checked", ("they were made under a key: give it with --key",))


def _settings(sealed: Manifest, rules: Rules | None) -> Settings:
    """The settings of the scan that was sealed; those of levels are fixed in a version."""
    judged_by = rules or built_in_rules()
    stated = sealed.settings.get("capability_rules", judged_by.origin)
    if from_file(str(stated)) and stated != judged_by.origin:
        raise EvidenceError(f"the capability rules were those of a {stated}; give it with --capabilities")
    numbers_of: dict[str, Any] = whole_settings(sealed.settings)
    return replace(Settings(capabilities=judged_by), **numbers_of)


def _chain_of(bundle: Path) -> bytes:
    """The decisions, if they can be read; that they cannot was said before."""
    try:
        chain.read(bundle / DECISIONS)
        return (bundle / DECISIONS).read_bytes()
    except (CaseError, OSError):
        return b""


def _rows_in_inputs(bundle: Path, case: Case) -> Check:
    findings = Findings.model_validate_json((bundle / FINDINGS).read_bytes())
    try:
        derived = numbers.observed(case.connection, bundle / ROWS, findings)
    except duckdb.Error:
        return Check("numbers from the rows of the inputs", "differs", ("the row index cannot be read",))
    return _compare_numbers("numbers from the rows of the inputs", findings, derived)


def _side_by_side(bundle: Path, fresh: Path, *, blind: bool) -> Iterator[Check]:
    """A check of each file that differs, and one of all that do not."""
    same = 0
    for file in sums.files_of(fresh):
        name = file.relative_to(fresh).as_posix()
        if name == DECISIONS or name.startswith("reports/"):
            continue
        there = (bundle / name).is_file()
        wrong = _differences(bundle / name, file, blind=blind) if there else ["it is missing"]
        if wrong:
            yield _check(f"{name} anew from the inputs", wrong)
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
