"""Request bodies as clients send them, with the account and the time beside them, as in-house logs are."""

from distillscan.logs.answer import RESPONSE_PATHS
from distillscan.logs.body import REQUEST_PATHS
from distillscan.logs.formats.format import Format, Rule, Source

# nginx calls its times so, and ``request_time`` how long it took
_OF_NGINX = ("time_iso8601", "time_local", "msec")
_TIMES = (
    *("timestamp", "time", "ts", "created_at", *_OF_NGINX),
    *("request_time", "requested_at", "start_time", "created"),
)
_ACCOUNTS = (
    *("account_id", "account.id", "account", "customer_id", "customer.id", "customer"),
    *("user_id", "user.id"),
)
_REQUESTS = ("request_body", "body", "request")
_RESPONSES = ("response_body", "resp_body", "response", "completion")
#: Tracing tools keep bodies under these; what the older interfaces call so is a text or a list.
_INPUT, _OUTPUT = "input", "output"
_BODIES = (*_REQUESTS, *(f"{_INPUT}.{key}" for key in ("messages", "contents", "prompt", "input")))


def _header(*names: str) -> tuple[str, ...]:
    """Where headers of the request stand, which some logs spell as the client did."""
    spelled = [spelling for name in names for spelling in (name, name.title())]
    return tuple(f"{place}.{name}" for place in ("headers", "request.headers") for name in spelled)


_BESIDE: dict[str, Source] = {
    "account_id": _ACCOUNTS,
    "timestamp": _TIMES,
    "request_id": ("request_id", "id"),
    "org_id": ("org_id", "organization_id"),
    "api_key_id": ("api_key_id", "key_id", "api_key_hash"),
    "session_id": ("session_id", "conversation_id"),
    "provider": "provider",
    "client_ip": (
        *("client_ip", "client.ip", "ip", "ip_address", "remote_addr", "source_ip"),
        *_header("x-forwarded-for", "x-real-ip"),
    ),
    "user_agent": ("user_agent", "client.user_agent", "ua", *_header("user-agent")),
    "tls_fingerprint": ("tls_fingerprint", "ja4", "ja3"),
    "asn": "asn",
    "country": ("country", "country_code"),
    "endpoint": ("endpoint", "path", "url"),
    "status_code": ("status_code", "status"),
    "latency_ms": ("latency_ms", "duration_ms"),
}
#: Figures that a body has too, and what no body has, under their canonical names.
_OWN = (
    *("end_user_id", "upstream_account_id", "error", "finish_reason", "record_number", "sample_rate"),
    *("input_tokens", "output_tokens", "reasoning_tokens", "cached_tokens"),
)
_OF_BODIES = REQUEST_PATHS | RESPONSE_PATHS | {"model": ("model", "modelId", "model_name")}

BARE = Format(
    name="bodies",
    title="Request bodies with account and time among their keys",
    rule=Rule(any_of=(("messages", "contents", "input"), _TIMES), absent=_BODIES),
    fields=_BESIDE | _OF_BODIES | {name: (*_OF_BODIES.get(name, ()), name) for name in _OWN},
    response_body=_RESPONSES,
    documents=("metadata", "generationConfig", "headers"),
    gaps=("What the log keeps beside the bodies is its own affair: the dry run shows what is there.",),
)

#: Formats of bodies with the canonical names beside them, or others.
AROUND_BODIES = ("bodies", "wrapped-bodies")

WRAPPED = Format(
    name="wrapped-bodies",
    title="Request and response bodies, each under a key of its own",
    rule=Rule(any_of=(_BODIES, _TIMES)),
    fields=_BESIDE
    | {name: name for name in _OWN}
    | {"status_code": ("status_code", "status", "response.status", "response.status_code")},
    # of a message with headers beside its body, the body
    request_body=("request_body", "request.body", *_REQUESTS[1:], _INPUT),
    response_body=("response_body", "response.body", *_RESPONSES[1:], _OUTPUT),
    documents=("headers",),
    gaps=("What the log keeps beside the bodies is its own affair: the dry run shows what is there.",),
)
