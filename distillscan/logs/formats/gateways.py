"""Gateways in front of several providers: Kong with its AI plugins, and the Envoy AI Gateway.

Fields from Kong's "AI gateway audit log reference" with the record of its HTTP log plugin, and from "Access
logs" of envoyproxy/ai-gateway.
"""

from distillscan.logs.formats.format import NO_TEXT, USERS, Format, Rule, paths

#: The block under `ai` is called by the plugin that wrote it; older versions have none.
_PLUGINS = ("ai.proxy", "ai.ai-proxy", "ai.ai-proxy-advanced", "ai")


def _of_plugins(*paths: str) -> tuple[str, ...]:
    return tuple(f"{plugin}.{path}" for plugin in _PLUGINS for path in paths)


KONG = Format(
    name="kong",
    title="Kong gateway with AI plugins (HTTP log and other log plugins)",
    rule=Rule(keys=("request", "response", "latencies", "started_at", "ai")),
    fields={
        "account_id": ("consumer.id", "authenticated_entity.consumer_id"),
        "timestamp": "started_at",
        "request_id": "request.id",
        "api_key_id": "authenticated_entity.id",
        "provider": _of_plugins("meta.provider_name"),
        "model": _of_plugins("meta.request_model", "meta.response_model"),
        "input_tokens": _of_plugins("usage.prompt_tokens", "usage.prompt_token"),
        "output_tokens": _of_plugins("usage.completion_tokens", "usage.completion_token"),
        "client_ip": "client_ip",
        "user_agent": "request.headers.user-agent",
        "endpoint": ("request.uri", "upstream_uri"),
        "status_code": "response.status",
        "latency_ms": "latencies.request",
    },
    request_body=_of_plugins("payload.request"),
    response_body=_of_plugins("payload.response"),
    documents=("request", "response", "latencies", "consumer", "authenticated_entity", "ai"),
    gaps=(
        "Prompts and answers are there only if the operator turned on log_payloads of the plugin.",
        "The consumer is there only if a plugin authenticates the callers.",
        "The client address is that of the nearest proxy unless Kong is told which ones to trust.",
    ),
    sidecars=("--accounts your table of consumers: e-mail address, payment, sign-up time and address",),
    ignored=paths("""
        tries route service workspace workspace_name upstream_uri upstream_status response latencies source
        request.url request.size request.querystring request.method request.tls request.headers
        consumer.created_at consumer.tags
    """)
    + _of_plugins("meta.llm_latency", "meta.plugin_id", "usage.total_tokens", "usage.cost"),
)

ENVOY = Format(
    name="envoy-ai-gateway",
    title="Envoy AI Gateway (access log as JSON)",
    rule=Rule(keys=("start_time", "response_code"), key_starts=("genai_",)),
    fields={
        "account_id": "x-user-id",
        "timestamp": "start_time",
        "request_id": "x-request-id",
        "upstream_account_id": "genai_backend_name",
        "model": ("genai_model_name", "genai_model_name_override"),
        "input_tokens": "genai_tokens_input",
        "output_tokens": "genai_tokens_output",
        "client_ip": ("x-forwarded-for", "downstream_remote_address"),
        "user_agent": "user-agent",
        "endpoint": "x-envoy-origin-path",
        "status_code": "response_code",
        "latency_ms": "duration",
    },
    gaps=(
        NO_TEXT,
        "The operator chooses the keys of this log; the account is there only if a header that names it"
        " is logged.",
    ),
    sidecars=(USERS,),
    ignored=paths("""
        genai_tokens_total genai_model_name_override method :authority bytes_received bytes_sent
        connection_termination_details response_flags upstream_host upstream_cluster upstream_local_address
        upstream_transport_failure_reason downstream_local_address requested_server_name route_name
        response_code_details
    """),
)
