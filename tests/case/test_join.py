"""Logs of the edge: each row finds one request or is counted as having found none."""

import itertools
import random
from pathlib import Path

import pytest
from small_cases import write_jsonl

from distillscan.case.ingest import ingest
from distillscan.case.join import TOLERANCE_SECONDS
from distillscan.case.ledger import LedgerTotals, ledger_totals
from distillscan.case.store import open_case
from distillscan.errors import CaseError
from distillscan.findings.whole_log.gaps import gap_notes
from tests.case.cases import accepted, request

FORMATS = Path(__file__).parents[1] / "fixtures" / "formats"
START = 1767323045
ADDRESS = "198.51.100.7"


@pytest.fixture
def case(tmp_path):
    with open_case(tmp_path / "case.duckdb", create=True, threads=2) as opened:
        yield opened


def edge(**fields):
    return {"timestamp": START, "client_ip": ADDRESS, **fields}


def joined(case, tmp_path, requests, rows, **options):
    """Ingest requests and an edge log; the outcome of each row of it, in order, None for one left out."""
    ingest(case, [write_jsonl(tmp_path / "requests.jsonl", requests)], **options)
    ingest(case, [write_jsonl(tmp_path / "edge.jsonl", rows)], kind="edge", **options)
    found = dict(case.connection.execute("SELECT row_number, outcome FROM edge_join").fetchall())
    return [found.get(number) for number in range(1, len(rows) + 1)]


def addresses(case):
    query = "SELECT request_key, client_ip FROM accepted ORDER BY ts, account_id"
    return [address for _, address in case.connection.execute(query).fetchall()]


def test_a_row_with_the_id_of_a_request_fills_what_that_lacks(case, tmp_path):
    own = request(2, client_ip="203.0.113.9")
    rows = [
        edge(request_id="r1", user_agent="sdk/1", asn="64500", country="de", tls_fingerprint="t13d"),
        edge(request_id="r2", user_agent="sdk/2"),
    ]
    assert joined(case, tmp_path, [request(1), own, request(3)], rows) == ["id", "id"]
    fields = "client_ip, user_agent, asn, country, tls_fingerprint, filled"
    assert case.connection.execute(f"SELECT {fields} FROM accepted ORDER BY ts").fetchall() == [
        (ADDRESS, "sdk/1", "AS64500", "DE", "t13d", 31),
        ("203.0.113.9", "sdk/2", None, None, None, 2),
        (None, None, None, None, None, 0),
    ]


def test_a_whole_address_takes_the_place_of_a_masked_one(case, tmp_path):
    joined(case, tmp_path, [request(1, client_ip="198.51.100.x")], [edge(request_id="r1")])
    query = "SELECT client_ip, ip_masked FROM accepted"
    assert case.connection.execute(query).fetchall() == [(ADDRESS, False)]
    ingest(
        case,
        [write_jsonl(tmp_path / "more.jsonl", [edge(request_id="r1", client_ip="192.0.2.1")])],
        kind="edge",
    )
    assert case.connection.execute(query).fetchall() == [(None, True)]


def test_rows_that_contradict_each_other_are_not_joined(case, tmp_path):
    rows = [edge(request_id="r1"), edge(request_id="r1", client_ip="192.0.2.1"), edge(request_id="r2")]
    assert joined(case, tmp_path, [request(1), request(2)], rows) == ["ambiguous", "ambiguous", "id"]
    assert addresses(case) == [None, ADDRESS]


def test_rows_that_complete_each_other_are_joined(case, tmp_path):
    rows = [edge(request_id="r1"), {"timestamp": START, "request_id": "r1", "country": "de"}]
    assert joined(case, tmp_path, [request(1)], rows) == ["id", "id"]
    query = "SELECT client_ip, country FROM accepted"
    assert case.connection.execute(query).fetchall() == [(ADDRESS, "DE")]


def test_an_id_of_several_accounts_needs_the_account_too(case, tmp_path):
    requests = [request(1, account_id=name) for name in "ab"]
    rows = [edge(request_id="r1", account_id="b"), edge(request_id="r1")]
    assert joined(case, tmp_path, requests, rows) == ["id", "ambiguous"]
    assert addresses(case) == [None, ADDRESS]


