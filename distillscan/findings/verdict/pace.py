"""Whether the accounts of a cluster, busy or not, differ in how much they ask as customers do.

The load of an account is compared where it is busy. In a log whose accounts mostly send a few requests these
are the busiest, and differ less than all do. Among all accounts chance makes part of the difference, and what
is left is that of their own rates (see `dispatch`): the variance of a Poisson count is its mean.
"""

from collections.abc import Sequence

from duckdb import DuckDBPyConnection

from distillscan.case.frame import one
from distillscan.findings.document.verdict import Evidence
from distillscan.findings.verdict.dispatch import exceeds_chance, is_even
from distillscan.findings.verdict.extraction import everybody_else

#: Deviation of the rates of a cluster's accounts, in parts of that of others', up to which they are even.
_EVEN = 0.5

_DEVIATION = """
    SELECT round(sqrt(greatest(var_pop(requests) - avg(requests), 0)) / avg(requests), 9)
    FROM account_profile WHERE {whose}
"""


def differ_as_customers(
    connection: DuckDBPyConnection, cluster_id: str, work: Sequence[Evidence], *, together: bool
) -> bool:
    """Return whether loads differ by more than chance makes them, and those of all accounts by much more.

    ``work`` is the evidence of hours and load. The busy accounts must be even too, unless all began
    ``together``: who comes by himself to a product may share his pace with a few others.
    """
    if not exceeds_chance(work):
        return False
    whose = ("cluster_id = $id", everybody_else(connection))
    own, others = (one(connection, _DEVIATION.format(whose=each), {"id": cluster_id}) for each in whose)
    alike = own is not None and others is not None and float(own[0]) <= _EVEN * float(others[0])
    return not (alike and (together or is_even(work)))
