"""How the strongest links of its accounts hold a cluster together: density, parts, bridges, joints.

The graph has each account's strongest links (see `clusters.projection`). So its density says how evenly they
run, not how many pairs share something.
"""

from __future__ import annotations

import igraph
import polars as pl

from distillscan.clusters.projection import account_links, linked_accounts
from distillscan.findings.explain.document.cluster import Link, Shape
from distillscan.findings.explain.question import Question

#: Bridges and joints that are named.
_NAMED = 5


def shape_of(question: Question, cluster_id: str) -> Shape:
    """Return the shape of one cluster's core and probable accounts."""
    hidden = question.pseudonyms.of_accounts
    names = hidden(linked_accounts(question.connection, cluster_id))["account_id"].sort()
    links = hidden(account_links(question.connection, cluster_id))
    ends = [names.search_sorted(links[side]) for side in ("account_a", "account_b")]
    graph = igraph.Graph(n=len(names), edges=zip(*ends, strict=True))
    parts = sorted(graph.connected_components().sizes(), reverse=True)
    bridges = _listed(links[graph.bridges()])
    joints = sorted(names[graph.articulation_points()])
    tree = _listed(links[graph.spanning_tree(weights=-links["bits"].to_numpy(), return_tree=False)])
    return Shape(
        accounts=len(names),
        links=len(links),
        density=round(graph.density(), 4) if len(names) > 1 else 0.0,
        links_each=round(2 * len(links) / max(len(names), 1), 2),
        parts=len(parts),
        largest_part=parts[0] if parts else 0,
        bridges=len(bridges),
        first_bridges=bridges[:_NAMED],
        joints=len(joints),
        first_joints=joints[:_NAMED],
        thinnest=min(tree, key=lambda link: link.bits, default=None),
    )


def _listed(links: pl.DataFrame) -> list[Link]:
    """Return these links by their accounts, each with the first of its two before the other."""
    a, b = pl.col("account_a"), pl.col("account_b")
    in_order = links.with_columns(account_a=pl.min_horizontal(a, b), account_b=pl.max_horizontal(a, b))
    rows = in_order.sort("account_a", "account_b").select("account_a", "account_b", "families", "bits")
    return [
        Link(account_a=a, account_b=b, families=tied.split("+"), bits=bits)
        for a, b, tied, bits in rows.iter_rows()
    ]
