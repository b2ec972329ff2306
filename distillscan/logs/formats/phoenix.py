"""Arize Phoenix: the table of spans of its client. Columns from its spans table and from OpenInference."""

from distillscan.logs.formats.computed import one_of, span_ms
from distillscan.logs.formats.format import USERS, Computed, Format, Rule, paths

_MESSAGE = (
    '"message.role":"VARCHAR","message.content":"VARCHAR",'
    '"message.contents":[{"message_content.text":"VARCHAR"}]'
)


def _attribute(name: str) -> str:
    return f'$."attributes.{name}"'


_PARAMETERS = _attribute("llm.invocation_parameters")


def _said(messages: str) -> str:
    return f"try(from_json({messages}, '[{{{_MESSAGE}}}]'))"


_TEXT = (
    'coalesce(turn."message.content", nullif(array_to_string(list_transform(turn."message.contents",'
    " lambda part: part.\"message_content.text\"), chr(10)), ''))"
)


def _messages(path: str) -> Computed:
    record = f"{{'role': turn.\"message.role\", 'content': {_TEXT}}}"
    return Computed(
        (path,), lambda text: f"to_json(list_transform({_said(text)}, lambda turn: {record}))::VARCHAR"
    )


def _answer(path: str) -> Computed:
    return Computed((path,), lambda text: f"list_transform({_said(text)}, lambda turn: {_TEXT})[1]")


SPANS = Format(
    name="phoenix",
    title="Arize Phoenix spans (table of its client)",
    rule=Rule(keys=("context.trace_id", "context.span_id"), key_starts=("attributes.llm.",)),
    fields={
        "account_id": _attribute("user.id"),
        "timestamp": "start_time",
        "request_id": "context.span_id",
        "session_id": (_attribute("session.id"), "context.trace_id"),
        "provider": _attribute("llm.provider"),
        "model": _attribute("llm.model_name"),
        "messages": _messages(_attribute("llm.input_messages")),
        "tools": _attribute("llm.tools"),
        "response": (_answer(_attribute("llm.output_messages")), _attribute("output.value")),
        "input_tokens": _attribute("llm.token_count.prompt"),
        "output_tokens": _attribute("llm.token_count.completion"),
        "temperature": f"{_PARAMETERS}.temperature",
        "max_tokens": (f"{_PARAMETERS}.max_tokens", f"{_PARAMETERS}.max_completion_tokens"),
        "top_p": f"{_PARAMETERS}.top_p",
        "error": Computed(
            ("status_code", "status_message"),
            lambda code, message: f"CASE WHEN {code} = 'ERROR' THEN {message} END",
        ),
        "latency_ms": span_ms("start_time", "end_time"),
    },
    documents=(_PARAMETERS,),
    # the other spans are the steps around a call, with the same texts
    keep=one_of("span_kind", "LLM"),
    gaps=(
        "No client address, no user agent, no key and no status code.",
        "The user is there only if the application sets user.id on its spans.",
    ),
    sidecars=(USERS,),
    ignored=paths("""
        name parent_id events attributes.openinference.span.kind attributes.metadata
        attributes.input.mime_type attributes.output.mime_type attributes.input.value
        attributes.llm.token_count.total attributes.llm.system attributes.llm.invocation_parameters
    """),
)
