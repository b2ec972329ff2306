"""The open-source gateways behind most resale, one-api, new-api and sub2api: dumps of their log tables.

Paths from ``model/log.go`` of songquanpeng/one-api and QuantumNous/new-api, and from
``backend/ent/schema/usage_log.go`` of Wei-Shaw/sub2api.
"""

from distillscan.logs.formats.computed import one_of, seconds
from distillscan.logs.formats.format import NO_TEXT, Format, Rule, Source

_LOGS: dict[str, Source] = {
    "record_number": "id",
    "account_id": "user_id",
    "timestamp": "created_at",
    "upstream_account_id": ("channel", "channel_id"),
    "model": "model_name",
    "input_tokens": "prompt_tokens",
    "output_tokens": "completion_tokens",
    "stream": "is_stream",
}

ONE_API = Format(
    name="one-api",
    title="one-api logs (dump of the database table)",
    rule=Rule(
        keys=("user_id", "token_name", "model_name", "quota", "prompt_tokens", "type"), absent=("use_time",)
    ),
    fields=_LOGS | {"request_id": "request_id", "api_key_id": "token_name", "latency_ms": "elapsed_time"},
    keep=one_of("type", "2"),
    gaps=(
        NO_TEXT,
        "No client address and no user agent.",
        "A key is known by its name only, chosen by the user.",
    ),
    sidecars=("--accounts users: e-mail address, inviter", "--accounts tokens: creation times"),
    ignored=("content", "quota", "username", "system_prompt_reset"),
)

NEW_API = Format(
    name="new-api",
    title="new-api logs (dump of the database table)",
    rule=Rule(keys=("user_id", "token_name", "model_name", "quota", "use_time", "token_id", "type")),
    fields=_LOGS
    | {
        "request_id": "request_id",
        "api_key_id": "token_id",
        "client_ip": "ip",
        "latency_ms": seconds("use_time"),
    },
    # 2 is a request that was charged, 5 one that failed; the others are top-ups, log-ins and the like
    keep=one_of("type", "2", "5"),
    gaps=(
        NO_TEXT,
        "The client address is written only for users who turned it on: a missing one says nothing.",
    ),
    sidecars=("--accounts users: e-mail address, inviter", "--accounts tokens: creation times"),
    # a group is a tariff that strangers share, and no organisation
    ignored=("content", "quota", "username", "token_name", "channel_name", "other", "group"),
)

SUB2API = Format(
    name="sub2api",
    title="sub2api usage_logs (dump of the database table)",
    rule=Rule(
        keys=("user_id", "api_key_id", "account_id", "request_id", "input_tokens", "output_tokens"),
        absent=("timestamp",),
    ),
    fields={
        "record_number": "id",
        "account_id": "user_id",
        "timestamp": "created_at",
        "request_id": "request_id",
        "api_key_id": "api_key_id",
        "upstream_account_id": "account_id",
        "model": ("requested_model", "model"),
        "input_tokens": "input_tokens",
        "output_tokens": "output_tokens",
        "cached_tokens": "cache_read_tokens",
        "stream": "stream",
        "client_ip": "ip_address",
        "user_agent": "user_agent",
        "endpoint": "inbound_endpoint",
        "latency_ms": "duration_ms",
    },
    gaps=(NO_TEXT,),
    sidecars=("--accounts users: e-mail address, sign-up time",),
    ignored=("group_id", "subscription_id", "billing_type", "first_token_ms", "rate_multiplier"),
)
