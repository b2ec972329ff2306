"""OpenTelemetry traces as OTLP JSON: the spans that are calls of a model, in the dialects that are in use.

Sources: docs/gen-ai of open-telemetry/semantic-conventions, the proto's JSON mapping, the attribute names of
traceloop/openllmetry, and spec/semantic_conventions.md of Arize-ai/openinference.
"""

from collections.abc import Callable
from functools import partial

from distillscan.logs.formats.computed import nanoseconds_ms
from distillscan.logs.formats.format import Computed, Format, Rule
from distillscan.logs.formats.opentelemetry import (
    ATTRIBUTES,
    BESIDE_MESSAGES,
    EVENTS,
    MESSAGES,
    asked,
    first_message,
    messages,
    named,
    own,
    said,
    scalar,
    together,
)
from distillscan.logs.formats.telemetry import cut_records
from distillscan.logs.formats.telemetry_unusual import Layout

_ATTRIBUTES = "span.attributes"
_OPERATIONS = "'chat', 'text_completion', 'generate_content'"


def _is_call() -> Computed:
    """Whether a span is one call of a model; some spans carry the words of several dialects."""

    def sql(_: str, kind: str, task: str, operation: str, request: str, model: str) -> str:
        return (
            f"CASE WHEN {kind} IS NOT NULL THEN {kind} = 'LLM' WHEN {task} IS NOT NULL THEN false"
            f" WHEN {operation} IS NOT NULL THEN {operation} IN ({_OPERATIONS})"
            f" WHEN {request} IS NOT NULL THEN {request} IN ('chat', 'completion')"
            f" ELSE {model} IS NOT NULL END"
        )

    words = ("openinference.span.kind", "traceloop.span.kind", "gen_ai.operation.name", "llm.request.type")
    return Computed(("span.name", *own(*words, "gen_ai.request.model")), sql)


def _indexed(attributes: str, start: str) -> str:
    """The values of keys such as ``gen_ai.prompt.0.content``, in order: message, part (-1: role), text."""
    escaped = start.replace(".", "\\.")
    part = r"contents\.([0-9]{1,9})\.message_content\.text"
    key = rf"^{escaped}([0-9]{{1,9}})\.(?:message\.)?(role|content|{part})$"
    number = f"try_cast(regexp_extract(held.key, '{key}', 1) AS INTEGER)"
    part = f"coalesce(try_cast(regexp_extract(held.key, '{key}', 3) AS INTEGER), 0)"
    entry = (
        f"{{message: {number}, part: CASE WHEN ends_with(held.key, '.role') THEN -1 ELSE {part} END,"
        f" text: {scalar('held.value')}}}"
    )
    own = f"list_filter({attributes}, lambda held: starts_with(held.key, '{start}'))"
    entries = f"list_transform({own}, lambda held: {entry})"
    known = "entry.message IS NOT NULL AND entry.text IS NOT NULL"
    return f"list_sort(list_filter({entries}, lambda entry: {known}))"


def _answer(entries: str) -> str:
    texts = f"list_transform(list_filter({entries}, lambda entry: entry.part >= 0), lambda entry: entry.text)"
    return f"nullif(array_to_string({texts}, chr(10)), '')"


def _tools(attributes: str) -> str:
    """The tools of OpenInference, whose schemas stand under numbered keys."""
    own = (
        f"list_filter({attributes}, lambda held: starts_with(held.key, 'llm.tools.')"
        " AND ends_with(held.key, '.tool.json_schema') AND json_valid(held.value.stringValue))"
    )
    texts = f"list_transform({own}, lambda held: held.value.stringValue)"
    return f"CASE WHEN len({own}) > 0 THEN '[' || array_to_string({texts}, ',') || ']' END"


def _parsed(text: str) -> str:
    return f"from_json({text}, '{ATTRIBUTES}')"


def _numbered(start: str) -> Callable[[str], str]:
    """From the list of attributes to the entries of numbered keys."""
    return lambda text: _indexed(_parsed(text), start)


def _asked_in(start: str) -> Computed:
    entries = _numbered(start)
    return asked((_ATTRIBUTES,), lambda text: messages(entries(text)), start)


