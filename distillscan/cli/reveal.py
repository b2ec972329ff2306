"""Values themselves instead of pseudonyms: on demand only, and written down before they are shown."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from distillscan.cli.case_file import CaseFile

if TYPE_CHECKING:
    from distillscan.findings.pseudonyms import Document


def as_asked(document: Document, case: CaseFile, *, reveal: bool) -> Document:
    """The document as it is, or with the values themselves after that was logged beside the case."""
    if not reveal:
        return document
    from distillscan.findings.pseudonyms import revealed

    note_reveal(case)
    with case.read() as opened:
        return revealed(document, opened.connection)


def note_reveal(case: CaseFile) -> None:
    """Log beside the case that this command shows values."""
    from distillscan.evidence.run_log import log_reveal

    log_reveal(case.path, sys.argv[1:])
