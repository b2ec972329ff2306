"""Message bodies: the SQL that finds prompt, system prompt, tools and parameters in a request.

`REQUEST_PATHS` says at which path of a request body each canonical field stands, whichever interface it was
made for. The functions take SQL expressions and return one; all of them work on whole columns. `answer` does
the same for what the model sent back.

Interfaces: OpenAI Chat Completions, Responses and the older Completions; Anthropic Messages and the older
Text Completions; Gemini and Vertex; Bedrock Converse and InvokeModel with Llama, Titan and Cohere bodies;
Ollama; messages of the OpenTelemetry conventions, whose texts stand in ``parts``.
"""

# A content is a text in one turn and a list of parts in the next; only as JSON are they told apart for sure.
_PART = '{"type":"VARCHAR","text":"VARCHAR","content":"VARCHAR","guardContent":{"text":{"text":"VARCHAR"}}}'
_PARTS = f"'[{_PART}]'"
_TURNS = f"""'[{{"role":"VARCHAR","content":"JSON","parts":[{_PART}]}}]'"""
_PLAIN_TURNS = f"""'[{{"role":"VARCHAR","content":"VARCHAR","parts":[{_PART}]}}]'"""

_REDACTED = (
    r"(?i)[\[\]<>(){}*_#\s]*(\*+|(content |prompt |text |message )?"
    r"(redacted|masked|removed|filtered|encrypted|withheld|omitted)([ _-]by[ _-][\w-]+)?)[\[\]<>(){}*_#\s.]*"
)
_TRUNCATED = r"(?i)(\.\.\.|…) ?[\[(][^\[\]()]{0,30}truncated[^\[\]()]{0,40}[\])]"
_TRUNCATED_END = r"(?is).*(\[truncated\]|<truncated>|\(truncated\)|\.\.\.truncated)\s*"

#: How the interfaces that nest sampling parameters spell them, block by block.
_CAMEL, _SNAKE = "maxOutputTokens topP stopSequences", "max_output_tokens top_p stop_sequences"
_BLOCKS = {
    "inferenceConfig": "maxTokens topP stopSequences max_new_tokens top_p",
    "generationConfig": f"{_CAMEL} {_SNAKE}",
    "generation_config": f"{_CAMEL} {_SNAKE}",
    "textGenerationConfig": "maxTokenCount topP stopSequences",
    "options": "num_predict top_p stop",
}


def _settings(*names: str, nested: str) -> tuple[str, ...]:
    """A sampling parameter under its names, and under those it has in the blocks that nest it."""
    inside = [
        f"$.{block}.{name}"
        for block, spelled in _BLOCKS.items()
        for name in nested.split()
        if name in spelled.split() or name == "temperature"
    ]
    return (*names, *inside)


#: Where a request body keeps each canonical field; the first path that is present counts.
REQUEST_PATHS: dict[str, tuple[str, ...]] = {
    "model": ("model", "modelId"),
    "end_user_id": ("user", "metadata.user_id", "safety_identifier"),
    "system": (
        "system",
        "instructions",
        "$.systemInstruction.parts",
        "$.system_instruction.parts",
        "systemInstruction",
        "system_instruction",
        "system_instructions",
        "preamble",
    ),
    "messages": ("messages", "contents"),
    "prompt": ("prompt", "input", "inputText", "message"),
    "tools": ("tools", "functions", "$.toolConfig.tools"),
    "temperature": _settings("temperature", nested="temperature"),
    "max_tokens": _settings(
        "max_tokens",
        "max_completion_tokens",
        "max_output_tokens",
        "max_tokens_to_sample",
        "max_gen_len",
        nested="maxTokens max_new_tokens maxOutputTokens max_output_tokens maxTokenCount num_predict",
    ),
    "top_p": _settings("top_p", "p", nested="topP top_p"),
    "stop": _settings("stop", "stop_sequences", nested="stopSequences stop_sequences stop"),
    "stream": ("stream",),
}


def turns(messages: str) -> str:
    """The messages as a list of (role, content, parts); NULL when the text is no list of messages.

    The content is the text in it.
    """
    listed = f"CASE WHEN starts_with({messages}, '{{') THEN '[' || {messages} || ']' ELSE {messages} END"
    plain, whole = f"try(from_json({listed}, {_PLAIN_TURNS}))", f"try(from_json({listed}, {_TURNS}))"
    # Hardly any text begins so; the others are found with one look at the messages.
    unclear = "starts_with(turn.content, '[') OR starts_with(turn.content, '{')"
    parts = _parts_text("turn.parts")
    of_json = f"coalesce({content_text('turn.content')}, {parts})"
    of_text = f"coalesce(turn.content, {parts})"

    def any_of(condition: str) -> str:
        return f"len(list_filter({plain}, lambda turn: {condition})) > 0"

    def read(turns_: str, content: str) -> str:
        record = f"{{'role': turn.role, 'content': {content}, 'parts': turn.parts}}"
        return f"list_transform({turns_}, lambda turn: {record})"

    return (
        f"CASE WHEN NOT coalesce({any_of(f'turn.parts IS NOT NULL OR {unclear}')}, false) THEN {plain}"
        f" WHEN {any_of(unclear)} THEN {read(whole, of_json)} ELSE {read(plain, of_text)} END"
    )


