"""Columns of a table that have the type of their field: they become values without a way through text."""

import pyarrow as pa

from distillscan.logs.record import FieldType
from distillscan.logs.values import calendar_value


def is_text(stored: pa.DataType) -> bool:
    """Whether a column is of texts, also where each different one is stored once."""
    kind = stored.value_type if pa.types.is_dictionary(stored) else stored
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def has_type_of(stored: pa.DataType, wanted: FieldType) -> bool:
    """Whether a column holds values of the field's type, and `typed_value` takes them.

    Floats of 32 bits are not among them: 0.7 is another number in 64.
    """
    is_number = pa.types.is_integer(stored)
    return bool(
        (wanted in (FieldType.TIMESTAMP, FieldType.DATE) and pa.types.is_timestamp(stored))
        or (wanted is FieldType.INTEGER and is_number)
        or (wanted is FieldType.DECIMAL and (is_number or pa.types.is_float64(stored)))
        or (wanted is FieldType.BOOLEAN and pa.types.is_boolean(stored))
    )


def typed_value(column: str, stored: pa.DataType, wanted: FieldType) -> str:
    """The SQL of the value that the text of such a column would give."""
    if wanted is FieldType.INTEGER:
        return f"try_cast({column} AS BIGINT)"
    if wanted is FieldType.DECIMAL:
        # There is one zero in text.
        number = f"CASE WHEN {column} = 0 THEN 0::DOUBLE ELSE {column}::DOUBLE END"
        return f"CASE WHEN isfinite({column}) THEN {number} END" if pa.types.is_floating(stored) else number
    if wanted is FieldType.BOOLEAN:
        return column
    time = f"{column} AT TIME ZONE 'UTC'" if stored.tz else column
    value = calendar_value(time)
    return value if wanted is FieldType.TIMESTAMP else f"CAST({value} AS DATE)"
