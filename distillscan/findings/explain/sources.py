"""The rows of an explanation as it lists them: how many, and the first ones by file and number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from duckdb import DuckDBPyConnection

from distillscan.case.frame import frame
from distillscan.findings.explain.document.common import Source
from distillscan.findings.explain.rows import INPUTS, OWN_ROWS, lay_out_records, lay_out_values

#: Rows that are listed of a value, unless more are asked for.
ROWS_LISTED = 5

#: The account and the value that rows belong to; no value for all rows of the account.
Key = tuple[int, int | None]

_ASKED_VALUES = "SELECT unnest($accounts)::INTEGER AS account, unnest($values)::INTEGER AS value"
_LISTED = """
    WITH shown AS (SELECT DISTINCT account, value, file_id, row_number FROM ({rows})),
    placed AS (
        SELECT *, ROW_NUMBER() OVER (PARTITION BY account, value ORDER BY input, row_number) AS place
        FROM shown JOIN ({inputs}) USING (file_id)
    )
    SELECT account, value, file, kind, sha256, COUNT(*) AS total,
           COALESCE(list(row_number ORDER BY row_number) FILTER (place <= $listed), []) AS rows
    FROM placed
    GROUP BY account, value, input, file, kind, sha256
    ORDER BY account, value, input
"""


def sources(
    connection: DuckDBPyConnection, accounts: Sequence[int], held: Sequence[tuple[int, int]], listed: int
) -> Mapping[Key, list[Source]]:
    """Return the rows of these accounts, and those that show values they hold; requests before other files.

    ``held`` are pairs of account and value, by their numbers; ``listed`` rows of each are named, and one
    without rows has an empty list. The records of the accounts stay laid out.
    """
    lay_out_records(connection, "SELECT unnest($accounts)::INTEGER AS account", {"accounts": list(accounts)})
    asked = {"accounts": [pair[0] for pair in held], "values": [pair[1] for pair in held]}
    shown = lay_out_values(connection, _ASKED_VALUES, asked)
    rows = f"SELECT account, value, file_id, row_number FROM ({OWN_ROWS} UNION ALL {shown})"
    found: defaultdict[Key, list[Source]] = defaultdict(list)
    for row in frame(connection, _LISTED.format(rows=rows, inputs=INPUTS), {"listed": listed}).iter_rows(
        named=True
    ):
        source = Source(
            file=row["file"], kind=row["kind"], sha256=row["sha256"], rows=row["rows"], total=row["total"]
        )
        found[row["account"], row["value"]].append(source)
    return found


def count(sources: Sequence[Source]) -> int:
    """Return how many rows these are."""
    return sum(source.total for source in sources)
