"""Logs that saw the same requests from elsewhere, joined to them: by request id, else by account and time.

The edge, a gateway or the cloud knows the address of a client, the application knows what it asked. What a
request lacks is filled from the rows that are found to be about it; what it has stays.
"""

from __future__ import annotations

from duckdb import DuckDBPyConnection

from distillscan.case.frame import number
from distillscan.case.schema import REQUESTS_AGAIN
from distillscan.case.store import Case

#: Without a common id, a row belongs to the request of its account within so many seconds, if one alone is.
TOLERANCE_SECONDS = 2

#: The fields that are filled, and their bits in column ``filled``.
FILLED = {"client_ip": 1, "user_agent": 2, "tls_fingerprint": 4, "asn": 8, "country": 16}
_UNMASKED = 32
#: The bit that says that the account came from another log.
NAMED = 64

# Two exports may overlap. Which copy stays makes no difference but for its file and row.
EDGE_DUPLICATES = """
INSERT INTO duplicates
WITH hashed AS (
  SELECT file_id, row_number, hash(*COLUMNS(e.* EXCLUDE (file_id, row_number))) AS content FROM edge e
),
repeated AS (SELECT content FROM hashed GROUP BY content HAVING count(*) > 1)
SELECT file_id, row_number FROM (
  SELECT file_id, h.row_number, row_number() OVER (
      PARTITION BY content ORDER BY f.sha256, f.mapping, h.row_number
    ) AS place
  FROM hashed h SEMI JOIN repeated USING (content) JOIN files f USING (file_id)
)
WHERE place > 1
"""

_SEEN = """
CREATE OR REPLACE TEMP TABLE edge_seen AS
SELECT e.*, f.mapping AS source
FROM edge e ANTI JOIN duplicates USING (file_id, row_number) JOIN files f USING (file_id)
"""

# The key of a request is the XOR of the hashes of its account and its id: XOR with the one gives the other.
# One id may serve several accounts; then the row must name the account too.
_BY_ID = """
CREATE OR REPLACE TEMP TABLE edge_by_id AS
SELECT file_id, row_number, any_value(source) AS source,
       CASE
         WHEN count(*) = 1 THEN min(request_key)
         WHEN count(*) FILTER (is_own) = 1 THEN min(request_key) FILTER (is_own)
       END AS request_key
FROM (
  SELECT DISTINCT s.file_id, s.row_number, s.source, r.request_key,
         coalesce(r.account_id = s.account_id, false) AS is_own
  FROM edge_seen s JOIN requests r ON s.id_hash = xor(r.request_key, hash(r.account_id))
)
GROUP BY file_id, row_number
"""

# If one id of a log is found among the requests, both use the same ids: its other rows have no request here.
_WITHOUT_ID = """
CREATE OR REPLACE TEMP TABLE edge_without_id AS
SELECT file_id, row_number, account_id, ts
FROM edge_seen
WHERE account_id IS NOT NULL
  AND (id_hash IS NULL OR source NOT IN (SELECT DISTINCT source FROM edge_by_id))
"""

# How many requests of the account came up to a time, counted at both ends of the window around a row.
_BY_TIME = f"""
CREATE OR REPLACE TEMP TABLE edge_by_time AS
WITH call AS (
  SELECT account_id, request_key, min(ts) AS ts
  FROM requests SEMI JOIN edge_without_id USING (account_id)
  GROUP BY account_id, request_key
),
moment AS (
  SELECT account_id, ts, min(request_key) AS request_key, count(*) AS calls FROM call GROUP BY account_id, ts
),
running AS (
  SELECT *, sum(calls) OVER (PARTITION BY account_id ORDER BY ts)::BIGINT AS until FROM moment
),
near AS (
  SELECT *, ts - INTERVAL '{TOLERANCE_SECONDS} seconds' - INTERVAL '1 microsecond' AS before,
         ts + INTERVAL '{TOLERANCE_SECONDS} seconds' AS after
  FROM edge_without_id
)
SELECT n.file_id, n.row_number,
       CASE WHEN last.until - coalesce(first.until, 0) = 1 THEN last.request_key END AS request_key
FROM near n
ASOF JOIN running last ON n.account_id = last.account_id AND n.after >= last.ts
ASOF LEFT JOIN running first ON n.account_id = first.account_id AND n.before >= first.ts
WHERE last.until > coalesce(first.until, 0)
"""

