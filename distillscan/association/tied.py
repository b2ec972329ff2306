"""Which incidences stand in an association: the account holds the value and one of its partners too."""

from typing import NamedTuple

import numpy as np

from distillscan.arrays import Bools, Int32s, Int64s
from distillscan.compiled import compiled, inner, readonly
from distillscan.signals.incidence import Incidence


class _Lists(NamedTuple):
    """Where each list starts in the items, and behind them where the last one stops."""

    starts: Int64s
    items: Int32s


@inner
def _length(lists: _Lists, numbers: Int32s) -> int:
    total = 0
    for number in numbers:
        total += lists.starts[number + 1] - lists.starts[number]
    return total


@compiled
def _mark(holders: _Lists, partners: _Lists, held: _Lists, tied: Bools) -> None:
    """Mark the tied entries of ``holders``, the accounts of each value.

    A card of five accounts that stands beside a template of thousands is looked up in what the five hold, a
    template beside such cards in who holds them: whichever list is shorter.
    """
    place = np.zeros(held.starts.size - 1, np.int64)
    partner_of = np.full(holders.starts.size - 1, -1, np.int64)
    for value in range(holders.starts.size - 1):
        beside = partners.items[partners.starts[value] : partners.starts[value + 1]]
        if beside.size == 0:
            continue
        first, last = holders.starts[value], holders.starts[value + 1]
        own = holders.items[first:last]
        if beside.size + _length(held, own) < own.size + _length(holders, beside):
            _by_accounts(value, own, beside, held, partner_of, tied[first:last])
        else:
            _by_partners(own, beside, holders, place, tied[first:last])


@inner
def _by_accounts(
    value: int,
    own: Int32s,
    beside: Int32s,
    held: _Lists,
    partner_of: Int64s,
    tied: Bools,
) -> None:
    for partner in beside:
        partner_of[partner] = value
    for entry in range(own.size):
        for other in held.items[held.starts[own[entry]] : held.starts[own[entry] + 1]]:
            if partner_of[other] == value:
                tied[entry] = True
                break


@inner
def _by_partners(
    own: Int32s,
    beside: Int32s,
    holders: _Lists,
    place: Int64s,
    tied: Bools,
) -> None:
    for entry in range(own.size):
        place[own[entry]] = entry + 1
    left = own.size
    for partner in beside:
        for account in holders.items[holders.starts[partner] : holders.starts[partner + 1]]:
            if place[account] > 0:
                tied[place[account] - 1] = True
                place[account] = 0
                left -= 1
        if left == 0:
            break
    for account in own:
        place[account] = 0


def tied_entries(incidence: Incidence, value: Int32s, partner: Int32s, overlap: Int32s) -> Bools:
    """Return which entries of the incidence, of a ``value`` here, have an account that holds a ``partner``.

    The three columns are parallel and directed; ``overlap`` only orders the work. The incidence must be
    ordered by value.
    """
    tied = np.zeros(len(incidence.account), dtype=np.bool_)
    if len(value) == 0:
        return tied
    # one number a pair sorts much faster than two columns
    order = np.argsort(value * np.int64(incidence.accounts) - overlap)
    starts = np.searchsorted(value[order], np.arange(incidence.values + 1))
    holders = _Lists(incidence.starts, incidence.account)
    _mark(holders, _Lists(starts, readonly(partner[order])), _Lists(*incidence.by_account), tied)
    return tied