def has_turns(turn_list: str) -> str:
    """Whether any entry of the list is a message with a role, or with parts, whose role may be understood."""
    message = "turn.role IS NOT NULL OR turn.parts IS NOT NULL"
    return f"coalesce(len(list_filter({turn_list}, lambda turn: {message})) > 0, false)"


def may_be_list(text: str) -> str:
    """Whether a text could be a JSON list of objects; cheap, so that plain prompts are never parsed."""
    return rf"coalesce(starts_with({text}, '[') AND regexp_matches({text}, '^\[\s*\{{'), false)"


def parts_text(parts: str) -> str:
    """The text parts of a content list, joined by newlines; NULL when it has none."""
    return _parts_text(f"try(from_json({parts}, {_PARTS}))")


def _parts_text(parts: str) -> str:
    text = "coalesce(part.text, part.content, part.guardContent.text.text)"
    said = f"CASE WHEN coalesce(part.type, 'text') IN ('text', 'input_text') THEN {text} END"
    # Joining skips the nulls of parts that are no text.
    return f"nullif(array_to_string(list_transform({parts}, lambda part: {said}), chr(10)), '')"


def content_text(content: str) -> str:
    """The text of one message content, a JSON string or a list of parts."""
    whole = f"nullif(json_extract_string({content}, '$'), '')"
    return f"CASE WHEN starts_with({content}::VARCHAR, '\"') THEN {whole} ELSE {parts_text(content)} END"


def _texts_of(turn_list: str, roles: str) -> str:
    said = f"list_filter({turn_list}, lambda turn: ({roles}) AND turn.content <> '')"
    return f"list_transform({said}, lambda turn: turn.content)"


def _user_texts(turn_list: str) -> str:
    said = f"turn.role IN ({_quoted('user', 'human')}) OR turn.role IS NULL AND turn.parts IS NOT NULL"
    return _texts_of(turn_list, roles=said)


def last_user_text(turn_list: str) -> str:
    """The text of the last user message that has one; a tool result is no text of the user."""
    return f"{_user_texts(turn_list)}[-1]"


def first_of_several_user_texts(turn_list: str) -> str:
    """The beginning of the first user message with a text; NULL where that is the last one."""
    texts = _user_texts(turn_list)
    return f"CASE WHEN len({texts}) > 1 THEN {texts}[1][:96] END"


def system_text(system: str, said: str, turn_list: str) -> str:
    """The top-level system prompt and what system messages say, in this order, joined by newlines.

    Of messages, either ``said`` has it or the turns.
    """
    own = f"CASE WHEN {may_be_list(system)} THEN coalesce({parts_text(system)}, {system}) ELSE {system} END"
    roles = f"turn.role IN ({_quoted('system', 'developer')})"
    turns_ = f"nullif(array_to_string({_texts_of(turn_list, roles=roles)}, chr(10)), '')"
    return f"nullif(concat_ws(chr(10), {own}, coalesce({said}, {turns_})), '')"


def _quoted(*words: str) -> str:
    return ", ".join(f"'{word}'" for word in words)


# CASE and not AND below, because only CASE keeps the regular expressions away from the texts that need none.
def redacted(text: str) -> str:
    """Whether the text is only a mark that stands where a text was."""
    return (
        f"coalesce(CASE WHEN strlen({text}) <= 80 THEN regexp_full_match({text}, '{_REDACTED}') END, false)"
    )


def truncated(text: str) -> str:
    """Whether the text carries the mark of a gateway that cut it."""
    marked = f"regexp_matches({text}, '{_TRUNCATED}') OR regexp_full_match({text}, '{_TRUNCATED_END}')"
    # A body that is no whole JSON any more stands where the prompt was to be.
    body_left = f"starts_with({text}, '{{') AND regexp_matches({text}, '\"(messages|contents|input)\"\\s*:')"
    return (
        # The end of the word is quicker to look for: it begins with a rarer letter.
        f"coalesce(CASE WHEN contains({text}, 'uncated') THEN {marked}"
        f" WHEN {body_left} THEN NOT json_valid({text}) END, false)"
    )


def tools_key(tools: str) -> str:
    """Key of a tool list; an empty list is none."""
    return f"CASE WHEN {tools} NOT IN ('[]', '{{}}', 'null') THEN hash({tools}) END"


def parameters_key(*parameters: str) -> str:
    """Key of the sampling parameters; NULL when none of them is set."""
    any_set = " OR ".join(f"{parameter} IS NOT NULL" for parameter in parameters)
    return f"CASE WHEN {any_set} THEN hash({', '.join(parameters)}) END"
