"""LiteLLM: the payload its loggers write to object stores, and the dump of its table of spending.

Paths from ``litellm/types/utils.py`` (StandardLoggingPayload), ``schema.prisma`` (LiteLLM_SpendLogs) and
``spend_tracking_utils.py`` of BerriAI/litellm.
"""

from distillscan.logs.formats.computed import span_ms, unless
from distillscan.logs.formats.format import Computed, Format, Rule, paths


def _status(code: str) -> Computed:
    """The code of the error, 200 for a success, nothing when neither is said."""
    return Computed(
        ("status", code), lambda status, error: f"CASE WHEN {status} = 'success' THEN '200' ELSE {error} END"
    )


STANDARD = Format(
    name="litellm",
    title="LiteLLM StandardLoggingPayload (S3, GCS and other loggers)",
    rule=Rule(keys=("id", "call_type", "model_parameters", "hidden_params", "startTime")),
    fields={
        "account_id": "metadata.user_api_key_user_id",
        "timestamp": "startTime",
        "request_id": "id",
        "org_id": ("metadata.user_api_key_org_id", "metadata.user_api_key_team_id"),
        "api_key_id": "metadata.user_api_key_hash",
        "end_user_id": ("end_user", "metadata.user_api_key_end_user_id"),
        "upstream_account_id": "model_id",
        "session_id": ("session_id", "trace_id"),
        "provider": "custom_llm_provider",
        "model": "model",
        "messages": "messages",
        "tools": ("model_parameters.tools", "model_parameters.functions"),
        "temperature": "model_parameters.temperature",
        "max_tokens": ("model_parameters.max_tokens", "model_parameters.max_completion_tokens"),
        "top_p": "model_parameters.top_p",
        "stop": "model_parameters.stop",
        "stream": ("stream", "model_parameters.stream"),
        "input_tokens": "prompt_tokens",
        "output_tokens": "completion_tokens",
        "client_ip": ("requester_ip_address", "metadata.requester_ip_address"),
        "user_agent": ("user_agent", "metadata.user_agent"),
        "endpoint": ("metadata.user_api_key_request_route", "call_type"),
        "status_code": _status("error_information.error_code"),
        "error": ("error_information.error_message", "error_str"),
        "latency_ms": span_ms("startTime", "endTime"),
    },
    response_body="response",
    documents=("metadata", "model_parameters", "error_information"),
    gaps=(
        "Prompts and answers are missing when the operator turned message logging off.",
        "The user agent is written by newer versions only.",
    ),
    sidecars=("--accounts LiteLLM_UserTable: e-mail address, sign-up time",),
    ignored=paths("""
        response_cost cost_breakdown saved_cache_cost model_map_information cache_key total_tokens
        status_fields guardrail_information
    """),
)

SPEND_LOGS = Format(
    name="litellm-spend-logs",
    title="LiteLLM LiteLLM_SpendLogs (dump of the database table)",
    rule=Rule(keys=("request_id", "api_key", "spend", "startTime", "call_type")),
    fields={
        "account_id": "user",
        "timestamp": "startTime",
        "request_id": "request_id",
        "org_id": ("organization_id", "team_id"),
        "api_key_id": "api_key",
        "end_user_id": "end_user",
        "upstream_account_id": "model_id",
        "session_id": "session_id",
        "provider": "custom_llm_provider",
        "model": "model",
        "messages": unless("messages", "{}", "[]"),
        "input_tokens": "prompt_tokens",
        "output_tokens": "completion_tokens",
        "client_ip": "requester_ip_address",
        "user_agent": "metadata.user_agent",
        "endpoint": "call_type",
        "status_code": _status("metadata.error_information.error_code"),
        "error": "metadata.error_information.error_message",
        "latency_ms": ("request_duration_ms", span_ms("startTime", "endTime")),
    },
    request_body="proxy_server_request",
    response_body="response",
    documents=("metadata",),
    gaps=(
        "Prompts and answers are there only if the operator set store_prompts_in_spend_logs.",
        "Long texts are cut in the middle.",
    ),
    sidecars=("--accounts LiteLLM_UserTable: e-mail address, sign-up time",),
    ignored=paths("""
        spend total_tokens cache_hit cache_key request_tags model_group completionStartTime api_base
    """),
)
