"""Calls of a model that two instrumentations record, each in a span of its own, one inside the other."""

from __future__ import annotations

from distillscan.logs.formats.format import RECORDS_A_LINE, Computed

# One of these stands in a span that has the messages of its call.
_TEXTS = (
    "gen_ai.input.messages",
    "gen_ai.prompt.",
    "llm.input_messages.",
    '"input.value',
    "gen_ai.user.mess",
)
_PLACES = ("$.span.traceId", "$.span.spanId", "$.span.parentSpanId")
# Above a call stand few spans before the next call; a hostile trace may be of any depth.
_DEPTH = 32


def counted_once(records: str, is_call: Computed) -> str:
    """The records of spans, with those empty that are the same call as another one of their line.

    Of two calls, one below the other, the outer one stays, or the inner one if it alone has the messages.
    ``records`` is the SQL of a table of row_number and line, as is the result.
    """
    return f"""
WITH RECURSIVE record AS MATERIALIZED ({records}),
span AS MATERIALIZED ({_spans(is_call)}),
above AS (
  SELECT row_number, batch, trace, parent, has_text, 1 AS depth FROM span WHERE is_call AND parent <> ''
  UNION
  SELECT above.row_number, batch, trace, span.parent, above.has_text, depth + 1
  FROM above JOIN span USING (batch, trace)
  WHERE span.id = above.parent AND span.parent <> '' AND depth < {_DEPTH}
),
pair AS (
  SELECT above.row_number AS inner_row, above.has_text AS inner_text, span.row_number AS outer_row,
         span.has_text AS outer_text
  FROM above JOIN span USING (batch, trace)
  WHERE span.id = above.parent AND span.is_call AND span.row_number <> above.row_number
),
same AS (
  SELECT DISTINCT CASE WHEN outer_text OR NOT inner_text THEN inner_row ELSE outer_row END AS row_number
  -- of spans that are each below the other, the first one stays
  FROM pair ANTI JOIN pair turned ON pair.inner_row = turned.outer_row AND pair.outer_row = turned.inner_row
    AND pair.inner_row < turned.inner_row
)
SELECT row_number, CASE WHEN same.row_number IS NULL THEN line ELSE '{{}}' END AS line
FROM record LEFT JOIN same USING (row_number)"""


def _spans(is_call: Computed) -> str:
    """Which span stands where, whether it is a call, and whether it has messages."""
    paths = (*_PLACES, *is_call.paths)
    places = ", ".join("'" + path.replace("'", "''") + "'" for path in paths)
    words = [f"found[{place}]" for place in range(len(_PLACES) + 1, len(paths) + 1)]
    has_text = " OR ".join(f"contains(line, '{mark}')" for mark in _TEXTS)
    return f"""
  SELECT row_number, row_number // {RECORDS_A_LINE} AS batch, found[1] AS trace, found[2] AS id,
         found[3] AS parent, coalesce({is_call.sql(*words)}, false) AS is_call, {has_text} AS has_text
  FROM (SELECT row_number, line, try(json_extract_string(line, [{places}])) AS found FROM record)"""
