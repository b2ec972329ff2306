"""The bipartite graph of accounts and associated values.

An account is tied to a value only if it holds both ends of an accepted association, so the graph has no edge
that rests on one family alone. A tie weighs its value's rarity times the requests behind it: a template that
every request follows says more than a phrase in one of them. Signals inside a family have a common cause;
therefore the edges of an account carry one share of weight per family, however many values of it the account
holds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from distillscan.arrays import Bools, Floats, Int32s, UInt64s
from distillscan.association.single import Associations
from distillscan.association.tied import tied_entries
from distillscan.compiled import compiled, readonly
from distillscan.ordered import in_groups, places_in_order
from distillscan.signals import content
from distillscan.signals.incidence import Incidence

#: Share of an account's weight that its CONTENT ties carry beside other families: what accounts send tells
#: one workload from another, while cards, addresses and hours are handed out in batches.
CONTENT_SHARE = 0.5
#: Accounts that a text ties when it tells a workload: as many as make a cluster. What two of a public set's
#: users happen to send tells nothing, and there is much of it.
_WORKLOAD = 10


@dataclass(frozen=True)
class TieGraph:
    """Ties of accounts to values: columns account, value and weight (an account's weights sum to 1).

    They stand in the order of their values, those of one value in that of their accounts.
    """

    account: Int32s
    value: Int32s
    weight: Floats

    def strongest(self, most: int) -> TieGraph:
        """Return the ``most`` heaviest ties of each account, those to values with one tie left out.

        Of equally heavy ones those of the first values stay.
        """
        # the bits of positive numbers are in the order of the numbers, their complements in the reverse
        heaviest_first = ~self.weight.view(np.uint64)
        accounts = int(self.account.max(initial=-1)) + 1
        kept = _first(readonly(self.account), heaviest_first, accounts, most)
        ties = np.bincount(self.value[kept], minlength=int(self.value.max(initial=-1)) + 1)
        return self.within(kept & (ties[self.value] > 1))

    def within(self, rows: Bools) -> TieGraph:
        """Return the ties that a mask selects."""
        return TieGraph(self.account[rows], self.value[rows], self.weight[rows])


@compiled
def _first(account: Int32s, key: UInt64s, accounts: int, most: int) -> Bools:
    """Return which ties (n,) are among the ``most`` of their account with the smallest keys."""
    order, ends = in_groups(account, accounts)
    kept = np.zeros(account.size, np.bool_)
    start = 0
    for end in ends:
        if end - start <= most:
            for tie in order[start:end]:
                kept[tie] = True
        else:
            keys = np.empty(end - start, np.uint64)
            for index in range(keys.size):
                keys[index] = key[order[start + index]]
            for place in places_in_order(keys)[:most]:
                kept[order[start + place]] = True
        start = end
    return kept


def rarity_bits(incidence: Incidence) -> Floats:
    """Return log2(N / holders) of each value, at least 0.1: a value that all hold still ties a little."""
    return np.maximum(np.log2(incidence.accounts / np.maximum(incidence.holders, 1)), 0.1)


def tie_graph(incidence: Incidence, associations: Associations) -> TieGraph:
    """Return the ties of all accounts that hold both ends of an accepted association."""
    one_way = np.concatenate([associations.a, associations.b])
    other_way = np.concatenate([associations.b, associations.a])
    overlap = np.concatenate([associations.overlap, associations.overlap])
    tied = tied_entries(incidence, one_way, other_way, overlap)
    entry = np.flatnonzero(tied)
    # in the order of accounts too, which a permuted log has lost; what is in order sorts at once
    place = incidence.value[entry].astype(np.int64) * incidence.accounts + incidence.account[entry]
    entry = entry[np.argsort(place, kind="stable")]
    account, value = incidence.account[entry], incidence.value[entry]
    return TieGraph(account, value, _weights(incidence, account, value, incidence.uses[entry]))


def _weights(
    incidence: Incidence,
    account: Int32s,
    value: Int32s,
    uses: Floats,
) -> Floats:
    families = len(incidence.families)
    family, broad = incidence.family[value], incidence.broad[value]
    text = incidence.of_content[value] & ~broad
    ties = np.bincount(value, minlength=incidence.values)[value]
    # every request names the program that sent it: how many do says nothing of a broad value
    bits = rarity_bits(incidence)[value] * np.where(broad, 1.0, uses)
    bits *= np.where(text, np.clip((ties - 1) / (_WORKLOAD - 1), 0.01, 1.0), 1.0)
    cell = account.astype(np.int64) * families + family
    cells = incidence.accounts * families
    within_family = bits / np.bincount(cell, weights=bits, minlength=cells)[cell]
    present = (np.bincount(cell, minlength=cells) > 0).reshape(incidence.accounts, families)
    has_text = np.bincount(account[text], minlength=incidence.accounts) > 0
    shares = _family_shares(incidence, present, has_text)
    weights: Floats = within_family * shares[account, family]
    return weights


def _family_shares(incidence: Incidence, present: Bools, has_text: Bools) -> Floats:
    """Return each account's weight per family (accounts x families); the rows of tied accounts sum to 1.

    Where a client program or its settings are all the CONTENT of an account, that is a family like others.
    """
    equal: Floats = present / np.maximum(present.sum(axis=1, keepdims=True), 1)
    if content.FAMILY not in incidence.families:
        return equal
    place = incidence.families.index(content.FAMILY)
    alone = present.sum(axis=1) == 1
    shares: Floats = present * (1.0 - CONTENT_SHARE) / np.maximum(present.sum(axis=1, keepdims=True) - 1, 1)
    shares[:, place] = CONTENT_SHARE
    shares[~has_text | alone] = equal[~has_text | alone]
    return shares
