"""Which requests are a cluster's own, beyond being sent by its members.

``matching_text`` (block, bits): which texts of members carry a fingerprint key of their own cluster, or open
or close as its prompts do, 64 texts in a row: there are tens of millions of them, and a join to each would
hold them all in memory.
``own_tools`` (cluster_id, tools_key): laid out by `clusters.own_tools`.
``matching_address`` (cluster_id, client_ip): addresses of the cluster, those that only its core shares among
them.
``matching_basis`` (cluster_id, basis): a cluster with hardly any text and no tools of its own is counted by
its addresses, and without those by all its requests.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from duckdb import DuckDBPyConnection

from distillscan.arrays import Bools
from distillscan.case.frame import registered
from distillscan.case.share import TEXT_ACCOUNTS
from distillscan.clusters.own_tools import PURITY, lay_out_own_tools
from distillscan.findings.shared.values import CARRIED_VALUES
from distillscan.signals.texts import text_numbers

_BATCH = 1 << 20

_MEMBER_TEXTS = f"""
    WITH own AS (SELECT account, dense_rank() OVER (ORDER BY cluster_id) AS cluster FROM membership)
    SELECT text, cluster::INTEGER AS cluster FROM ({TEXT_ACCOUNTS}) JOIN own USING (account)
"""

_CARRIED = """
    WITH own AS (SELECT DISTINCT cluster_id, dense_rank() OVER (ORDER BY cluster_id) AS cluster
                 FROM membership)
    SELECT text, cluster::INTEGER AS cluster
    FROM shared_text JOIN cluster_key USING (number) JOIN own USING (cluster_id)
"""

_ENDED = """
    WITH own AS (
        SELECT account, value, side FROM membership JOIN cluster_end USING (cluster_id)
    ),
    sent AS (
        SELECT account, prompt_text, prompt_opening, prompt_closing
        FROM accepted JOIN account USING (account_id)
    )
    SELECT prompt_text AS text FROM sent s JOIN own o
    ON o.account = s.account AND o.side = 'opening' AND o.value = s.prompt_opening
    UNION ALL
    SELECT prompt_text FROM sent s JOIN own o
    ON o.account = s.account AND o.side = 'closing' AND o.value = s.prompt_closing
"""

_MATCHING_ADDRESS = f"""
    CREATE OR REPLACE TEMP TABLE matching_address AS
    SELECT cluster_id, content AS client_ip
    FROM ({CARRIED_VALUES}) JOIN shared_value USING (value)
    WHERE signal = 'ip'
    UNION
    SELECT cluster_id, any_value(content)
    FROM incidence JOIN membership USING (account) JOIN shared_value USING (value)
    WHERE tier = 'core' AND signal = 'ip'
    GROUP BY cluster_id, value
    HAVING COUNT(*) >= greatest(2, {PURITY} * any_value(holders))
"""

_MATCHING = (
    "COALESCE((p.bits >> (r.prompt_text & 63)::UBIGINT) & 1, 0)",
    "COALESCE((s.bits >> (r.system_text & 63)::UBIGINT) & 1, 0)",
)
_MATCHING_TEXTS = """
    LEFT JOIN matching_text p ON p.block = r.prompt_text >> 6
    LEFT JOIN matching_text s ON s.block = r.system_text >> 6
"""

_MATCHING_BASIS = f"""
    CREATE OR REPLACE TEMP TABLE matching_basis AS
    WITH own_text AS (
        SELECT m.cluster_id
        FROM accepted r
        JOIN account USING (account_id)
        JOIN membership m USING (account)
        {_MATCHING_TEXTS}
        WHERE m.tier = 'core'
        GROUP BY m.cluster_id
        HAVING SUM({_MATCHING[0]} + {_MATCHING[1]})
               >= greatest(0.05 * (COUNT(prompt_text) + COUNT(system_text)), 1)
    )
    SELECT cluster_id,
           CASE WHEN cluster_id IN (SELECT cluster_id FROM own_text)
                THEN CASE WHEN cluster_id IN (SELECT cluster_id FROM own_tools)
                          THEN 'content and tools' ELSE 'content' END
                WHEN cluster_id IN (SELECT cluster_id FROM own_tools) THEN 'tools'
                WHEN cluster_id IN (SELECT cluster_id FROM matching_address) THEN 'network'
                ELSE 'membership' END AS basis
    FROM (SELECT DISTINCT cluster_id FROM membership)
"""

#: All requests of members, each with whether it is the cluster's own; needs the tables of `lay_out_matching`,
#: or of `lay_out_stored`.
MEMBER_REQUESTS = f"""
    SELECT m.cluster_id, m.tier, m.account, r.*,
           CASE b.basis
               WHEN 'network' THEN n.client_ip IS NOT NULL
               WHEN 'membership' THEN TRUE
               ELSE {_MATCHING[0]} + {_MATCHING[1]} > 0 OR t.tools_key IS NOT NULL END AS matching
    FROM accepted r
    JOIN account a ON a.account_id = r.account_id
    JOIN membership m ON m.account = a.account
    JOIN matching_basis b ON b.cluster_id = m.cluster_id
    {_MATCHING_TEXTS}
    LEFT JOIN own_tools t ON t.cluster_id = m.cluster_id AND t.tools_key = r.tools_key
    LEFT JOIN matching_address n ON n.cluster_id = m.cluster_id AND n.client_ip = r.client_ip
"""


def lay_out_matching(connection: DuckDBPyConnection, matching: Bools) -> None:
    """Create the other temporary tables from the stored clusters and ``own_tools``; the case stays as it is.

    ``matching`` (n,) says of each text, by its number, whether it belongs in ``matching_text``.
    """
    bits = np.packbits(np.append(matching, np.zeros(-len(matching) % 64, np.bool_)), bitorder="little")
    blocks = bits.view("<u8")
    table = pa.table({"block": np.arange(len(blocks), dtype=np.int32), "bits": blocks})
    with registered(connection, "matching_rows", table):
        connection.execute("CREATE OR REPLACE TEMP TABLE matching_text AS FROM matching_rows")
    connection.execute(_MATCHING_ADDRESS)
    connection.execute(_MATCHING_BASIS)


def lay_out_stored(connection: DuckDBPyConnection) -> None:
    """Create all tables that ``MEMBER_REQUESTS`` needs from the result of a scan in the case."""
    lay_out_own_tools(connection)
    lay_out_matching(connection, stored_matching(connection))


def stored_matching(connection: DuckDBPyConnection) -> Bools:
    """Whether each text, by its number, carries a mark of the cluster that its account is a member of."""
    size = text_numbers(connection)
    own, matching = np.zeros(size, np.int32), np.zeros(size, np.bool_)
    for batch in connection.sql(_MEMBER_TEXTS).to_arrow_reader(_BATCH):
        own[batch["text"].to_numpy()] = batch["cluster"].to_numpy()
    for batch in connection.sql(_CARRIED).to_arrow_reader(_BATCH):
        text = batch["text"].to_numpy()
        matching[text[own[text] == batch["cluster"].to_numpy()]] = True
    for batch in connection.sql(_ENDED).to_arrow_reader(_BATCH):
        matching[batch["text"].to_numpy()] = True
    return matching
