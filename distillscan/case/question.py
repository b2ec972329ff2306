"""A question of the analyst's own, which can read the case and nothing else."""

import duckdb
import polars as pl

from distillscan.case.store import Case
from distillscan.errors import CaseError


def ask(case: Case, statement: str) -> pl.DataFrame:
    """Answer one SQL statement without access to other files or the network.

    Open the case read-only for it: the connection is of no use for writing afterwards.
    Raises CaseError when the statement is wrong, or its answer cannot be shown.
    """
    case.connection.execute("SET enable_external_access = false; SET lock_configuration = true")
    try:
        relation = case.connection.sql(statement)
        answer = None if relation is None else pl.from_arrow(_shown(relation).to_arrow_table())
    except duckdb.OutOfMemoryException:
        raise
    except (duckdb.Error, pl.exceptions.PolarsError) as failure:
        raise CaseError(f"the case cannot answer this: {failure}") from failure
    if not isinstance(answer, pl.DataFrame):
        raise CaseError("the statement gives no table; write a SELECT")
    return answer


def _shown(relation: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
    """The answer with intervals, such as the difference of two times, as text: no frame holds them."""
    columns = zip(relation.columns, relation.types, strict=True)
    names = ['"' + name.replace('"', '""') + '"' for name, kind in columns if kind == "INTERVAL"]
    if not names:
        return relation
    return relation.project(f"* REPLACE ({', '.join(f'{name}::VARCHAR AS {name}' for name in names)})")
