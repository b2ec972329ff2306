"""Attributes of OpenTelemetry in SQL: the shape of a list of them, and the text of a value.

OTLP writes an attribute as ``{"key": k, "value": {"stringValue": v}}``. Numbers come out as strings, since
every field is read as text first.
"""

_SCALARS = '"stringValue":"VARCHAR","intValue":"VARCHAR","doubleValue":"VARCHAR","boolValue":"VARCHAR"'
#: The shape of a list of attributes, for from_json.
ATTRIBUTES = f'[{{"key":"VARCHAR","value":{{{_SCALARS},"arrayValue":"JSON","kvlistValue":"JSON"}}}}]'


def scalar(value: str) -> str:
    """The text of a value that is no list and no object; NULL for one that is."""
    return f"coalesce({value}.stringValue, {value}.intValue, {value}.doubleValue, {value}.boolValue)"


def quoted(text: str) -> str:
    """A text as JSON; NULL stays NULL."""
    # JSON's own null is bare, so that no text is mistaken for it.
    return f"nullif(to_json({text})::VARCHAR, 'null')"
