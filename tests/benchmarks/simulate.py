"""Requests per second of `simulate`, from nothing to files, and its memory.

    python tests/benchmarks/simulate.py [--accounts N] [--requests N] [--format parquet|jsonl] [SCENARIO ...]

Each scenario runs in a process of its own, so its peak memory is its own. On twice the requests the memory
should be the same.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from distillscan.choices import LogForm
from distillscan.synthetic.exports import prepare, write_log
from distillscan.synthetic.scenarios import SCENARIOS
from distillscan.synthetic.world import EVENTS, parts_of, size_of

GOAL = 200_000


def measure(order: tuple[str, int, int, LogForm]) -> tuple[float, float]:
    """Seconds to write a log, and the peak memory of this process in MiB."""
    name, accounts, requests, form = order
    scenario = SCENARIOS[name]
    size = size_of(scenario, accounts, requests, None)
    with tempfile.TemporaryDirectory() as place:
        prepare(Path(place), force=False)
        start = time.perf_counter()
        write_log(parts_of(scenario, size, 1), Path(place), form, events=EVENTS)
        seconds = time.perf_counter() - start
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("scenarios", nargs="*", default=["baseline"])
    parser.add_argument("--accounts", type=int, default=10_000)
    parser.add_argument("--requests", type=int, default=1_000_000)
    parser.add_argument("--format", choices=("parquet", "jsonl"), default="parquet")
    arguments = parser.parse_args()
    unknown = set(arguments.scenarios) - set(SCENARIOS)
    if unknown:
        sys.exit(f"no such scenario: {', '.join(sorted(unknown))}")
    table = Table("scenario", title=f"{arguments.accounts:,} accounts, {arguments.format}")
    for column in ("requests", "seconds", f"requests/s (goal {GOAL:,})", "peak MiB"):
        table.add_column(column, justify="right")
    for name in arguments.scenarios:
        for requests in (arguments.requests, 2 * arguments.requests):
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                order = (name, arguments.accounts, requests, arguments.format)
                seconds, memory = pool.apply(measure, (order,))
            table.add_row(
                name, f"{requests:,}", f"{seconds:.2f}", f"{requests / seconds:,.0f}", f"{memory:,.0f}"
            )
    Console().print(table)


if __name__ == "__main__":
    main()
