"""What a case holds, at a glance: the ledger by kind of file, and the first rejects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from distillscan.case.schema import FILE_ORDER

if TYPE_CHECKING:
    from distillscan.case.store import Case

_BY_KIND = """
    SELECT kind, count(*), sum(rows_read)::BIGINT, sum(accepted)::BIGINT, sum(duplicate)::BIGINT,
           sum(rejected)::BIGINT
    FROM ledger GROUP BY kind ORDER BY kind <> 'requests', kind
"""
_FIRST_REJECTS = f"""
    SELECT name, row_number, reason
    FROM rejects JOIN files USING (file_id)
    ORDER BY {FILE_ORDER}, row_number
    LIMIT ?
"""


@dataclass(frozen=True)
class KindLedger:
    """The ledger of all files of one kind; read = accepted + duplicate + rejected."""

    kind: str
    files: int
    read: int
    accepted: int
    duplicate: int
    rejected: int


@dataclass(frozen=True)
class Reject:
    """One rejected record: its file, its row from 1, and the reason's code."""

    file: str
    row: int
    reason: str


def ledger_by_kind(case: Case) -> list[KindLedger]:
    """The ledger of each kind of file in the case, requests first."""
    return [KindLedger(*row) for row in case.connection.execute(_BY_KIND).fetchall()]


def first_rejects(case: Case, limit: int) -> list[Reject]:
    """The first rejects in the order of files and rows, at most ``limit`` of them."""
    return [Reject(*row) for row in case.connection.execute(_FIRST_REJECTS, [limit]).fetchall()]
