"""What the formats of OpenTelemetry share, as SQL: attributes, and the messages in them and in events.

OTLP writes an attribute as ``{"key": k, "value": {"stringValue": v}}``. Numbers come out as strings, since
every field is read as text first.
"""

from collections.abc import Callable

from distillscan.logs.body import parts_text
from distillscan.logs.formats.format import Computed

_SCALARS = '"stringValue":"VARCHAR","intValue":"VARCHAR","doubleValue":"VARCHAR","boolValue":"VARCHAR"'
#: The shape of a list of attributes, for from_json.
ATTRIBUTES = f'[{{"key":"VARCHAR","value":{{{_SCALARS},"arrayValue":"JSON","kvlistValue":"JSON"}}}}]'
#: The same of a list of events.
EVENTS = f'[{{"name":"VARCHAR","attributes":{ATTRIBUTES}}}]'


def scalar(value: str) -> str:
    """The text of a value that is no list and no object; NULL for one that is."""
    return f"coalesce({value}.stringValue, {value}.intValue, {value}.doubleValue, {value}.boolValue)"


def quoted(text: str) -> str:
    """A text as JSON; NULL stays NULL."""
    # JSON's own null is bare, so that no text is mistaken for it.
    return f"nullif(to_json({text})::VARCHAR, 'null')"


def _held(key: str) -> str:
    return f"list_filter(said.attributes, lambda held: held.key = '{key}')[1].value.stringValue"


def said(events: str) -> str:
    """The events of a span that are messages, as entries of message, part (-1: role) and text."""
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


def own(*names: str) -> tuple[str, ...]:
    """Attributes of the span."""
    return tuple(f'$.attributes."{name}"' for name in names)


def named(*names: str) -> tuple[str, ...]:
    """Attributes of the span, then of its resource, under any of these names."""
    return (*own(*names), *(f'$.resource."{name}"' for name in names))


def asked(paths: tuple[str, ...], listed: Callable[[str], str], mark: str = "") -> Computed:
    """What is made of a text, a list of messages, as a request body."""
    return Computed(paths, lambda text: f"'{{\"messages\":' || {listed(text)} || '}}'", mark=mark)


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
    check=_is_list,
)


def first_message(text: str) -> str:
    """What the first of a list of messages says."""
    parts = f"json_extract({text}, '$[0].parts')"
    return f"try({parts_text(parts)})"


def together(*paths: str) -> Computed:
    """Several texts as one, such as the two ids of a span."""
    return Computed(paths, lambda *texts: f"nullif(concat_ws('-', {', '.join(texts)}), '')")
