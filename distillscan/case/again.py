"""Files that are read again in another way, such as with a better map: each of their lines counts once.

The last reading counts. What it accepts replaces what earlier ones made of the same lines, and it alone
says why the others are rejected. What only an earlier reading accepted stays.
"""

import pyarrow as pa

from distillscan.case.store import Case
from distillscan.logs.formats import records_a_line
from distillscan.logs.mapping import Mapping

_EARLIER = """
SELECT old.file_id, old.mapping, new.file_id AS last_id
FROM files old JOIN files new USING (kind, sha256)
WHERE old.file_id < ? AND new.file_id >= ?
"""

# Each earlier reading of a file, its last reading, and for both how many numbers a line has for its records.
_AGAIN = (
    "CREATE OR REPLACE TEMP TABLE again (file_id INTEGER, step BIGINT, last_id INTEGER, last_step BIGINT)"
)

_TEXTS = """
DELETE FROM texts WHERE text_key NOT IN (
  SELECT unnest([prompt_key, system_key]) AS text_key FROM requests
  UNION SELECT unnest([prompt_key, system_key]) FROM unowned
  EXCEPT SELECT NULL
)
"""


def _of_same_line(table: str, earlier: str, last: str) -> str:
    """Row ids of one of two tables, ``earlier`` or ``last``: rows of those readings that are of one line."""
    return f"""
SELECT {table}.rowid
FROM again JOIN {earlier} earlier ON earlier.file_id = again.file_id
JOIN {last} last ON last.file_id = again.last_id AND last.row_number // last_step = earlier.row_number // step
"""


def _replaced(table: str) -> str:
    """Drop what the last reading replaces, and of its rejects those of lines that stay accepted."""
    rejects = "".join(
        f"DELETE FROM {rejected} WHERE file_id IN (SELECT file_id FROM again);"
        f"DELETE FROM {rejected} WHERE rowid IN ({_of_same_line('last', table, rejected)});"
        for rejected in ("rejects", "unowned")
    )
    return f"DELETE FROM {table} WHERE rowid IN ({_of_same_line('earlier', table, table)}); {rejects}"


def _counted(table: str) -> str:
    """The ledger of all these readings anew; those of which nothing is left are forgotten."""
    return f"""
UPDATE files SET rows_read = rows_read - rows_rejected + counted.n, rows_rejected = counted.n
FROM (
  SELECT last_id AS file_id, count(DISTINCT r.rowid) AS n
  FROM again LEFT JOIN rejects r ON r.file_id = again.last_id GROUP BY last_id
) counted
WHERE files.file_id = counted.file_id;
UPDATE files SET rows_read = counted.n, rows_rejected = 0
FROM (
  SELECT again.file_id, count(kept.file_id) AS n
  FROM again LEFT JOIN {table} kept USING (file_id) GROUP BY again.file_id
) counted
WHERE files.file_id = counted.file_id;
DELETE FROM files WHERE file_id IN (SELECT file_id FROM again) AND rows_read = 0;
DELETE FROM span WHERE file_id IN (SELECT file_id FROM again ANTI JOIN files USING (file_id))
"""


def replace_readings(case: Case, table: str, mapping: Mapping, first_id: int) -> frozenset[int]:
    """Let the files from ``first_id`` on, just entered, replace what was read of their bytes before.

    All of them were read by one map into one table. Returns those that replace an earlier reading.
    """
    connection = case.connection
    rows = connection.execute(_EARLIER, [first_id, first_id]).fetchall()
    if not rows:
        return frozenset()
    last_step = records_a_line(mapping.format)
    again = [
        {
            "file_id": row[0],
            "step": records_a_line(Mapping.from_canonical_json(row[1]).format),
            "last_id": row[2],
            "last_step": last_step,
        }
        for row in rows
    ]
    connection.execute(_AGAIN)
    connection.from_arrow(pa.Table.from_pylist(again)).insert_into("again")
    for statement in (_replaced(table), _counted(table), _TEXTS):
        connection.execute(statement)
    connection.execute("DROP TABLE again")
    # The texts of deleted rows are no account's any more: shared keys must be found anew.
    case.set_meta("shared_keys_of", "")
    return frozenset(row[2] for row in rows)
