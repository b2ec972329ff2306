"""Columns of a table that have the type of their field: they become values without a way through text."""

import numpy as np
import pyarrow as pa

from distillscan.logs.buffers import bytes_of
from distillscan.logs.record import FieldType
from distillscan.logs.values import MISSING_WORDS, calendar_value

_LONGEST_WORD = max(map(len, MISSING_WORDS))
_FIRST_PRINTED, _LAST_PRINTED = ord("!"), ord("~")


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


def stand_as_they_are(texts: pa.ChunkedArray) -> bool:
    """Whether every text is `trimmed` and too long for a missing word.

    Such texts are identities already, and to see it here costs a tenth of asking the database.
    """
    return all(_printed_ends(chunk, _LONGEST_WORD + 1) for chunk in texts.chunks)


def are_trimmed(texts: pa.ChunkedArray) -> bool:
    """Whether every text begins and ends with a printed letter of ASCII."""
    return all(_printed_ends(chunk, 1) for chunk in texts.chunks)


def _printed_ends(texts: pa.Array, shortest: int) -> bool:
    if pa.types.is_dictionary(texts.type):
        texts = texts.dictionary
    if len(texts) == texts.null_count:
        return True
    letters, bounds = bytes_of(texts)
    begins, ends = bounds[:-1], bounds[1:]
    if texts.null_count:
        present = texts.is_valid().to_numpy(zero_copy_only=False)
        begins, ends = begins[present], ends[present]
    if int(np.subtract(ends, begins).min()) < shortest:
        return False
    outer = np.concatenate([letters[begins], letters[ends - 1]])
    return bool(outer.min() >= _FIRST_PRINTED and outer.max() <= _LAST_PRINTED)
