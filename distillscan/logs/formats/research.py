"""Public sets of conversations in their published shapes: WildChat, LMSYS-Chat-1M and ShareGPT.

Columns from the cards of the data sets allenai/WildChat-1M and lmsys/lmsys-chat-1m.
"""

from distillscan.logs.formats.format import Computed, Format, Rule, paths

_ROLES = {
    "user": ("human", "user"),
    "assistant": ("gpt", "chatgpt", "assistant", "bard", "bing", "claude", "model"),
    "system": ("system",),
    "tool": ("tool", "observation", "function_response"),
}
_ONE = "A conversation is read as one request: its last question, with the turns before it."
_ADDED_ACCOUNTS = ("user_id",)
_ADDED_TIMES = ("created_at", "create_time", "tstamp")


def _turns(messages: str) -> str:
    """The turns as (role, content), whether they are written as role and content or as from and value."""
    shape = """'[{"role":"VARCHAR","content":"VARCHAR","from":"VARCHAR","value":"VARCHAR"}]'"""
    speaker = 'lower(coalesce(turn.role, turn."from"))'
    cases = " ".join(
        f"WHEN {speaker} IN ({', '.join(repr(name) for name in names)}) THEN '{role}'"
        for role, names in _ROLES.items()
    )
    record = f"{{'role': CASE {cases} END, 'content': coalesce(turn.content, turn.value)}}"
    return f"list_transform(try(from_json({messages}, {shape})), lambda turn: {record})"


def _asked(path: str) -> Computed:
    """The conversation up to its last question."""

    def sql(messages: str) -> str:
        turns = _turns(messages)
        answered = f"{turns}[-1].role = 'assistant'"
        return f"to_json(CASE WHEN {answered} THEN {turns}[:-2] ELSE {turns} END)"

    return Computed((path,), sql)


def _answered(path: str) -> Computed:
    """The answer to the last question."""
    return Computed(
        (path,),
        lambda text: f"CASE WHEN {_turns(text)}[-1].role = 'assistant' THEN {_turns(text)}[-1].content END",
    )


WILDCHAT = Format(
    name="wildchat",
    title="WildChat (public set of conversations)",
    rule=Rule(keys=("conversation_hash", "conversation", "timestamp")),
    fields={
        "account_id": ("hashed_ip", "$.conversation[0].hashed_ip"),
        "timestamp": "timestamp",
        "request_id": "conversation_hash",
        "model": "model",
        "messages": _asked("conversation"),
        "response": _answered("conversation"),
        "user_agent": ('$.header."user-agent"', '$.conversation[0].header."user-agent"'),
        "country": ("country", "$.conversation[0].country"),
    },
    documents=("header",),
    gaps=(
        _ONE,
        "The account is a hashed address: several people may share it.",
        "No keys, cards or mailboxes.",
    ),
    ignored=paths("""
        turn language openai_moderation detoxify_moderation toxic redacted state header
    """),
)

LMSYS = Format(
    name="lmsys-chat",
    title="LMSYS-Chat-1M (public set of conversations)",
    rule=Rule(keys=("conversation_id", "model", "conversation")),
    fields={
        "account_id": (*_ADDED_ACCOUNTS, "conversation_id"),
        "timestamp": _ADDED_TIMES,
        "request_id": "conversation_id",
        "model": "model",
        "messages": _asked("conversation"),
        "response": _answered("conversation"),
    },
    gaps=(
        _ONE,
        "No account and no time: without a time, added as created_at, a record is rejected.",
        "No keys, cards or mailboxes.",
    ),
    ignored=("turn", "language", "openai_moderation", "redacted"),
)

SHAREGPT = Format(
    name="sharegpt",
    title="ShareGPT (conversations of from and value)",
    rule=Rule(keys=("conversations",), mentions=('"from":', '\\"from\\":')),
    fields={
        "account_id": (*_ADDED_ACCOUNTS, "id"),
        "timestamp": _ADDED_TIMES,
        "request_id": "id",
        "model": "model",
        "messages": _asked("conversations"),
        "response": _answered("conversations"),
        "system": "system",
        "tools": "tools",
    },
    gaps=(
        _ONE,
        "No account and no time: without a time, added as created_at, a record is rejected.",
        "No keys, cards or mailboxes.",
    ),
)