_FOUND = """
CREATE OR REPLACE TEMP TABLE edge_found AS
SELECT file_id, row_number, request_key, 'id' AS way FROM edge_by_id
UNION ALL
SELECT file_id, row_number, request_key, 'time' FROM edge_by_time
"""


def _of_requests() -> str:
    """What the rows of each request say; one value of each field, or they contradict each other."""
    values = ", ".join(f"min({name}) AS {name}" for name in FILLED)
    agree = " AND ".join(f"min({name}) IS NOT DISTINCT FROM max({name})" for name in FILLED)
    return f"""
CREATE OR REPLACE TEMP TABLE edge_of_request AS
SELECT request_key, {values}, {agree} AS agree
FROM edge_found JOIN edge_seen USING (file_id, row_number)
WHERE request_key IS NOT NULL
GROUP BY request_key
"""


_OUTCOMES = """
DELETE FROM edge_join;
INSERT INTO edge_join
SELECT s.file_id, s.row_number,
       CASE WHEN f.way IS NULL THEN 'unmatched' WHEN o.agree THEN f.way ELSE 'ambiguous' END,
       CASE WHEN o.agree THEN f.request_key END
FROM edge_seen s
LEFT JOIN edge_found f USING (file_id, row_number)
LEFT JOIN edge_of_request o USING (request_key)
"""


def _filled() -> str:
    """The requests as they were read, with what the edge adds to them."""
    own = {name: f"CASE WHEN filled & {bit} = 0 THEN r.{name} END" for name, bit in FILLED.items()}
    names = ", ".join(f"{text} AS own_{name}" for name, text in own.items())
    values = ", ".join(f"coalesce(own_{name}, e.{name}) AS {name}" for name in FILLED)
    bits = " + ".join(
        f"CASE WHEN own_{name} IS NULL AND e.{name} IS NOT NULL THEN {bit} ELSE 0 END"
        for name, bit in FILLED.items()
    )
    unmasked = "own_masked AND own_client_ip IS NULL AND e.client_ip IS NOT NULL"
    return f"""
INSERT INTO requests_again
SELECT r.* EXCLUDE (own_masked, {", ".join(f"own_{name}" for name in FILLED)}) REPLACE (
    {values},
    own_masked AND NOT ({unmasked}) AS ip_masked,
    (filled & {NAMED}) + {bits} + CASE WHEN {unmasked} THEN {_UNMASKED} ELSE 0 END AS filled
  )
FROM (SELECT *, {names}, ip_masked OR filled & {_UNMASKED} > 0 AS own_masked FROM requests r) r
LEFT JOIN (SELECT * FROM edge_of_request WHERE agree) e USING (request_key)
"""


def join_edge(case: Case) -> None:
    """Find the request of each row of the edge logs, and fill what it lacks; anew from the requests as read.

    Rows that repeat another must be in ``duplicates`` already. The outcome of every other row is in table
    ``edge_join``. Does nothing in a case without edge logs, which costs nothing.
    """
    connection = case.connection
    if number(connection, "SELECT count(*) FROM edge") == 0:
        return
    for step in (_SEEN, _BY_ID, _WITHOUT_ID, _BY_TIME, _FOUND, _of_requests(), _OUTCOMES):
        connection.execute(step)
    _write_again(connection)
    for name in ("seen", "by_id", "without_id", "by_time", "found", "of_request"):
        connection.execute(f"DROP TABLE edge_{name}")


def _write_again(connection: DuckDBPyConnection) -> None:
    # Written anew in one pass: an update of as many rows would hold all of them in memory.
    connection.execute(REQUESTS_AGAIN)
    connection.execute(_filled())
    connection.execute("DROP TABLE requests; ALTER TABLE requests_again RENAME TO requests")
