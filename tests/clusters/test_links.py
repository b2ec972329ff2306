"""The strongest links between accounts of a cluster."""

from itertools import combinations

import numpy as np
import pytest

from distillscan.clusters import links
from distillscan.clusters.links import Ties, strongest_links


def ties_of(members: list[dict[int, tuple[int, float]]]) -> Ties:
    """Ties from what each member holds: value to family and bits."""
    held = [
        (member, value, *values[value]) for member, values in enumerate(members) for value in sorted(values)
    ]
    return Ties(
        starts=np.searchsorted([tie[0] for tie in held], np.arange(len(members) + 1)),
        value=np.array([tie[1] for tie in held], dtype=np.int64),
        family=np.array([tie[2] for tie in held], dtype=np.int64),
        bits=np.array([tie[3] for tie in held], dtype=np.float64),
    )


@pytest.mark.parametrize("seed", range(3))
def test_every_account_is_linked_with_those_it_shares_most_with(seed):
    random = np.random.default_rng(seed)
    values = {value: (int(value) % 3, float(1 + random.integers(8))) for value in range(30)}
    members = [{int(value): values[int(value)] for value in random.integers(0, 30, 6)} for _ in range(60)]
    shared = strongest_links(ties_of(members))
    rows = (shared.a, shared.b, shared.families, shared.values, shared.bits)
    found = {(a, b): rest for a, b, *rest in zip(*(column.tolist() for column in rows), strict=True)}
    pairs = {}
    for a, b in combinations(range(60), 2):
        both = members[a].keys() & members[b].keys()
        rarest = [max((values[v][1] for v in both if values[v][0] == f), default=0.0) for f in range(3)]
        if both:
            pairs[a, b] = [[bits > 0 for bits in rarest], len(both), sum(rarest)]
    strongest = set()
    for one in range(60):
        own = sorted((-rest[2], sum(pair) - one, pair) for pair, rest in pairs.items() if one in pair)
        strongest.update(pair for _, _, pair in own[: links.STRONGEST])
    assert found == {pair: pairs[pair] for pair in strongest}
    assert len(found) < len(pairs), "some have more partners than are linked"


def test_of_many_accounts_those_with_rare_values_in_common_are_found_first():
    broad, rare = (0, 1.0), (1, 9.0)
    members = [{0: broad, 1 + member // 2: rare} for member in range(2 * links.PARTNERS)]
    shared = strongest_links(ties_of(members))
    of_two = {(a, b) for a, b, bits in zip(shared.a, shared.b, shared.bits, strict=True) if bits == 10.0}
    assert of_two == {(2 * pair, 2 * pair + 1) for pair in range(links.PARTNERS)}
    assert len(shared.a) <= len(members) * links.STRONGEST, "and not every pair is a link"


def test_nobody_has_no_links():
    assert len(strongest_links(ties_of([])).a) == 0
