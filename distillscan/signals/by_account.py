"""Rows of anything in the order of the accounts that they are of."""

import numpy as np
import numpy.typing as npt

from distillscan.compiled import compiled
from distillscan.ordered import starts_of


@compiled
def by_account(
    account: npt.NDArray[np.int32], accounts: int
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64]]:
    """The rows in the order of their accounts, else in their own, and where those of each account end.

    ``account`` (n,), `readonly`, has the account of each row, below ``accounts``; rows of account -1 are left
    out.
    """
    counts = np.zeros(accounts, np.int64)
    rows = 0
    for number in account:
        if number >= 0:
            counts[number] += 1
            rows += 1
    place = starts_of(counts)
    order = np.empty(rows, np.int32)
    for row in range(account.size):
        number = account[row]
        if number >= 0:
            order[place[number]] = row
            place[number] += 1
    return order, place
