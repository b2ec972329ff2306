"""An ingest that was killed and run again leaves the case of one that never was."""

import signal
import subprocess
import sys

from small_cases import write_jsonl

from distillscan.case.ingest import ingest
from distillscan.case.store import open_case
from tests.case.cases import contents, request

# One process pays for the imports and the compiled kernel; each of its children starts at once and is killed.
KILLER = """
import os, signal, sys, time
from pathlib import Path
from distillscan.case.ingest import ingest
from distillscan.case.store import open_case
from distillscan.fingerprint import fingerprint
from distillscan.logs import batch
import pyarrow as pa
batch.MOST_FILES = 1  # one transaction a file, so that there is something to stop in between
fingerprint(pa.array(["compile the kernel before the clock starts"]), threads=1)
case_path, logs, *delays = sys.argv[1:]
for delay in delays:
    child = os.fork()
    if child == 0:
        with open_case(Path(case_path), create=True, threads=1) as case:
            ingest(case, [logs], keep_text="all")
        os._exit(0)
    time.sleep(float(delay))
    os.kill(child, signal.SIGKILL)
    print(os.WTERMSIG(os.waitpid(child, 0)[1]))
"""
# Seconds after the start; from the making of the case over many files to the settling.
DELAYS = ("0.0", "0.03", "0.08", "0.15", "0.3", "0.45", "0.7", "1.0")


def test_killed_and_run_again_is_never_killed(tmp_path):
    logs = tmp_path / "logs"
    logs.mkdir()
    for part in range(30):
        requests = [request(i) for i in range(part * 40, part * 40 + 60)]
        write_jsonl(logs / f"{part:02d}.jsonl", [*requests, {"bad": part}])
    killed = tmp_path / "killed.duckdb"
    command = [sys.executable, "-c", KILLER, str(killed), str(logs), *DELAYS]
    ends = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert ends.count(str(signal.SIGKILL.value)) >= len(DELAYS) // 2
    with open_case(killed, create=True) as again, open_case(tmp_path / "whole.duckdb", create=True) as once:
        for case in (again, once):
            ingest(case, [logs], keep_text="all")
        assert contents(again) == contents(once)
