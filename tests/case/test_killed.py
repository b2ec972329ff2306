"""An ingest that was killed and run again leaves the case of one that never was."""

import signal
import subprocess
import sys
import time

from distillscan.case.ingest import ingest
from distillscan.case.store import open_case
from tests.case.cases import contents, request, write

INGEST = """
import sys
from pathlib import Path
from distillscan.case.ingest import ingest
from distillscan.case.store import open_case
from distillscan.fingerprint import fingerprint
import pyarrow as pa
fingerprint(pa.array(["compile the kernel before the clock starts"]))
print("ready", flush=True)
with open_case(Path(sys.argv[1]), create=True, threads=1) as case:
    ingest(case, [sys.argv[2]], keep_text="all", threads=1)
"""
# Seconds after the start of the work; from the making of the case over many files to the settling.
DELAYS = (0.0, 0.02, 0.05, 0.11, 0.17, 0.31, 0.5)


def start(case_path, logs):
    process = subprocess.Popen(
        [sys.executable, "-c", INGEST, case_path, logs], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def test_killed_and_run_again_is_never_killed(tmp_path):
    logs = tmp_path / "logs"
    logs.mkdir()
    for part in range(30):
        write(
            logs / f"{part:02d}.jsonl",
            [request(i) for i in range(part * 40, part * 40 + 60)] + [{"bad": part}],
        )
    killed = 0
    for delay in DELAYS:
        with start(tmp_path / "killed.duckdb", logs) as process:
            time.sleep(delay)
            process.send_signal(signal.SIGKILL)
            process.communicate()
            killed += process.returncode == -signal.SIGKILL
    assert killed > 0
    with (
        open_case(tmp_path / "killed.duckdb", create=True) as again,
        open_case(tmp_path / "c", create=True) as once,
    ):
        for case in (again, once):
            ingest(case, [logs], keep_text="all")
        assert contents(again) == contents(once)
