"""The ledger: what became of every record read."""

from dataclasses import dataclass

from distillscan.case.schema import FILE_ORDER
from distillscan.case.store import Case
from distillscan.errors import UnfitDataError
from distillscan.logs.formats.format import NOT_A_REQUEST

_FIRST_REJECTS = f"""
    SELECT name, row_number, reason
    FROM rejects JOIN files USING (file_id)
    ORDER BY {FILE_ORDER}, row_number
    LIMIT ?
"""


@dataclass(frozen=True)
class LedgerTotals:
    """Counts over all files of one kind; read = accepted + duplicate + rejected."""

    read: int
    accepted: int
    duplicate: int
    rejected: int
    rejected_by_reason: dict[str, int]


@dataclass(frozen=True)
class Reject:
    """One rejected record: its file, its row from 1, and the reason's code."""

    file: str
    row: int
    reason: str


def ledger_totals(case: Case, kind: str = "requests") -> LedgerTotals:
    """Sum the ledger over the files of one kind; reasons in alphabetical order."""
    sums = case.connection.execute(
        "SELECT coalesce(sum(rows_read), 0)::BIGINT, coalesce(sum(accepted), 0)::BIGINT,"
        " coalesce(sum(duplicate), 0)::BIGINT, coalesce(sum(rejected), 0)::BIGINT FROM ledger WHERE kind = ?",
        [kind],
    ).fetchall()
    reasons = case.connection.execute(
        "SELECT reason, count(*) FROM rejects JOIN files USING (file_id) WHERE kind = ?"
        " GROUP BY reason ORDER BY reason",
        [kind],
    ).fetchall()
    read, accepted, duplicate, rejected = sums[0]
    return LedgerTotals(read, accepted, duplicate, rejected, dict(reasons))


def first_rejects(case: Case, limit: int) -> list[Reject]:
    """The first rejects in the order of files and rows, at most ``limit`` of them."""
    return [Reject(*row) for row in case.connection.execute(_FIRST_REJECTS, [limit]).fetchall()]


def check_usable(case: Case, *, most_rejected: float = 0.5) -> None:
    """Raise UnfitDataError when no request was accepted, or more than a share of those read was rejected."""
    totals = ledger_totals(case)
    reasons = ", ".join(f"{reason} {count:,}" for reason, count in totals.rejected_by_reason.items())
    hint = (
        f" ({reasons}); look into table rejects of {case.path}, and check the column map of --map"
        if reasons
        else ""
    )
    if totals.accepted == 0:
        raise UnfitDataError(f"none of {totals.read:,} records is a usable request{hint}")
    # Spans, top-ups and the like are no damage: an export may be mostly of them.
    others = totals.rejected_by_reason.get(NOT_A_REQUEST, 0)
    if totals.rejected - others > most_rejected * (totals.read - others):
        raise UnfitDataError(f"{totals.rejected:,} of {totals.read:,} records were rejected{hint}")
