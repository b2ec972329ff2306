"""The page in a real browser: no message on the console, no request, nothing of the log runs."""

import json
import re
import shutil
import subprocess

import pytest
from pages import read

from distillscan.reports import html

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine to open the page with")
QUIET = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-extensions"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


def opened(page, tmp_path):
    """What the page is after its script ran, what the console said, and the addresses asked for."""
    path, log = tmp_path / "report.html", tmp_path / "net.json"
    path.write_text(page, encoding="utf-8")
    run = subprocess.run(
        [CHROMIUM, *QUIET, f"--user-data-dir={tmp_path}/profile", f"--log-net-log={log}",
         "--enable-logging=stderr", "--dump-dom", path.as_uri()],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    asked = set(re.findall(r'"url":"((?:https?|ws|ftp)[^"]*)"', json.dumps(json.loads(log.read_text()))))
    return read(run.stdout), re.findall(r".*CONSOLE.*", run.stderr), asked


def test_the_page_opens_without_a_message_and_without_a_request(findings, evidence, tmp_path):
    tree, console, asked = opened(html.render(findings, evidence), tmp_path)
    assert console == []
    assert asked == set()
    (table,) = [part for part in tree.all("div") if part.attributes.get("id") == "members-table"]
    assert len(table.all("tr")) == 51
    assert "1 to 50 of 120" in table.text
    assert tree.all("button")


def test_nothing_of_a_hostile_log_runs(hostile, tmp_path):
    attack = "<script>document.title = 'owned'</script><img src=https://evil.example/x onerror=alert(1)>"
    named = [file.model_copy(update={"name": attack}) for file in hostile.inputs]
    tree, console, asked = opened(html.render(hostile.model_copy(update={"inputs": named})), tmp_path)
    assert console == []
    assert asked == set()
    assert tree.all("title")[0].text == hostile.headline
    assert attack in tree.text


def test_twenty_five_thousand_members_open_and_page(many, tmp_path):
    tree, console, _ = opened(html.render(*many), tmp_path)
    assert console == []
    assert "1 to 50 of 25,000" in tree.text
