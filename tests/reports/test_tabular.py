"""Exported tables: CSV and JSONL safe to open, Parquet exact, GraphML valid."""

import csv
import io
import json
from datetime import datetime
from xml.etree import ElementTree

import networkx as nx
import polars as pl
import pytest

from distillscan.reports import graphml
from distillscan.reports.tabular import to_csv, to_jsonl, to_parquet


@pytest.fixture
def table() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "account_id": ["=1+1", "acc\x1b[31m", None, "漢字"],
            "requests": [1, 2, 3, None],
            "first_seen": [datetime(2026, 5, 4, 3, 2, 1, 999999), None, None, None],
        }
    )


def test_csv_has_a_header_iso_times_and_no_formula(table):
    rows = list(csv.reader(io.StringIO(to_csv(table).decode())))
    assert rows[0] == ["account_id", "requests", "first_seen"]
    assert rows[1] == ["'=1+1", "1", "2026-05-04T03:02:01Z"]
    assert rows[2] == ["acc␛[31m", "2", ""]
    assert rows[3] == ["", "3", ""]


def test_jsonl_holds_the_exact_text_without_showing_controls(table):
    data = to_jsonl(table)
    assert b"\x1b" not in data
    rows = [json.loads(line) for line in data.decode().splitlines()]
    assert [row["account_id"] for row in rows] == table["account_id"].to_list()
    assert rows[0]["first_seen"] == "2026-05-04T03:02:01Z"


def test_parquet_is_exact(table):
    assert pl.read_parquet(io.BytesIO(to_parquet(table))).equals(table)


def test_an_empty_table_keeps_its_header(table):
    assert to_csv(table.clear()) == b"account_id,requests,first_seen\n"
    assert to_jsonl(table.clear()) == b""


def test_graphml_is_read_back_with_hostile_ids(payloads):
    # half a character is in no frame, nor in a case
    ids = [text.encode(errors="replace").decode() for text in payloads]
    accounts = pl.DataFrame({"account_id": ids}).with_columns(cluster_id=pl.lit("c-1"), tier=pl.lit("core"))
    links = pl.DataFrame({"account_a": ids[:1], "account_b": ids[1:2]}).with_columns(
        cluster_id=pl.lit("c-1"), families=pl.lit("PAYMENT+NETWORK"), shared_values=2, bits=12.5
    )
    drawn = graphml.render(accounts, links)
    read = nx.parse_graphml(drawn)
    assert read.number_of_nodes() == len(payloads)
    assert list(read.edges(data=True)) == [
        ("n0", "n1", {"families": "PAYMENT+NETWORK", "shared_values": 2, "bits": 12.5})
    ]
    assert ElementTree.fromstring(drawn).tag.endswith("graphml")


def test_values_without_a_form_of_their_own_are_written_too():
    table = pl.DataFrame({"bands": [[1, 2], None], "raw": [b"\xff\x00", None], "both": [{"a": "x"}, None]})
    rows = list(csv.reader(io.StringIO(to_csv(table).decode())))
    assert rows[1:] == [["[1, 2]", "ff00", '{"a": "x"}'], ["", "", ""]]
    first = json.loads(to_jsonl(table).decode().splitlines()[0])
    assert first == {"bands": [1, 2], "raw": "ff00", "both": {"a": "x"}}
