"""A whole analysis beside the plain load of the same files into a database, and beside a datasketch pipeline.

    python tests/benchmarks/whole_run.py [--scale S] [--rounds N] [--forms parquet jsonl] [--growth]
                                         [--datasketch PROMPTS] [--work DIR] [--json FILE]

The log is `distillscan simulate letter --scale S`. A whole run is `ingest`, `scan` and `report -t json`, each
as a process of its own, as an analyst starts them; the load is DuckDB's `CREATE TABLE AS SELECT *` of the
same request files, text included, in a process of its own. Rounds are interleaved and the median counts.
Peak memory is the largest of any process. With --growth the log is also taken twice and four times as large.
The datasketch pipeline is the straightforward one: a MinHash of each prompt's word shingles, entered in and
asked of MinHashLSH. It is timed as datasketch's documentation writes it, 128 permutations and one update a
shingle, and at its best, 64 permutations and one update a prompt.
"""

import argparse
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import polars as pl
from datasketch import MinHash, MinHashLSH
from rich.console import Console
from rich.table import Table

FORMS = {"parquet": "*.parquet", "jsonl": "*.jsonl.zst"}
_LOAD = """
import sys, duckdb
duckdb.connect(sys.argv[1]).execute(f"CREATE TABLE requests AS SELECT * FROM '{sys.argv[2]}'")
"""
_TOOL = "from distillscan.cli.app import main; main()"


@dataclass
class Run:
    """One whole run or load of a log: seconds on the clock and of processors, and peak memory in GiB."""

    what: str
    form: str
    accounts: int
    requests: int
    seconds: float = 0.0
    processor_seconds: float = 0.0
    peak_gib: float = 0.0
    case_bytes: int = 0


