"""The documents themselves, as JSON, and the schemas they follow."""

import json

from distillscan.findings.document import Findings
from distillscan.findings.explain.document import EXPLANATION, Explanation
from distillscan.reports.escape import json_text


def render(document: Findings | Explanation) -> str:
    """A whole document, indented, fields in the order of the model; ends with a newline."""
    return json_text(document.model_dump_json(indent=2)) + "\n"


def schema() -> str:
    """The JSON Schema of the findings, for programs that read them; ends with a newline."""
    return json.dumps(Findings.model_json_schema(), indent=2) + "\n"


def explanation_schema() -> str:
    """The JSON Schema of all kinds of explanations; ends with a newline."""
    return json.dumps(EXPLANATION.json_schema(), indent=2) + "\n"
