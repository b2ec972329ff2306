"""Sealing: one directory with the result, what it was made from, and what is needed to derive it again.

The same case and decisions give the same bytes: no clock, no path of the machine and no thread count
stands in it. A date stands in it only if the examiner gives one.
"""

import re
import shutil
import tempfile
from collections.abc import Callable
from datetime import date
from importlib import resources
from pathlib import Path

import pyarrow.parquet as pq

from distillscan.case.store import Case
from distillscan.errors import EvidenceError
from distillscan.evidence import chain, manifest, numbers, signature, sums
from distillscan.evidence.commands import write_maps
from distillscan.evidence.decisions import decisions_of, replayed
from distillscan.evidence.inputs import sealed_inputs
from distillscan.evidence.manifest import DECISIONS, FINDINGS, ROWS, DecisionChain, Manifest, SealedFile
from distillscan.evidence.row_index import write_row_index
from distillscan.evidence.tables import drawn_reports, write_numbers, write_tables
from distillscan.findings.document import Findings
from distillscan.logs.files.stream import hash_file
from distillscan.reports import json_document

_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")


def seal(
    case: Case,
    findings: Findings,
    directory: Path,
    *,
    decisions: bytes = b"",
    sealed_on: date | None = None,
    key: Path | None = None,
    progress: Callable[[str], None] = lambda step: None,
) -> Manifest:
    """Write the bundle of a scanned case, whole or not at all, and return its manifest.

    ``decisions`` are the bytes of the decision file, ``key`` a private key to sign with.

    Raises EvidenceError when the directory is there, cannot be written or signed, or when a headline number
    does not follow from the rows; CaseError when the decisions were tampered with.
    """
    if directory.exists():
        raise EvidenceError(f"{directory} exists already; name another directory with -o")
    try:
        with tempfile.TemporaryDirectory(
            dir=directory.absolute().parent, prefix=f".{directory.name}."
        ) as draft:
            bundle = Path(draft) / "bundle"
            bundle.mkdir()
            sealed = _fill(bundle, case, findings, decisions, sealed_on, progress)
            if key is not None:
                signature.sign(bundle, key)
            shutil.move(bundle, directory)
    except OSError as error:
        raise EvidenceError(f"cannot write {directory}: {error.strerror}") from error
    return sealed


def _fill(
    bundle: Path,
    case: Case,
    findings: Findings,
    decisions: bytes,
    sealed_on: date | None,
    progress: Callable[[str], None],
) -> Manifest:
    entries, head = chain.follow(decisions, DECISIONS)
    (bundle / DECISIONS).write_bytes(decisions)
    findings = replayed(findings, decisions_of(entries, DECISIONS))
    progress("row index")
    write_row_index(case.connection, findings, bundle / ROWS)
    progress("headline numbers")
    _check_numbers(case, findings, bundle / ROWS)
    rows = {"numbers.csv": write_numbers(findings, bundle / "numbers.csv"), DECISIONS: len(entries)}
    progress("tables")
    rows |= write_tables(case.connection, findings, bundle / "tables")
    progress("reports")
    _write_texts(bundle, findings)
    write_maps(sealed_inputs(case.connection), bundle)
    progress("hashes")
    sealed = manifest.manifest_of(
        case,
        findings,
        sealed_on=sealed_on,
        decisions=DecisionChain(records=len(entries), head=head),
        outputs=[_sealed(name, path, rows) for name, path in sums.files_of(bundle).items()],
    )
    manifest.write(sealed, bundle)
    sums.write(bundle)
    return sealed


def _check_numbers(case: Case, findings: Findings, rows: Path) -> None:
    """A number that cannot be derived must not be sealed."""
    stated = numbers.stated(findings)
    derived = numbers.counted(rows, findings) | numbers.observed(case.connection, rows, findings)
    wrong = [pointer for pointer, value in derived.items() if stated[pointer] != value]
    if wrong:
        raise EvidenceError(
            f"{', '.join(wrong)} do not follow from the rows of the case; scan it again, then seal"
        )


def _write_texts(bundle: Path, findings: Findings) -> None:
    (bundle / FINDINGS).write_bytes(json_document.render(findings).encode())
    (bundle / "findings.schema.json").write_bytes(json_document.schema().encode())
    (bundle / "reports").mkdir()
    for name, content in drawn_reports(findings):
        (bundle / "reports" / name).write_bytes(content)
    texts = resources.files("distillscan.evidence") / "texts"
    for name in ("README.md", "method.md", "limitations.md"):
        # the pages that they point to are not in the bundle
        text = _LINK.sub(r"\1", (texts / name).read_text(encoding="utf-8"))
        (bundle / name).write_bytes(text.encode())


def _sealed(name: str, path: Path, rows: dict[str, int]) -> SealedFile:
    counted = pq.read_metadata(path).num_rows if path.suffix == ".parquet" else rows.get(name)
    return SealedFile(path=name, sha256=hash_file(path), bytes=path.stat().st_size, rows=counted)
