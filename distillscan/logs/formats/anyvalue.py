"""Attributes of OpenTelemetry as plain JSON: the SQL that takes the wrapping off their values.

OTLP writes an attribute as ``{"key": k, "value": {"stringValue": v}}``, with lists and objects wrapped again
at each level. Numbers come out as strings, since every field is read as text first.
"""

from __future__ import annotations

_SCALARS = '"stringValue":"VARCHAR","intValue":"VARCHAR","doubleValue":"VARCHAR","boolValue":"VARCHAR"'


def _list_shape(depth: int) -> str:
    inner = f'"arrayValue":{_list_shape(depth - 1)}' if depth else '"arrayValue":"JSON"'
    pair = f'{{"key":"VARCHAR","value":{{{_SCALARS},{inner},"kvlistValue":"JSON"}}}}'
    return f'{{"values":[{{{_SCALARS},"kvlistValue":{{"values":[{pair}]}}}}]}}'


# A list of messages holds lists of parts: two lists of objects, one inside the other.
_LIST = _list_shape(1)
#: The shape of a list of attributes, for from_json.
ATTRIBUTES = f'[{{"key":"VARCHAR","value":{{{_SCALARS},"arrayValue":"JSON","kvlistValue":"JSON"}}}}]'


def scalar(value: str) -> str:
    """The text of a value that is no list and no object; NULL for one that is."""
    return f"coalesce({value}.stringValue, {value}.intValue, {value}.doubleValue, {value}.boolValue)"


def as_object(attributes: str) -> str:
    """A list of (key, value as JSON) as the text of one JSON object; lists in it keep their wrapping."""
    inside = "coalesce(json_extract(held.value, '$.*')[1]::VARCHAR, 'null')"
    member = f"{quoted('coalesce(held.key, chr(32))')} || ':' || {inside}"
    members = f"array_to_string(list_transform({attributes}, lambda held: {member}), ',')"
    return f"'{{' || coalesce({members}, '') || '}}'"


def records(line: str, owners: str, scopes: str, items: str, item: str) -> str:
    """The spans or log records of a line, as JSON texts: each with its attributes and those of its resource.

    The line holds ``owners``, each of them a resource with ``scopes``, and each of these ``items``. A record
    has the objects ``resource`` and ``attributes``, and as ``item`` all that it is in the line.
    """
    keyed = '{"attributes":[{"key":"VARCHAR","value":"JSON"}]}'
    shape = f'{{"{owners}":[{{"resource":{keyed},"{scopes}":[{{"{items}":["JSON"]}}]}}]}}'
    own = f"from_json(item, '{keyed}').attributes"
    members = (
        f"'{{\"resource\":' || {as_object('owner.resource.attributes')}",
        f"'\"attributes\":' || {as_object(own)}",
        f"'\"{item}\":' || coalesce(item::VARCHAR, 'null') || '}}'",
    )
    record = " || ',' || ".join(members)
    in_scope = f"lambda scope: list_transform(scope.{items}, lambda item: {record})"
    in_owner = f"lambda owner: list_transform(owner.{scopes}, {in_scope})"
    return f"flatten(flatten(list_transform(from_json({line}, '{shape}').{owners}, {in_owner})))"


def unwrapped(text: str) -> str:
    """The value of an attribute that may be a list, as plain JSON; a text stays as it is."""
    listed = _listed(f"from_json({text}, '{_LIST}').values", 1)
    return f"CASE WHEN starts_with({text}, '{{\"values\"') THEN {listed} ELSE {text} END"


def quoted(text: str) -> str:
    """A text as JSON; NULL stays NULL."""
    # JSON's own null is bare, so that no text is mistaken for it.
    return f"nullif(to_json({text})::VARCHAR, 'null')"


def _listed(values: str, depth: int) -> str:
    item = f"item{depth}"
    inside = _keyed(f"{item}.kvlistValue.values", depth)
    value = f"coalesce({quoted(scalar(item))}, {inside}, 'null')"
    return f"'[' || array_to_string(list_transform({values}, lambda {item}: {value}), ',') || ']'"


def _keyed(pairs: str, depth: int) -> str:
    pair = f"held{depth}"
    array = f"{pair}.value.arrayValue"
    inner = _listed(f"{array}.values", depth - 1) if depth else f"{array}::VARCHAR"
    value = f"coalesce({quoted(scalar(f'{pair}.value'))}, {inner}, {pair}.value.kvlistValue::VARCHAR, 'null')"
    key = quoted(f"coalesce({pair}.key, chr(32))")
    members = f"list_transform({pairs}, lambda {pair}: {key} || ':' || {value})"
    return f"'{{' || array_to_string({members}, ',') || '}}'"
