"""Pools that replace each other: the day on which a cluster's cards or addresses are exchanged.

A value is in use from its first to its last day. Values in use in the week before a day are compared with
those in use in the week from it on. A pool through which accounts rotate at random is always half renewed;
only where hardly a value is kept, and usually many are, was it exchanged.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
from duckdb import DuckDBPyConnection

from distillscan.arrays import Int64s
from distillscan.case.frame import frame
from distillscan.findings.document.when import PoolSwitch
from distillscan.findings.shared.values import CARRIED_VALUES
from distillscan.findings.wording import counted, percent

_WEEK = 7
#: Values on either side that make a pool, the share kept below which it was exchanged, and the least usual.
_FEWEST, _MAX_KEPT, _MIN_USUAL = 3, 0.1, 0.5
#: Switches listed a family, the cleanest.
_MOST = 5

# an address is in use when requests come from it; a card while the accounts that pay with it work
_IN_USE = f"""
    SELECT cluster_id, family, value,
           MIN(CASE WHEN signal = 'ip' THEN i.first_seen ELSE m.first_seen END)::DATE AS first,
           MAX(CASE WHEN signal = 'ip' THEN i.last_seen ELSE m.last_seen END)::DATE AS last
    FROM ({CARRIED_VALUES})
    JOIN shared_value USING (value)
    JOIN incidence i USING (value)
    JOIN core_account m USING (cluster_id, account)
    WHERE signal IN ('card', 'ip')
    GROUP BY cluster_id, family, value
    HAVING COUNT(*) >= 2
    ORDER BY cluster_id, family, value
"""

_VALUES = {"PAYMENT": ("card", "cards"), "NETWORK": ("address", "addresses")}


def pool_switches(connection: DuckDBPyConnection) -> dict[str, list[PoolSwitch]]:
    """Return the switches of every cluster by its id, in the order of their days."""
    found: dict[str, list[PoolSwitch]] = {}
    for (cluster_id, family), values in frame(connection, _IN_USE).group_by(
        "cluster_id", "family", maintain_order=True
    ):
        switches = _switches(str(family), values["first"], values["last"])
        found.setdefault(str(cluster_id), []).extend(switches)
    return {
        cluster_id: sorted(switches, key=lambda one: (one.day, one.family))
        for cluster_id, switches in found.items()
    }


def _switches(family: str, first: pl.Series, last: pl.Series) -> list[PoolSwitch]:
    begin, end = (np.sort(days.to_physical().to_numpy().astype(np.int64)) for days in (first, last))
    days = np.arange(begin[0], end[-1] + 1)
    before, after, kept = _around(days, begin, end)
    pools = np.flatnonzero((before >= _FEWEST) & (after >= _FEWEST))
    similarity = kept[pools] / (before + after - kept)[pools]
    usual = float(np.median(similarity)) if len(pools) else 0.0
    if usual < _MIN_USUAL:
        return []
    exchanged = pools[(similarity <= _MAX_KEPT) & np.isin(days[pools], begin)]
    order = exchanged[np.lexsort((exchanged, (kept / np.maximum(after, 1))[exchanged]))]
    chosen: list[int] = []
    for place in order.tolist():
        if len(chosen) < _MOST and all(abs(place - other) >= _WEEK for other in chosen):
            chosen.append(place)
    return [
        _switch(family, int(days[at]), int(before[at]), int(after[at]), int(kept[at]), usual) for at in chosen
    ]


def _around(days: Int64s, begin: Int64s, end: Int64s) -> tuple[Int64s, Int64s, Int64s]:
    """Return values in use in the week before each day, in the week from it on, and in both."""
    begun, ended = np.searchsorted(begin, days), np.searchsorted(end, days)
    before = begun - np.searchsorted(end, days - _WEEK)
    after = np.searchsorted(begin, days + _WEEK) - ended
    return before, after, begun - ended


def _switch(family: str, day: int, before: int, after: int, kept: int, usual: float) -> PoolSwitch:
    one, several = _VALUES[family]
    on = date(1970, 1, 1) + timedelta(days=day)
    still = "none is" if kept == 0 else f"{kept:,} {'is' if kept == 1 else 'are'}"
    return PoolSwitch(
        family=family,
        day=on,
        ended=before - kept,
        begun=after - kept,
        kept=kept,
        usual=round(usual, 4),
        statement=f"On {on.isoformat()} {counted(before - kept, one, several)} gave way to "
        f"{counted(after - kept, one, several)}; {still} used before and after. On the usual day "
        f"{percent(usual)} of those of the weeks around it are.",
    )
