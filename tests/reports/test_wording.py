"""Figures are written one way everywhere, and rounding never turns some into none or all."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from distillscan.reports import wording


@pytest.mark.parametrize(
    ("fraction", "written"),
    [
        (0, "none"),
        (0.0004, "under 0.1 %"),
        (0.0123, "1.2 %"),
        (0.05, "5 %"),
        (0.5, "50 %"),
        (0.994, "99.4 %"),
        (0.9995, "over 99.9 %"),
        (1, "all"),
    ],
)
def test_a_share_is_all_or_none_only_when_it_is(fraction, written):
    assert wording.percent(fraction) == written


@pytest.mark.parametrize(
    ("number", "written"),
    [(0, "0.0"), (0.0123, "0.012"), (3.599, "3.5"), (12345.67, "12,345.6"), (2.3, "2.3")],
)
def test_a_rate_is_cut_and_keeps_what_is_small(number, written):
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


@pytest.mark.parametrize(
    ("number", "lower", "upper"),
    [
        (0, "0", "0"),
        (118, "118", "118"),
        (13_421, "13,400", "13,500"),
        (24_999, "24,900", "25,000"),
        (28_800_000, "28,800,000", "28,800,000"),
        (28_800_001, "28,800,000", "28,900,000"),
    ],
)
def test_counts_for_publication_are_rounded_outward(number, lower, upper):
    assert (wording.at_least(number), wording.at_most(number)) == (lower, upper)


@given(st.integers(min_value=0, max_value=10**12))
def test_a_rounded_count_never_says_more_than_was_counted(number):
    lower, upper = (
        int(text.replace(",", "")) for text in (wording.at_least(number), wording.at_most(number))
    )
    assert lower <= number <= upper
    assert upper - lower <= number / 100


@pytest.mark.parametrize(
    ("value", "written"), [(None, "-"), (0.05, "0.05"), (0.0501, "0.051"), (0.005, "0.005"), (1.0, "1")]
)
def test_a_p_value_is_rounded_up(value, written):
    assert wording.p_value(value) == written
