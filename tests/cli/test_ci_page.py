"""The examples of docs/ci.md, run as they stand there, on a log with a campaign."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

PAGE = (Path(__file__).parents[2] / "docs" / "ci.md").read_text("utf-8")


def example(marker):
    (block,) = re.findall(rf"^<!-- {marker} -->\n```\w+\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    return block


@pytest.fixture
def shell(case, here, logs):
    """Run a script where the logs, and a case that holds them already, are; returns code and output."""
    shutil.copytree(logs / "requests", here / "logs")
    shutil.copy(logs / "accounts.csv", here)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

    def run(script, *arguments):
        command = ["bash", "-e", "-c", script, "script", *arguments]
        return subprocess.run(
            command, cwd=here, env=os.environ | {"PATH": path}, capture_output=True, text=True, check=False
        )

    return run


def test_the_script_for_cron_prints_the_report_of_a_campaign_and_writes_the_letter(shell, here):
    done = shell(example("cron script"), str(here))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("1 campaign found")
    assert (here / "letter.pdf").read_bytes().startswith(b"%PDF")
    assert (here / "findings.json").stat().st_mode & 0o077 == 0


def test_the_script_for_cron_fails_when_a_command_does(shell, here):
    (here / "accounts.csv").unlink()
    done = shell(example("cron script"), str(here))
    assert done.returncode == 2
    assert "accounts.csv" in done.stderr
    assert done.stdout == ""


def test_the_steps_of_the_workflow_leave_the_findings_and_fail_on_a_campaign(shell, here):
    steps = yaml.safe_load(example("workflow"))["jobs"]["scan"]["steps"]
    commands = {step["name"]: step["run"] for step in steps if "run" in step}
    assert commands.pop("Install").startswith("pip install")
    codes = {name: shell(command).returncode for name, command in commands.items()}
    assert list(codes.values()) == [0, 0, 1]
    uploaded = [step["with"] for step in steps if "upload" in step.get("uses", "")]
    files = [name for given in uploaded for name in (given.get("sarif_file") or given["path"]).split()]
    assert all((here / name).stat().st_size for name in files)
    results = json.loads((here / "findings.sarif").read_text())["runs"][0]["results"]
    assert [result["level"] for result in results].count("error") == 1


def test_the_page_of_exit_codes_has_those_of_the_help(run):
    told = dict(re.findall(r"^\| (\d+) \| ([^|]+) \|$", PAGE, re.MULTILINE))
    text = " ".join(run("--help", COLUMNS="300").stdout.split())
    assert set(told) == set(re.findall(r"\b(\d+) [a-z]", text.split("Exit codes: ")[1].split("╭")[0]))
