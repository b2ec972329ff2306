"""Checking a sealed bundle: its hashes, its numbers against its rows, and all of it against the inputs."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from pydantic import ValidationError

from distillscan import __version__
from distillscan.errors import CaseError
from distillscan.evidence import chain, manifest, numbers, signature, sums
from distillscan.evidence.check import Check, compared, compared_numbers
from distillscan.evidence.decisions import decisions_of
from distillscan.evidence.manifest import DECISIONS, FINDINGS, ROWS, Manifest
from distillscan.evidence.reproduction import Means, against_inputs
from distillscan.evidence.tables import drawn_reports
from distillscan.findings.document import Findings
from distillscan.findings.wording import counted
from distillscan.logs.files.stream import hash_file


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
    yield from against_inputs(bundle, sealed, means, progress)


def _hashes(bundle: Path) -> Check:
    wrong = []
    stated = sums.read(bundle)
    for name, digest in stated.items():
        path = bundle / name
        if not path.is_file():
            wrong.append(f"{name} is missing")
        elif hash_file(path) != digest:
            wrong.append(f"{name} is not the file that was sealed")
    wrong += [f"{name} was added" for name in sorted(sums.files_of(bundle).keys() - stated.keys())]
    return compared(f"hashes of {len(stated)} files", wrong)


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
    return compared("manifest", wrong)


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
    return compared(name, wrong)


def _numbers(bundle: Path, findings: Findings) -> Check:
    derive = partial(numbers.counted, bundle / ROWS, findings)
    return compared_numbers("headline numbers from the rows", findings, derive)


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
    return compared(name, wrong)
