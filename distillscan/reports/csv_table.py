"""The letter table as CSV."""

from __future__ import annotations

from distillscan.findings.document import Findings
from distillscan.reports import letter
from distillscan.reports.tabular import to_csv


def render(findings: Findings) -> str:
    """One header row and one row a cluster; empty cells where the log does not tell."""
    return to_csv(letter.table(findings)).decode()
