"""The account-similarity graph as GraphML, for Gephi, Cytoscape and yEd."""

import tempfile

import igraph
import polars as pl

from distillscan.reports.escape import xml


def render(accounts: pl.DataFrame, links: pl.DataFrame) -> str:
    """The graph of `clusters.projection`: its accounts and links with their attributes; ends with a newline.

    Nodes are numbered and carry their account id as an attribute: an account id may hold what XML forbids.
    """
    number = {account_id: place for place, account_id in enumerate(accounts["account_id"])}
    ends = (links[end].replace_strict(number, return_dtype=pl.Int64) for end in ("account_a", "account_b"))
    graph = igraph.Graph(
        n=len(accounts),
        edges=zip(*ends, strict=True),
        vertex_attrs=_safe(accounts),
        edge_attrs=_safe(links.drop("account_a", "account_b", "cluster_id")),
    )
    with tempfile.TemporaryFile() as file:
        graph.write_graphml(file)
        file.seek(0)
        return file.read().decode()


def _safe(attributes: pl.DataFrame) -> dict[str, list[object]]:
    return {
        column.name: [xml(value) if isinstance(value, str) else value for value in column]
        for column in attributes
    }
