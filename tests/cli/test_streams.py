"""The program as the shell sees it: exit codes, streams, colours, interruption, unexpected failure."""

import errno
import os
import pty
import re
import signal
import subprocess
import sys
import tempfile

import duckdb
import pytest

from distillscan.cli.failures import explain
from distillscan.errors import CaseError, UnfitDataError
from distillscan.reports import json_document

PROGRAM = [sys.executable, "-m", "distillscan"]


def shell(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **settings}
    return subprocess.run(
        [*PROGRAM, *arguments], capture_output=True, text=True, env=environment, check=False
    )


def python(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run code in a process of its own, as the program with these arguments."""
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False
    )


def on_a_terminal(*arguments: str, **settings: str) -> str:
    """Everything the program shows when stdout and stderr are one terminal."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "120", **settings}
    environment = {name: value for name, value in environment.items() if value}
    process = subprocess.Popen([*PROGRAM, *arguments], stdout=theirs, stderr=theirs, env=environment)
    os.close(theirs)
    shown = b""
    while True:
        try:
            data = os.read(ours, 65536)
        except OSError:
            break
        if not data:
            break
        shown += data
    process.wait()
    os.close(ours)
    return shown.decode()


def test_a_pipe_gets_a_plain_report_of_a_fixed_width(case):
    result = shell("report")
    assert result.returncode == 0
    assert "\x1b" not in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 100


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_closed_stream_receives_nothing_and_is_no_failure(closed):
    command = ["sh", "-c", f'exec "$@" {closed}', "sh", *PROGRAM]
    result = subprocess.run([*command, "formats"], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (0, "")
    assert bool(result.stdout) == (">&-" not in closed.replace("2>&-", ""))
    assert subprocess.run([*command, "report", "none.json"], capture_output=True, check=False).returncode == 2


def test_a_terminal_gets_colour_unless_no_color_is_set(case):
    colour = re.compile(r"\x1b\[[0-9;]*3[0-9]")
    assert colour.search(on_a_terminal("report", NO_COLOR=""))
    assert not colour.search(on_a_terminal("report", NO_COLOR="1"))


def test_a_terminal_gets_a_bar(here, logs):
    shown = on_a_terminal("ingest", str(next((logs / "requests").glob("*.parquet"))))
    assert "\x1b[?25l" in shown
    assert "rows" in shown


def test_an_encoding_without_the_characters_shows_replacements(case):
    result = shell("report", PYTHONIOENCODING="ascii")
    assert result.returncode == 0
    assert "campaign" in result.stdout


def test_interruption_leaves_with_130_and_says_how_to_go_on(here, logs):
    code = (
        "import distillscan.case.ingest as work, os, signal\n"
        "from distillscan.cli.start import main\n"
        "def interrupted(*_, **__): os.kill(os.getpid(), signal.SIGINT)\n"
        "work.ingest = interrupted\n"
        "main()\n"
    )
    result = python(code, "ingest", str(logs / "requests"))
    assert result.returncode == 130 == 128 + signal.SIGINT
    assert result.stderr.splitlines()[-1] == "stopped; run the same command again to go on"


@pytest.mark.parametrize("error", ["RuntimeError('Query interrupted')", "OSError(28, 'no space')"])
def test_an_error_that_a_library_makes_of_an_interruption_is_an_interruption(here, logs, error):
    code = (
        "import distillscan.case.ingest as work, duckdb, os, signal\n"
        "from distillscan.cli.start import main\n"
        "def interrupted(*_, **__):\n"
        "    try: os.kill(os.getpid(), signal.SIGINT)\n"
        f"    except KeyboardInterrupt: raise {error} from None\n"
        "work.ingest = interrupted\n"
        "main()\n"
    )
    result = python(code, "ingest", str(logs / "requests"))
    assert result.returncode == 130
    assert result.stderr.splitlines()[-1] == "stopped; run the same command again to go on"


@pytest.mark.parametrize("module", ["typer", "pydantic", "distillscan.cli.app"])
def test_interruption_during_the_imports_leaves_with_130_and_no_traceback(module):
    code = (
        "import os, signal, sys\n"
        "class Finder:\n"
        "    def find_spec(self, name, *_):\n"
        f"        if name == {module!r}: os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Finder())\n"
        "from distillscan.cli.start import main\n"
        "main()\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, "report"], capture_output=True, text=True, check=False
    )
    assert (result.returncode, result.stderr) == (130, "stopped; run the same command again to go on\n")


def test_interruption_after_the_work_changes_nothing():
    code = (
        "import distillscan.cli.app as cli, os, signal\n"
        "cli.program = lambda: lambda: None\n"
        "from distillscan.cli.start import main\n"
        "main()\n"
        "os.kill(os.getpid(), signal.SIGINT)\n"
    )
    result = python(code)
    assert (result.returncode, result.stderr) == (0, "")


def test_a_folder_that_cannot_be_written_is_named_by_the_file_that_was_asked_for(run, case, monkeypatch):
    def refused(**_):
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(tempfile, "mkstemp", refused)
    result = run("report", "-t", "csv", "-o", "table.csv")
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1] == "error: cannot write table.csv: Read-only file system"


def test_an_unexpected_failure_is_one_line_and_70(run, here, monkeypatch):
    def fail() -> str:
        raise RuntimeError("it broke\x1b[31m")

    monkeypatch.setattr(json_document, "schema", fail)
    result = run("schema")
    assert (result.exit_code, result.stdout) == (70, "")
    assert result.stderr == "internal error: RuntimeError: it broke; run with --debug\n"
    detailed = run("schema", "--debug")
    assert detailed.exit_code == 70
    assert "Traceback" in detailed.stderr
    assert "\x1b" not in detailed.stderr


@pytest.mark.parametrize(
    ("failure", "code", "says"),
    [
        (CaseError("no case"), 2, "no case"),
        (UnfitDataError("too few"), 3, "too few"),
        (MemoryError(), 2, "--memory-limit"),
        (duckdb.OutOfMemoryException("failed to allocate"), 2, "--memory-limit"),
        (duckdb.IOException("Could not write: No space left on device"), 2, "the disk is full"),
        (OSError(28, "No space left on device"), 2, "the disk is full"),
        (PermissionError(13, "Permission denied", "report.md"), 2, "report.md: Permission denied"),
        (duckdb.BinderException("column x"), 70, "internal error"),
        (KeyError("x"), 70, "internal error"),
    ],
)
def test_failures_have_their_exit_codes(failure, code, says):
    line, given = explain(failure)
    assert given == code
    assert says in line


def test_an_unknown_command_is_a_usage_error(run):
    assert run("frobnicate").exit_code == 2
    assert run("report", "--frobnicate").exit_code == 2
