"""The tool lists that are a cluster's own: temporary table ``own_tools`` (cluster_id, tools_key).

A tool list that a core has to itself is a template, as a system prompt is: it is sent with whatever is asked.
"""

from duckdb import DuckDBPyConnection

#: Least part of the holders of a tool list or an address that is of one core, for it to be the cluster's own;
#: and least part of a core that its own tool lists must reach.
PURITY, _REACHED = 0.9, 0.5

_OWN_TOOLS = f"""
    CREATE OR REPLACE TEMP TABLE own_tools AS
    WITH core AS (SELECT cluster_id, account FROM membership WHERE tier = 'core'),
    own AS (
        SELECT cluster_id, value, content
        FROM incidence JOIN core USING (account) JOIN shared_value USING (value)
        WHERE signal = 'tools'
        GROUP BY ALL
        HAVING COUNT(*) >= greatest(2, {PURITY} * any_value(holders))
    ),
    reached AS (
        SELECT cluster_id, COUNT(DISTINCT account) AS accounts
        FROM own JOIN incidence USING (value) JOIN core USING (cluster_id, account)
        GROUP BY cluster_id
    ),
    size AS (SELECT cluster_id, COUNT(*) AS accounts FROM core GROUP BY cluster_id)
    SELECT cluster_id, content::UBIGINT AS tools_key
    FROM own JOIN reached USING (cluster_id) JOIN size USING (cluster_id)
    WHERE reached.accounts >= {_REACHED} * size.accounts
"""


def lay_out_own_tools(connection: DuckDBPyConnection) -> None:
    """Create it from the stored clusters: lists that half of a core holds, and hardly anybody else."""
    connection.execute(_OWN_TOOLS)
