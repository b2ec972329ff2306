"""Helicone: requests of its API and exporter, rows of its ClickHouse table, and the exporter's CSV file.

Fields from ``HeliconeRequest`` and ``examples/export/typescript/index.ts`` of Helicone/helicone, and from its
migrations of ``request_response_rmt``.
"""

from distillscan.logs.formats.format import USERS, Computed, Format, Rule, Source, paths

_SESSIONS = tuple(
    f"{block}.{key}"
    for block in ("request_properties", "properties")
    for key in ("Helicone-Session-Id", "helicone-session-id")
)
_BOTH: dict[str, Source] = {
    "account_id": ("request_user_id", "user_id"),
    "timestamp": "request_created_at",
    "session_id": _SESSIONS,
    "input_tokens": "prompt_tokens",
    "output_tokens": "completion_tokens",
}
_USERS = "The user is there only if the application sends the header Helicone-User-Id."

REQUESTS = Format(
    name="helicone",
    title="Helicone requests (API, JSON export, ClickHouse table)",
    rule=Rule(
        keys=("request_id", "response_id", "request_created_at"), any_of=(("response_status", "status"),)
    ),
    fields=_BOTH
    | {
        "request_id": "request_id",
        "api_key_id": ("proxy_key_id", "auth_hash"),
        "provider": "provider",
        "model": ("request_model", "model", "response_model"),
        "cached_tokens": "prompt_cache_read_tokens",
        "country": "country_code",
        "endpoint": ("request_path", "target_url"),
        "status_code": ("response_status", "status"),
        "latency_ms": ("delay_ms", "latency"),
    },
    request_body="request_body",
    response_body="response_body",
    documents=("request_properties", "properties"),
    gaps=(
        "Prompts and answers are there only if they were exported with their bodies;"
        " Helicone drops the bodies in its table after three months.",
        "The country of the caller, but no client address and no user agent.",
        _USERS,
    ),
    sidecars=(USERS,),
    ignored=paths("""
        response_id response_created_at organization_id total_tokens time_to_first_token
        prompt_cache_write_tokens prompt_id signed_body_url llmSchema asset_ids asset_urls assets scores cost
        updated_at threat model_override
    """),
)


def _unescaped(path: str) -> Computed:
    """The exporter doubles the quotes of JSON in a cell twice, so that one doubling is left."""
    return Computed(
        (path,),
        lambda text: f"CASE WHEN {text} LIKE '{{\"\"%' THEN replace({text}, '\"\"', '\"') ELSE {text} END",
    )


TABLE = Format(
    name="helicone-csv",
    title="Helicone requests (CSV file of its exporter)",
    rule=Rule(
        keys=("response_id", "request_created_at", "request_properties", "request_user_id", "latency"),
        absent=("request_id",),
    ),
    fields=_BOTH
    | {
        "request_id": "response_id",
        "session_id": (),
        "model": "model",
        "status_code": "response_status",
        "latency_ms": "latency",
    },
    request_body=_unescaped("request_body"),
    gaps=(
        "No answers, and prompts only if they were exported with --include-body.",
        "No client address, no user agent, no key and no provider.",
        _USERS,
    ),
    sidecars=(USERS,),
    ignored=("response_created_at", "request_properties", "cost"),
)
