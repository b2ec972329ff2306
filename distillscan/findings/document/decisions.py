"""What the analyst decided on a result; the only part of the document that no analysis made."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from distillscan.findings.document.base import Model


class Decision(Model):
    """One decision on a cluster or an account, as it was written down; a later one does not undo it."""

    number: int
    at: datetime
    by: str | None
    subject: Literal["cluster", "account"]
    subject_id: str
    decision: Literal["accept", "reject", "comment"]
    text: str
