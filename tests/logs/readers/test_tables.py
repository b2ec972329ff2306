"""CSV and Parquet: columns by name, bad records by number."""

import gzip
from datetime import datetime
from decimal import Decimal
from ipaddress import IPv6Address
from uuid import UUID

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from distillscan.errors import LogError
from distillscan.logs.files.stream import _as_utf8
from distillscan.logs.readers.block import in_pieces
from tests.logs.reading import numbers_of, read, reasons_of


def test_csv_takes_bom_quoted_newlines_and_doubled_quotes(tmp_path):
    path = tmp_path / "log.csv"
    path.write_bytes(
        b'\xef\xbb\xbfaccount_id,timestamp,prompt\na1,2026-01-02,"one\n""two"""\na2,2026-01-02,\n'
    )
    rows = read(path)
    assert [(row["account_id"], row["prompt"]) for row in rows] == [("a1", 'one\n"two"'), ("a2", None)]


def test_a_bare_backslash_n_of_a_database_is_no_value_and_in_quotes_it_is_text(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text('account_id,timestamp,system,prompt\na1,2026-01-02,\\N,"\\N"\n\\N,2026-01-02,be kind,x\n')
    rows = read(path)
    assert (rows[0]["system"], rows[0]["prompt"]) == (None, r"\N")
    assert reasons_of(rows) == {2: "missing_account_id"}


@pytest.mark.parametrize("first", [r"\N", "192.0.2.7", "2026-01-02 03:04:05+00"])
def test_a_csv_that_begins_with_values_is_said_to(tmp_path, first):
    path = tmp_path / "log.csv"
    path.write_text(f"req_1\tacct_1\t{first}\nreq_2\tacct_2\t{first}\n")
    with pytest.raises(LogError, match=r"log\.csv: the first line holds values"):
        read(path)


def test_a_dump_of_a_database_is_no_table(tmp_path):
    (tmp_path / "dump.sql").write_text("--\n-- A dump\n--\nCOPY requests (id) FROM stdin;\n1\n")
    with pytest.raises(LogError, match="names no column; of a database, export tables"):
        read(tmp_path / "dump.sql")


def test_bad_csv_records_are_rejected_by_number(tmp_path):
    path = tmp_path / "log.csv"
    path.write_bytes(
        b"account_id,timestamp,prompt\na1,2026-01-02,x\na1,2026-01-02\na1,2026-01-02,\xff\n"
        b"a1,2026-01-02,\xc3\na1,2026-01-02,\xa9\na1,2026-01-02,x,y\na1,2026-01-02,x\n"
    )
    rows = read(path)
    assert reasons_of(rows) == {
        2: "wrong_field_count",
        3: "invalid_utf8",
        4: "invalid_utf8",
        5: "invalid_utf8",
        6: "wrong_field_count",
    }
    assert numbers_of(rows) == [1, 7]


def test_csv_numbers_hold_across_blocks(tmp_path, monkeypatch):
    monkeypatch.setattr("distillscan.logs.readers.csvtable.BLOCK_BYTES", 256)
    path = tmp_path / "log.csv"
    records = [f"a{i},2026-01-02" if i % 5 else "broken" for i in range(1, 201)]
    path.write_text("account_id,timestamp\n" + "\n".join(records) + "\n")
    rows = read(path)
    assert set(reasons_of(rows)) == set(range(5, 201, 5))
    assert all(row["account_id"] == f"a{row['row_number']}" for row in rows if row["reason"] is None)
    assert len(rows) == 200


def test_a_csv_record_larger_than_a_block_is_read_and_nothing_twice(tmp_path, monkeypatch):
    monkeypatch.setattr("distillscan.logs.readers.csvtable.BLOCK_BYTES", 256)
    path = tmp_path / "log.csv"
    records = [f"a{i},2026-01-02,{'x' * (2000 if i == 50 else 3)}" for i in range(1, 101)]
    path.write_text("account_id,timestamp,prompt\n" + "\n".join(records) + "\n")
    assert numbers_of(read(path)) == list(range(1, 101))


def test_a_cut_off_csv_gives_up_only_the_record_that_was_cut(tmp_path):
    path = tmp_path / "log.csv.gz"
    packed = gzip.compress(
        b"account_id,timestamp\n" + b"".join(b"a%d,2026-01-02\n" % (i**3) for i in range(20_000))
    )
    path.write_bytes(packed[: len(packed) // 2])
    rows = read(path)
    assert reasons_of(rows) == {len(rows): "truncated_file"}
    assert [row["account_id"] for row in rows[:-1]] == [f"a{i**3}" for i in range(len(rows) - 1)]


def test_a_csv_of_only_a_header_has_no_records(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text("account_id,timestamp")
    assert read(path) == []


def test_a_missing_required_column_says_what_there_is_and_what_to_write(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text("user,time\na1,2026-01-02\n")
    with pytest.raises(LogError, match=r"log\.csv.*'user', 'time'.*account_id = .<its column>."):
        read(path)
    assert read(path, account_id="user", timestamp="time")[0]["account_id"] == "a1"


def test_structs_of_structs_of_many_rows_are_read_in_one_piece():
    rows = 20_000
    table = pa.table({"n": range(rows), "call": [{"net": {"ip": f"192.0.2.{n % 250}"}} for n in range(rows)]})
    with duckdb.connect() as connection:
        connection.register("block", in_pieces(table))
        query = "SELECT count(*) FROM block WHERE call.net.ip = '192.0.2.' || n % 250"
        assert connection.execute(query).fetchall() == [(rows,)]


def test_parquet_types_become_canonical_values(tmp_path):
    path = tmp_path / "log.parquet"
    when = datetime(2026, 1, 2, 3, 4, 5, 600)
    table = pa.table(
        {
            "account_id": pa.array([7.0, None, 8.5]),
            "timestamp": pa.array([when] * 3, pa.timestamp("ns")),
            "messages": pa.array([[{"role": "user", "content": "hi"}]] * 3),
            "model": pa.array(["m-1"] * 3).dictionary_encode(),
            "client": pa.array([{"ip": "192.0.2.7"}] * 3),
        }
    )
    pq.write_table(table, path)
    rows = read(path, client_ip="client.ip")
    assert reasons_of(rows) == {2: "missing_account_id"}
    assert (rows[0]["account_id"], rows[2]["account_id"]) == ("7", "8.5")
    assert [rows[0][name] for name in ("ts", "prompt", "model", "client_ip")] == [
        when,
        "hi",
        "m-1",
        "192.0.2.7",
    ]


@pytest.mark.parametrize("scale", [0, 6])
def test_ids_of_more_digits_than_a_float_has_stay_apart(tmp_path, scale):
    ids = pa.array([Decimal(7_000_000_000_000_000_000 + n) for n in range(2)], pa.decimal128(38, scale))
    table = pa.table(
        {"account_id": ids, "timestamp": pa.array([Decimal(1767323045)] * 2), "temperature": ids}
    )
    pq.write_table(table, tmp_path / "log.parquet")
    accounts = [row["account_id"] for row in read(tmp_path / "log.parquet")]
    assert accounts == ["7000000000000000000", "7000000000000000001"]


@pytest.mark.parametrize("kind", [pa.binary(), pa.binary(16)])
def test_sixteen_bytes_that_are_no_text_are_a_uuid_or_an_address(tmp_path, kind):
    account = UUID("6f1c8a52-93de-4b07-a1f4-0c2d9e77b8e5")
    addresses = [IPv6Address("::ffff:203.0.113.9").packed, IPv6Address("2001:db8::7").packed, None]
    columns = {
        "account_id": pa.array([account.bytes] * 3, kind),
        "timestamp": ["2026-03-02"] * 3,
        "client_ip": pa.array(addresses, kind),
        "prompt": pa.array([b"sixteen letters!"] * 3, kind),
    }
    pq.write_table(pa.table(columns), tmp_path / "log.parquet")
    rows = read(tmp_path / "log.parquet")
    assert {row["account_id"] for row in rows} == {str(account)}
    assert [row["client_ip"] for row in rows] == ["203.0.113.9", "2001:db8::7", None]
    assert rows[0]["prompt"] == "sixteen letters!"


def test_parquet_text_that_is_not_utf8_is_rejected(tmp_path):
    path = tmp_path / "log.parquet"
    prompts = pa.array([b"good", b"\xff", b"good"]).view(pa.string())
    pq.write_table(
        pa.table({"account_id": ["a"] * 3, "timestamp": [1767323045] * 3, "prompt": prompts}), path
    )
    rows = read(path)
    assert reasons_of(rows) == {2: "invalid_utf8"}
    assert numbers_of(rows) == [1, 3]


def test_parquet_compressed_as_a_whole_is_read(tmp_path):
    path = tmp_path / "log.parquet"
    pq.write_table(pa.table({"account_id": ["a1"], "timestamp": [1767323045]}), path)
    packed = tmp_path / "log.parquet.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert numbers_of(read(packed)) == [1]


@pytest.mark.parametrize("content", [b"PAR1 and nothing else", b"no parquet at all"])
def test_a_broken_parquet_file_is_one_clear_error(tmp_path, content):
    path = tmp_path / "log.parquet"
    path.write_bytes(content)
    with pytest.raises(LogError, match=r"log\.parquet"):
        read(path)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
def test_text_in_utf16_is_read(tmp_path, encoding):
    text = "\ufeff" if encoding == "utf-16-be" else ""
    text += "account_id,timestamp,prompt\na1,2026-01-02,caf\u00e9 \U0001f600\n"
    path = tmp_path / "log.csv.gz"
    path.write_bytes(gzip.compress(text.encode(encoding)))
    assert read(path)[0]["prompt"] == "caf\u00e9 \U0001f600"
    assert list(_as_utf8(iter([b"\xff\xfea", b"\0", b"b\0"]))) == [b"a", b"b"]


def test_escapes_of_a_copied_table_are_undone_and_its_quotes_are_letters(tmp_path):
    path = tmp_path / "log.tsv"
    head = "account_id\ttimestamp\tprompt\torg_id\n"
    row = 'a1\t2026-01-02\t"a\\n\\tb \\\\n\t'
    path.write_text(f"{head}{row}\\N\n")
    assert read(path)[0]["prompt"] == '"a\n\tb \\n'
    # nothing says that it is such a table
    path.write_text(f"{head}{row.replace(chr(34), '')}o1\n")
    assert read(path)[0]["prompt"] == r"a\n\tb \\n"