def test_exchanged_account_and_id_are_another_request(case, tmp_path):
    requests = [request(1, account_id="x", request_id="y"), request(1, account_id="y", request_id="x")]
    assert joined(case, tmp_path, requests, [edge(request_id="x")]) == ["id"]
    assert addresses(case) == [None, ADDRESS]


@pytest.mark.parametrize(
    ("requests", "at", "outcome"),
    [
        ([0], 0, "time"),
        ([0], TOLERANCE_SECONDS, "time"),
        ([0], -TOLERANCE_SECONDS, "time"),
        ([0], TOLERANCE_SECONDS + 0.001, "unmatched"),
        ([0], -TOLERANCE_SECONDS - 0.001, "unmatched"),
        ([0, 0], 0, "ambiguous"),
        ([0, 3], 1.5, "ambiguous"),
        ([0, 5], 1.5, "time"),
        ([0, 5, 5], 1.5, "time"),
    ],
)
def test_without_a_common_id_one_request_alone_must_be_near(case, tmp_path, requests, at, outcome):
    log = [
        request(n, account_id="a", timestamp=START + second, client_ip=None)
        for n, second in enumerate(requests)
    ]
    strangers = [request(9, account_id="b", timestamp=START + at)]
    row = edge(account_id="a", timestamp=START + at, request_id="of-the-edge")
    assert joined(case, tmp_path, log + strangers, [row]) == [outcome]
    assert addresses(case).count(ADDRESS) == (outcome == "time")


def test_where_ids_are_common_a_row_with_another_id_has_no_request(case, tmp_path):
    rows = [edge(request_id="r1"), edge(request_id="gone", account_id="a2")]
    assert joined(case, tmp_path, [request(1), request(2)], rows) == ["id", "unmatched"]


def test_copies_of_a_request_are_one(case, tmp_path):
    requests = [request(1), request(1), request(2, request_id=None), request(2, request_id=None)]
    rows = [edge(request_id="r1"), edge(account_id="a2", timestamp=START + 2)]
    assert joined(case, tmp_path, requests, rows) == ["id", "time"]
    assert addresses(case) == [ADDRESS, ADDRESS]


def test_every_row_is_counted(case, tmp_path):
    rows = [
        *[edge(request_id="r1")] * 2,
        edge(account_id="a2", timestamp=START + 2),
        edge(request_id="r3"),
        edge(request_id="r3", client_ip="192.0.2.1"),
        edge(),
        {"request_id": "r1"},
    ]
    joined(case, tmp_path, [request(n) for n in (1, 2, 3)], rows)
    assert case.connection.execute("FROM edge_ledger").fetchall() == [(2, "edge.jsonl", 7, 1, 1, 1, 1, 2, 1)]
    assert gap_notes(case.connection)[1] == (
        "Of 5 rows of edge logs, 1 were joined to their request by its id and 1 by account and time (one"
        " request alone within 2 seconds); 2 fitted several requests or contradicted each other and 1 fitted"
        " none. They filled what 2 requests lacked, such as the client's address."
    )


def test_the_order_of_files_does_not_matter(tmp_path):
    chance = random.Random(1)
    requests = [request(n, account_id=f"a{n % 5}", timestamp=START + n) for n in range(60)]
    rows = [
        edge(
            timestamp=START + chance.randrange(60),
            account_id=f"a{chance.randrange(5)}",
            **({"request_id": f"r{chance.randrange(70)}"} if chance.random() < 0.7 else {}),
            client_ip=f"198.51.100.{chance.randrange(4)}",
        )
        for _ in range(80)
    ]
    files = [
        ("requests", write_jsonl(tmp_path / "1.jsonl", requests[::2])),
        ("requests", write_jsonl(tmp_path / "2.jsonl", requests[1::2])),
        ("edge", write_jsonl(tmp_path / "3.jsonl", rows[::2])),
        ("edge", write_jsonl(tmp_path / "4.jsonl", rows[1::2])),
    ]
    seen = []
    for order in itertools.islice(itertools.permutations(files), 0, 24, 5):
        with open_case(tmp_path / f"{len(seen)}.duckdb", create=True) as case:
            for kind, path in order:
                ingest(case, [path], kind=kind)
            ledger = case.connection.execute(
                "SELECT * EXCLUDE (file_id) FROM edge_ledger ORDER BY name"
            ).fetchall()
            seen.append((accepted(case), ledger))
    assert all(found == seen[0] for found in seen)
    assert {row[-1] for row in seen[0][0]} == {0, 1}


