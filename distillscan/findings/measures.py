"""The temporary tables that the findings are read from: each one pass over the accepted requests, then small.

``matching_text`` (cluster_id, text_key): texts that carry a fingerprint key of the cluster.
``member_day`` (cluster_id, tier, account_id, day, requests, matching, input_tokens, output_tokens,
first_seen, last_seen): the requests of members by day.
``account_profile`` (account_id, cluster_id or NULL for the rest of the log, requests, active_days,
concentration, templated): how each account spends its day; ``concentration`` is the mean resultant length of
its hours, 0 for round the clock and 1 for one moment (Mardia and Jupp, Directional Statistics); ``templated``
counts requests whose template is held by three accounts or more and has three texts or more: one text that
many send is no template.
"""

from __future__ import annotations

from duckdb import DuckDBPyConnection

_MATCHING_TEXT = """
    CREATE OR REPLACE TEMP TABLE matching_text AS
    SELECT DISTINCT cluster_id, text_key FROM text_fingerprint JOIN cluster_key USING (key)
"""

# a cluster with hardly any text of its own is counted by its addresses, and without those by all its requests
_MATCHING_BASIS = """
    CREATE OR REPLACE TEMP TABLE matching_basis AS
    WITH own_text AS (
        SELECT m.cluster_id
        FROM account_text
        JOIN account USING (account_id)
        JOIN membership m USING (account)
        LEFT JOIN matching_text t ON t.cluster_id = m.cluster_id AND t.text_key = account_text.text_key
        WHERE m.tier = 'core'
        GROUP BY m.cluster_id
        HAVING COALESCE(SUM(n) FILTER (t.text_key IS NOT NULL), 0) >= 0.05 * SUM(n)
    )
    SELECT cluster_id,
           CASE WHEN cluster_id IN (SELECT cluster_id FROM own_text) THEN 'content'
                WHEN cluster_id IN (SELECT cluster_id FROM matching_address) THEN 'network'
                ELSE 'membership' END AS basis
    FROM (SELECT DISTINCT cluster_id FROM membership)
"""

_MATCHING_ADDRESS = """
    CREATE OR REPLACE TEMP TABLE matching_address AS
    SELECT DISTINCT cluster_id, content AS client_ip
    FROM (SELECT cluster_id, value FROM cluster_value
          UNION ALL
          SELECT cluster_id, b.value FROM cluster_value c JOIN bundle_value b ON b.bundle = c.value)
    JOIN shared_value USING (value)
    WHERE signal = 'ip'
"""

#: All requests of members, each with whether it is the cluster's own; needs the tables of `lay_out_matching`.
MEMBER_REQUESTS = """
    SELECT m.cluster_id, m.tier, m.account, r.*,
           CASE b.basis
               WHEN 'content' THEN p.text_key IS NOT NULL OR s.text_key IS NOT NULL
               WHEN 'network' THEN n.client_ip IS NOT NULL
               ELSE TRUE END AS matching
    FROM accepted r
    JOIN account a ON a.account_id = r.account_id
    JOIN membership m ON m.account = a.account
    JOIN matching_basis b ON b.cluster_id = m.cluster_id
    LEFT JOIN matching_text p ON p.cluster_id = m.cluster_id AND p.text_key = r.prompt_key
    LEFT JOIN matching_text s ON s.cluster_id = m.cluster_id AND s.text_key = r.system_key
    LEFT JOIN matching_address n ON n.cluster_id = m.cluster_id AND n.client_ip = r.client_ip
"""

_MEMBER_DAY = f"""
    CREATE OR REPLACE TEMP TABLE member_day AS
    SELECT cluster_id, tier, account_id, ts::DATE AS day, COUNT(*) AS requests,
           COUNT(*) FILTER (matching) AS matching,
           SUM(input_tokens) AS input_tokens, SUM(output_tokens) AS output_tokens,
           MIN(ts) AS first_seen, MAX(ts) AS last_seen
    FROM ({MEMBER_REQUESTS})
    GROUP BY ALL
"""

_MEMBERSHIP = """
    UPDATE membership SET requests = d.requests, matching_requests = d.matching,
                          first_seen = d.first_seen, last_seen = d.last_seen
    FROM (SELECT account, SUM(requests) AS requests, SUM(matching) AS matching,
                 MIN(member_day.first_seen) AS first_seen, MAX(member_day.last_seen) AS last_seen
          FROM member_day JOIN account USING (account_id) GROUP BY account) d
    WHERE membership.account = d.account
"""

_ACCOUNT_PROFILE = """
    CREATE OR REPLACE TEMP TABLE account_profile AS
    WITH rhythm AS (
        SELECT account_id, COUNT(*) AS requests, COUNT(DISTINCT ts::DATE) AS active_days,
               SUM(cos(turn)) AS x, SUM(sin(turn)) AS y
        FROM (SELECT account_id, ts, 2 * pi() * (epoch_us(ts) % 86400000000) / 86400000000 AS turn
              FROM accepted)
        GROUP BY account_id
    ),
    templated AS (
        SELECT account_id, SUM(n) AS templated
        FROM account_text
        JOIN text_template USING (role, text_key)
        JOIN key_holders USING (role, key)
        JOIN (SELECT role, key FROM text_template GROUP BY role, key HAVING COUNT(*) >= 3) USING (role, key)
        WHERE role = 'prompt' AND kind = 'band' AND holders >= 3
        GROUP BY account_id
    )
    SELECT account_id, m.cluster_id, rhythm.requests, active_days,
           round(sqrt(x * x + y * y) / rhythm.requests, 9) AS concentration,
           COALESCE(templated, 0) AS templated
    FROM rhythm
    JOIN account a USING (account_id)
    LEFT JOIN membership m ON m.account = a.account AND m.tier = 'core'
    LEFT JOIN templated USING (account_id)
"""


def lay_out(connection: DuckDBPyConnection) -> None:
    """Create the tables, and enter each member's own counts in ``membership``.

    The shared texts of ``signals.templates`` must be laid out on this connection.
    """
    lay_out_matching(connection)
    for statement in (_MEMBER_DAY, _MEMBERSHIP, _ACCOUNT_PROFILE):
        connection.execute(statement)


def lay_out_matching(connection: DuckDBPyConnection) -> None:
    """Create the tables that say what makes a request the cluster's own, and leave the case as it is.

    The shared texts of ``signals.templates`` must be laid out on this connection.
    """
    for statement in (_MATCHING_TEXT, _MATCHING_ADDRESS, _MATCHING_BASIS):
        connection.execute(statement)
