"""Calls of a model that two instrumentations record in spans that stand in different lines or files.

Those of one line are found as it is read (`distillscan.logs.formats.spans`). Here the same is said of all
spans that are in, whatever the order of files: of two accepted calls of one trace, one below the other, the
outer one counts, or the inner one if it alone has a prompt. Calls with different prompts are two: an agent
may stand around the calls that it makes.
"""

from distillscan.case.frame import number
from distillscan.case.store import Case
from distillscan.logs.formats.spans import MOST_ABOVE

# Most traces have one call, and need no look at what stands around it.
_CALLS = """
CREATE OR REPLACE TEMP TABLE call AS
WITH placed AS (
  SELECT span_trace, span_id, span_around, prompt_key, a.file_id, a.row_number
  FROM accepted a JOIN span USING (file_id, row_number)
)
SELECT * FROM placed SEMI JOIN (SELECT span_trace FROM placed GROUP BY span_trace HAVING count(*) > 1)
  USING (span_trace)
"""

# A walk up through all traces at once would not fit into memory: it is done for so many calls at a time.
_CALLS_AT_ONCE = 250_000


def _part(part: int, parts: int) -> str:
    """The calls of every so many traces."""
    return f"CREATE OR REPLACE TEMP TABLE part AS SELECT * FROM call WHERE span_trace % {parts} = {part}"


# A span that is in twice, or is given two spans around it, has one place.
_AROUND = """
CREATE OR REPLACE TEMP TABLE around AS
SELECT span_id, min(span_around) AS span_around
FROM span SEMI JOIN part USING (span_trace)
WHERE span_around IS NOT NULL
GROUP BY span_id
"""

_REPEATS = f"""
INSERT INTO duplicates
WITH RECURSIVE above AS (
  SELECT span_id AS inner_id, span_around AS outer_id, 1 AS depth FROM around SEMI JOIN part USING (span_id)
  UNION
  SELECT inner_id, span_around, depth + 1
  FROM above JOIN around ON span_id = outer_id
  WHERE depth < {MOST_ABOVE}
),
pair AS (
  SELECT DISTINCT inner_id, outer_id, i.prompt_key IS NOT NULL AND o.prompt_key IS NULL AS inner_counts
  FROM above
  JOIN part i ON i.span_id = inner_id
  JOIN part o ON o.span_id = outer_id
  WHERE inner_id <> outer_id
    AND coalesce(i.prompt_key, o.prompt_key, 0) = coalesce(o.prompt_key, i.prompt_key, 0)
),
repeat AS (
  SELECT DISTINCT CASE WHEN inner_counts THEN outer_id ELSE inner_id END AS span_id
  -- of spans that are each below the other, one stays
  FROM pair ANTI JOIN pair turned ON pair.inner_id = turned.outer_id AND pair.outer_id = turned.inner_id
    AND pair.inner_id < turned.inner_id
)
SELECT file_id, row_number FROM part SEMI JOIN repeat USING (span_id)
"""


def count_spans_once(case: Case) -> None:
    """Mark as duplicates the accepted calls that another span of their trace records too.

    Does nothing in a case without traces.
    """
    connection = case.connection
    if number(connection, "SELECT count(*) FROM span WHERE span_around IS NOT NULL") == 0:
        return
    connection.execute(_CALLS)
    parts = 1 + number(connection, "SELECT count(*) FROM call") // _CALLS_AT_ONCE
    for part in range(parts):
        for statement in (_part(part, parts), _AROUND, _REPEATS):
            connection.execute(statement)
    for table in ("call", "part", "around"):
        connection.execute(f"DROP TABLE {table}")
