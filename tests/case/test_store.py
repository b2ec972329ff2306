"""Opening a case, and every reason not to."""

import subprocess
import sys

import duckdb
import pytest

from distillscan.case import store
from distillscan.case.schema import SCHEMA_VERSION
from distillscan.case.store import open_case
from distillscan.errors import CaseError

HOLD = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "case.duckdb"


@pytest.fixture(autouse=True)
def cases_are_made(empty_case, monkeypatch):
    """Here none is a copy of another."""
    monkeypatch.setattr(store, "_create", empty_case)


def test_a_new_case_has_every_table_and_leaves_nothing_beside_it(path):
    with open_case(path, create=True) as case:
        tables = {name for (name,) in case.connection.execute("SHOW TABLES").fetchall()}
        assert case.meta("schema_version") == str(SCHEMA_VERSION)
    assert {
        "files",
        "rejects",
        "requests",
        "duplicates",
        "texts",
        "accounts",
        "incidence",
        "findings",
    } <= tables
    assert list(path.parent.iterdir()) == [path]


def test_what_was_written_is_there_again_and_a_failed_transaction_is_not(path):
    with open_case(path, create=True) as case:
        case.set_meta("key", "kept")
        with pytest.raises(ZeroDivisionError), case.transaction():
            case.set_meta("key", "lost")
            raise ZeroDivisionError
    with open_case(path, create=False, read_only=True) as case:
        assert case.meta("key") == "kept"


def test_the_database_never_reaches_out(path):
    with open_case(path, create=True) as case:
        rows = case.connection.execute(
            "SELECT value FROM duckdb_settings() WHERE name IN"
            " ('autoinstall_known_extensions', 'autoload_known_extensions')"
        ).fetchall()
    assert rows == [("false",), ("false",)]


def test_a_missing_case_is_not_made_unasked(path):
    with pytest.raises(CaseError, match=r"there is no case .*case\.duckdb"):
        open_case(path, create=False)
    assert not path.exists()


def test_a_directory_is_named_as_one(tmp_path):
    with pytest.raises(CaseError, match="is a directory"):
        open_case(tmp_path, create=True)


@pytest.mark.parametrize("content", [b"", b"no database" * 1000])
def test_another_kind_of_file_is_refused_and_left_alone(path, content):
    path.write_bytes(content)
    with pytest.raises(CaseError, match="is not a case file"):
        open_case(path, create=True)
    assert path.read_bytes() == content


def test_another_database_is_refused(path):
    duckdb.connect(str(path)).close()
    with pytest.raises(CaseError, match="not a case"):
        open_case(path, create=False)


def test_a_case_of_another_version_is_refused(path):
    with open_case(path, create=True) as case:
        case.set_meta("schema_version", "999")
    with pytest.raises(CaseError, match=r"case version '999'.*new case"):
        open_case(path, create=False)


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CaseError, match="cannot create"):
        open_case(tmp_path / "file" / "case.duckdb", create=True)
    with pytest.raises(CaseError, match="cannot create"):
        open_case(tmp_path / "gone" / "case.duckdb", create=True)


def test_a_case_that_another_process_holds_is_named_with_that_process(path):
    open_case(path, create=True).close()
    command = [sys.executable, "-c", HOLD, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(CaseError, match=f"in use by process {holder.pid}"):
            open_case(path, create=False)
        holder.communicate("")


def test_an_amount_of_memory_that_is_none_is_named(path):
    with pytest.raises(CaseError, match="'lots' is no amount of memory"):
        open_case(path, create=True, memory_limit="lots")


def test_an_idle_database_gives_its_memory_back_until_it_is_asked_again(path):
    with open_case(path, create=True, memory_limit="400MiB") as case:
        usual = case.connection.execute("SELECT current_setting('memory_limit')").fetchall()
        case.connection.execute("CREATE TABLE numbers AS SELECT hash(range) AS n FROM range(40_000_000)")
        total = case.connection.execute("SELECT SUM(n) FROM numbers").fetchall()
        held = _held(case)
        with case.idle():
            assert _held(case) < held / 2
        assert case.connection.execute("SELECT current_setting('memory_limit')").fetchall() == usual
        assert case.connection.execute("SELECT SUM(n) FROM numbers").fetchall() == total


def test_a_database_that_is_only_read_through_keeps_a_limit_that_it_was_given(path):
    limits = {}
    for given in (None, "700MiB"):
        with open_case(path, create=True, memory_limit=given) as case, case.streaming():
            [(limits[given],)] = case.connection.execute("SELECT current_setting('memory_limit')").fetchall()
    assert limits == {None: "512.0 MiB", "700MiB": "700.0 MiB"}


def _held(case):
    [(size,)] = case.connection.execute("SELECT SUM(memory_usage_bytes) FROM duckdb_memory()").fetchall()
    return size


def test_what_cannot_leave_the_memory_of_an_idle_database_stays(path):
    with open_case(path, create=True) as case:
        case.connection.execute("SET temp_directory = ''")
        case.connection.execute("CREATE TEMP TABLE numbers AS SELECT hash(range) AS n FROM range(40_000_000)")
        with case.idle():
            assert case.connection.execute("SELECT COUNT(*) FROM numbers").fetchall() == [(40_000_000,)]
