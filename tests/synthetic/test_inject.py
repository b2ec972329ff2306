"""A campaign planted beside a log fits into it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from distillscan.errors import DistillscanError
from distillscan.synthetic.inject import planted_parts
from distillscan.synthetic.scenarios import SCENARIOS
from distillscan.synthetic.survey import AccountSurvey, Survey

FIRST = datetime(2026, 1, 10, 8, tzinfo=UTC)
LOG = Survey(
    first=FIRST,
    last=FIRST + timedelta(days=9),
    prompts=pl.Series(values=[f"a question of this log, number {number}" for number in range(50)]),
    neighbours=pl.DataFrame(
        {"ip": ["192.0.2.1", "192.0.2.2"], "asn": ["AS64500", None], "country": ["NO", "SE"]}
    ),
    models=("usual", "newest"),
    agents=("browser",),
    fields=frozenset({"account_id", "timestamp", "prompt", "model", "client_ip"}),
)
TABLE = AccountSurvey(frozenset({"account_id", "email", "payment_fingerprint"}), ("home.example",))


def planted(scenario="baseline", log=LOG, table=TABLE, members=30):
    parts = list(planted_parts(SCENARIOS[scenario], members, log, table, 1))
    return pl.concat([part.accounts for part in parts]), pl.concat([part.requests for part in parts])


@pytest.mark.parametrize("days", [0, 1, 9, 200])
def test_it_stays_inside_the_window(days):
    log = replace(LOG, last=FIRST + timedelta(days=days, hours=1))
    _, requests = planted(log=log)
    assert requests["timestamp"].min() >= log.first.replace(tzinfo=None)
    assert requests["timestamp"].max() <= log.last.replace(tzinfo=None)


def test_it_has_the_fields_of_the_log_and_no_others():
    accounts, requests = planted()
    filled = {name for name in requests.columns if requests[name].count()}
    assert filled == {*LOG.fields, "request_id", "campaign"}
    assert set(accounts.columns) == TABLE.fields
    assert set(requests["model"]) <= {"usual", "newest"}


def test_without_an_accounts_table_nothing_is_told_of_the_accounts():
    accounts, _ = planted(table=None)
    assert accounts.columns == ["account_id"]
    assert accounts["account_id"].n_unique() == 30


def test_it_hides_among_prompts_and_neighbours_of_the_log():
    _, requests = planted("residential")
    cover = requests.filter(pl.col("campaign").is_null())
    assert set(cover["prompt"]) <= set(LOG.prompts)
    assert len(cover) == pytest.approx(0.2 * len(requests), rel=0.2)
    assert {"192.0.2.1", "192.0.2.2"} <= set(requests["client_ip"])


def test_human_mailboxes_are_at_the_usual_providers():
    accounts, _ = planted("free_mail_human_names")
    assert set(accounts["email"].str.split("@").list.last()) == {"home.example"}


def test_nothing_to_plant_or_to_hide_among_is_said_so():
    with pytest.raises(DistillscanError, match="no campaign"):
        planted("clean")
    with pytest.raises(DistillscanError, match="no prompts"):
        planted(log=replace(LOG, prompts=pl.Series(values=[], dtype=pl.String)))
