"""Work that one machine hands out has no night and is dealt out evenly; people differ and sleep."""

import pytest

from distillscan.findings.document.verdict import Evidence
from distillscan.findings.verdict.dispatch import is_dispatched


def evidence_of(hours, load):
    """Hours and loads, each of the core and of everybody else."""
    seen = {"hours": hours, "load": load}
    return [
        Evidence(code=code, statement="", value=own, background=rest) for code, (own, rest) in seen.items()
    ]


@pytest.mark.parametrize(
    ("hours", "load", "expected"),
    [
        ((0.1, 0.6), (0.1, 0.8), True),
        ((0.5, 0.6), (0.1, 0.8), False),
        ((0.1, 0.6), (0.4, 0.8), False),
        ((0.1, 0.6), (0.1, 0.1), False),
        ((0.1, 0.2), (0.1, 0.8), False),
    ],
    ids=[
        "a machine",
        "people of one office",
        "customers of a service that never sleeps",
        "everybody's loads are even",
        "nobody has a night",
    ],
)
def test_a_machine_has_no_night_and_deals_as_evenly_as_chance(hours, load, expected):
    assert is_dispatched(evidence_of(hours, load)) is expected


@pytest.mark.parametrize(
    ("hours", "load", "expected"),
    [
        ((0.36, 0.6), (0.1, 0.8), True),
        ((0.37, 0.6), (0.1, 0.8), False),
        ((0.1, 0.3), (0.1, 0.8), True),
        ((0.1, 0.29), (0.1, 0.8), False),
        ((0.1, 0.6), (0.25, 0.8), True),
        ((0.1, 0.6), (0.26, 0.8), False),
        ((0.1, 0.6), (0.18, 0.3), True),
        ((0.1, 0.6), (0.19, 0.3), False),
    ],
)
def test_what_is_flat_or_even_enough_is_so_at_its_limit(hours, load, expected):
    assert is_dispatched(evidence_of(hours, load)) is expected
