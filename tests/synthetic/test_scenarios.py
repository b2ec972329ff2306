"""Every scenario, small: sizes as asked, truth consistent, and the behaviour that its line promises."""

from datetime import datetime, timedelta

import polars as pl
import pytest

from distillscan.errors import DistillscanError
from distillscan.synthetic.records import START_MS
from distillscan.synthetic.scenarios import SCENARIOS
from distillscan.synthetic.traffic import DAYS
from distillscan.synthetic.world import parts_of, size_of
from tests.synthetic.worlds import ACCOUNTS, REQUESTS, accounts, harvest, members, parts, requests, truth

START = datetime(1970, 1, 1) + timedelta(milliseconds=START_MS)


@pytest.mark.parametrize("name", SCENARIOS)
def test_sizes_and_truth_agree(name):
    size = size_of(SCENARIOS[name], ACCOUNTS, REQUESTS, None)
    log, known = requests(name), truth(name)
    assert accounts(name)["account_id"].n_unique() == len(accounts(name)) == ACCOUNTS
    assert log["request_id"].n_unique() == len(log) == REQUESTS
    assert set(log["account_id"]) == set(accounts(name)["account_id"])
    assert len(known.accounts) == size.members
    assert known.accounts["campaign_requests"].sum() == len(known.requests) == log["campaign"].count()
    assert known.accounts["requests"].sum() == size.campaign_requests
    assert set(known.accounts["campaign"]) == {each.campaign for each in SCENARIOS[name].behaviours}
    assert log["prompt"].null_count() == 0


@pytest.mark.parametrize("name", SCENARIOS)
def test_everything_happens_within_the_window_and_after_the_sign_up(name):
    log = requests(name).join(accounts(name), on="account_id")
    assert log.filter(pl.col("timestamp") < pl.col("created_at")).is_empty()
    assert log["timestamp"].min() >= START
    assert log["timestamp"].max() < START + timedelta(days=DAYS)


@pytest.mark.parametrize("name", ["baseline", "reseller"])
def test_equal_seeds_give_equal_logs_and_other_seeds_others(name):
    size = size_of(SCENARIOS[name], ACCOUNTS, REQUESTS, None)
    again = list(parts_of(SCENARIOS[name], size, 1))
    assert all(
        one.requests.equals(other.requests) and one.accounts.equals(other.accounts)
        for one, other in zip(parts(name), again, strict=True)
    )
    assert not parts(name)[0].requests.equals(next(parts_of(SCENARIOS[name], size, 2)).requests)


def test_a_share_overrides_the_scenario():
    size = size_of(SCENARIOS["small30"], 2_000, 20_000, None)
    assert (size.members, size_of(SCENARIOS["small30"], 2_000, 20_000, 0.25).members) == (30, 500)
    assert size_of(SCENARIOS["clean"], 2_000, 20_000, 0.25).members == 0


def test_a_log_too_small_for_its_innocents_is_refused():
    with pytest.raises(DistillscanError, match="at least"):
        size_of(SCENARIOS["baseline"], 100, 100_000, None)
    with pytest.raises(DistillscanError, match="4 requests"):
        size_of(SCENARIOS["baseline"], 600, 700, None)


def test_card_groups():
    shared = members("baseline").group_by("payment_fingerprint").len()["len"]
    assert shared.max() <= 12
    assert shared.median() >= 4
    virtual = members("virtual_cards")
    assert virtual["payment_fingerprint"].n_unique() == len(virtual)
    assert set(virtual["payment_funding"]) == {"virtual"}
    assert members("disposable_mail")["payment_fingerprint"].null_count() == len(members("disposable_mail"))


def test_pools():
    own = set(accounts("residential")["signup_ip"])
    assert len(set(harvest("residential")["client_ip"]) & own) > 20, "real neighbours"
    north, south = (
        set(harvest("two_operators_one_pool").filter(campaign=name)["client_ip"])
        for name in ("north", "south")
    )
    assert len(north & south) > 0.5 * min(len(north), len(south))
    sold = set(harvest("reseller")["client_ip"])
    guilty = truth("reseller").accounts["account_id"].to_list()
    customers = requests("reseller").filter(
        pl.col("client_ip").is_in(sold) & ~pl.col("account_id").is_in(guilty)
    )
    assert customers["account_id"].n_unique() >= 2.5 * len(guilty)


