import dataclasses
import ipaddress
import re
from datetime import date, timedelta

import polars as pl
import pytest

from distillscan.synthetic.campaign import Plan
from distillscan.synthetic.sample import build_sample

SMALL = {
    "ordinary": 60,
    "households": 12,
    "vpn": 20,
    "campus": 20,
    "company": 15,
    "agent_product": 25,
    "benchmark": 4,
    "review_bots": 3,
}
RESERVED = [
    ipaddress.ip_network(network)
    for network in ("198.18.0.0/15", "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
]


@pytest.fixture(scope="module")
def sample():
    return build_sample()


@pytest.fixture(scope="module")
def campaign_accounts(sample):
    return sample.accounts.join(sample.truth, on="account_id", how="semi")


@pytest.fixture(scope="module")
def campaign_requests(sample):
    return sample.requests.join(sample.truth_requests, on="request_id")


def test_the_sample_has_the_size_it_was_made_for(sample):
    assert 1_200 <= len(sample.accounts) <= 1_600
    assert 25_000 <= len(sample.requests) <= 35_000
    days = sample.requests["timestamp"].dt.date()
    assert (days.min(), days.max(), days.n_unique()) == (date(2026, 4, 22), date(2026, 6, 5), 45)


def test_every_request_has_an_account_that_existed_and_every_account_a_request(sample):
    joined = sample.requests.join(sample.accounts, on="account_id")
    assert len(joined) == len(sample.requests)
    assert joined["account_id"].n_unique() == len(sample.accounts)
    assert (joined["timestamp"] >= joined["created_at"]).all()


def test_ids_and_mailboxes_are_unique(sample):
    assert sample.requests["request_id"].is_unique().all()
    assert sample.accounts["account_id"].is_unique().all()
    assert sample.accounts["email"].is_unique().all()


def test_truth_agrees_with_the_requests(sample):
    counted = (
        sample.requests.join(sample.truth_requests, on="request_id", how="left")
        .join(sample.truth, on="account_id", how="semi")
        .group_by("account_id")
        .agg(requests=pl.len(), campaign_requests=pl.col("campaign").count())
        .sort("account_id")
    )
    assert counted.rows() == sample.truth.select(counted.columns).rows()
    assert sample.truth["campaign_requests"].sum() == len(sample.truth_requests)
    assert set(sample.truth_requests["campaign"]) == set(sample.truth["campaign"]) == {"lantern"}


def test_the_campaign_sends_each_payload_once_and_a_quarter_is_camouflage(sample, campaign_requests):
    assert campaign_requests["prompt"].is_unique().all()
    assert 0.22 < 1 - len(campaign_requests) / sample.truth["requests"].sum() < 0.28


def test_campaign_accounts_look_alike_and_unremarkable_on_each_day(sample):
    daily = (
        sample.requests.join(sample.truth, on="account_id", how="semi")
        .group_by("account_id", pl.col("timestamp").dt.date())
        .len()
    )
    assert daily["len"].min() >= 20
    assert daily["len"].max() <= 26


def test_campaign_shares_cards_in_groups_and_addresses_in_a_pool(sample, campaign_accounts):
    groups = campaign_accounts["payment_fingerprint"].value_counts()["count"]
    assert 15 <= len(groups) <= 20
    assert groups.min() >= 4
    assert groups.max() <= 12
    requests = sample.requests.join(sample.truth, on="account_id", how="semi")
    assert 55 <= requests["client_ip"].n_unique() <= 60
    assert requests["asn"].n_unique() >= 15


def test_two_campaign_accounts_are_banned_and_replaced_on_the_same_cards(sample, campaign_accounts):
    banned = campaign_accounts.filter(pl.col("status") == "banned")
    burst = campaign_accounts["created_at"].min() + timedelta(days=2)
    replacing = campaign_accounts.filter(pl.col("created_at") > burst)
    assert (len(campaign_accounts), len(banned), len(replacing)) == (120, 2, 2)
    assert set(banned["payment_fingerprint"]) == set(replacing["payment_fingerprint"])
    last = sample.requests.join(banned, on="account_id")
    assert (last["timestamp"] < last["banned_at"]).all()


def test_the_campaign_works_round_the_clock_and_moves_to_the_new_model(campaign_requests):
    hours = campaign_requests["timestamp"].dt.hour().value_counts()["count"]
    assert hours.min() > 0.8 * hours.mean()
    release = date(2026, 5, 20)
    before = campaign_requests.filter(pl.col("timestamp").dt.date() <= release)["model"]
    after = campaign_requests.filter(pl.col("timestamp").dt.date() > release)["model"]
    assert (set(before), set(after)) == ({"atlas-2"}, {"atlas-3"})


def test_most_innocent_prompts_are_unique_and_some_are_very_common(sample):
    innocent = sample.requests.join(sample.truth, on="account_id", how="anti")
    counts = innocent["prompt"].value_counts(sort=True)["count"]
    assert (counts == 1).sum() > 0.65 * len(innocent)
    assert counts[0] > 100
    assert innocent.filter(pl.col("prompt") == "hello")["account_id"].n_unique() > 80


def test_innocents_share_values_as_innocents_do(sample):
    accounts = sample.accounts.join(sample.truth, on="account_id", how="anti")
    cards = accounts["payment_fingerprint"].drop_nulls().value_counts(sort=True)["count"]
    assert cards[0] == 60
    assert cards[1] == 5
    assert (cards > 1).sum() > 15
    campus = accounts.filter(pl.col("email").str.ends_with("@students.lakemoor.example"))
    students = sample.requests.join(campus, on="account_id")
    assert len(campus) == 90
    assert students.filter(pl.col("client_ip") == "198.51.100.7")["account_id"].n_unique() >= 85
    product = sample.requests.filter(pl.col("user_agent").str.starts_with("tinkerjay"))
    assert product["account_id"].n_unique() == 150
    assert product["system"].n_unique() == product["tools"].n_unique() == 1


def test_nothing_points_to_a_real_place_in_the_network(sample):
    addresses = pl.concat([sample.requests["client_ip"], sample.accounts["signup_ip"]]).unique()
    parsed = [ipaddress.ip_address(address) for address in addresses]
    assert all(any(address in network for network in RESERVED) for address in parsed)
    assert sample.accounts["email"].str.contains(r"^[a-z0-9._]+@[a-z0-9.-]+\.example$").all()
    numbers = sample.requests["asn"].unique().str.strip_prefix("AS").cast(pl.Int64)
    assert numbers.is_between(64512, 65534).all()
    web = re.compile(r"https?://|www\.|\.(com|org|net|io)\b")
    assert not [prompt for prompt in sample.requests["prompt"] if web.search(prompt)]


def test_without_the_campaign_its_innocents_stay_as_they_are(sample):
    clean = build_sample(campaign=False)
    innocent = sample.requests.join(sample.truth, on="account_id", how="anti")
    assert clean.requests.equals(innocent)
    assert clean.accounts.equals(sample.accounts.join(sample.truth, on="account_id", how="anti"))
    assert (len(clean.truth), len(clean.truth_requests)) == (0, 0)


def test_same_seed_same_sample_other_seed_other_sample():
    first, again, other = (build_sample(seed=seed, sizes=SMALL, plan=Plan(accounts=24)) for seed in (5, 5, 6))
    for field in dataclasses.fields(first):
        assert getattr(first, field.name).equals(getattr(again, field.name))
    assert not first.requests.equals(other.requests)
    assert set(first.accounts["account_id"]).isdisjoint(other.accounts["account_id"])


def test_groups_can_be_left_out_and_campaigns_be_small():
    sizes = {"ordinary": 40}
    sample = build_sample(seed=3, sizes=sizes, plan=Plan(accounts=12, replaced=0))
    assert len(sample.accounts) == 52
    assert len(sample.truth) == 12
