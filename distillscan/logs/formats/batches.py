"""Batch files of OpenAI and Anthropic: what was asked, what was answered, or both joined on custom_id.

Shapes from "Batch API" of OpenAI's reference and "Message Batches" of Anthropic's.
"""

from distillscan.logs.formats.format import Computed, Format, Rule, Source

_ACCOUNTS = ("customer_id", "user_id")
_TIMES = ("submitted_at", "created_at")
_NO_ACCOUNT = "No account: it is that of the uploader of the file, and must be added as customer_id."
_NO_CALLER = "No client address, no user agent and no key."
_FIELDS: dict[str, Source] = {"account_id": _ACCOUNTS, "timestamp": _TIMES, "request_id": "custom_id"}

OPENAI = Format(
    name="openai-batch",
    title="OpenAI batch files (input, output, or both joined)",
    rule=Rule(
        keys=("custom_id",),
        any_of=(("body", "response"), ("method", "url", "response"), ("url", "error", "response.body")),
    ),
    fields=_FIELDS
    | {
        "timestamp": (*_TIMES, "response.body.created", "response.body.created_at"),
        "endpoint": "url",
        "status_code": "response.status_code",
        "error": ("error.message", "response.body.error.message"),
    },
    request_body="body",
    response_body="response.body",
    documents=("body", "response", "response.body", "error"),
    gaps=(
        _NO_ACCOUNT,
        "An input file has no time, and submitted_at must be added; an output file has that of the answer.",
        _NO_CALLER,
    ),
    ignored=("id", "method", "response.request_id", "response.body.id", "response.body.object", "error.code"),
)

ANTHROPIC = Format(
    name="anthropic-batch",
    title="Anthropic batch files (requests, results, or both joined)",
    rule=Rule(keys=("custom_id",), any_of=(("params", "result"),)),
    fields=_FIELDS
    | {
        "error": ("result.error.error.message", "result.error.message"),
        "status_code": Computed(("result.type",), lambda kind: f"CASE {kind} WHEN 'succeeded' THEN 200 END"),
    },
    request_body="params",
    response_body="result.message",
    documents=("params", "result", "result.message"),
    gaps=(_NO_ACCOUNT, "No time: it must be added as submitted_at.", _NO_CALLER),
    ignored=("result.type", "result.error.type", "result.error.error.type"),
)