def test_mailboxes():
    domains = members("disposable_mail")["email"].str.split("@").list.last()
    assert domains.n_unique() == 3
    assert members("ban_replacement")["email"].null_count() == len(members("ban_replacement"))
    innocent = accounts("free_mail_human_names")["email"].str.split("@").list.last()
    human = members("free_mail_human_names")["email"].str.split("@").list.last()
    assert set(human) <= set(innocent)
    assert human.n_unique() > 6


def test_sign_ups_in_a_burst_or_a_slow_drip():
    spans = {
        name: members(name)["created_at"].max() - members(name)["created_at"].min()
        for name in ("baseline", "drip")
    }
    assert spans["baseline"] <= timedelta(days=2)
    assert spans["drip"] > timedelta(days=90)


def test_templates_from_one_to_none():
    def heads(name):
        return harvest(name)["prompt"].str.split("\n\n").list.first().n_unique()

    assert heads("one_template") == 1
    assert heads("baseline") == 8
    assert 100 < heads("many_templates") <= 300
    assert heads("obfuscated") > 0.95 * len(harvest("obfuscated"))
    assert heads("prefixed") == len(harvest("prefixed"))
    assert heads("multilingual") > 10
    assert harvest("no_template")["prompt"].n_unique() > 0.9 * len(harvest("no_template"))


def test_an_insert_stands_in_every_prompt_and_the_rest_varies():
    prompts = harvest("insert")["prompt"]
    first = prompts[0].split(". ")
    shared = [sentence for sentence in first if prompts.str.contains(sentence, literal=True).all()]
    assert sum(len(sentence.split()) for sentence in shared) >= 20
    assert prompts.n_unique() == len(prompts)


@pytest.mark.parametrize(("name", "share"), [("camouflage50", 0.5), ("camouflage75", 0.75), ("insert", 0.2)])
def test_camouflage_is_sent_by_members_and_not_counted(name, share):
    known = truth(name).accounts
    hidden = 1 - known["campaign_requests"].sum() / known["requests"].sum()
    assert hidden == pytest.approx(share, abs=0.04)


def test_few_requests_and_many():
    assert truth("low_and_slow").accounts["requests"].mean() == 4
    assert truth("heavy").accounts["requests"].mean() > 75, "all that a small log has room for"


def test_banned_accounts_stop_and_others_take_over_their_cards():
    banned = members("ban_replacement").filter(status="banned")
    assert len(banned) == int(48 * 0.3 / 1.3)
    sent = requests("ban_replacement").join(banned, on="account_id")
    assert (sent["timestamp"] < sent["banned_at"]).all()
    later = members("ban_replacement").filter(pl.col("created_at") > banned["banned_at"][0])
    assert len(later) == len(banned)
    assert set(later["payment_fingerprint"]) == set(banned["payment_fingerprint"])


def test_a_pivot_leaves_the_old_model_at_once():
    moved = harvest("pivot").group_by("model").agg(pl.col("timestamp").min(), last=pl.col("timestamp").max())
    old, new = (moved.row(by_predicate=pl.col("model") == name) for name in ("atlas-2", "atlas-3"))
    assert old[2] < new[1]


def test_two_workloads_of_one_operator_share_cards_and_addresses_but_no_text():
    sent = harvest("two_workloads").join(members("two_workloads"), on="account_id")
    heads = sent.with_columns(head=pl.col("prompt").str.split("\n\n").list.first())
    assert heads["campaign"].unique().to_list() == ["lantern"]
    assert heads.group_by("account_id").agg(pl.col("head").n_unique())["head"].max() <= 8
    assert heads["head"].n_unique() == 16
    texts = heads.group_by("payment_fingerprint").agg(pl.col("head").n_unique())["head"]
    assert texts.max() > 8, "a card pays for both"


def test_the_innocent_share_no_card_with_a_campaign():
    guilty = members("majority")
    others = accounts("majority").join(guilty, on="account_id", how="anti")
    assert not set(guilty["payment_fingerprint"].drop_nulls()) & set(others["payment_fingerprint"])
