"""The findings that a case holds, given out while what they were made from still holds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from duckdb import DuckDBPyConnection

from distillscan import __version__
from distillscan.case.frame import one
from distillscan.findings.capabilities.rules import Rules, from_file
from distillscan.findings.document import SCHEMA_VERSION, Findings
from distillscan.findings.settings import Settings, settings_of


def load(connection: DuckDBPyConnection) -> Findings | None:
    """Return the findings of the last scan; None without one, or if its inputs have changed since."""
    row = one(connection, "SELECT basis, document FROM findings")
    if row is None:
        return None
    findings = Findings.model_validate_json(row[1])
    return findings if row[0] == basis(connection, _made_with(findings)) else None


def last_settings(connection: DuckDBPyConnection) -> Settings:
    """Return the settings of the last scan, whatever was read since; the usual ones where there was none."""
    row = one(connection, "SELECT document FROM findings")
    return Settings() if row is None else settings_of(Findings.model_validate_json(row[0]).tested.settings)


def judged_by(findings: Findings, rules: Rules) -> bool:
    """Whether the capability profiles of findings were made by these rules."""
    return findings.tested.settings.get("capability_rules") == rules.origin


def basis(connection: DuckDBPyConnection, settings: Mapping[str, float | int | str]) -> str:
    """Return the digest of what findings are made from: the inputs, the settings and the version."""
    files = connection.execute("SELECT kind, sha256, mapping FROM files ORDER BY ALL").fetchall()
    made_from = [SCHEMA_VERSION, __version__, settings, files]
    return hashlib.sha256(json.dumps(made_from).encode()).hexdigest()


def _made_with(findings: Findings) -> dict[str, float | int | str]:
    """The settings that findings were made with, where this version of the tool would use no other."""
    stated = findings.tested.settings
    printed = settings_of(stated).printed()
    rules = str(stated.get("capability_rules", ""))
    return printed | {"capability_rules": rules} if from_file(rules) else printed
