"""The manifest of a bundle: what it was made from, with what, and what it holds. No clock stands in it."""

import platform
import re
import shlex
from datetime import date
from importlib import metadata
from pathlib import Path

from distillscan import __version__
from distillscan.case.store import Case
from distillscan.evidence.commands import ingests
from distillscan.evidence.inputs import SealedInput, sealed_inputs
from distillscan.findings.document import Findings
from distillscan.findings.document.model import Model
from distillscan.findings.document.whole_log import Ledger
from distillscan.findings.pseudonyms import Pseudonyms
from distillscan.findings.settings import scan_options

#: The version of a bundle's form.
BUNDLE_VERSION = "1.0"
#: What stands where in a bundle.
NAME, FINDINGS, DECISIONS, ROWS = "manifest.json", "findings.json", "decisions.jsonl", "rows"


class SealedFile(Model):
    """A file of the bundle; rows where it is a table."""

    path: str
    sha256: str
    bytes: int
    rows: int | None


class DecisionChain(Model):
    """How many decisions there were, and the hash of the last line, so that none can be cut off."""

    records: int
    head: str


class Manifest(Model):
    """The whole manifest. ``date`` is what the examiner gave; ``commands`` make the result again."""

    bundle_version: str
    tool: str
    tool_version: str
    python: str
    dependencies: dict[str, str]
    date: date | None
    commands: list[str]
    settings: dict[str, float | int | str]
    account_field: str
    keep_text: str
    pseudonym_key: str
    inputs: list[SealedInput]
    ledger: Ledger
    decisions: DecisionChain
    outputs: list[SealedFile]


def manifest_of(
    case: Case,
    findings: Findings,
    *,
    sealed_on: date | None,
    decisions: DecisionChain,
    outputs: list[SealedFile],
) -> Manifest:
    """Return the manifest of a result; the inputs of the case must be numbered (see ``row_index``)."""
    connection = case.connection
    inputs = sealed_inputs(connection)
    account_field = case.meta("account_field") or "account_id"
    keep_text = case.meta("keep_text") or "exemplars"
    scan = ["distillscan", "scan", *scan_options(findings.tested.settings, "capabilities.toml")]
    return Manifest(
        bundle_version=BUNDLE_VERSION,
        tool="distillscan",
        tool_version=__version__,
        python=platform.python_version(),
        dependencies=_dependencies(),
        date=sealed_on,
        commands=[*ingests(inputs, account_field, keep_text), shlex.join(scan)],
        settings=findings.tested.settings,
        account_field=account_field,
        keep_text=keep_text,
        pseudonym_key=Pseudonyms(connection).key_id,
        inputs=inputs,
        ledger=findings.ledger,
        decisions=decisions,
        outputs=outputs,
    )


def write(manifest: Manifest, directory: Path) -> None:
    """Write the manifest into the directory of a bundle."""
    (directory / NAME).write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8", newline="\n")


def _dependencies() -> dict[str, str]:
    """Return the versions of what distillscan needs, extras left out."""
    required = metadata.requires("distillscan") or []
    names = [re.split(r"[^\w.-]", line)[0] for line in required if "extra ==" not in line]
    return {name: metadata.version(name) for name in sorted(names)}
