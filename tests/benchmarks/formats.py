"""Records per second that `ingest` takes of each log format.

    python tests/benchmarks/formats.py [--records N] [--only NAME ...] [--work DIR] [--json FILE]

The same invented traffic is written as each system writes it (`tests/test_same_traffic.py`), one record a
line, and some of them once more as one object that holds them all. Every file goes into a case of its own, in
a process of its own, start included. Beside the clock stand processor seconds: records by those, times two,
is what two processors do when nothing else needs them.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parents[1]))

from test_same_traffic import START, WRITERS, body, flat, iso

Asked = dict[str, str | int]
Writer = Callable[[Asked, int], dict[str, object]]

ACCOUNTS = 2000
_TOOL = "from distillscan.cli.app import main; main()"
_OPTIONS = {"otlp": ("--account-field", "end_user_id")}
_ENVELOPES = {"flat": "data", "bedrock": "Records", "helicone": "data"}


@dataclass(frozen=True)
class Run:
    """One ingest."""

    format: str
    records: int
    megabytes: float
    seconds: float
    processor_seconds: float

    @property
    def a_second(self) -> float:
        """Records a second of two processors."""
        return 2 * self.records / self.processor_seconds


def bedrock(asked: Asked, number: int) -> dict[str, object]:
    return {
        "schemaType": "ModelInvocationLog",
        "timestamp": iso(asked["at"]),
        "requestId": f"r{number}",
        "modelId": "anthropic.example-v1",
        "operation": "InvokeModel",
        "identity": {"arn": f"arn:aws:iam::111122223333:user/{asked['account']}"},
        "input": {"inputBodyJson": body(asked), "inputTokenCount": 90},
        "output": {
            "outputBodyJson": {"content": [{"type": "text", "text": "Seven."}]},
            "outputTokenCount": 9,
        },
    }


def otlp(asked: Asked, number: int) -> dict[str, object]:
    said = [
        {"role": "system", "parts": [{"type": "text", "content": asked["system"]}]},
        {"role": "user", "parts": [{"type": "text", "content": asked["prompt"]}]},
    ]
    attributes = {
        "gen_ai.operation.name": "chat",
        "gen_ai.request.model": "gpt-4o",
        "gen_ai.input.messages": orjson.dumps(said).decode(),
        "user.id": asked["account"],
        "client.address": asked["ip"],
    }
    span = {
        "traceId": f"{number:032x}",
        "spanId": f"{number:016x}",
        "name": "chat",
        "startTimeUnixNano": str(int(asked["at"]) * 10**9),
        "endTimeUnixNano": str(int(asked["at"]) * 10**9 + 5),
        "attributes": [{"key": key, "value": {"stringValue": text}} for key, text in attributes.items()],
    }
    return {"resourceSpans": [{"resource": {"attributes": []}, "scopeSpans": [{"spans": [span]}]}]}


def bodies(asked: Asked, number: int) -> dict[str, object]:
    beside = {"account_id": asked["account"], "timestamp": iso(asked["at"]), "request_id": f"r{number}"}
    return {**beside, **body(asked), "temperature": 0.7, "client_ip": asked["ip"]}


def traffic(records: int) -> Iterator[Asked]:
    """Accounts with a system prompt and an address of their own, who ask in common and rare words."""
    source = random.Random(1)
    words = ["".join(source.choices("etaoinshrdlucmfwypvbgk", k=source.randint(2, 9))) for _ in range(5000)]
    weights = [1 / (rank + 3) for rank in range(len(words))]
    stream = source.choices(words, weights, k=200_000)
    for number in range(records):
        account, begin = source.randrange(ACCOUNTS), source.randrange(199_000)
        yield {
            "account": f"customer-{account:05}",
            "at": START + number // 3,
            "system": f"You help the readers of paper {account} with what they ask.",
            "prompt": " ".join(stream[begin : begin + source.randint(20, 160)]),
            "ip": f"198.18.{account // 256}.{account % 256}",
        }


def writers() -> dict[str, Writer]:
    """The systems by name."""
    own: dict[str, Writer] = {"flat": flat, "bodies": bodies, "bedrock": bedrock, "otlp": otlp}
    return own | {writer.__name__: writer for group in WRITERS.values() for writer in group}


def files(work: Path, records: int, only: list[str]) -> Iterator[tuple[str, Path]]:
    """One file after another, by the name of what is written in it."""
    asked = list(traffic(records))
    for name, write in writers().items():
        if only and name not in only:
            continue
        lines = [orjson.dumps(write(one, number)) for number, one in enumerate(asked)]
        plain = work / f"{name}.jsonl"
        plain.write_bytes(b"\n".join(lines) + b"\n")
        yield name, plain
        if name in _ENVELOPES:
            whole = work / f"{name}.json"
            whole.write_bytes(b'{"%s":[' % _ENVELOPES[name].encode() + b",".join(lines) + b"]}")
            yield f"{name}, one object", whole


def ingested(name: str, file: Path, records: int, work: Path) -> Run:
    case = work / "case.duckdb"
    start = time.perf_counter()
    options = ("--case", case, "-q", *_OPTIONS.get(name, ()))
    process = subprocess.Popen([sys.executable, "-c", _TOOL, "ingest", file, *options])
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"failed: {name}")
    seconds = time.perf_counter() - start
    run = Run(name, records, file.stat().st_size / 1e6, seconds, usage.ru_utime + usage.ru_stime)
    for left in (*work.glob("case.duckdb*"), file):
        left.unlink()
    return run


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--records", type=int, default=200_000, help="records of each file")
    parser.add_argument("--only", nargs="*", default=[], metavar="NAME", help="of these formats alone")
    parser.add_argument("--work", type=Path, help="directory for the files; a temporary one otherwise")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    arguments = parser.parse_args()
    table = Table("format", title=f"{arguments.records:,} records each")
    for column in ("MB", "seconds", "processor seconds", "records/s of two processors"):
        table.add_column(column, justify="right")
    runs = []
    with tempfile.TemporaryDirectory(dir=arguments.work) as place:
        for name, file in files(Path(place), arguments.records, arguments.only):
            run = ingested(name, file, arguments.records, Path(place))
            runs.append(run)
            times = (f"{run.megabytes:.0f}", f"{run.seconds:.1f}", f"{run.processor_seconds:.1f}")
            table.add_row(name, *times, f"{run.a_second:,.0f}")
    Console().print(table)
    if arguments.json:
        found = [asdict(run) | {"records_a_second": run.a_second} for run in runs]
        arguments.json.write_bytes(orjson.dumps(found, option=orjson.OPT_INDENT_2))


if __name__ == "__main__":
    main()
