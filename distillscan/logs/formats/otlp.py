"""OpenTelemetry traces as OTLP JSON: the spans that are calls of a model, in the dialects that are in use.

Sources: docs/gen-ai of open-telemetry/semantic-conventions, the proto's JSON mapping, the attribute names of
traceloop/openllmetry, and spec/semantic_conventions.md of Arize-ai/openinference.
"""

from collections.abc import Callable
from functools import partial

from distillscan.logs.body import parts_text
from distillscan.logs.formats.anyvalue import ATTRIBUTES, quoted, scalar
from distillscan.logs.formats.computed import nanoseconds_ms
from distillscan.logs.formats.format import Computed, Format, Rule
from distillscan.logs.formats.telemetry import cut_records
from distillscan.logs.formats.unusual import Layout

EVENTS = f'[{{"name":"VARCHAR","attributes":{ATTRIBUTES}}}]'
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


def _held(key: str) -> str:
    return f"list_filter(said.attributes, lambda held: held.key = '{key}')[1].value.stringValue"


def said(events: str) -> str:
    """Entries as `_indexed` gives them, of the events of a span that are messages."""
    body = _held("gen_ai.event.content")
    inside = f"json_extract_string(CASE WHEN json_valid({body}) THEN {body} END, '$.content')"
    text = f"coalesce({_held('content')}, {inside})"
    own = f"list_filter({events}, lambda said: regexp_full_match(said.name, 'gen_ai\\.[a-z]+\\.message'))"
    role = "split_part(said.name, '.', 2)"
    number = "message: place::INTEGER"
    pair = f"[{{{number}, part: -1, text: {role}}}, {{{number}, part: 0, text: {text}}}]"
    return f"flatten(list_transform({own}, lambda said, place: {pair}))"


def messages(entries: str) -> str:
    """The entries as the JSON text of a list of messages; NULL when there are none."""
    first = "place = 1 OR all_[place - 1].message <> entry.message"
    last = "place = len(all_) OR all_[place + 1].message <> entry.message"
    role = f"CASE WHEN entry.part = -1 THEN {quoted('entry.text')} ELSE 'null' END"
    opening = f"'{{\"role\":' || {role} || ',\"parts\":['"
    head = f"CASE WHEN {first} THEN CASE WHEN place > 1 THEN ',' ELSE '' END || {opening} ELSE '' END"
    comma = f"CASE WHEN {first} OR all_[place - 1].part = -1 THEN '' ELSE ',' END"
    text = f'\'{{"type":"text","content":\' || {quoted("entry.text")} || \'}}\''
    body = f"CASE WHEN entry.part >= 0 AND entry.text IS NOT NULL THEN {comma} || {text} ELSE '' END"
    piece = f"{head} || {body} || CASE WHEN {last} THEN ']}}' ELSE '' END"
    joined = f"'[' || array_to_string(list_transform(all_, lambda entry, place: {piece}), '') || ']'"
    return f"list_transform([{entries}], lambda all_: CASE WHEN len(all_) > 0 THEN {joined} END)[1]"


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


def own(*names: str) -> tuple[str, ...]:
    """Attributes of the span."""
    return tuple(f'$.attributes."{name}"' for name in names)


def named(*names: str) -> tuple[str, ...]:
    """Attributes of the span, then of its resource, under any of these names."""
    return (*own(*names), *(f'$.resource."{name}"' for name in names))


def asked(paths: tuple[str, ...], listed: Callable[[str], str], mark: str = "") -> Computed:
    """What is made of a text, a list of messages, as a request body."""
    return Computed(
        paths, lambda text: f"'{{\"messages\":' || {listed(text)} || '}}'", mark=mark, makes=("messages",)
    )


def _is_list(text: str) -> str:
    return f"coalesce(CASE WHEN starts_with({text}, '[') THEN json_valid({text}) END, false)"


#: Messages that are whole JSON stand as they are: to wrap them up and parse them again takes the longest.
MESSAGES = Computed(
    own("gen_ai.input.messages"), lambda text, is_list: f"CASE WHEN {is_list} THEN {text} END", check=_is_list
)
#: The body beside them, so that no other place is looked at; what is no list is looked into as before.
BESIDE_MESSAGES = Computed(
    own("gen_ai.input.messages"),
    lambda text, is_list: f"CASE WHEN {is_list} THEN '{{}}' ELSE '{{\"messages\":' || {text} || '}}' END",
    makes=("messages",),
    check=_is_list,
)


def _numbered(start: str) -> Callable[[str], str]:
    """From the list of attributes to the entries of numbered keys."""
    return lambda text: _indexed(_parsed(text), start)


def _asked_in(start: str) -> Computed:
    entries = _numbered(start)
    return asked((_ATTRIBUTES,), lambda text: messages(entries(text)), start)


def _answered_in(start: str) -> Computed:
    entries = _numbered(start)
    return Computed((_ATTRIBUTES,), lambda text: _answer(entries(text)), start)


def first_message(text: str) -> str:
    """What the first of a list of messages says."""
    parts = f"json_extract({text}, '$[0].parts')"
    return f"try({parts_text(parts)})"


def together(*paths: str) -> Computed:
    """Several texts as one, such as the two ids of a span."""
    return Computed(paths, lambda *texts: f"nullif(concat_ws('-', {', '.join(texts)}), '')")


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
