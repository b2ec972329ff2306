"""What a campaign must know of a real log to be planted in it."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from distillscan.errors import UnfitDataError
from distillscan.synthetic.survey import survey, survey_accounts

NOON = datetime(2026, 3, 1, 12)


def log(rows):
    return pl.DataFrame(
        [
            {
                "account_id": f"a{row % 7}",
                "timestamp": NOON + timedelta(hours=row),
                "prompt": f"question {row % 30}",
                "model": "new" if row >= 80 else "old",
                "client_ip": f"192.0.2.{row % 9}",
            }
            for row in rows
        ]
    )


@pytest.fixture
def parted(tmp_path):
    for name, rows in {"a": range(60), "b": range(60, 100)}.items():
        log(rows).write_parquet(tmp_path / f"{name}.parquet")
    return tmp_path


def test_window_models_and_fields(parted):
    seen = survey([parted])
    assert (seen.first, seen.last) == (
        NOON.replace(tzinfo=UTC),
        (NOON + timedelta(hours=99)).replace(tzinfo=UTC),
    )
    assert seen.models == ("old", "new")
    assert seen.agents == ()
    assert seen.fields == {"account_id", "timestamp", "prompt", "model", "client_ip"}


def test_samples_hold_each_value_once_whatever_the_order_of_files(parted):
    seen = survey([parted])
    assert sorted(seen.prompts) == sorted({f"question {number}" for number in range(30)})
    assert seen.neighbours.columns == ["ip", "asn", "country"]
    assert seen.neighbours["asn"].null_count() == 9
    turned = survey([parted / "b.parquet", parted / "a.parquet"])
    assert turned.prompts.equals(seen.prompts)
    assert turned.neighbours.equals(seen.neighbours)


def test_a_log_without_addresses_has_no_neighbours(tmp_path):
    log(range(5)).drop("client_ip").write_ndjson(tmp_path / "log.jsonl")
    assert survey([tmp_path / "log.jsonl"]).neighbours.is_empty()


def test_a_log_without_a_single_request_is_unfit(tmp_path):
    (tmp_path / "log.jsonl").write_text('{"account_id": "", "timestamp": ""}\n')
    with pytest.raises(UnfitDataError, match="no request"):
        survey([tmp_path / "log.jsonl"])


def test_usual_mailboxes_are_those_of_providers_and_not_of_a_firm(tmp_path):
    mails = [f"p{n}@mail{n % 2}.example" for n in range(97)] + ["a@firm.example", "b@firm.example"]
    table = pl.DataFrame({"account_id": [f"a{n}" for n in range(99)], "email": mails, "phone": [None] * 99})
    table.write_csv(tmp_path / "accounts.csv")
    known = survey_accounts(tmp_path / "accounts.csv")
    assert known.fields == {"account_id", "email"}
    assert known.mail_domains == ("mail0.example", "mail1.example")
