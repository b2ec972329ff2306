"""What the log does not say: texts and addresses, what its formats lack, hours and numbers left out."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
from duckdb import DuckDBPyConnection

from distillscan.case.frame import frame, number
from distillscan.case.join import TOLERANCE_SECONDS
from distillscan.findings.whole_log.numbering import numbering_notes
from distillscan.findings.wording import clock, counted, percent
from distillscan.logs.formats import format_named
from distillscan.logs.mapping import Mapping
from distillscan.logs.values import DIGEST

#: An hour without a request is remarkable where the median hour with requests has so many; that requests do
#: not differ, where there are so many.
_BUSY = 20

_HOURS = f"""
    SELECT date_trunc('hour', ts) AS hour, COUNT(*) AS requests,
           COUNT(*) FILTER (WHERE prompt_chars = 0) AS textless,
           COUNT(*) FILTER (WHERE prompt_redacted) AS redacted,
           COUNT(*) FILTER (WHERE prompt_truncated) AS truncated,
           COUNT(*) FILTER (WHERE client_ip IS NULL) AS placeless,
           COUNT(*) FILTER (WHERE ip_masked) AS masked,
           COUNT(*) FILTER (WHERE starts_with(client_ip, '{DIGEST}')) AS digests,
           COUNT(*) FILTER (WHERE sample_rate < 1) AS sampled,
           SUM(1 / coalesce(sample_rate, 1)) AS estimated
    FROM accepted
    GROUP BY hour ORDER BY hour
"""

_EDGE = """
    SELECT sum(rows_read - duplicate - rejected), sum(joined_by_id), sum(joined_by_time), sum(ambiguous),
           sum(unmatched)
    FROM edge_ledger
"""
_FILLED = "SELECT count(*) FROM accepted WHERE filled > 0"
_ONE_VALUE = """
    SELECT count(*), min(account_id) = max(account_id), min(ts) = max(ts),
           count(client_ip) > 1 AND min(client_ip) = max(client_ip)
    FROM accepted
"""
_TABLES = """
    SELECT count(DISTINCT account_id)
    FROM accounts
    WHERE NOT EXISTS (FROM accounts SEMI JOIN accepted USING (account_id))
"""
#: What is said where requests do not differ in what should tell them apart.
_SAME = (
    "All requests are of one account: what tells callers apart may stand in another field.",
    "All requests bear the same time, as that of an export would be: hours and days say nothing.",
    "All requests come from one address, as that of a proxy would be: addresses tell no client from another.",
)
_NO_TEXT = "No request carries the text of its prompt: there is no evidence from content."
#: What is said of the requests that each column of the hours counts.
_LACKING = {
    "textless": "Prompt text is missing in {}: evidence from content rests on the rest.",
    "redacted": "A mark stands in place of the prompt in {}.",
    "truncated": "The prompt was cut before it was exported in {}.",
    "placeless": "The client's address is missing in {}.",
    "masked": "The client's address is masked, and not used, in {}.",
    "digests": "The client's address is a digest in {}, which tells no network.",
}


def gap_notes(connection: DuckDBPyConnection) -> list[str]:
    """Return what is missing in the requests, one sentence each; shares are of the accepted requests."""
    hours = frame(connection, _HOURS)
    if hours.is_empty():
        return []
    return [
        *_sampled(hours),
        *_lacking(hours),
        *edge_notes(connection),
        *_quiet(hours),
        *numbering_notes(connection),
        *_formats(connection),
    ]


def mapping_notes(connection: DuckDBPyConnection) -> list[str]:
    """Return what makes it likely that a field was read from the wrong place, one sentence each."""
    requests, *same = frame(connection, _ONE_VALUE).row(0)
    notes = [said for said, is_so in zip(_SAME, same, strict=True) if is_so] if requests >= _BUSY else []
    if requests and (unknown := number(connection, _TABLES)):
        notes.append(
            f"The accounts tables name {counted(unknown, 'account')}, of which none sent a request: nothing"
            " of them could be used. Log and tables may write the same ids in other ways, as 42 and 00042."
        )
    return notes


def edge_notes(connection: DuckDBPyConnection) -> list[str]:
    """Return what became of the rows of edge logs, in a sentence; nothing when the case has none."""
    rows, by_id, by_time, ambiguous, unmatched = frame(connection, _EDGE).row(0)
    if not rows:
        return []
    filled = number(connection, _FILLED)
    return [
        f"Of {counted(int(rows), 'row')} of edge logs, {int(by_id):,} were joined to their request by its id"
        f" and {int(by_time):,} by account and time (one request alone within {TOLERANCE_SECONDS} seconds);"
        f" {int(ambiguous):,} fitted several requests or contradicted each other and {int(unmatched):,}"
        f" fitted none. They filled what {counted(filled, 'request')} lacked, such as the client's address."
    ]


def _share(hours: pl.DataFrame, column: str) -> float:
    return int(hours[column].sum()) / int(hours["requests"].sum())


def _requests(share: float) -> str:
    return "all requests" if share == 1 else f"{percent(share)} of requests"


def _sampled(hours: pl.DataFrame) -> list[str]:
    """That requests are missing by design; what is counted elsewhere is what the log holds."""
    share = _share(hours, "sampled")
    if not share:
        return []
    estimated, kept = float(hours["estimated"].sum()), int(hours["requests"].sum())
    return [
        f"The log is a sample by its own account ({_requests(share)} carry a rate below 1): it holds "
        f"{percent(kept / estimated)} of about {round(estimated):,} requests. Counts are of those in the log."
    ]


def _lacking(hours: pl.DataFrame) -> list[str]:
    """What requests lack of their texts and addresses."""
    shares = {name: _share(hours, name) for name in _LACKING}
    notes = [said.format(_requests(shares[name])) for name, said in _LACKING.items() if shares[name]]
    return [_NO_TEXT, *notes[1:]] if shares["textless"] == 1 else notes


def _quiet(hours: pl.DataFrame) -> list[str]:
    """Hours without any request, in a log that is busy in most hours: records may have been lost."""
    if float(hours["requests"].median() or 0) < _BUSY:  # type: ignore[arg-type]
        return []
    gaps = hours.select(before=pl.col("hour").shift(1), after=pl.col("hour")).drop_nulls()
    gaps = gaps.with_columns(empty=(pl.col("after") - pl.col("before")).dt.total_hours() - 1)
    gaps = gaps.filter(pl.col("empty") > 0).sort("empty", "before", descending=[True, False])
    if gaps.is_empty():
        return []
    before, after, longest = gaps.row(0)
    empty = counted(int(gaps["empty"].sum()), "hour")
    stretch = f"from {clock(before + timedelta(hours=1))} to {clock(after)} UTC"
    return [
        f"There is no request at all in {empty} of the log; the longest gap lasts "
        f"{counted(int(longest), 'hour')}, {stretch}: records may be missing."
    ]


def _formats(connection: DuckDBPyConnection) -> list[str]:
    """What the formats of the request files are known to leave out."""
    texts = frame(connection, "SELECT DISTINCT mapping FROM files WHERE kind = 'requests' ORDER BY mapping")
    names = sorted({Mapping.from_canonical_json(text).format for text in texts["mapping"]})
    known = [format_ for name in names if (format_ := format_named(name)) is not None]
    return [f"Format {format_.name}: {gap}" for format_ in known for gap in format_.gaps]
