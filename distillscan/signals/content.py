"""CONTENT: what they send. Prompt templates, fixed inserts, system prompts, tools and client fingerprints.

The client's TLS fingerprint stands here, not under NETWORK: the program that writes the prompts also shakes
the hands, and one cause must not count as two families.
"""

from distillscan.signals.signal import Signal, Source, from_requests

FAMILY = "CONTENT"

#: The signals of texts: tables `prompt_template`, `prompt_insert` and `system_template` are laid out by
#: signals.templates.
OF_TEXTS = (
    Signal(FAMILY, "template", ("prompt",), Source("SELECT * FROM prompt_template"), plain=True),
    Signal(FAMILY, "insert", ("prompt",), Source("SELECT * FROM prompt_insert"), plain=True),
    Signal(FAMILY, "system", ("system",), Source("SELECT * FROM system_template"), plain=True),
)
#: Names of the signals of prompts themselves; the others are of what a program sends with each.
OF_PROMPTS = ("template", "insert")
SIGNALS = (
    *OF_TEXTS,
    Signal(FAMILY, "tools", ("tools",), from_requests("tools_key::VARCHAR"), plain=True),
    Signal(
        FAMILY,
        "parameters",
        ("temperature",),
        from_requests("parameters_key::VARCHAR"),
        broad=True,
        plain=True,
    ),
    Signal(FAMILY, "user_agent", ("user_agent",), from_requests("user_agent"), broad=True, plain=True),
    Signal(FAMILY, "tls", ("tls_fingerprint",), from_requests("tls_fingerprint"), broad=True, plain=True),
)
