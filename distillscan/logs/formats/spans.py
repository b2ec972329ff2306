"""Calls of a model that two instrumentations record, each in a span of its own, one inside the other."""

from __future__ import annotations

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from distillscan.logs.formats.format import NOT_A_REQUEST, RECORDS_A_LINE

#: Spans that are looked at above a call: few stand there before the next one, and a hostile trace may be of
#: any depth.
MOST_ABOVE = 32
#: The columns in which a query over spans gives their places, in the order of `Format.links`.
LINKS = ("of_trace", "of_span", "of_parent")
#: Hashes of a trace, of a span in it, and of the span around that, for what stands in other lines.
SPAN = ("span_trace", "span_id", "span_around")
_READ = ("row_number", "fault", "prompt", "messages", *LINKS)


def counted_once(connection: duckdb.DuckDBPyConnection, rows: pa.Table) -> pa.Table:
    """The rows of spans, `SPAN` for `LINKS`; what is the same call as another of its line is no request.

    Of two calls, one below the other, the outer one stays, or the inner one if it alone has the messages.
    """
    connection.register("spans", rows.select(_READ))
    try:
        # Where none stands below another, none is a repeat.
        some_below = rows["of_parent"].null_count < len(rows)
        repeats = (
            connection.sql(_REPEATS).to_arrow_table()["row_number"].combine_chunks() if some_below else []
        )
        places = connection.sql(_PLACES).to_arrow_table()
    finally:
        connection.unregister("spans")
    rows = rows.drop_columns(list(LINKS))
    for name in SPAN:
        rows = rows.append_column(name, places[name])
    if len(repeats) == 0:
        return rows
    fault = pc.if_else(pc.is_in(rows["row_number"], value_set=repeats), NOT_A_REQUEST, rows["fault"])
    return rows.set_column(rows.column_names.index("fault"), "fault", fault)


_PLACES = """
SELECT CASE WHEN of_trace <> '' AND of_span <> '' THEN hash(of_trace) END AS span_trace,
       CASE WHEN of_trace <> '' AND of_span <> '' THEN hash(of_trace, of_span) END AS span_id,
       CASE WHEN of_trace <> '' AND of_parent <> '' THEN hash(of_trace, of_parent) END AS span_around
FROM spans"""

_REPEATS = f"""
WITH RECURSIVE span AS MATERIALIZED (
  SELECT row_number, hash(row_number // {RECORDS_A_LINE}, of_trace, of_span) AS id,
         CASE WHEN of_parent <> '' THEN hash(row_number // {RECORDS_A_LINE}, of_trace, of_parent) END
           AS parent,
         fault IS NULL AS is_call, coalesce(prompt, messages) IS NOT NULL AS has_text
  FROM spans
  WHERE of_trace <> '' AND of_span <> ''
),
above AS (
  SELECT row_number, parent, has_text, 1 AS depth FROM span WHERE is_call AND parent IS NOT NULL
  UNION
  SELECT above.row_number, span.parent, above.has_text, depth + 1
  FROM above JOIN span ON span.id = above.parent
  WHERE span.parent IS NOT NULL AND depth < {MOST_ABOVE}
),
pair AS (
  SELECT above.row_number AS inner_row, above.has_text AS inner_text, span.row_number AS outer_row,
         span.has_text AS outer_text
  FROM above JOIN span ON span.id = above.parent
  WHERE span.is_call AND span.row_number <> above.row_number
)
SELECT DISTINCT CASE WHEN outer_text OR NOT inner_text THEN inner_row ELSE outer_row END AS row_number
-- of spans that are each below the other, the first one stays
FROM pair ANTI JOIN pair turned ON pair.inner_row = turned.outer_row AND pair.outer_row = turned.inner_row
  AND pair.inner_row < turned.inner_row"""
