"""Archives: every member an input of its own, whatever it is called and however the archive ends."""

import gzip
import io
import json
import random
import tarfile
import zipfile

import pytest
import zstandard

from distillscan.case.ingest import ingest
from distillscan.case.ledger import ledger_totals
from distillscan.case.store import open_case
from distillscan.errors import LogError
from distillscan.logs.files import parts
from distillscan.logs.files.parts import InputPath, parts_of
from distillscan.logs.mapping import Mapping
from distillscan.logs.reread import Reading, read_prompts
from tests.logs.reading import GOOD

SECOND = GOOD.replace("a1", "a2")


def zipped(members: list[tuple[str, bytes]]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def tarred(members: list[tuple[str, bytes]], form: int = tarfile.PAX_FORMAT) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=form) as archive:
        for name, data in members:
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
        link = tarfile.TarInfo("link.jsonl")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return packed.getvalue()


PACKERS = {
    "zip": zipped,
    "tar": tarred,
    "gnu.tar": lambda members: tarred(members, tarfile.GNU_FORMAT),
    "tar.gz": lambda members: gzip.compress(tarred(members)),
    "tar.zst": lambda members: zstandard.ZstdCompressor().compress(tarred(members)),
}


@pytest.fixture(params=PACKERS)
def pack(request, tmp_path):
    def write(members):
        path = tmp_path / f"logs.{request.param}"
        path.write_bytes(PACKERS[request.param](members))
        return path

    return write


@pytest.fixture
def case(tmp_path):
    with open_case(tmp_path / "case.duckdb", create=True, threads=2) as opened:
        yield opened


def names(path):
    return [part.name for part in parts_of(InputPath(path, path.name))]


def test_members_of_all_kinds_are_files_of_the_case(pack, case):
    table = b"account_id,timestamp\na3,2026-01-02\na4,2026-01-02\n"
    path = pack(
        [
            ("a/log.jsonl", GOOD.encode() + b"\n"),
            ("a/table.csv", table),
            ("b/list.json.gz", gzip.compress(f"[{SECOND}, 5]".encode())),
            ("README.md", b"words"),
            ("__MACOSX/log.jsonl", b"x"),
            (".hidden/log.jsonl", b"x"),
            ("part-0", SECOND.replace("a2", "a5").encode()),
        ]
    )
    assert ingest(case, [path]).passed_over == (f"{path.name}!/README.md",)
    found = case.connection.execute(
        "SELECT name, container, accepted, rejected FROM ledger ORDER BY 1"
    ).fetchall()
    assert found == [
        (f"{path.name}!/a/log.jsonl", "jsonl", 1, 0),
        (f"{path.name}!/a/table.csv", "csv", 2, 0),
        (f"{path.name}!/b/list.json.gz", "json", 1, 1),
        (f"{path.name}!/part-0", "jsonl", 1, 0),
    ]


def test_members_are_known_again_by_their_bytes(pack, case, tmp_path):
    (tmp_path / "plain.jsonl").write_text(GOOD)
    ingest(case, [tmp_path / "plain.jsonl"])
    path = pack([("copy.jsonl", GOOD.encode()), ("new.jsonl", SECOND.encode())])
    first = ingest(case, [path])
    assert [file.already_in for file in first.files] == ["plain.jsonl", None]
    second = ingest(case, [path])
    assert [file.already_in for file in second.files] == ["plain.jsonl", f"{path.name}!/new.jsonl"]
    assert ledger_totals(case).read == 2


def test_a_prompt_comes_back_from_a_member_by_its_name(pack, case):
    path = pack([("a.jsonl", GOOD.encode()), ("b.jsonl", SECOND.replace("hello", "bye").encode())])
    ingest(case, [path])
    for name, prompt in (("a.jsonl", "hello"), ("b.jsonl", "bye")):
        ((where, size),) = case.connection.execute(
            "SELECT path, bytes FROM files WHERE ends_with(name, ?)", [name]
        ).fetchall()
        same, changed = (Reading(where, bytes_, Mapping().canonical_json()) for bytes_ in (size, size + 1))
        assert read_prompts({same: [1], changed: [1]}) == {same: {1: prompt}, changed: {}}


def test_prompts_of_many_files_come_back_file_by_file(pack, case, tmp_path, monkeypatch):
    plain = tmp_path / "plain.jsonl"
    plain.write_text(GOOD.replace("hello", "plain"))
    ingest(case, [plain, pack([(f"{n}.jsonl", GOOD.replace("hello", f"p{n}").encode()) for n in range(4)])])
    known = [
        Reading(*row)
        for row in case.connection.execute("SELECT path, bytes, mapping FROM files ORDER BY path").fetchall()
    ]
    gone = Reading(str(tmp_path / "gone.jsonl"), 1, known[0].mapping)
    changed = Reading(known[0].path, known[0].size + 1, known[0].mapping)
    opened: list[object] = []
    members = parts.members
    monkeypatch.setattr(parts, "members", lambda path: opened.append(path) or members(path))
    found = read_prompts({reading: [1] for reading in [*known, gone, changed]})
    assert len(opened) == 1, "an archive is gone through once"
    assert [found[reading] for reading in known] == [{1: "p0"}, {1: "p1"}, {1: "p2"}, {1: "p3"}, {1: "plain"}]
    assert [found[reading] for reading in (gone, changed)] == [{}, {}]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_names_lead_nowhere_and_stay_apart(pack):
    odd = ["../../up.jsonl", "/abs.jsonl", "x.jsonl", "x.jsonl", "e\x1b[31m.jsonl", "n" * 300 + ".jsonl"]
    found = names(pack([(name, GOOD.encode()) for name in odd]))
    short = [name.partition("!/")[2] for name in found]
    assert short[:5] == ["%2E%2E/%2E%2E/up.jsonl", "abs.jsonl", "x.jsonl", "x.jsonl#2", "e%1B[31m.jsonl"]
    assert len(found) == 6


