"""Response bodies: the SQL that finds text, tokens and finish reason in what the model sent back.

Takes the answers of the interfaces that `body` lists, and streamed ones: a list of events, or the lines of an
event stream as the client received it.
"""

from distillscan.logs.extraction import ABSENT

#: Where a response body keeps each canonical field; the first path that is present counts.
RESPONSE_PATHS: dict[str, tuple[str, ...]] = {
    "model": ("model", "modelVersion"),
    "finish_reason": (
        "$.choices[0].finish_reason",
        "stop_reason",
        "stopReason",
        "$.candidates[0].finishReason",
        "$.results[0].completionReason",
        "done_reason",
    ),
    "input_tokens": (
        "$.usage.prompt_tokens",
        "$.usage.input_tokens",
        "$.usage.inputTokens",
        "$.usageMetadata.promptTokenCount",
        "$.usage_metadata.prompt_token_count",
        "prompt_token_count",
        "inputTextTokenCount",
        "prompt_eval_count",
    ),
    "output_tokens": (
        "$.usage.completion_tokens",
        "$.usage.output_tokens",
        "$.usage.outputTokens",
        "$.usageMetadata.candidatesTokenCount",
        "$.usage_metadata.candidates_token_count",
        "generation_token_count",
        "$.results[0].tokenCount",
        "eval_count",
    ),
    "reasoning_tokens": (
        "$.usage.completion_tokens_details.reasoning_tokens",
        "$.usage.output_tokens_details.reasoning_tokens",
        "$.usageMetadata.thoughtsTokenCount",
        "$.usage_metadata.thoughts_token_count",
    ),
    "cached_tokens": (
        "$.usage.prompt_tokens_details.cached_tokens",
        "$.usage.input_tokens_details.cached_tokens",
        "$.usage.cache_read_input_tokens",
        "$.usage.cacheReadInputTokens",
        "$.usageMetadata.cachedContentTokenCount",
    ),
}
#: Where the content of an answer stands: a text, a list of parts, or the list of items of OpenAI Responses.
TEXT_PATHS = (
    "$.choices[0].message.content",
    "$.choices[0].text",
    "output_text",
    "content",
    "$.candidates[0].content.parts",
    "$.output.message.content",
    "$.message.content",
    "$.results[0].outputText",
    "generation",
    "completion",
    "text",
    "response",
    "output",
)

_ITEMS = """'[{"text":"VARCHAR","content":[{"text":"VARCHAR"}]}]'"""
_EVENTS = (
    """'[{"choices":[{"delta":{"content":"VARCHAR"},"text":"VARCHAR","finish_reason":"VARCHAR"}],"""
    '"delta":"JSON","contentBlockDelta":{"delta":{"text":"VARCHAR"}},"completion":"VARCHAR",'
    '"candidates":[{"content":{"parts":[{"text":"VARCHAR"}]},"finishReason":"VARCHAR"}],'
    '"message":{"usage":{"input_tokens":"BIGINT"}},"messageStop":{"stopReason":"VARCHAR"},'
    '"usage":{"prompt_tokens":"BIGINT","completion_tokens":"BIGINT","output_tokens":"BIGINT"}}]'
    """'"""
)


def events(body: str) -> str:
    """The events of a streamed answer as a list; NULL for an answer that is no stream."""
    lines = f"regexp_extract_all({body}, '(?m)^data: ?(\\{{.*\\}})\\s*$', 1)"
    joined = f"'[' || array_to_string({lines}, ',') || ']'"
    streamed = f"regexp_matches({body}, '^\\s*(event|data|id|retry|:)')"
    text = f"CASE WHEN starts_with({body}, '[') THEN {body} WHEN {streamed} THEN {joined} END"
    return f"try(from_json({text}, {_EVENTS}))"


def streamed_text(event_list: str) -> str:
    """The pieces of a streamed answer, joined in their order; NULL when they carry no text."""
    delta = "CASE WHEN starts_with(event.delta::VARCHAR, '\"') THEN json_extract_string(event.delta, '$')"
    piece = (
        "concat_ws('', event.choices[1].delta.content, event.choices[1].text, event.completion,"
        f" event.contentBlockDelta.delta.text, {delta} ELSE json_extract_string(event.delta, '$.text') END,"
        " array_to_string(list_transform(event.candidates[1].content.parts, lambda part: part.text), ''))"
    )
    return f"nullif(array_to_string(list_transform({event_list}, lambda event: {piece}), ''), '')"


def streamed_value(event_list: str, field: str) -> str:
    """Finish reason or token count of a streamed answer: the last that any of its events gives."""
    found = {
        "finish_reason": "event.choices[1].finish_reason, json_extract_string(event.delta, '$.stop_reason'),"
        " event.candidates[1].finishReason, event.messageStop.stopReason",
        "input_tokens": "event.usage.prompt_tokens, event.message.usage.input_tokens",
        "output_tokens": "event.usage.completion_tokens, event.usage.output_tokens",
    }.get(field)
    if found is None:
        return ABSENT
    values = f"list_transform({event_list}, lambda event: coalesce({found}))"
    return f"list_filter({values}, lambda value: value IS NOT NULL)[-1]::VARCHAR"


def whole_text(content: str) -> str:
    """The text of an answer that came in one piece: its content as it is, or the texts of parts or items."""
    inner = "list_transform(item.content, lambda part: part.text)"
    texts = (
        f"list_transform(try(from_json({content}, {_ITEMS})), lambda item: coalesce({inner}, [item.text]))"
    )
    # Joining skips the nulls of parts that are no text.
    joined = f"nullif(array_to_string(flatten({texts}), chr(10)), '')"
    return f"CASE WHEN starts_with({content}, '[{{') THEN {joined} ELSE {content} END"