def test_an_edge_log_means_the_same_account_as_the_requests(case, tmp_path):
    log = write_jsonl(tmp_path / "log.jsonl", [request(1, request_id=None, api_key_id="k")])
    ingest(case, [log], account_field="api_key_id")
    rows = write_jsonl(tmp_path / "edge.jsonl", [edge(api_key_id="k", timestamp=START + 1)])
    with pytest.raises(CaseError, match="api_key_id"):
        ingest(case, [rows], kind="edge")
    ingest(case, [rows], kind="edge", account_field="api_key_id")
    assert addresses(case) == [ADDRESS]


def test_bedrock_gets_its_addresses_from_cloudtrail(case):
    ingest(case, [FORMATS / "bedrock" / "log.jsonl"], format_="auto")
    before = addresses(case)
    ingest(case, [FORMATS / "cloudtrail-edge" / "log.jsonl"], kind="edge", format_="auto")
    assert before[:2] == [None, None]
    assert addresses(case)[:2] == ["203.0.113.7", "2001:db8::9"]


def test_a_request_without_an_account_waits_for_a_log_that_names_it(case, tmp_path):
    requests = [request(n, account_id=None, prompt="tell me of the quiet hills") for n in (1, 2)]
    ingest(case, [write_jsonl(tmp_path / "requests.jsonl", [*requests, request(3)])])
    assert ledger_totals(case) == LedgerTotals(3, 1, 0, 2, {"missing_account_id": 2})
    one = write_jsonl(tmp_path / "one.jsonl", [edge(request_id=f"r{n}", account_id=f"b{n}") for n in (1, 2)])
    ingest(case, [one], kind="edge")
    assert ledger_totals(case) == LedgerTotals(3, 3, 0, 0, {})
    query = "SELECT account_id, client_ip, filled FROM accepted ORDER BY ts"
    assert case.connection.execute(query).fetchall() == [
        ("b1", ADDRESS, 65),
        ("b2", ADDRESS, 65),
        ("a3", None, 0),
    ]
    shared = "SELECT DISTINCT holders FROM shared_key"
    assert case.connection.execute(shared).fetchall() == [(2,)]
    two = write_jsonl(tmp_path / "two.jsonl", [edge(request_id="r2", account_id="c")])
    ingest(case, [two], kind="edge")
    assert ledger_totals(case) == LedgerTotals(3, 2, 0, 1, {"missing_account_id": 1})
    assert case.connection.execute(shared).fetchall() == []


def test_of_two_logs_of_one_call_the_prompt_stays_and_the_account_is_found(case, tmp_path):
    asked = request(1, account_id=None)
    traced = request(1, prompt=None)
    for name, record in (("asked", asked), ("traced", traced)):
        ingest(case, [write_jsonl(tmp_path / f"{name}.jsonl", [record])])
    assert ledger_totals(case) == LedgerTotals(2, 1, 1, 0, {})
    query = "SELECT account_id, prompt_chars > 0 FROM accepted"
    assert case.connection.execute(query).fetchall() == [("a1", True)]


def test_prompts_of_a_gateway_get_their_account_and_address(case):
    ingest(case, [FORMATS / "azure-apim-llm" / "log.jsonl"], format_="auto")
    assert addresses(case) == []
    ingest(case, [FORMATS / "azure-apim-table-edge" / "log.jsonl"], kind="edge", format_="auto")
    assert addresses(case)[:1] == ["203.0.113.7"]
