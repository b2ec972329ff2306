"""Text to typed values."""

from datetime import date, datetime

import duckdb
import pyarrow as pa
import pytest

from distillscan.logs import values
from distillscan.logs.canonical import configure


def value(expression: str, text: str | None) -> object:
    with duckdb.connect() as connection:
        configure(connection)
        return connection.execute(f"SELECT {expression} FROM (SELECT ?::VARCHAR AS x)", [text]).fetchall()[0][
            0
        ]


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-02T03:04:05Z",
        "2026-01-02 03:04:05",
        "2026-01-02T05:04:05+02:00",
        "2026-01-02T05:04:05+0200",
        "2026-01-02T03:04:05.000000000Z",
        "1767323045",
        "1767323045.0",
        "1767323045000",
        "1767323045000000",
        "1767323045000000000",
        "639029198450000000",
        "02.01.2026 03:04:05",
        " 2.1.2026 3:04:05.000 ",
        "02/Jan/2026:03:04:05 +0000",
        "[02/Jan/2026:05:04:05 +02:00]",
        "01/Jan/2026:21:34:05 -0530",
        "Fri Jan 02 2026 03:04:05 GMT+0000 (Coordinated Universal Time)",
        "Fri Jan 02 2026 05:04:05 GMT+0200 (Eastern European Standard Time)",
    ],
)
def test_times_of_every_spelling_are_one_utc_time(text):
    assert value(values.timestamp_value("x"), text) == datetime(2026, 1, 2, 3, 4, 5)


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("17.03.2026", datetime(2026, 3, 17)),
        ("17.03.2026 14:05", datetime(2026, 3, 17, 14, 5)),
        ("17.03.2026 14:05:09.125", datetime(2026, 3, 17, 14, 5, 9, 125_000)),
    ],
)
def test_days_with_dots_may_have_a_clock(text, time):
    assert value(values.timestamp_value("x"), text) == time
    assert value(values.date_value("x"), text) == date(2026, 3, 17)


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-02 03:04:05 +0000",
        "2026-01-02 05:04:05.000 +02:00",
        "2026-01-01 20:04:05 -0700 MST",
        "2026-01-02 03:04:05 +0000 UTC",
        "2026-01-02T04:04:05+01:00[Europe/Berlin]",
        "2026-01-02 03:04:05,000",
        "2026/01/02 03:04:05",
        "2026/1/2 3:04:05",
        "02.01.2026, 03:04:05",
        "02/Jan/2026:03:04:05",
        "2-Jan-2026 03:04:05",
        "Fri, 02 Jan 2026 03:04:05 GMT",
        "Fri, 02 Jan 2026 05:04:05 +0200",
        "Jan 2, 2026 @ 03:04:05.000",
    ],
)
def test_times_are_read_where_year_month_and_day_cannot_be_confused(text):
    assert value(values.timestamp_value("x"), text) == datetime(2026, 1, 2, 3, 4, 5)


@pytest.mark.parametrize("month", range(1, 13))
def test_web_servers_write_months_by_name(month):
    time = datetime(2026, month, 9, 13, 55, 36)
    name = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][month - 1]
    assert value(values.timestamp_value("x"), f"09/{name}/2026:13:55:36 +0000") == time


@pytest.mark.parametrize(
    "text",
    [
        "03/04/2026",
        "03/04/2026 10:00",
        "17.03.26",
        "31.02.2026",
        "29.02.2027 10:00",
        "17.13.2026",
        "17.03.2026 25:00",
        "17.03.1999",
        "31/Feb/2026:13:55:36 +0000",
        "31/Feb/2026:13:55:36 -0700",
        "01/Mai/2026:13:55:36 +0000",
        "01/Mar/2026:13:55:36 +9900",
        "2026/13/01 10:00",
        "2026-01-02 03:04:05 CEST",
        "Feb 30, 2026 @ 03:04:05.000",
    ],
)
def test_no_date_is_guessed_or_moved(text):
    assert value(values.timestamp_value("x"), text) is None


@pytest.mark.parametrize(
    "text", ["", "soon", "12", "1999-12-31", "2100-01-01", "infinity", "epoch", "nan", "1e300"]
)
def test_other_times_are_unreadable(text):
    assert value(values.timestamp_value("x"), text) is None


@pytest.mark.parametrize(
    "text", ["", " ", "NULL", "None", " unknown\n", "N/A", "-", "undefined", "[null]", "[]", None]
)
def test_words_that_mean_nothing_are_missing(text):
    assert value(values.identity_value("x"), text) is None


@pytest.mark.parametrize(
    ("text", "kept"), [(" a u0 \t", "a u0"), ("\u00a0x\r\n", "x"), ("Nullify", "Nullify")]
)
def test_identities_are_trimmed_and_otherwise_kept(text, kept):
    assert value(values.identity_value("x"), text) == kept


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("192.0.2.4", "192.0.2.4"),
        ("192.0.2.4:4711", "192.0.2.4"),
        (" 192.0.2.4 , 198.51.100.9", "192.0.2.4"),
        ("192.0.2.4/32", "192.0.2.4"),
        ("2001:DB8:0::1", "2001:db8::1"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("::ffff:192.0.2.4", "192.0.2.4"),
        ("2001:db8::1/128", "2001:db8::1"),
        ("192.0.2.256", None),
        ("9F86D081884C7D65", "#9f86d081884c7d65"),
        ("sha256:9f86d081884c7d65", "#9f86d081884c7d65"),
        ("ip_9f86d081884c", "#9f86d081884c"),
        ("9f86d081", None),
        ("3221225988", "192.0.2.4"),
        ("16777216", "1.0.0.0"),
        ("16777215", None),
        ("4294967296", None),
        ("192.0.2.04", None),
        ("host.example.com", None),
        ("2001:db8:::1", None),
        ("unknown", None),
        ("192.0.2.xxx", None),
        ("192.0.2.0/24", None),
    ],
)
def test_addresses_have_one_form(text, address):
    found = value(values.address_value("x"), text)
    assert values.canonical_addresses(pa.chunked_array([pa.array([found], pa.string())])).to_pylist() == [
        address
    ]


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("192.0.2.xxx", True),
        ("192.0.2.*", True),
        ("192.0.2.0/24", True),
        ("2001:db8::/48", True),
        ("192.0.2.4/32", False),
        ("192.0.2.4", False),
        ("proxy.example.com", False),
        (None, False),
    ],
)
def test_masked_addresses_are_known(text, masked):
    assert value(values.address_masked("x"), text) is masked


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("AS64500", "AS64500"),
        ("64500", "AS64500"),
        ("asn 64500.0", "AS64500"),
        ("AS64500 Example Net", "AS64500"),
    ],
)
def test_network_numbers_have_one_form(text, number):
    assert value(values.network_value("x"), text) == number


@pytest.mark.parametrize("text", ["0", "AS0", "Example Net", "", None])
def test_no_network_number_is_missing(text):
    assert value(values.network_value("x"), text) is None


@pytest.mark.parametrize(("text", "number"), [("12", 12), ("12.0", 12), ("many", None), ("1e400", None)])
def test_whole_numbers(text, number):
    assert value(values.integer_value("x"), text) == number
