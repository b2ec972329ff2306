"""The letter table as CSV."""

from __future__ import annotations

import csv
import io

from distillscan.findings.document import Findings
from distillscan.reports import letter
from distillscan.reports.escape import csv_cell


def render(findings: Findings) -> str:
    """One header row and one row a cluster; empty cells where the log does not tell."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([column.name for column in letter.COLUMNS])
    for row in letter.rows(findings):
        writer.writerow([csv_cell(cell) if isinstance(cell, str) else cell for cell in row])
    return out.getvalue()
