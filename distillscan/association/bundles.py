"""Bundles: values of one family that the same accounts hold together, as one further value.

A pool of addresses through which accounts rotate, or a set of templates from which each account takes a few,
shows weakly in each of its values: no single address is held by most of the pool's accounts. The bundle is.
Inside a family this is no evidence of anything; it is a better value to test against the other families.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from duckdb import DuckDBPyConnection

from distillscan.arrays import Floats, Int32s, Int64s
from distillscan.association.overlap import FamilyMatrices
from distillscan.association.seeded import Edges, by_group, leiden
from distillscan.association.single import MIN_CONTAINMENT, MIN_LIFT
from distillscan.association.tails import benjamini_hochberg, binomial_tail
from distillscan.case.frame import frame, registered
from distillscan.compiled import readonly
from distillscan.fingerprint.shared import spread_bits
from distillscan.signals.incidence import Incidence
from distillscan.signals.registry import binds, bundle_signal

#: Values of fewer holders meet too seldom to be told from chance; fewer values are no bundle.
_MIN_HOLDERS, _MIN_VALUES = 3, 3
#: An account holds a bundle when it holds this many of its values.
_MIN_HELD = 2
_DISCOVERY_RATE = 0.01
#: Values of an account that are looked at together.
_MOST_HELD = 64
_SEED = 1
#: Low, so that a pool through which accounts rotate at random stays one bundle.
_RESOLUTION = 0.3

_VALUE = {
    "value": pl.Int32,
    "family": pl.String,
    "signal": pl.String,
    "content": pl.String,
    "holders": pl.Int32,
}
_HELD = {"account": pl.Int32, "bundle": pl.Int32}
_MEMBER = {"bundle": pl.Int32, "value": pl.Int32}


@dataclass(frozen=True)
class Bundle:
    """The values of a bundle and the accounts that hold it, as indices of the incidence."""

    family: int
    values: Int64s
    accounts: Int64s


def find_bundles(incidence: Incidence) -> list[Bundle]:
    """Return the bundles of all families, in the order of family and smallest value."""
    eligible = (incidence.holders >= _MIN_HOLDERS) & ~incidence.broad
    by_family = [np.flatnonzero(eligible & (incidence.family == f)) for f in range(len(incidence.families))]
    # numbered in its family, so that what is shared in others does not change who keeps what
    place = np.zeros(incidence.values, np.int32)
    for values in by_family:
        place[values] = np.arange(len(values))
    held = incidence.take(eligible[incidence.value])
    cell = held.account.astype(np.int64) * len(by_family) + held.family[held.value]
    degrees = np.bincount(cell, minlength=held.accounts * len(by_family))
    thinned = FamilyMatrices(_thinned(held, place, cell, degrees))
    found = []
    for family, values in enumerate(by_family):
        for members in _groups(thinned, family, values, _rate(degrees[family :: len(by_family)])):
            entries = [incidence.account[incidence.starts[v] : incidence.starts[v + 1]] for v in members]
            account, values_held = np.unique(np.concatenate(entries), return_counts=True)
            accounts = account[values_held >= _MIN_HELD].astype(np.int64)
            if len(accounts) >= _MIN_HOLDERS:
                found.append(Bundle(family, members, accounts))
    return found


def with_bundles(incidence: Incidence) -> Incidence:
    """Return an incidence with its bundles as further values, numbered behind its own."""
    bundles = find_bundles(incidence)
    sizes = np.array([len(bundle.accounts) for bundle in bundles], dtype=np.int64)
    numbers = np.repeat(incidence.values + np.arange(len(bundles)), sizes).astype(np.int32)
    held = [incidence.account, *(bundle.accounts.astype(np.int32) for bundle in bundles)]
    families = np.array([bundle.family for bundle in bundles], dtype=np.int16)
    bound = [binds(bundle_signal(incidence.families[family])) for family in families]
    return replace(
        incidence,
        account=np.concatenate(held),
        value=np.concatenate([incidence.value, numbers]),
        uses=np.concatenate([incidence.uses, np.ones(len(numbers))]),
        family=np.concatenate([incidence.family, families]),
        broad=np.concatenate([incidence.broad, np.zeros(len(bundles), dtype=np.bool_)]),
        binding=np.concatenate([incidence.binding, np.array(bound, dtype=np.bool_)]),
        of_prompts=np.append(incidence.of_prompts, np.zeros(len(bundles), np.bool_)),
    )


def _thinned(held: Incidence, place: Int32s, cell: Int64s, degrees: Int64s) -> Incidence:
    """Leave each account at most ``_MOST_HELD`` values of a family, the first in one shuffled order.

    ``place`` (values,) numbers the values of each family, ``cell`` (entries,) the pairs of an account and a
    family, and ``degrees`` (cells,) counts the entries of each. Pairs of values grow with the square of what
    an account holds. Accounts that hold the same values keep the same ones (bottom-k sampling), so what they
    have in common stays.
    """
    entries = np.flatnonzero(degrees[cell] > _MOST_HELD)
    shuffled = spread_bits(readonly(place[held.value[entries]]))
    entries = entries[np.lexsort((shuffled, cell[entries]))]
    _, first, own = np.unique(cell[entries], return_index=True, return_inverse=True)
    kept = np.ones(len(cell), np.bool_)
    kept[entries[np.arange(len(entries)) - first[own] >= _MOST_HELD]] = False
    return held.take(kept)


def _rate(degrees: Int64s) -> float:
    """Return the chance, per pair of values of a family, that an account holds both.

    ``degrees`` (accounts,) counts the values that each holds. An account's d values make d(d-1) ordered pairs
    of different ones. Those that thinning leaves out count here too, for how much more busy accounts hold
    than others is what makes their values meet by chance.
    """
    met = float((degrees * (degrees - 1)).sum()) / max(float(degrees.sum()), 1.0) ** 2
    return max(met, 1.0 / len(degrees))


def _groups(thinned: FamilyMatrices, family: int, values: Int64s, rate: float) -> list[Int64s]:
    """Return groups of a family's ``values`` that are held together more than activity explains."""
    if len(values) < _MIN_VALUES:
        return []
    a, b, weight = _together(thinned, family, rate, len(values))
    edges = Edges(len(values), np.searchsorted(values, a), np.searchsorted(values, b), weight)
    part, _ = leiden(edges, above=_MIN_VALUES - 1, resolution=_RESOLUTION, seed=_SEED)
    groups = by_group(part, np.bincount(part) >= _MIN_VALUES)
    return sorted((values[group] for group in groups), key=lambda group: int(group[0]))


