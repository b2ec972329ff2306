"""Machines have no night; people differ in how much they ask by more than chance, and as others do."""

import pytest

from distillscan.findings.document import Evidence
from distillscan.findings.verdict.dispatch import has_night, has_no_night, is_uneven


def seen(code, own, rest):
    """Hours or loads, of the core and of everybody else."""
    return [Evidence(code=code, statement="", value=own, background=rest)]


@pytest.mark.parametrize(
    ("own", "rest", "expected"),
    [
        (0.1, 0.6, (True, False)),
        (0.36, 0.6, (True, False)),
        (0.37, 0.6, (False, True)),
        (0.18, 0.3, (True, False)),
        (0.1, 0.29, (False, False)),
    ],
    ids=["a machine", "at its limit", "people of one office", "where nights are short", "nobody has a night"],
)
def test_hours_have_a_night_or_none_where_others_sleep(own, rest, expected):
    evidence = seen("hours", own, rest)
    assert (has_no_night(evidence), has_night(evidence)) == expected


@pytest.mark.parametrize(
    ("own", "rest", "expected"),
    [(0.8, 0.8, True), (0.26, 0.3, True), (0.25, 0.3, False), (0.48, 0.8, False), (0.49, 0.8, True)],
    ids=["people", "just beyond chance", "as chance makes them", "at its limit", "just beyond it"],
)
def test_loads_differ_by_more_than_chance_and_as_others_do(own, rest, expected):
    assert is_uneven(seen("load", own, rest)) is expected
