"""The detection gap: the same analysis on what the log held at the end of an earlier day.

A replay takes the incidences that had been seen by then: values with one holder left are dropped, bundles
are found anew, and one partition is made. No request is read again. What it does not replay: templates and
inserts are those chosen on the whole log, and an account's uses of a value are those of the whole log.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from duckdb import DuckDBPyConnection

from distillscan.arrays import Int32s, Int64s
from distillscan.association.bundles import with_bundles
from distillscan.association.levels import Levels
from distillscan.case.frame import frame
from distillscan.clusters.find import find_membership
from distillscan.signals.incidence import Incidence

# an account is there from its first request on, and has stopped only when a day has passed without one
_SEEN = """
    SELECT i.account, i.value, i.n::DOUBLE AS uses,
           greatest(COALESCE(i.first_seen::DATE, o.day), o.day)
               + (CASE WHEN s.signal = 'stop_hour' THEN 1 ELSE 0 END) AS day
    FROM incidence i
    JOIN shared_value s USING (value)
    JOIN (SELECT account, MIN(day) AS day FROM active_day GROUP BY account) o ON o.account = i.account
    WHERE i.value NOT IN (SELECT bundle FROM bundle_value)
    ORDER BY i.value, i.account
"""


@dataclass(frozen=True)
class History:
    """The incidence without bundles, with the day on which each entry and each account was first seen.

    Days are whole numbers from 1970-01-01.
    """

    incidence: Incidence
    entry_day: Int32s
    account_day: Int32s


def load_history(connection: DuckDBPyConnection, declared: Int32s) -> History:
    """Return the history of a case; table ``active_day`` of `when.timeline` must be there.

    ``declared`` is what `signals.declared` has of the accounts (n,).
    """
    seen = frame(connection, _SEEN)
    values = frame(connection, "SELECT signal, family, broad FROM shared_value ORDER BY value")
    onset = frame(connection, "SELECT MIN(day) AS day FROM active_day GROUP BY account ORDER BY account")
    return History(
        incidence=Incidence.of(values, seen, declared),
        entry_day=_day_numbers(seen["day"]),
        account_day=_day_numbers(onset["day"]),
    )


def _day_numbers(days: pl.Series) -> Int32s:
    return days.cast(pl.Date).to_physical().to_numpy().astype(np.int32)


def core_at(history: History, day: int, levels: Levels, seed: int) -> Int32s:
    """Return the cluster of each account at the end of a day, -1 outside of every core."""
    known, accounts = _as_of(history, day)
    cluster = np.full(history.incidence.accounts, -1, dtype=np.int32)
    cluster[accounts] = find_membership(with_bundles(known), levels, seed).core_cluster()
    return cluster


def _as_of(history: History, day: int) -> tuple[Incidence, Int64s]:
    """Return the incidence at the end of a day, and the accounts it numbers."""
    whole = history.incidence
    entries = np.flatnonzero(history.entry_day <= day)
    holders = np.bincount(whole.value[entries], minlength=whole.values)
    entries = entries[holders[whole.value[entries]] >= 2]
    values, accounts = np.flatnonzero(holders >= 2), np.flatnonzero(history.account_day <= day)
    account_number = np.full(whole.accounts, -1, dtype=np.int32)
    account_number[accounts] = np.arange(len(accounts), dtype=np.int32)
    value_number = np.full(whole.values, -1, dtype=np.int32)
    value_number[values] = np.arange(len(values), dtype=np.int32)
    known = replace(
        whole,
        accounts=len(accounts),
        account=account_number[whole.account[entries]],
        value=value_number[whole.value[entries]],
        uses=whole.uses[entries],
        family=whole.family[values],
        broad=whole.broad[values],
        binding=whole.binding[values],
        of_prompts=whole.of_prompts[values],
        declared=whole.declared[accounts],
    )
    return known, accounts
