"""A question of the analyst's own, which can read the case and nothing else."""

from __future__ import annotations

import duckdb
import polars as pl

from distillscan.case.frame import frame
from distillscan.case.store import Case
from distillscan.errors import CaseError


def ask(case: Case, statement: str) -> pl.DataFrame:
    """Answer one SQL statement without access to other files or the network.

    Open the case read-only for it: the connection is of no use for writing afterwards.
    Raises CaseError when the statement is wrong, or its answer cannot be shown.
    """
    case.connection.execute("SET enable_external_access = false; SET lock_configuration = true")
    try:
        return frame(case.connection, statement)
    except duckdb.OutOfMemoryException:
        raise
    except (duckdb.Error, pl.exceptions.PolarsError) as failure:
        raise CaseError(f"the case cannot answer this: {failure}") from failure
