"""Values that formats compute: the few conversions that more than one of them needs, as SQL."""

from distillscan.logs.formats.format import Computed
from distillscan.logs.values import timestamp_value


def one_of(path: str, *words: str) -> Computed:
    """Whether the text at a path is one of these."""
    listed = ", ".join("'" + word.replace("'", "''") + "'" for word in words)
    return Computed((path,), lambda text: f"{text} IN ({listed})")


def seconds(path: str) -> Computed:
    """Seconds as milliseconds."""
    return Computed((path,), lambda text: f"try_cast({text} AS DOUBLE) * 1000")


def span_ms(start: str, end: str) -> Computed:
    """Milliseconds from one time to another; none when the clock ran backwards."""

    def sql(first: str, last: str) -> str:
        between = f"date_diff('microseconds', {timestamp_value(first)}, {timestamp_value(last)}) / 1000"
        return f"nullif(greatest({between}, -1), -1)"

    return Computed((start, end), sql)


def nanoseconds_ms(start: str, end: str) -> Computed:
    """Milliseconds from one time to another, both in nanoseconds; none when the clock ran backwards."""

    def sql(first: str, last: str) -> str:
        between = f"(try_cast({last} AS BIGINT) - try_cast({first} AS BIGINT)) / 1000000"
        return f"nullif(greatest({between}, -1), -1)"

    return Computed((start, end), sql)


def constant(text: str) -> Computed:
    """One fixed word, such as the provider that a format belongs to."""
    return Computed((), lambda: "'" + text.replace("'", "''") + "'")


def unless(path: str, *nothing: str) -> Computed:
    """The text at a path, unless it is one of those that the exporter writes for none."""
    listed = ", ".join(f"'{text}'" for text in nothing)
    return Computed((path,), lambda text: f"CASE WHEN {text} NOT IN ({listed}) THEN {text} END")
