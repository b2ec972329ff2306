"""Values worked out once: columns of a log whose few different values come back in every row."""

from __future__ import annotations

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from distillscan.logs.record import Field, FieldType, Record
from distillscan.logs.typed import is_text
from distillscan.logs.values import VALUE, address_masked, canonical_addresses

#: Prefix of the columns with worked out values.
SETTLED = "settled_"
MASKED = "settled_masked"

# Texts hardly ever repeat, and the query over all rows reads them anyway.
_LEFT_OUT = (FieldType.TEXT, FieldType.TIMESTAMP, FieldType.DATE)
_LEFT_OUT_NAMES = ("request_id", "record_number", "messages")
#: With fewer rows the queries by column cost more than they save; with more values in memory, looking one up
#: costs more than working it out again.
_FEWEST_ROWS, _MOST_VALUES = 512, 50_000
#: A column with more than one different value in so many rows is left to the query over all rows.
_ROWS_A_VALUE = 2


def may_repeat(field: Field) -> bool:
    """Whether few different values are to be expected of a field."""
    return field.type not in _LEFT_OUT and field.name not in _LEFT_OUT_NAMES


class Memo:
    """Remembered from block to block: what the different texts of each column stand for."""

    def __init__(self) -> None:
        #: Whether every good request so far has an id.
        self.all_have_ids = True
        self._known: dict[str, tuple[pa.Array, list[pa.Array]]] = {}
        self._various: set[str] = set()

    def settled(self, connection: duckdb.DuckDBPyConnection, raw: pa.Table, record: Record) -> pa.Table:
        """The rows with a further column ``settled_<field>`` for each field of few different values.

        The masking of ``client_ip`` comes with it, as ``settled_masked``.
        """
        if raw.num_rows < _FEWEST_ROWS:
            return raw
        for field in record.fields:
            name = field.name
            if not may_repeat(field) or name in self._various:
                continue
            if name not in raw.column_names or not is_text(raw[name].type):
                continue
            encoded = raw[name].combine_chunks().dictionary_encode()
            if len(encoded.dictionary) * _ROWS_A_VALUE > raw.num_rows:
                self._various.add(name)
                continue
            outputs = self._outputs(connection, name, field.type, encoded.dictionary.cast(pa.string()))
            names = [SETTLED + name, MASKED] if name == "client_ip" else [SETTLED + name]
            for output, values in zip(names, outputs, strict=False):
                raw = raw.append_column(output, pa.DictionaryArray.from_arrays(encoded.indices, values))
        return raw

    def _outputs(
        self, connection: duckdb.DuckDBPyConnection, name: str, kind: FieldType, texts: pa.Array
    ) -> list[pa.Array]:
        """What each of the texts stands for; only those never seen before are worked out."""
        known, outputs = self._known.get(name, (texts.slice(0, 0), []))
        if len(known) > _MOST_VALUES:
            known, outputs = texts.slice(0, 0), []
        new = texts.filter(pc.invert(pc.is_in(texts, value_set=known)))
        if len(new) or not outputs:
            worked_out = _work_out(connection, kind, new)
            known = pa.concat_arrays([known, new])
            outputs = [
                pa.concat_arrays([old, found]) if outputs else found
                for old, found in zip(outputs or worked_out, worked_out, strict=True)
            ]
            self._known[name] = known, outputs
        place = pc.index_in(texts, value_set=known)
        return [output.take(place) for output in outputs]


def _work_out(connection: duckdb.DuckDBPyConnection, kind: FieldType, texts: pa.Array) -> list[pa.Array]:
    connection.register("texts_to_settle", pa.table({"row": pa.array(range(len(texts))), "text": texts}))
    masked = address_masked("text") if kind is FieldType.ADDRESS else "false"
    query = f"SELECT {VALUE[kind]('text')} AS value, {masked} AS masked FROM texts_to_settle ORDER BY row"
    try:
        found = connection.sql(query).to_arrow_table()
    finally:
        connection.unregister("texts_to_settle")
    value = (
        canonical_addresses(found["value"]) if kind is FieldType.ADDRESS else found["value"].combine_chunks()
    )
    return [value, found["masked"].combine_chunks()]
