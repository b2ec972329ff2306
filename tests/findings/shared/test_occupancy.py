"""Addresses that are dealt out to accounts, and addresses that each request takes as it comes."""

import numpy as np
import pytest
from clustered import clustered, request

from distillscan.findings.shared.ties import binding_ties

ACCOUNTS, POOL, REQUESTS = 40, 20, 30


def ties_of(tmp_path, address_of):
    """The ties by address where ``address_of(account)`` draws that of each request."""
    used = [{address_of(n) for _ in range(REQUESTS)} for n in range(ACCOUNTS)]
    holders = [[f"a{n:02}" for n in range(ACCOUNTS) if k in used[n]] for k in range(POOL)]
    held = [("NETWORK", "ip", f"198.51.100.{k}", who, 0, 9) for k, who in enumerate(holders)]
    names = [f"a{n:02}" for n in range(ACCOUNTS)]
    with clustered(tmp_path, [request(name, 1) for name in names], {"c": names}, held) as connection:
        # each account's requests, spread over the addresses it uses
        connection.execute(
            "UPDATE incidence SET n = ? / held FROM "
            "(SELECT account AS who, COUNT(*) AS held FROM incidence GROUP BY account) WHERE who = account",
            [REQUESTS],
        )
        return binding_ties(connection, "c", ACCOUNTS).signals["ip"]


def test_behind_a_load_balancer_accounts_hold_what_chance_gives_them(tmp_path):
    random = np.random.default_rng(1)
    found = ties_of(tmp_path, lambda _: int(random.integers(POOL)))
    assert found.held == pytest.approx(found.by_chance, rel=0.1)
    assert found.held < 0.9 * POOL


def test_accounts_that_are_dealt_a_part_hold_no_more_of_the_pool(tmp_path):
    random = np.random.default_rng(1)
    parts = [random.choice(POOL, 6, replace=False) for _ in range(ACCOUNTS)]
    found = ties_of(tmp_path, lambda account: int(random.choice(parts[account])))
    assert found.held < 0.5 * found.by_chance
