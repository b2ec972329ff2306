"""Settling: what can only be said once all files are in, and must not depend on their order."""

from distillscan.case.join import EDGE_DUPLICATES, join_edge
from distillscan.case.owners import find_owners
from distillscan.case.share import share_keys
from distillscan.case.spans import count_spans_once
from distillscan.case.store import Case
from distillscan.logs.record import RECORDS

SIDECAR_TABLES = {
    "accounts": "accounts",
    "signals": "account_signals",
    "events": "events",
    "anchors": "anchors",
}

# Of the copies of a request the first by content stays, and so the same one whatever the order of files.
# One with a prompt goes before those without, as where a trace and a log of messages speak of one call.
_REQUEST_DUPLICATES = """
INSERT INTO duplicates
WITH repeated AS (
  SELECT request_key FROM requests GROUP BY request_key HAVING count(*) > 1
),
copies AS (
  SELECT file_id, row_number, request_key, prompt_key,
         hash(*COLUMNS(r.* EXCLUDE (file_id, row_number, prompt_text, system_text))) AS content
  FROM requests r SEMI JOIN repeated USING (request_key)
),
placed AS (
  SELECT c.file_id, c.row_number, row_number() OVER (
      PARTITION BY c.request_key
      ORDER BY c.prompt_key IS NULL, c.content, f.sha256, f.mapping, c.row_number
    ) AS place
  FROM copies c JOIN files f USING (file_id)
)
SELECT file_id, row_number FROM placed WHERE place > 1
"""

# One text under one key can differ in what normalisation removes; the least content stays.
_TEXT_REPEATS = """
DELETE FROM texts USING (
  SELECT t.rowid AS id, row_number() OVER (PARTITION BY t.text_key ORDER BY t.content, t.rowid) AS place
  FROM texts t SEMI JOIN (SELECT text_key FROM texts GROUP BY text_key HAVING count(*) > 1) USING (text_key)
) repeat
WHERE texts.rowid = repeat.id AND repeat.place > 1
"""

_ACCOUNTS = """
DELETE FROM account;
INSERT INTO account
SELECT row_number() OVER (ORDER BY account_id) - 1, account_id FROM (SELECT DISTINCT account_id FROM accepted)
"""


def _sidecar_duplicates(kind: str) -> str:
    """Rows of a sidecar that repeat another one in every field."""
    fields = ", ".join(f"r.{name}" for name in RECORDS[kind].names)
    return f"""
INSERT INTO duplicates
SELECT file_id, row_number FROM (
  SELECT file_id, r.row_number, row_number() OVER (
      PARTITION BY {fields} ORDER BY f.sha256, f.mapping, r.row_number
    ) AS place
  FROM {SIDECAR_TABLES[kind]} r JOIN files f USING (file_id)
)
WHERE place > 1
"""


def settle(case: Case) -> None:
    """Join edge logs, mark repeats as duplicates, number the accounts, and find the keys of texts they share.

    Does nothing when nothing is new.

    Afterwards accepted records and ledger totals are the same for every order of files and rows.
    """
    if case.meta("settled") == "yes":
        return
    with case.transaction():
        case.connection.execute("DELETE FROM duplicates")
        case.connection.execute(EDGE_DUPLICATES)
        find_owners(case)
        join_edge(case)
        case.connection.execute(_REQUEST_DUPLICATES)
        count_spans_once(case)
        for kind in SIDECAR_TABLES:
            case.connection.execute(_sidecar_duplicates(kind))
        case.connection.execute(_TEXT_REPEATS)
        case.connection.execute(_ACCOUNTS)
        share_keys(case)
        case.set_meta("settled", "yes")
