"""The account-similarity graph: a cluster's bipartite ties projected to its strongest account pairs.

It is for people: pictures, GraphML, questions about two accounts. Nothing is decided on it.
"""

from __future__ import annotations

import networkx as nx
import polars as pl
from duckdb import DuckDBPyConnection

from distillscan.case.frame import frame

#: Pairs kept per account, strongest first, and the largest value whose holders are paired with each other.
_STRONGEST = 10
_MAX_HOLDERS = 64

# holders of a value are paired in a ring of near neighbours beyond _MAX_HOLDERS, so that cost stays linear
_LINKS = """
    WITH characteristic AS (
        SELECT m.cluster_id, m.account, i.value, s.family, s.signal, s.content,
               log2((SELECT COUNT(*) FROM account) / s.holders) AS bits,
               ROW_NUMBER() OVER (PARTITION BY m.cluster_id, i.value ORDER BY m.account) AS place
        FROM membership m
        JOIN incidence i USING (account)
        JOIN cluster_value c ON c.cluster_id = m.cluster_id AND c.value = i.value
        JOIN shared_value s ON s.value = i.value
        WHERE m.tier IN ('core', 'probable')
    ),
    near AS (
        SELECT DISTINCT l.cluster_id, l.account AS a, r.account AS b
        FROM characteristic l
        JOIN characteristic r
          ON l.cluster_id = r.cluster_id AND l.value = r.value
         AND r.place > l.place AND r.place <= l.place + $reach
    ),
    pair AS (
        SELECT n.cluster_id, n.a, n.b, l.family,
               COUNT(*) AS shared, MAX(l.bits) AS bits
        FROM near n
        JOIN characteristic l ON l.cluster_id = n.cluster_id AND l.account = n.a
        JOIN characteristic r ON r.cluster_id = n.cluster_id AND r.account = n.b AND r.value = l.value
        GROUP BY ALL
    ),
    link AS (
        -- within a family only the rarest shared value counts: its signals have a common cause
        SELECT cluster_id, a, b, string_agg(family, '+' ORDER BY family) AS families,
               SUM(shared)::BIGINT AS shared_values, ROUND(SUM(bits), 3) AS bits
        FROM pair GROUP BY cluster_id, a, b
    ),
    ranked AS (
        SELECT *, ROW_NUMBER() OVER (PARTITION BY a ORDER BY bits DESC, b) AS rank_a,
               ROW_NUMBER() OVER (PARTITION BY b ORDER BY bits DESC, a) AS rank_b
        FROM link
    )
    SELECT x.account_id AS account_a, y.account_id AS account_b, cluster_id, families, shared_values, bits
    FROM ranked
    JOIN account x ON x.account = a
    JOIN account y ON y.account = b
    WHERE rank_a <= $strongest OR rank_b <= $strongest
    ORDER BY cluster_id, bits DESC, account_a, account_b
"""


def account_links(connection: DuckDBPyConnection) -> pl.DataFrame:
    """Return the strongest links of core and probable accounts inside their clusters.

    Columns: account_a, account_b (a before b), cluster_id, families (joined by ``+``), shared_values, and
    bits: the sum over families of log2(N / holders) of the rarest value shared in it.
    """
    query = _LINKS.replace("$reach", str(_MAX_HOLDERS)).replace("$strongest", str(_STRONGEST))
    return frame(connection, query)


def similarity_graph(connection: DuckDBPyConnection) -> nx.Graph:
    """Return the account links as a networkx graph; nodes carry cluster and tier, edges families and bits."""
    graph = nx.Graph()
    members = frame(
        connection,
        "SELECT account_id, cluster_id, tier FROM membership JOIN account USING (account) "
        "WHERE tier IN ('core', 'probable') ORDER BY account_id",
    )
    for account_id, cluster_id, tier in members.iter_rows():
        graph.add_node(account_id, cluster_id=cluster_id, tier=tier)
    for a, b, _, families, shared_values, bits in account_links(connection).iter_rows():
        graph.add_edge(a, b, families=families, shared_values=shared_values, bits=bits)
    return graph