def measured(run: Run, command: list[str]) -> None:
    """Run a command and add what it took."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"failed: {' '.join(command)}")
    run.seconds += time.perf_counter() - start
    run.processor_seconds += usage.ru_utime + usage.ru_stime
    run.peak_gib = max(run.peak_gib, usage.ru_maxrss / 2**20)


def tool(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-c", _TOOL, *map(str, arguments)]


def invented(work: Path, scale: float, form: str) -> Path:
    """The log of this scale, made once."""
    log = work / f"{form}-{scale:g}"
    if not (log / "truth.csv").exists():
        arguments = (
            "simulate",
            "letter",
            "--scale",
            f"{scale}",
            "--format",
            form,
            "-o",
            log,
            "-q",
            "--force",
        )
        subprocess.run(tool(*arguments), check=True)
    return log


def whole(log: Path, form: str, size: tuple[int, int], work: Path) -> Run:
    run = Run("ingest + scan + report", form, *size)
    case = work / "case.duckdb"
    for left in work.glob("case.duckdb*"):
        left.unlink()
    for part in (
        ("ingest", log / "requests", "--accounts", log / "accounts.csv"),
        ("scan",),
        ("report", "-t", "json", "--force", "-o", work / "findings.json"),
    ):
        step = Run(part[0], form, *size)
        measured(step, tool(*part, "--case", case, "-q"))
        print(
            f"  {form} {size[1]:,}: {part[0]} {step.seconds:.1f} s, peak {step.peak_gib:.2f} GiB",
            file=sys.stderr,
        )
        run.seconds += step.seconds
        run.processor_seconds += step.processor_seconds
        run.peak_gib = max(run.peak_gib, step.peak_gib)
    run.case_bytes = case.stat().st_size
    return run


def load(log: Path, form: str, size: tuple[int, int], work: Path) -> Run:
    run = Run("CREATE TABLE AS SELECT *", form, *size)
    target = work / "load.duckdb"
    target.unlink(missing_ok=True)
    measured(run, [sys.executable, "-c", _LOAD, str(target), str(log / "requests" / FORMS[form])])
    target.unlink()
    return run


def size_of(log: Path, form: str) -> tuple[int, int, int]:
    """Accounts, requests and bytes of text of a log."""
    files = str(log / "requests" / FORMS[form])
    rows = pl.scan_parquet(files) if form == "parquet" else pl.scan_ndjson(files)
    text = pl.sum_horizontal(pl.col("prompt", "system").str.len_bytes().fill_null(0).cast(pl.Int64)).sum()
    found = rows.select(pl.len(), text.alias("bytes")).collect(engine="streaming").row(0)
    accounts = (
        pl.scan_csv(log / "accounts.csv").select("account_id").unique().select(pl.len()).collect().item()
    )
    return accounts, found[0], found[1]


def datasketch_seconds(log: Path, prompts: int, permutations: int, *, batch: bool) -> float:
    """Seconds that the plain pipeline takes for so many prompts of the log."""
    texts = pl.scan_parquet(str(log / "requests" / "*.parquet")).select("prompt").head(prompts).collect()
    index = MinHashLSH(threshold=0.5, num_perm=permutations)
    start = time.perf_counter()
    for number, text in enumerate(texts["prompt"].to_list()):
        words = re.findall(r"\w+", (text or "").lower())
        shingles = [" ".join(words[at : at + 3]).encode() for at in range(len(words) - 2)]
        signature = MinHash(num_perm=permutations)
        if batch:
            signature.update_batch(shingles)
        else:
            for shingle in shingles:
                signature.update(shingle)
        index.query(signature)
        index.insert(number, signature)
    return time.perf_counter() - start


def rounds(
    arguments: argparse.Namespace, work: Path
) -> Iterator[tuple[float, str, list[Run], list[Run], int]]:
    """For each scale and form the whole runs, the loads, and the bytes of text."""
    scales = [arguments.scale * times for times in ((1, 2, 4) if arguments.growth else (1,))]
    for scale in scales:
        for form in arguments.forms:
            log = invented(work, scale, form)
            accounts, requests, text = size_of(log, form)
            size = (accounts, requests)
            pairs = [
                (whole(log, form, size, work), load(log, form, size, work)) for _ in range(arguments.rounds)
            ]
            yield scale, form, [pair[0] for pair in pairs], [pair[1] for pair in pairs], text


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--scale", type=float, default=1 / 15, help="1 is the whole case; 1/15 has 2.4 million"
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--forms", nargs="+", choices=list(FORMS), default=["parquet"])
    parser.add_argument("--growth", action="store_true", help="take twice and four times the scale too")
    parser.add_argument("--datasketch", type=int, default=0, metavar="PROMPTS")
    parser.add_argument("--work", type=Path, help="where logs are made and kept")
    parser.add_argument("--json", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    table = Table("form", title=f"{os.cpu_count()} processors, Python {platform.python_version()}")
    for column in ("requests", "accounts", "run s", "load s", "run / load", "peak GiB", "case / text"):
        table.add_column(column, justify="right")
    found: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory() as made:
        work = arguments.work or Path(made)
        work.mkdir(parents=True, exist_ok=True)
        for scale, form, runs, loads, text in rounds(arguments, work):
            seconds = statistics.median(run.seconds for run in runs)
            ratio = statistics.median(a.seconds / b.seconds for a, b in zip(runs, loads, strict=True))
            loaded = statistics.median(run.seconds for run in loads)
            row = (
                f"{seconds:,.1f}",
                f"{loaded:,.1f}",
                f"{ratio:.2f}",
                f"{max(r.peak_gib for r in runs):.2f}",
            )
            share = f"{runs[0].case_bytes / text:.1%}"
            table.add_row(form, f"{runs[0].requests:,}", f"{runs[0].accounts:,}", *row, share)
            found += [asdict(run) | {"scale": scale, "text_bytes": text} for run in (*runs, *loads)]
            if arguments.datasketch and form == "parquet" and scale == arguments.scale:
                log = invented(work, scale, form)
                own = seconds / runs[0].requests * arguments.datasketch
                plain = datasketch_seconds(log, arguments.datasketch, 128, batch=False)
                best = datasketch_seconds(log, arguments.datasketch, 64, batch=True)
                table.caption = (
                    f"datasketch: {arguments.datasketch:,} prompts in {plain:.1f} s,"
                    f" {plain / own:.0f} times as long; at its best {best:.1f} s, {best / own:.0f} times"
                )
    Console().print(table)
    if arguments.json:
        arguments.json.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
