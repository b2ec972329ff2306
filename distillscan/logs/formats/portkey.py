"""Portkey: its export of request logs. Columns from "Logs export" of its documentation."""

from distillscan.logs.formats.format import USERS, Computed, Format, Rule, paths


def _user(tags: str, values: str) -> str:
    """What stands beside the tag of the user: tags and their values are two lists."""
    texts = """'["VARCHAR"]'"""
    place = f"list_position(try(from_json({tags}, {texts})), '_user')"
    return f"list_extract(try(from_json({values}, {texts})), {place})"


REQUESTS = Format(
    name="portkey",
    title="Portkey logs (export)",
    rule=Rule(
        keys=("created_at", "ai_model"),
        any_of=(("ai_org", "ai_provider"), ("is_success", "response_status_code", "response_time", "cost")),
    ),
    fields={
        "account_id": ("metadata._user", Computed(('$."metadata.key"', '$."metadata.value"'), _user)),
        "timestamp": "created_at",
        "request_id": "id",
        "upstream_account_id": "virtual_key",
        "session_id": "trace_id",
        "provider": ("ai_org", "ai_provider"),
        "model": "ai_model",
        "input_tokens": ("req_units", "request_tokens"),
        "output_tokens": ("res_units", "response_tokens"),
        "endpoint": "request_url",
        "status_code": "response_status_code",
        "latency_ms": "response_time",
    },
    request_body=('$."request.body"', "$.request.body"),
    response_body=('$."response.body"', "$.response.body"),
    documents=("metadata",),
    gaps=(
        "The columns are chosen for each export: prompts, answers and user are there only if asked for.",
        "No client address, no user agent and no key of the caller.",
        "The user is there only if the application names it as _user in the metadata of a request.",
    ),
    sidecars=(USERS,),
    ignored=paths("""
        is_success cost cost_currency total_units request_method cache_status cache_type retry_success_count
        mode runtime runtime_version sdk_version config prompt_slug prompt_version_id stream_mode response
    """),
)
