"""Requests that do not say whose they are: the account is taken from another log that has their id.

Such requests are rejected as they are read, and kept aside in table ``unowned``. Here those whose id occurs
beside one account, in a log of the edge or among the other requests, become requests of that account.
"""

from distillscan.case.frame import number
from distillscan.case.join import NAMED
from distillscan.case.store import Case

# The key of a request, which is the XOR of the hashes of its account and its id, with another account.
_KEY = "xor(xor(request_key, hash({old})), hash({new}))"

_BACK = f"""
INSERT INTO unowned
SELECT * REPLACE (
    '' AS account_id, {_KEY.format(old="account_id", new="''")} AS request_key, filled - {NAMED} AS filled
  )
FROM requests WHERE filled & {NAMED} > 0;
DELETE FROM requests WHERE filled & {NAMED} > 0
"""

# An id beside two accounts says nothing of whose the request is.
_OWNERS = """
CREATE OR REPLACE TEMP TABLE owner AS
WITH wanted AS (SELECT DISTINCT xor(request_key, hash('')) AS id_hash FROM unowned),
seen AS (
  SELECT id_hash, account_id FROM edge SEMI JOIN wanted USING (id_hash) WHERE account_id IS NOT NULL
  UNION ALL
  SELECT xor(request_key, hash(account_id)) AS id_hash, account_id
  FROM requests SEMI JOIN wanted ON id_hash = xor(request_key, hash(account_id))
)
SELECT id_hash, min(account_id) AS owner FROM seen GROUP BY id_hash HAVING min(account_id) = max(account_id)
"""

_OUT = f"""
INSERT INTO requests
SELECT u.* REPLACE (
    owner AS account_id, {_KEY.format(old="''", new="owner")} AS request_key, filled + {NAMED} AS filled
  )
FROM unowned u JOIN owner ON id_hash = xor(request_key, hash(''));
DELETE FROM unowned WHERE xor(request_key, hash('')) IN (SELECT id_hash FROM owner)
"""


def find_owners(case: Case) -> None:
    """Give requests without an account the one that another log has beside their id, anew from all logs.

    They leave the rejects then. Does nothing in a case that has none.
    """
    connection = case.connection
    waiting = number(connection, "SELECT count(*) FROM unowned")
    named = number(connection, f"SELECT count(*) FROM requests WHERE filled & {NAMED} > 0")
    if waiting + named == 0:
        return
    reason = f"missing_{case.meta('account_field')}"
    connection.execute(_BACK)
    connection.execute(_OWNERS)
    connection.execute(_OUT)
    connection.execute("DROP TABLE owner")
    _reject_the_rest(case, reason)
    # Whose a text is has changed, and with it which keys accounts share.
    case.set_meta("shared_keys_of", "")


def _reject_the_rest(case: Case, reason: str) -> None:
    """Let the rejects, and their number in each file, be those requests that still have no account."""
    connection = case.connection
    aside = "SELECT file_id, row_number FROM unowned UNION ALL"
    aside += f" SELECT file_id, row_number FROM requests WHERE filled & {NAMED} > 0"
    connection.execute(f"""
DELETE FROM rejects WHERE (file_id, row_number) IN ({aside});
INSERT INTO rejects SELECT file_id, row_number, '{reason}', '', record_number FROM unowned;
UPDATE files SET rows_rejected = counted.n
FROM (
  SELECT file_id, count(r.file_id) AS n
  FROM (SELECT DISTINCT file_id FROM ({aside})) LEFT JOIN rejects r USING (file_id) GROUP BY file_id
) counted
WHERE files.file_id = counted.file_id
""")