def _answered_in(start: str) -> Computed:
    entries = _numbered(start)
    return Computed((_ATTRIBUTES,), lambda text: _answer(entries(text)), start)


_PARAMETERS = '$.attributes."llm.invocation_parameters"'

TRACES = Format(
    name="otlp",
    title="OpenTelemetry traces as OTLP JSON (GenAI conventions, OpenLLMetry, OpenInference)",
    rule=Rule(
        keys=("resourceSpans",),
        mentions=('"gen_ai.', '"openinference.span.kind"', '"llm.request.type"', '"traceloop.'),
    ),
    fields={
        "end_user_id": named("user.id", "enduser.id", "llm.user", "traceloop.association.properties.user_id"),
        "timestamp": "span.startTimeUnixNano",
        "request_id": together("span.traceId", "span.spanId"),
        "session_id": named(
            "gen_ai.conversation.id", "session.id", "traceloop.association.properties.session_id"
        ),
        "provider": own("gen_ai.provider.name", "gen_ai.system", "llm.provider", "llm.system"),
        "model": own("gen_ai.request.model", "llm.model_name", "gen_ai.response.model"),
        "system": own("gen_ai.system_instructions"),
        "messages": MESSAGES,
        "tools": (
            *own("gen_ai.tool.definitions"),
            Computed((_ATTRIBUTES,), lambda text: _tools(_parsed(text)), mark="llm.tools."),
        ),
        "input_tokens": own(
            "gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens", "llm.token_count.prompt"
        ),
        "output_tokens": own(
            "gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens", "llm.token_count.completion"
        ),
        "reasoning_tokens": own("gen_ai.usage.reasoning.output_tokens"),
        "cached_tokens": own("gen_ai.usage.cache_read.input_tokens"),
        "temperature": (*own("gen_ai.request.temperature"), f"{_PARAMETERS}.temperature"),
        "max_tokens": (*own("gen_ai.request.max_tokens"), f"{_PARAMETERS}.max_tokens"),
        "top_p": (*own("gen_ai.request.top_p"), f"{_PARAMETERS}.top_p"),
        "stop": (*own("gen_ai.request.stop_sequences"), f"{_PARAMETERS}.stop"),
        "stream": (*own("gen_ai.request.stream", "llm.is_streaming"), f"{_PARAMETERS}.stream"),
        "client_ip": named("client.address"),
        "user_agent": named("user_agent.original"),
        "endpoint": own("gen_ai.operation.name", "llm.request.type"),
        "status_code": own("http.response.status_code"),
        "error": (*own("error.type"), "span.status.message"),
        "latency_ms": nanoseconds_ms("span.startTimeUnixNano", "span.endTimeUnixNano"),
        "finish_reason": (
            '$.attributes."gen_ai.response.finish_reasons"[0]',
            *own("gen_ai.completion.0.finish_reason"),
        ),
    },
    request_body=(
        BESIDE_MESSAGES,
        _asked_in("llm.input_messages."),
        _asked_in("gen_ai.prompt."),
        asked(("span.events",), lambda events: messages(said(f"from_json({events}, '{EVENTS}')"))),
        *own("input.value"),
    ),
    response_body=(
        Computed(own("gen_ai.output.messages"), first_message),
        _answered_in("llm.output_messages."),
        _answered_in("gen_ai.completion."),
        *own("output.value"),
    ),
    documents=(_PARAMETERS,),
    keep=_is_call(),
    cut=partial(cut_records, layout=Layout("resourceSpans", "scopeSpans", "spans", "span")),
    links=("span.traceId", "span.spanId", "span.parentSpanId"),
    gaps=(
        "No account, no e-mail address and no key: only what the application adds itself.",
        "Client address and user agent are there only if the application adds client.address and"
        " user_agent.original to the span or its resource.",
        "Texts are missing unless the capture of message content was turned on.",
        "Two instrumentations that both record a call give it two spans; they count once only where one is"
        " below the other in one trace.",
        "Messages that are log events of their own stand in another file: format otlp-logs.",
    ),
    sidecars=("--accounts: whatever table the application keeps of its users",),
)
