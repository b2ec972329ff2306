"""SARIF 2.1.0 for programs that gather findings, such as code scanning: a result a cluster.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

import json
from typing import Any, Final
from urllib.parse import quote

from distillscan.findings.document import Cluster, Findings
from distillscan.findings.document.verdict import Verdict
from distillscan.findings.document.whole_log import InputFile
from distillscan.reports import sentences
from distillscan.reports.escape import json_text, terminal

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_RULES: Final[dict[Verdict, tuple[str, str]]] = {
    "campaign": ("error", "Accounts that act as one, harvest, and hide it; no innocent explanation fits."),
    "infrastructure": ("warning", "Accounts that are joined and hide it, without a common workload."),
    "organisation": ("note", "Accounts that act as one and declare a common identity."),
    "lead": ("note", "Accounts that act as one, with less than a campaign takes."),
}


def render(findings: Findings) -> str:
    """The log with one run; ends with a newline."""
    files = [file for file in findings.inputs if file.kind == "requests"]
    run = {
        "tool": {
            "driver": {
                "name": "distillscan",
                "semanticVersion": findings.tool_version,
                "rules": [_rule(verdict) for verdict in _RULES],
            }
        },
        "artifacts": [
            {"location": {"uri": _uri(file)}, "length": file.bytes, "hashes": {"sha-256": file.sha256}}
            for file in files
        ],
        "results": [_result(cluster, files) for cluster in findings.clusters],
        "columnKind": "unicodeCodePoints",
    }
    document = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json_text(json.dumps(document, indent=2, ensure_ascii=False)) + "\n"


def _rule(verdict: Verdict) -> dict[str, Any]:
    level, meaning = _RULES[verdict]
    return {"id": verdict, "shortDescription": {"text": meaning}, "defaultConfiguration": {"level": level}}


def _result(cluster: Cluster, files: list[InputFile]) -> dict[str, Any]:
    grades = ", ".join(f"{question} {finding.grade}" for question, finding in sentences.findings(cluster))
    # the evidence stands in many rows of many files; a program that shows results wants one place
    places = [{"physicalLocation": _first_row(file)} for file in files[:1]]
    return {
        "ruleId": cluster.verdict,
        "ruleIndex": list(_RULES).index(cluster.verdict),
        "level": _RULES[cluster.verdict][0],
        "message": {"text": terminal(f"{cluster.label}: {cluster.sentence} Graded: {grades}.")},
        "locations": places,
        "partialFingerprints": {"clusterId/v1": cluster.cluster_id},
        "properties": {
            "accountsCore": cluster.accounts.core,
            "accountsCoreAndProbable": sentences.accounts(cluster)[1],
            "requestsByMembersCore": cluster.requests.members_core,
            "requestsMatchingCore": cluster.requests.matching_core,
        },
    }


def _first_row(file: InputFile) -> dict[str, Any]:
    return {"artifactLocation": {"uri": _uri(file), "index": 0}, "region": {"startLine": 1}}


def _uri(file: InputFile) -> str:
    return quote(file.name.encode("utf-8", "replace"))
