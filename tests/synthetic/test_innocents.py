"""The innocents of a log: all groups, in any size, with exactly the requests asked for."""

import itertools

import numpy as np
import polars as pl
import pytest

from distillscan.synthetic.innocents import KINDS, SMALLEST, allot, innocent_parts, population, runs


@pytest.mark.parametrize(("accounts", "requests"), [(SMALLEST, 5 * SMALLEST), (900, 9_000), (3_000, 15_000)])
def test_every_group_is_there_and_the_total_is_exact(accounts, requests):
    parts = list(innocent_parts(population(accounts, 1), requests, 1))
    assert len(parts) > len(KINDS)
    assert sum(len(part.accounts) for part in parts) == accounts
    assert sum(len(part.requests) for part in parts) == requests
    assert pl.concat([part.requests for part in parts])["campaign"].null_count() == requests


def test_organisations_of_one_kind_are_different_ones():
    people = population(8_000, 1)
    parts = pl.concat([part.accounts for part in innocent_parts(people, 40_000, 1)])
    domains = parts["email"].str.split("@").list.last().value_counts()
    own = domains.filter(~pl.col("email").str.contains("mail|post|letter|inbox"))
    assert len(own) > 15
    assert own["count"].max() <= 250
    assert parts["email"].n_unique() == parts["email"].count()


def test_a_campus_without_mailboxes_of_its_own_uses_private_ones():
    parts = list(innocent_parts(population(900, 1), 9_000, 1))
    by_address = pl.concat([part.accounts for part in parts]).filter(
        pl.col("signup_ip").str.starts_with("198.51.100.")
    )
    domains = by_address.group_by("signup_ip").agg(
        pl.col("email").str.split("@").list.last().n_unique(), pl.len()
    )
    assert sorted(domains["email"].to_list())[0] == 1
    assert domains["email"].max() > 6


def test_allotting_is_exact_proportional_and_leaves_nobody_out():
    counts = allot(np.array([1.0, 2.0, 3.0]), 603)
    assert counts.tolist() == [101, 201, 301]
    assert allot(np.array([1.0, 1e-9]), 10).tolist() == [9, 1]
    assert allot(np.ones(3), 2).tolist() == [1, 1, 1]


def test_runs_cover_everybody_in_order():
    counts = np.array([150_000, 100_000, 10, 390_000, 5], dtype=np.int64)
    bounds = runs(counts)
    assert bounds[0][0] == 0
    assert bounds[-1][1] == len(counts)
    assert all(end == start for (_, end), (start, _) in itertools.pairwise(bounds))
    assert runs(np.zeros(0, dtype=np.int64)) == []
