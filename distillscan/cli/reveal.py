"""Values themselves instead of pseudonyms: on demand only, and written down before they are shown."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from distillscan.findings.pseudonyms import Document


def as_asked(
    document: Document, case: Path, threads: int | None, memory_limit: str | None, *, reveal: bool
) -> Document:
    """The document as it is, or with the values themselves after that was logged beside the case."""
    if not reveal:
        return document
    from distillscan.case.store import open_case
    from distillscan.evidence.run_log import log_reveal
    from distillscan.findings.pseudonyms import revealed

    log_reveal(case, sys.argv[1:])
    with open_case(case, create=False, read_only=True, threads=threads, memory_limit=memory_limit) as opened:
        return revealed(document, opened.connection)
