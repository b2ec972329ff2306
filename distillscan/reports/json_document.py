"""The documents themselves, as JSON, and the schemas they follow."""

import json

from distillscan.findings.document import Findings
from distillscan.findings.explain.document import EXPLANATION, Explanation
from distillscan.reports.escape import json_text


def render(findings: Findings) -> str:
    """The whole document, indented, fields in the order of the model; ends with a newline."""
    return json_text(findings.model_dump_json(indent=2)) + "\n"


def schema() -> str:
    """The JSON Schema of the document, for programs that read it; ends with a newline."""
    return json.dumps(Findings.model_json_schema(), indent=2) + "\n"


def render_explanation(explanation: Explanation) -> str:
    """A whole explanation, as the findings are written; ends with a newline."""
    return json_text(explanation.model_dump_json(indent=2)) + "\n"


def explanation_schema() -> str:
    """The JSON Schema of all kinds of explanations; ends with a newline."""
    return json.dumps(EXPLANATION.json_schema(), indent=2) + "\n"
