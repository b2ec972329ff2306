"""From fingerprint keys to the texts that accounts share: templates, inserts and system prompts.

A text carries many keys. Its *template* is the one of its band keys that the most accounts hold; there is no
union-find over keys, because that chains unrelated texts. Inserts with exactly the same holders are
one value.
"""

from __future__ import annotations

from duckdb import DuckDBPyConnection

_ACCOUNT_TEXT = """
    CREATE OR REPLACE TEMP TABLE account_text AS
    SELECT account_id, prompt_key AS text_key, 'prompt' AS role,
           COUNT(*) AS n, MIN(ts) AS first_seen, MAX(ts) AS last_seen
    FROM accepted WHERE prompt_key IS NOT NULL GROUP BY ALL
    UNION ALL
    SELECT account_id, system_key, 'system', COUNT(*), MIN(ts), MAX(ts)
    FROM accepted WHERE system_key IS NOT NULL GROUP BY ALL
"""

_TEXT_KEY = """
    CREATE OR REPLACE TEMP TABLE text_fingerprint AS
    SELECT text_key, 'band' AS kind, unnest(bands) AS key FROM texts
    UNION ALL
    SELECT text_key, 'insert', unnest(inserts) FROM texts
"""

# the hash over the set of holders makes inserts with equal holders one group; sums do not depend on order
_KEY_HOLDERS = """
    CREATE OR REPLACE TEMP TABLE key_holders AS
    SELECT role, kind, key, COUNT(*) AS holders, BIT_XOR(hash(account_id)) AS holder_set
    FROM (SELECT DISTINCT role, kind, key, account_id
          FROM account_text JOIN text_fingerprint USING (text_key))
    GROUP BY role, kind, key
    HAVING holders >= 2
"""

_TEXT_TEMPLATE = """
    CREATE OR REPLACE TEMP TABLE text_template AS
    SELECT role, text_key, arg_max(key, (holders, key)) AS key
    FROM (SELECT DISTINCT role, text_key FROM account_text)
    JOIN text_fingerprint USING (text_key)
    JOIN key_holders USING (role, kind, key)
    WHERE kind = 'band'
    GROUP BY role, text_key
"""


def _template_table(name: str, role: str) -> str:
    return f"""
        CREATE OR REPLACE TEMP TABLE {name} AS
        SELECT account_id, lpad(lower(to_hex(key)), 16, '0') AS content, SUM(n) AS n,
               MIN(first_seen) AS first_seen, MAX(last_seen) AS last_seen
        FROM account_text JOIN text_template USING (role, text_key)
        WHERE role = '{role}'
        GROUP BY account_id, key
    """


_PROMPT_INSERT = """
    CREATE OR REPLACE TEMP TABLE prompt_insert AS
    WITH representative AS (
        SELECT MIN(key) AS key FROM key_holders
        WHERE role = 'prompt' AND kind = 'insert'
        GROUP BY holders, holder_set
    )
    SELECT account_id, lpad(lower(to_hex(key)), 16, '0') AS content, SUM(n) AS n,
           MIN(first_seen) AS first_seen, MAX(last_seen) AS last_seen
    FROM account_text
    JOIN text_fingerprint USING (text_key)
    JOIN representative USING (key)
    WHERE role = 'prompt' AND kind = 'insert'
    GROUP BY account_id, key
"""


def lay_out(connection: DuckDBPyConnection) -> None:
    """Create the temporary tables of shared texts that the CONTENT signals and the counts read.

    ``account_text`` (account_id, text_key, role, n, first_seen, last_seen), ``text_fingerprint`` (text_key,
    kind, key), ``key_holders`` (role, kind, key, holders, holder_set), ``text_template`` (role, text_key,
    key) and the three signal tables ``prompt_template``, ``prompt_insert`` and ``system_template``.
    """
    for statement in (
        _ACCOUNT_TEXT,
        _TEXT_KEY,
        _KEY_HOLDERS,
        _TEXT_TEMPLATE,
        _template_table("prompt_template", "prompt"),
        _template_table("system_template", "system"),
        _PROMPT_INSERT,
    ):
        connection.execute(statement)
