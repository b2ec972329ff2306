"""What a format carries, in the words in which formats are compared."""

from __future__ import annotations

from distillscan.logs.formats.format import Format

#: What an analyst looks for, and the canonical fields that show it.
WORDS: dict[str, tuple[str, ...]] = {
    "prompts": ("prompt", "messages"),
    "answers": ("response",),
    "address": ("client_ip", "signup_ip"),
    "user agent": ("user_agent",),
    "TLS fingerprint": ("tls_fingerprint",),
    "network": ("asn",),
    "country": ("country", "signup_country"),
    "e-mail": ("email",),
    "payment": ("payment_fingerprint", "payment_bin"),
    "account": ("account_id",),
    "key": ("api_key_id",),
    "end user": ("end_user_id",),
    "upstream account": ("upstream_account_id",),
    "organisation": ("org_id",),
    "inviter": ("inviter_id",),
}


def carried(format_: Format) -> tuple[str, ...]:
    """What a format can carry when its exporter writes all it can."""
    fields = set(format_.fields)
    if format_.request_body:
        fields |= {"prompt", "end_user_id"}
    if format_.response_body:
        fields.add("response")
    return tuple(word for word, names in WORDS.items() if fields.intersection(names))
