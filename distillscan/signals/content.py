"""CONTENT: what they send. Prompt templates, fixed inserts, system prompts, tools and client fingerprints.

The client's TLS fingerprint stands here, not under NETWORK: the program that writes the prompts also shakes
the hands, and one cause must not count as two families.
"""

from __future__ import annotations

from distillscan.signals.signal import Signal, from_requests

FAMILY = "CONTENT"

# tables `prompt_template`, `prompt_insert` and `system_template` are laid out by signals.templates
SIGNALS = (
    Signal(FAMILY, "template", "SELECT * FROM prompt_template"),
    Signal(FAMILY, "insert", "SELECT * FROM prompt_insert"),
    Signal(FAMILY, "system", "SELECT * FROM system_template"),
    Signal(FAMILY, "tools", from_requests("tools_key::VARCHAR", "tools_key IS NOT NULL")),
    Signal(
        FAMILY,
        "parameters",
        from_requests("parameters_key::VARCHAR", "parameters_key IS NOT NULL"),
        broad=True,
    ),
    Signal(FAMILY, "user_agent", from_requests("user_agent"), broad=True),
    Signal(FAMILY, "tls", from_requests("tls_fingerprint"), broad=True),
)
