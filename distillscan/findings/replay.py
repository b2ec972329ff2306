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
from numpy.typing import NDArray

from distillscan.association.bundles import find_bundles
from distillscan.association.levels import Levels
from distillscan.case.frame import frame
from distillscan.clusters.find import find_membership
from distillscan.signals.incidence import Incidence
from distillscan.signals.registry import binds, bundle_signal

# an account is there from its first request on, and has stopped only when a day has passed without one
_SEEN = """
    SELECT i.account, i.value, i.n,
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

    Days are whole numbers from 1970-01-01. ``binding`` marks values (see Signal).
    """

    incidence: Incidence
    binding: NDArray[np.bool_]
    entry_day: NDArray[np.int32]
    account_day: NDArray[np.int32]


def load_history(connection: DuckDBPyConnection) -> History:
    """Return the history of a case; ``active_day`` of :mod:`distillscan.findings.timeline` must be there."""
    seen = frame(connection, _SEEN)
    values = frame(connection, "SELECT signal, family, broad FROM shared_value ORDER BY value")
    onset = frame(connection, "SELECT MIN(day) AS day FROM active_day GROUP BY account ORDER BY account")
    families = tuple(sorted(values["family"].unique()))
    codes = values["family"].replace_strict(families, range(len(families)), return_dtype=pl.Int16)
    incidence = Incidence(
        accounts=len(onset),
        families=families,
        account=seen["account"].to_numpy().astype(np.int32),
        value=seen["value"].to_numpy().astype(np.int32),
        uses=seen["n"].to_numpy().astype(np.float64),
        family=codes.to_numpy().astype(np.int16),
        broad=values["broad"].to_numpy().astype(np.bool_),
    )
    return History(
        incidence=incidence,
        binding=np.array([binds(name) for name in values["signal"]], dtype=np.bool_),
        entry_day=_day_numbers(seen["day"]),
        account_day=_day_numbers(onset["day"]),
    )


def _day_numbers(days: pl.Series) -> NDArray[np.int32]:
    return days.cast(pl.Date).to_physical().to_numpy().astype(np.int32)


def core_at(history: History, day: int, levels: Levels, seed: int) -> NDArray[np.int32]:
    """Return the cluster of each account at the end of a day, -1 outside of every core."""
    incidence, binding, accounts = _as_of(history, day)
    incidence, binding = _with_bundles(incidence, binding)
    cluster = np.full(history.incidence.accounts, -1, dtype=np.int32)
    cluster[accounts] = find_membership(incidence, levels, binding, seed).core_cluster()
    return cluster


def _as_of(history: History, day: int) -> tuple[Incidence, NDArray[np.bool_], NDArray[np.int64]]:
    """Return the incidence at the end of a day, which of its values bind, and the accounts it numbers."""
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
    )
    return known, history.binding[values], accounts


def _with_bundles(incidence: Incidence, binding: NDArray[np.bool_]) -> tuple[Incidence, NDArray[np.bool_]]:
    bundles = find_bundles(incidence)
    sizes = np.array([len(bundle.accounts) for bundle in bundles], dtype=np.int64)
    numbers = np.repeat(incidence.values + np.arange(len(bundles)), sizes).astype(np.int32)
    held = [incidence.account, *(bundle.accounts.astype(np.int32) for bundle in bundles)]
    families = np.array([bundle.family for bundle in bundles], dtype=np.int16)
    bound = np.array(
        [binds(bundle_signal(incidence.families[family])) for family in families], dtype=np.bool_
    )
    extended = replace(
        incidence,
        account=np.concatenate(held),
        value=np.concatenate([incidence.value, numbers]),
        uses=np.concatenate([incidence.uses, np.ones(len(numbers))]),
        family=np.concatenate([incidence.family, families]),
        broad=np.concatenate([incidence.broad, np.zeros(len(bundles), dtype=np.bool_)]),
    )
    return extended, np.concatenate([binding, bound])
