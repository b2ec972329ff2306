"""OpenTelemetry logs as OTLP JSON: the events in which instrumentations write the messages of a call.

Sources: docs/gen-ai of open-telemetry/semantic-conventions, the events to version 1.36 and
gen_ai.client.inference.operation.details after it; the proto's JSON mapping of log records.
"""

from functools import partial

from distillscan.logs.formats.format import RECORDS_A_LINE, Computed, Format, Rule
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
    quoted,
    said,
    together,
)
from distillscan.logs.formats.telemetry import cut_records
from distillscan.logs.formats.telemetry_unusual import Layout

_PLACES = (
    *("$.said.traceId", "$.said.spanId", "$.said.timeUnixNano", "$.said.observedTimeUnixNano"),
    *("$.said.eventName", '$.attributes."event.name"', "$.said.body", "$.resource", "$.attributes"),
)
# What a client says; where a line holds the answer alone, the question stands in another.
_QUESTIONS = "'gen_ai.system.message', 'gen_ai.user.message', 'gen_ai.client.inference.operation.details'"


def _of_calls(found: str) -> str:
    """The events of each call in a line as one record: attributes together, the first of a name first."""
    places = ", ".join(f"'{place}'" for place in _PLACES)
    pairs = (
        "CASE WHEN starts_with(body, '{\"kvlistValue\"')"
        " THEN json_extract(body, '$.kvlistValue.values')::VARCHAR"
        " WHEN starts_with(body, '{\"stringValue\"')"
        ' THEN \'[{"key":"gen_ai.event.content","value":\' || body || \'}]\' END'
    )
    event = f"'{{\"name\":' || {quoted('name')} || ',\"attributes\":' || coalesce({pairs}, '[]') || '}}'"
    inside = "nullif(substr(attributes, 2, length(attributes) - 2), '')"
    return f"""
WITH record AS MATERIALIZED (
  SELECT row_number, line, found[1] AS trace, found[2] AS span,
         coalesce(nullif(found[3], '0'), found[4]) AS time, coalesce(nullif(found[5], ''), found[6]) AS name,
         found[7] AS body, found[8] AS resource, found[9] AS attributes
  FROM (SELECT row_number, line, try(json_extract_string(line, [{places}])) AS found FROM ({found}))
),
event AS (
  SELECT * FROM record
  WHERE starts_with(name, 'gen_ai.') AND trace <> '' AND span <> '' AND time IS NOT NULL
    AND starts_with(resource, '{{') AND starts_with(attributes, '{{')
)
SELECT row_number, line FROM record ANTI JOIN event USING (row_number)
UNION ALL
SELECT min(row_number),
       '{{"resource":' || arg_min(resource, row_number)
       || ',"attributes":{{' || coalesce(string_agg({inside}, ',' ORDER BY row_number), '') || '}}'
       || ',"call":{{"traceId":' || {quoted("trace")} || ',"spanId":' || {quoted("span")}
       || ',"time":' || {quoted("min(time)")}
       || ',"asked":' || bool_or(name IN ({_QUESTIONS}))::VARCHAR || '}}'
       || ',"events":[' || string_agg({event}, ',' ORDER BY row_number) || ']}}'
FROM event
GROUP BY row_number // {RECORDS_A_LINE}, trace, span"""


def _answer(events: str) -> str:
    choice = f"list_filter({_parsed(events)}, lambda said: said.name = 'gen_ai.choice')[1].attributes"
    message = f"list_filter({choice}, lambda held: held.key = 'message')[1].value.kvlistValue"
    values = f"from_json({message}, '{{\"values\":{ATTRIBUTES}}}').values"
    return f"list_filter({values}, lambda held: held.key = 'content')[1].value.stringValue"


def _parsed(events: str) -> str:
    return f"from_json({events}, '{EVENTS}')"


LOGS = Format(
    name="otlp-logs",
    title="OpenTelemetry logs as OTLP JSON (GenAI events)",
    rule=Rule(keys=("resourceLogs",), mentions=('"gen_ai.',)),
    fields={
        "end_user_id": named("user.id", "enduser.id"),
        "timestamp": "call.time",
        "request_id": together("call.traceId", "call.spanId"),
        "session_id": named("gen_ai.conversation.id", "session.id"),
        "provider": own("gen_ai.provider.name", "gen_ai.system"),
        "model": own("gen_ai.request.model", "gen_ai.response.model"),
        "system": own("gen_ai.system_instructions"),
        "messages": MESSAGES,
        "tools": own("gen_ai.tool.definitions"),
        "input_tokens": own("gen_ai.usage.input_tokens"),
        "output_tokens": own("gen_ai.usage.output_tokens"),
        "temperature": own("gen_ai.request.temperature"),
        "max_tokens": own("gen_ai.request.max_tokens"),
        "top_p": own("gen_ai.request.top_p"),
        "stop": own("gen_ai.request.stop_sequences"),
        "client_ip": named("client.address"),
        "user_agent": named("user_agent.original"),
        "endpoint": own("gen_ai.operation.name"),
        "error": own("error.type"),
    },
    request_body=(BESIDE_MESSAGES, asked(("events",), lambda events: messages(said(_parsed(events))))),
    response_body=(Computed(own("gen_ai.output.messages"), first_message), Computed(("events",), _answer)),
    keep=Computed(("call.asked",), lambda asked: f"{asked} = 'true'"),
    cut=partial(cut_records, layout=Layout("resourceLogs", "scopeLogs", "logRecords", "said")),
    gather=_of_calls,
    gaps=(
        "No account unless the application adds it to the events: the traces of the same calls may have it.",
        "Texts are missing unless the capture of message content was turned on.",
        "Messages of one call are put together only where they stand in one line.",
    ),
    sidecars=("the traces of the same calls: account, model, tokens, address",),
)
