import polars as pl
import pytest

from distillscan.errors import UnfitDataError
from distillscan.synthetic.score import Measure, score

COLUMNS = ["account_id", "cluster_id", "tier", "verdict", "requests", "matching_requests"]


def members(*rows):
    """Rows of account and cluster, core of a campaign unless tier and verdict follow."""
    whole = [(row[0], row[1], *(row[2:] or ("core", "campaign")), 10, 8) for row in rows]
    return pl.DataFrame(
        whole, schema=[*((name, pl.String) for name in COLUMNS[:4]), *COLUMNS[4:]], orient="row"
    )


def truth(**campaigns):
    rows = [(account, name, 10, 8) for name, accounts in campaigns.items() for account in accounts]
    schema = {
        "account_id": pl.String,
        "campaign": pl.String,
        "requests": pl.Int64,
        "campaign_requests": pl.Int64,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def test_a_perfect_result():
    result = score(members(*((a, "C1") for a in "abc"), *((a, "C2") for a in "de")), truth(x="abc", y="de"))
    whole = Measure(1.0, 1.0)
    assert (result.accounts, result.pairs, result.b_cubed) == (whole, whole, whole)
    assert (result.campaigns, result.false_campaigns) == (2, 0)
    assert (result.account_count_error, result.member_request_error, result.matching_request_error) == (
        0,
        0,
        0,
    )


def test_one_campaign_found_in_two_halves():
    result = score(members(("a", "C1"), ("b", "C1"), ("c", "C2"), ("d", "C2")), truth(x="abcd"))
    assert result.accounts == Measure(1.0, 1.0)
    assert result.pairs == Measure(1.0, 2 / 6)
    assert result.pairs.f1 == pytest.approx(0.5)
    assert result.b_cubed == Measure(1.0, 0.5)


def test_two_campaigns_found_as_one():
    result = score(members(*((a, "C1") for a in "abcd")), truth(x="abc", y="d"))
    assert result.pairs == Measure(3 / 6, 1.0)
    assert result.b_cubed == Measure((3 * 3 / 4 + 1 / 4) / 4, 1.0)
    assert result.false_campaigns == 0


def test_innocents_within_and_accounts_missed():
    result = score(members(*((a, "C1") for a in "abuv")), truth(x="abcd"))
    assert result.accounts == Measure(0.5, 0.5)
    assert result.pairs == Measure(1 / 6, 1 / 6)
    assert result.b_cubed.precision == pytest.approx((2 * 2 / 4 + 2 * 1 / 4) / 4)
    assert result.b_cubed.recall == pytest.approx((2 * 2 / 4 + 2 * 1 / 4) / 4)
    assert (result.false_campaigns, result.account_count_error) == (0, 0)


def test_a_cluster_with_less_than_half_of_one_campaign_is_false():
    result = score(members(*((a, "C1") for a in "abcuvw"), *((a, "C2") for a in "rs")), truth(x="ab", y="c"))
    assert (result.campaigns, result.false_campaigns) == (2, 2)


def test_only_core_and_probable_accounts_of_campaigns_are_found():
    result = score(
        members(
            ("a", "C1", "core", "campaign"),
            ("b", "C1", "probable", "campaign"),
            ("u", "C1", "lead", "campaign"),
            ("v", "C2", "core", "organisation"),
        ),
        truth(x="ab"),
    )
    assert result.accounts == Measure(1.0, 1.0)
    assert result.campaigns == 1


def test_nothing_found_is_precise_and_recalls_nothing():
    result = score(members(), truth(x="abc"))
    assert result.accounts == result.pairs == Measure(1.0, 0.0)
    assert result.b_cubed == Measure(1.0, pytest.approx(1 / 3)), "each account agrees with itself"
    assert result.accounts.f1 == 0
    assert result.account_count_error == -1


def test_a_clean_log_with_nothing_found_is_perfect_and_has_no_count_error():
    result = score(members(), truth())
    assert result.accounts == result.pairs == result.b_cubed == Measure(1.0, 1.0)
    assert result.account_count_error is None
    assert result.matching_request_error is None


def test_innocents_may_stand_in_the_truth_without_a_campaign():
    listed = pl.DataFrame({"account_id": ["a", "b", "u", "v"], "campaign": ["x", "x", None, ""]})
    result = score(members(("a", "C1"), ("b", "C1")), listed)
    assert result.accounts == Measure(1.0, 1.0)
    assert result.member_request_error is None


def test_count_errors_are_signed_and_relative():
    result = score(members(*((a, "C1") for a in "abc")), truth(x="abcd"))
    assert result.account_count_error == -0.25
    assert result.member_request_error == -0.25
    assert result.matching_request_error == -0.25


def test_an_account_in_two_clusters_is_refused():
    with pytest.raises(UnfitDataError, match="members"):
        score(members(("a", "C1"), ("a", "C2")), truth(x="a"))
    with pytest.raises(UnfitDataError, match="truth"):
        score(members(("a", "C1")), truth(x="a", y="a"))