def test_a_cut_off_archive_gives_its_whole_members_and_says_so(pack, case):
    noise = random.Random(1).randbytes(400_000).hex().encode()
    path = pack([("a.jsonl", GOOD.encode()), ("b.jsonl", SECOND.encode() + b"\n" + noise), ("c.jsonl", b"")])
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(LogError, match=path.name):
        ingest(case, [path])
    whole = [] if path.suffix == ".zip" else [("a1",), ("a2",)]
    assert case.connection.execute("SELECT account_id FROM accepted ORDER BY 1").fetchall() == whole


def test_an_archive_inside_another_is_named(pack, case):
    path = pack([("inner.zip", zipped([("x.jsonl", b"{}")])), ("good.jsonl", GOOD.encode())])
    with pytest.raises(LogError, match=r"inner\.zip is an archive inside another"):
        ingest(case, [path])
    assert ledger_totals(case).accepted == 1


def test_what_unpacks_without_measure_is_stopped_and_rejected(pack, case, monkeypatch):
    monkeypatch.setattr("distillscan.logs.files.unpack.LEAST_BOMB_BYTES", 1 << 20)
    monkeypatch.setattr("distillscan.logs.files.unpack.MOST_UNPACKED_RATIO", 100)
    bomb = gzip.compress((GOOD + "\n").encode() + b" " * (20 << 20))
    path = pack([("bomb.jsonl.gz", bomb), ("good.jsonl", SECOND.encode())])
    ingest(case, [path])
    ((reason, detail),) = case.connection.execute("SELECT reason, detail FROM rejects").fetchall()
    assert (reason, "100 times" in detail) == ("truncated_file", True)
    assert ledger_totals(case).accepted == 2


def test_an_encrypted_member_is_named_and_the_others_are_read(case, tmp_path):
    data = bytearray(zipped([("secret.jsonl", GOOD.encode()), ("good.jsonl", SECOND.encode())]))
    for magic, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(magic) + flags] |= 1
    path = tmp_path / "logs.zip"
    path.write_bytes(data)
    with pytest.raises(LogError, match=r"secret\.jsonl is encrypted"):
        ingest(case, [path])
    assert ledger_totals(case).accepted == 1


def test_messages_of_the_collector_are_lines(case, tmp_path):
    packed = [zstandard.ZstdCompressor().compress(text.encode()) for text in (GOOD, SECOND)]
    data = b"".join(len(message).to_bytes(4, "big") + message for message in packed)
    path = tmp_path / "otel.json"
    path.write_bytes(data)
    ingest(case, [path])
    assert ledger_totals(case).accepted == 2
    path.write_bytes(data[:-3])
    ingest(case, [path])
    totals = ledger_totals(case)
    assert (totals.duplicate, totals.rejected_by_reason) == (1, {"truncated_file": 1})


def test_thousands_of_small_files_are_read_together(case, tmp_path):
    for number in range(300):
        record = {"account_id": f"a{number}", "timestamp": 1767323045, "prompt": "x"}
        folder = tmp_path / "tree" / f"day={number % 3}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{number}.json").write_text(json.dumps(record, indent=number % 2 or None))
    (tmp_path / "tree" / "bad.json").write_text("{]")
    (tmp_path / "tree" / "empty.json").write_text("")
    summary = ingest(case, [tmp_path / "tree"])
    assert (len(summary.files), summary.read, summary.rejected) == (302, 301, 1)
    placed = case.connection.execute(
        "SELECT count(*) FROM accepted a JOIN files f USING (file_id)"
        " WHERE ends_with(f.name, '/' || a.account_id[2:] || '.json') AND a.row_number = 1"
    ).fetchall()
    assert placed == [(300,)]
    ((reject,),) = case.connection.execute("SELECT name FROM rejects JOIN files USING (file_id)").fetchall()
    assert reject == "bad.json"
    assert all(file.already_in for file in ingest(case, [tmp_path / "tree"]).files)


def test_single_members_may_be_named(pack, case):
    path = pack([(name, GOOD.replace("a1", name[0]).encode()) for name in ("a.jsonl", "b.jsonl", "c.jsonl")])
    ingest(case, [f"{path}!/a.jsonl", f"{path}!/c.jsonl"])
    assert case.connection.execute("SELECT account_id FROM accepted ORDER BY 1").fetchall() == [
        ("a",),
        ("c",),
    ]
    with pytest.raises(LogError, match="no readable file"):
        ingest(case, [f"{path}!/gone.jsonl"])
