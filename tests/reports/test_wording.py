"""Figures are written one way everywhere, and rounding never turns some into none or all."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from distillscan.reports import wording


@pytest.mark.parametrize(
    ("fraction", "written"),
    [
        (0, "0%"),
        (0.0004, "< 0.1%"),
        (0.0123, "1.2%"),
        (0.5, "50%"),
        (0.994, "99.4%"),
        (0.9995, "> 99.9%"),
        (1, "100%"),
    ],
)
def test_a_share_is_0_or_100_only_when_it_is(fraction, written):
    assert wording.share(fraction) == written


@pytest.mark.parametrize(
    ("number", "written"), [(0, "0.0"), (0.0123, "0.012"), (3.594, "3.6"), (12345.67, "12,345.7")]
)
def test_a_rate_keeps_what_is_small(number, written):
    assert wording.rate(number) == written


def test_counts_have_their_nouns():
    assert wording.counted(1, "request") == "1 request"
    assert wording.counted(28_800_000, "request") == "28,800,000 requests"
    assert wording.counted(2, "copy", "copies") == "2 copies"


@pytest.mark.parametrize(
    ("value", "written"), [(None, "-"), (7310.0, "7,310"), (0.77213, "0.772"), (0.05, "0.05")]
)
def test_a_figure_of_any_kind(value, written):
    assert wording.figure(value) == written


@pytest.mark.parametrize("zone", [None, UTC])
def test_moments_are_utc_to_the_second(zone):
    assert wording.moment(datetime(2026, 5, 4, 3, 2, 1, 999, tzinfo=zone)) == "2026-05-04T03:02:01Z"
