"""Values themselves instead of pseudonyms: on demand only, and written down before they are shown."""

from __future__ import annotations

import sys
from pathlib import Path

from distillscan.case.store import open_case
from distillscan.evidence.run_log import log_reveal
from distillscan.findings.document import Findings
from distillscan.findings.pseudonyms import revealed


def as_asked(
    findings: Findings, case: Path, threads: int | None, memory_limit: str | None, *, reveal: bool
) -> Findings:
    """The document as it is, or with the values themselves after that was logged beside the case."""
    if not reveal:
        return findings
    log_reveal(case, sys.argv[1:])
    with open_case(case, create=False, read_only=True, threads=threads, memory_limit=memory_limit) as opened:
        return revealed(findings, opened.connection)
