"""Cloudflare: the HTTP requests that its edge saw, and the list of logs of its AI Gateway.

Fields from the Logpush dataset http_requests and the API of AI Gateway, both in cloudflare/cloudflare-docs.
"""

from distillscan.logs.formats.computed import span_ms
from distillscan.logs.formats.format import NO_TEXT, Computed, Format, Rule, paths


def _secret(path: str) -> Computed:
    """SHA-256 of a key that a header held, without the word in front of it."""
    bare = r"regexp_replace({text}, '(?i)^\s*bearer\s+', '')"
    return Computed((path,), lambda text: f"sha256(nullif({bare.format(text=text)}, ''))")


HTTP = Format(
    name="cloudflare-http",
    title="Cloudflare HTTP requests (Logpush)",
    rule=Rule(keys=("RayID", "ClientIP"), any_of=(("EdgeStartTimestamp", "ClientRequestPath"),)),
    fields={
        "timestamp": "EdgeStartTimestamp",
        "request_id": "RayID",
        "api_key_id": (
            _secret("RequestHeaders.authorization"),
            _secret("RequestHeaders.x-api-key"),
            _secret("RequestHeaders.api-key"),
        ),
        "client_ip": "ClientIP",
        "user_agent": "ClientRequestUserAgent",
        "tls_fingerprint": ("JA4", "JA3Hash"),
        "asn": "ClientASN",
        "country": "ClientCountry",
        "endpoint": "ClientRequestPath",
        "status_code": "EdgeResponseStatus",
        "latency_ms": span_ms("EdgeStartTimestamp", "EdgeEndTimestamp"),
    },
    documents=("RequestHeaders",),
    # a method that was not exported says nothing
    keep=Computed(("ClientRequestMethod",), lambda method: f"coalesce({method}, 'POST') = 'POST'"),
    gaps=(
        "No prompt, no answer and no model: there is no evidence from content.",
        "No account: the key is there, as a hash, only if the capture of its request header is configured.",
    ),
    sidecars=("the request log behind the edge, with these records as --edge: account, prompts",),
    ignored=paths("""
        ClientRequestHost ClientRequestURI ClientRequestProtocol ClientRequestBytes ClientCity
        EdgeResponseBytes CacheCacheStatus OriginResponseStatus BotScore ZoneName
    """),
)

AI_GATEWAY = Format(
    name="cloudflare-ai-gateway",
    title="Cloudflare AI Gateway (list of logs of its API)",
    rule=Rule(keys=("id", "created_at", "tokens_in", "tokens_out", "duration", "provider")),
    fields={
        "timestamp": "created_at",
        "request_id": "id",
        "end_user_id": ("metadata.user_id", "metadata.userId", "metadata.user"),
        "provider": "provider",
        "model": "model",
        "input_tokens": "tokens_in",
        "output_tokens": "tokens_out",
        "endpoint": "path",
        "status_code": "status_code",
        "latency_ms": "duration",
    },
    documents=("metadata",),
    gaps=(
        NO_TEXT,
        "No client address, no user agent and no key.",
        "The only identity is what the application writes into the metadata of a request.",
        "Logs that Logpush delivers have encrypted bodies and metadata: decrypt them with your own key.",
    ),
    sidecars=("Cloudflare HTTP requests, joined: address, network, TLS fingerprint",),
    ignored=paths("""
        cached cost custom_cost model_type request_content_type request_type response_content_type step
        success
    """),
)