def _together(
    thinned: FamilyMatrices, family: int, rate: float, values: int
) -> tuple[Int32s, Int32s, Floats]:
    """Return the pairs of a family's ``values`` that accounts hold together, with their cosine similarity."""
    holders = thinned.incidence.holders
    found = []
    for met in thinned.overlaps_of(family, family):
        sizes = holders[np.array([met.a, met.b])]
        smaller, larger = sizes.min(axis=0), sizes.max(axis=0)
        expected = smaller * larger * rate
        rows = np.flatnonzero(
            (met.count >= _MIN_HELD + 1)
            & (
                (met.count >= MIN_LIFT * expected)
                | ((met.count >= MIN_CONTAINMENT * smaller) & (met.count > expected))
            )
        )
        p = binomial_tail(met.count[rows], smaller[rows], larger[rows] * rate)
        found.append((met.a[rows], met.b[rows], met.count[rows], p))
    a, b, count, p = (np.concatenate(column) for column in zip(*found, strict=True))
    q = benjamini_hochberg(p, values * (values - 1) / 2)
    rows = np.flatnonzero(q <= _DISCOVERY_RATE)
    rows = rows[np.lexsort((b[rows], a[rows]))]
    a, b = a[rows], b[rows]
    return a, b, count[rows] / np.sqrt(holders[a] * holders[b])


def add_bundles(connection: DuckDBPyConnection, incidence: Incidence) -> None:
    """Write the bundles into the case as values of their families, with the table of what they hold.

    A bundle's content is the hash of its values' contents, so it is the same wherever it is found again.
    """
    contents = frame(connection, "SELECT content FROM shared_value ORDER BY value")["content"]
    values, held, members = [], [], []
    for offset, bundle in enumerate(find_bundles(incidence)):
        number = incidence.values + offset
        family = incidence.families[bundle.family]
        digest = hashlib.sha256("\x00".join(contents.gather(bundle.values)).encode("utf-8", "surrogatepass"))
        values.append((number, family, bundle_signal(family), digest.hexdigest()[:16], len(bundle.accounts)))
        held += [(int(account), number) for account in bundle.accounts]
        members += [(number, int(value)) for value in bundle.values]
    _append(connection, values, held, members)


def _append(
    connection: DuckDBPyConnection,
    values: list[tuple[int, str, str, str, int]],
    held: list[tuple[int, int]],
    members: list[tuple[int, int]],
) -> None:
    with (
        registered(connection, "new_value", pl.DataFrame(values, _VALUE, orient="row")),
        registered(connection, "new_held", pl.DataFrame(held, _HELD, orient="row")),
        registered(connection, "new_member", pl.DataFrame(members, _MEMBER, orient="row")),
    ):
        connection.execute("""
            DELETE FROM bundle_value;
            INSERT INTO bundle_value SELECT bundle, value FROM new_member;
            INSERT INTO shared_value SELECT value, family, signal, content, FALSE, holders FROM new_value;
            INSERT INTO incidence
            -- first to the bundles' own entries: accounts times values of a bundle may be very many
            WITH entry AS MATERIALIZED (
              SELECT account, bundle, SUM(n) AS n, MIN(first_seen) AS first_seen, MAX(last_seen) AS last_seen
              FROM incidence JOIN new_member USING (value)
              GROUP BY account, bundle
            )
            SELECT * FROM entry SEMI JOIN new_held USING (account, bundle) ORDER BY bundle, account
        """)
