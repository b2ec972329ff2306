"""Open WebUI: its audit log, and the e-mail addresses in it and in its table of users.

Fields from ``backend/open_webui/utils/audit.py`` and ``utils/logger.py`` of open-webui/open-webui.
"""

from distillscan.logs.formats.format import Computed, Format, Rule, Source, paths

_RULE = Rule(keys=("audit_level", "verb", "request_uri"))
_CHATS = "/(chat/completions|api/chat|api/generate|completions|responses|messages)([?]|$)"

AUDIT = Format(
    name="open-webui",
    title="Open WebUI audit log",
    rule=_RULE,
    fields={
        "account_id": "user.id",
        "timestamp": "timestamp",
        "request_id": "id",
        "client_ip": "source_ip",
        "user_agent": "user_agent",
        "session_id": ("request_object.chat_id", "request_object.session_id"),
        "endpoint": "request_uri",
        "status_code": "response_status_code",
    },
    request_body="request_object",
    response_body="response_object",
    documents=("user", "request_object"),
    keep=Computed(("request_uri",), lambda address: f"regexp_matches({address}, '{_CHATS}')"),
    gaps=(
        "Prompts are there at the level REQUEST, answers only at REQUEST_RESPONSE;"
        " both are cut at a size that the operator sets.",
        "The client address is that of the nearest proxy.",
    ),
    sidecars=("--accounts the same log: e-mail address",),
    ignored=("audit_level", "verb", "extra", "user.role", "user.name"),
)

_PERSON: dict[str, Source] = {"account_id": "user.id", "email": "user.email"}

ACCOUNTS = Format(
    name="open-webui-accounts",
    title="Open WebUI audit log, read for the e-mail addresses in it",
    kind="accounts",
    rule=_RULE,
    fields=_PERSON,
    documents=("user",),
    keep=Computed(("user.email",), lambda email: f"{email} <> ''"),
    gaps=("No sign-up time and no payment.",),
    ignored=paths("""
        id timestamp audit_level verb request_uri source_ip user_agent extra request_object response_object
        response_status_code user.name user.role
    """),
)
