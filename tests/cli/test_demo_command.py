"""``demo`` as a user runs it, on a small sample in place of the large one."""

import shutil

import pytest

import distillscan.cli.demo as demo_command
from distillscan.synthetic import files, sample


@pytest.fixture
def small_sample(here, logs):
    (here / "sample_logs").symlink_to(logs)
    return here


def test_demo_shows_the_report_and_explains_it(run, small_sample):
    result = run("demo")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("1 campaign found")
    assert "What you see" in result.stdout
    assert "distillscan ingest sample_logs/requests" in result.stdout
    assert result.stdout.rindex("In short") < result.stdout.rindex("campaign")
    assert "accounts" in result.stderr
    assert [path.name for path in small_sample.iterdir()] == ["sample_logs"]


def test_demo_keeps_the_case_when_asked_and_never_over_another(run, small_sample):
    kept = run("demo", "--keep", "mine", "-q")
    assert kept.exit_code == 0
    assert kept.stderr == ""
    assert "--case mine/case.duckdb" in kept.stdout
    assert run("sql", "SHOW TABLES", "--case", "mine/case.duckdb").exit_code == 0
    again = run("demo", "--keep", "mine", "-q")
    assert again.exit_code == 2
    assert "mine/case.duckdb exists already" in again.stderr


@pytest.mark.parametrize("keep", [False, True])
def test_demo_names_no_file_that_is_gone_when_it_ends(run, here, logs, monkeypatch, keep):
    monkeypatch.setattr(demo_command, "_CHECKOUT", here)
    monkeypatch.setattr(sample, "build_sample", lambda: None)
    monkeypatch.setattr(files, "write_sample", lambda _, directory: shutil.copytree(logs, directory))
    shown = run("demo", *(["--keep", "mine"] if keep else []), "-q").stdout
    assert ("mine/sample_logs/truth.csv" in shown) == keep
    assert ("ingest" in shown.partition("What you see")[2]) == keep
    assert (here / "mine" / "sample_logs" / "requests").exists() == keep


def test_demo_writes_the_sample_where_there_is_none(run, here, monkeypatch):
    written = []

    def write(_, directory):
        written.append(directory)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(demo_command, "_CHECKOUT", here)
    monkeypatch.setattr(sample, "build_sample", lambda: None)
    monkeypatch.setattr(files, "write_sample", write)
    result = run("demo")
    assert result.exit_code == 2
    assert result.stderr.splitlines()[0] == "writing the sample logs"
    assert [path.name for path in written] == ["sample_logs"]
    assert not written[0].parent.exists()
