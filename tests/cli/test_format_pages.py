"""Every command of the pages on formats runs, on the fixtures laid out as the page names its files."""

import csv
import json
import re
import shlex
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "tests" / "fixtures" / "formats"
PAGES = {
    path.stem: path.read_text("utf-8")
    for path in sorted((ROOT / "docs" / "formats").glob("*.md"))
    if re.search(r"^distillscan ", path.read_text("utf-8"), re.MULTILINE)
}
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)

#: Whose fixture stands at a path that a page names, where it is not the page's own.
BESIDE = {
    ("azure-apim-llm", "ApiManagementGatewayLogs.csv"): "azure-apim-table-edge",
    ("bedrock", "CloudTrail"): "cloudtrail-edge",
    ("cloudtrail-edge", "BedrockModelInvocationLogs"): "bedrock",
    ("litellm-keys", "logs"): "litellm-spend-logs",
    ("litellm-users", "logs"): "litellm-spend-logs",
    ("one-api-users", "logs"): "one-api",
    ("stripe", "logs"): "wrapped-bodies",
    ("otlp-logs", "traces.json"): "otlp",
}
#: Records of no format: the requests beside a log of the edge, audit logs, and a log that needs a map.
OWN = {
    "requests": {
        "account_id": "acct_1",
        "timestamp": "2026-05-04T10:00:00Z",
        "api_key_id": "key_1",
        "prompt": "Why?",
    },
    "audit": {
        "event_time": "2026-05-04T10:00:00Z",
        "timestamp": "2026-05-04T10:00:00Z",
        "request_id": "req_1",
        "operation": {"id": "req_1"},
        "user_identity": {"email": "one@example.com"},
        "protoPayload": {"authenticationInfo": {"principalEmail": "one@example.com"}},
    },
    "logs": {"user": {"id": "acct_1"}, "time": "2026-05-04T10:00:00Z", "request": {"text": "Why?"}},
}
_TAKES_A_PATH = {"--accounts", "--edge"}


def commands(page):
    shown = "".join(body for language, body in FENCE.findall(page) if language == "sh")
    return [shlex.split(line)[1:] for line in shown.splitlines() if line.startswith("distillscan ")]


def inputs(command):
    """The paths that an ingest names, and the file of its map."""
    words = iter(command[1:])
    paths, map_file = [], None
    for word in words:
        if word == "--map":
            map_file = next(words)
        elif word in _TAKES_A_PATH or not word.startswith("-"):
            paths.append(next(words) if word in _TAKES_A_PATH else word)
        else:
            next(words)
    return paths, map_file


def lay_out(name, shown):
    """Put what a page calls so where the command looks for it: a directory with a log in it, or a file."""
    path = Path(shown)
    if path.exists():
        return
    format_ = BESIDE.get((name, path.as_posix()), name)
    logs = sorted((FIXTURES / format_).glob("log.*"))
    if format_ == name and path.name in OWN and (path.name != "logs" or not logs):
        path.mkdir()
        (path / "log.jsonl").write_text(json.dumps(OWN[path.name]) + "\n", "utf-8")
    elif shown.endswith("/"):
        path.mkdir()
        shutil.copy(logs[-1], path)
    elif path.suffix == ".csv":
        write_csv(logs[-1], path)
    else:
        shutil.copy(logs[-1], path)


def write_csv(log, path):
    records = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    names = list(dict.fromkeys(name for record in records for name in record))
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, names)
        table.writeheader()
        for record in records:
            table.writerow(
                {
                    name: json.dumps(value) if isinstance(value, dict | list | bool) else value
                    for name, value in record.items()
                }
            )


@pytest.mark.parametrize("name", PAGES)
def test_the_commands_of_the_page_read_its_files(name, run, here):
    maps = [body for language, body in FENCE.findall(PAGES[name]) if language == "toml"]
    for command in commands(PAGES[name]):
        paths, map_file = inputs(command)
        for shown in paths:
            lay_out(name, shown)
        if map_file:
            Path(map_file).write_text(maps[0], "utf-8")
        case = [] if "--case" in command else ["--case", f"{len(list(here.glob('*.duckdb')))}.duckdb"]
        result = run(*command, *case)
        assert result.exit_code == 0, (command, result.stderr)
        ledger = [re.split(r"\s{2,}", line) for line in result.stderr.splitlines() if "  " in line]
        accepted = {row[0]: row[3] for row in ledger if len(row) == 6 and row[0] != "Records of"}
        assert accepted, result.stderr
        assert "0" not in accepted.values(), (command, result.stderr)
