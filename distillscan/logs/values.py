"""Text to typed values: SQL expressions over a text column, and the few steps SQL has no function for."""

import ipaddress
import re
from collections.abc import Callable

import pyarrow as pa

from distillscan.logs.record import FieldType

_MISSING_WORDS = ("", "null", "none", "unknown", "n/a", "-", "undefined", "[]", "{}", "[null]")

# The seconds of 2000-01-01 and 2100-01-01: the four epoch units do not overlap between them.
_EPOCH_RANGE = (946_684_800, 4_102_444_800)
_EPOCH_UNITS = ((1, 1_000_000), (1_000, 1_000), (1_000_000, 1), (1_000_000_000, 0.001))
# .NET counts ticks from the year 1, ten million a second. In these years they are smaller numbers than epoch
# nanoseconds.
_TICKS_PER_SECOND = 10_000_000
_SECONDS_BEFORE_1970 = 62_135_596_800
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"
_MONTH = f"(?:{_MONTHS.replace(' ', '|')})"
_CLOCK = r"([0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?)"
_OFFSET = r"([+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?)(?: [A-Z]{3,4}|\[[A-Za-z_/+-]+\]| \([^()]*\))?"
_WHEN = rf"{_CLOCK} ?(?:[zZ]|UTC|(?:GMT)?{_OFFSET}|GMT)?\]?\s*"
#: Forms of times beside ISO 8601 that say what is year, month and day, which are the groups named for each;
#: clock and offset are the fourth and the fifth.
TIME_FORMS = {
    # 2026/03/17 14:05:09,5 +0100, as databases and programs write
    rf"\s*([0-9]{{4}})[-/]([0-9]{{1,2}})[-/]([0-9]{{1,2}})(?:[T ]{_WHEN})?": (1, 2, 3),
    # 17.03.2026 14:05, as spreadsheets of many countries do
    rf"\s*([0-9]{{1,2}})\.([0-9]{{1,2}})\.([0-9]{{4}})(?:,? {_WHEN}|\s*)": (3, 2, 1),
    # [17/Mar/2026:14:05:09 +0100] and Tue, 17 Mar 2026 14:05:09 GMT, as web servers do
    rf"\s*\[?(?:[A-Z][a-z]{{2}}, )?([0-9]{{1,2}})[-/ ]({_MONTH})[-/ ]([0-9]{{4}})[: ]{_WHEN}": (3, 2, 1),
    # Mar 17, 2026 @ 14:05:09.500, as Kibana does; Tue Mar 17 2026 14:05:09 GMT+0000, as JavaScript does
    rf"\s*(?:[A-Z][a-z]{{2}} )?({_MONTH}) ([0-9]{{1,2}}),? ([0-9]{{4}}),? (?:@ )?{_WHEN}": (3, 1, 2),
}
_OCTET = r"(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_IPV4 = rf"({_OCTET}\.){{3}}{_OCTET}"
#: IPv4 addresses as the numbers that databases keep of them; below, the first byte would be 0.
_LEAST_NUMBER, _NUMBERS = 1 << 24, 1 << 32
#: Digits of a digest, and what some exporters write before them: ``sha256:``, ``ip_``.
_DIGEST = r"^([a-zA-Z0-9]{1,12}[:_])?([0-9a-fA-F]{12,128})$"
#: First letter of an address that is known by its digest alone.
DIGEST = "#"


def trimmed(text: str) -> str:
    """Without the white space around it."""
    # To look at both ends is cheap; to trim a set of characters is not, and hardly any value needs it.
    plain = f"ascii({text}) BETWEEN 33 AND 126 AND ascii(right({text}, 1)) BETWEEN 33 AND 126"
    return f"CASE WHEN {plain} THEN {text} ELSE trim({text}, E' \\t\\r\\n\u00a0') END"


def text_value(text: str) -> str:
    """Free text; the empty text is missing."""
    return f"nullif({text}, '')"


def identity_value(text: str) -> str:
    """A name or number that stands for somebody or something; words that mean nothing are missing."""
    words, found = ", ".join(f"'{word}'" for word in _MISSING_WORDS), trimmed(text)
    return f"CASE WHEN lower({found}) NOT IN ({words}) THEN {found} END"


def timestamp_value(text: str) -> str:
    """A time in 2000 to 2100, without a zone UTC; else NULL.

    Read are ISO 8601, epoch s, ms, us or ns, .NET ticks, and `TIME_FORMS`.
    """
    low, high = _EPOCH_RANGE
    number = f"try_cast({text} AS DOUBLE)"
    units = " ".join(
        f"WHEN {number} >= {low * per_second} AND {number} < {high * per_second}"
        f" THEN make_timestamp(round({number} * {microseconds})::BIGINT)"
        for per_second, microseconds in _EPOCH_UNITS
    )
    first, last = ((second + _SECONDS_BEFORE_1970) * _TICKS_PER_SECOND for second in _EPOCH_RANGE)
    since_1970 = f"(try_cast({text} AS BIGINT) - {_SECONDS_BEFORE_1970 * _TICKS_PER_SECOND}) // 10"
    units += f" WHEN {number} >= {first} AND {number} < {last} THEN make_timestamp({since_1970})"
    # A calendar date has a hyphen, an epoch of those years has none: only one of the two is tried.
    has_hyphen = f"contains({text}, '-')"
    iso, other = (f"try_cast({form} AS TIMESTAMPTZ)" for form in (text, _as_iso(text)))
    dated = calendar_value(f"coalesce(CASE WHEN {has_hyphen} THEN {iso} END, {other}) AT TIME ZONE 'UTC'")
    return f"coalesce(CASE WHEN NOT {has_hyphen} THEN CASE {units} END END, {dated})"


def _as_iso(text: str) -> str:
    """A time of one of `TIME_FORMS` as ISO 8601 orders it; else NULL.

    Not by strptime: with an offset it takes the 31st of February for the 3rd of March.
    """

    def ordered(form: str, year: int, month: int, day: int) -> str:
        begin, rest = rf"\{year}-", rf"-\{day} \4\5"
        if _MONTH not in form:
            return f"regexp_replace({text}, '^{form}$', '{begin}\\{month}{rest}')"
        number = f"strpos('{_MONTHS}', regexp_extract({text}, '{_MONTH}')) // 4 + 1"
        halves = (f"regexp_replace({text}, '^{form}$', '{half}')" for half in (begin, rest))
        return f"concat({next(halves)}, {number}, {next(halves)})"

    forms = " ".join(
        f"WHEN regexp_full_match({text}, '{form}') THEN trim(replace({ordered(form, *groups)}, ',', '.'))"
        for form, groups in TIME_FORMS.items()
    )
    return f"CASE {forms} END"


def calendar_value(time: str) -> str:
    """A time in UTC if it is in 2000 to 2100; else NULL."""
    # BETWEEN names the time once: the expression is long, and planning it takes as long as working it out.
    first, after = (second * 1_000_000 for second in _EPOCH_RANGE)
    return f"CASE WHEN {time} BETWEEN make_timestamp({first}) AND make_timestamp({after - 1}) THEN {time} END"


def is_clock(number: float) -> bool:
    """Whether a number is a time of those that `timestamp_value` reads."""
    ticks = [(second + _SECONDS_BEFORE_1970) * _TICKS_PER_SECOND for second in _EPOCH_RANGE]
    ranges = [[second * per_second for second in _EPOCH_RANGE] for per_second, _ in _EPOCH_UNITS]
    return any(first <= number < after for first, after in (*ranges, ticks))


def is_relative_clock(text: str) -> str:
    """Whether a time is a number too small for a date: it counts from a start that the log does not say."""
    return f"coalesce(try_cast({text} AS DOUBLE) BETWEEN 0 AND {_EPOCH_RANGE[0] - 1}, false)"


def date_value(text: str) -> str:
    """The UTC day of a timestamp."""
    return f"CAST({timestamp_value(text)} AS DATE)"


def integer_value(text: str) -> str:
    """A whole number, also when an export writes it as 12.0."""
    return f"coalesce(try_cast({text} AS BIGINT), try_cast(try_cast({text} AS DOUBLE) AS BIGINT))"


def decimal_value(text: str) -> str:
    """A finite number."""
    return f"CASE WHEN isfinite(try_cast({text} AS DOUBLE)) THEN try_cast({text} AS DOUBLE) END"


def boolean_value(text: str) -> str:
    """True or false, in the usual spellings."""
    return f"try_cast({trimmed(text)} AS BOOLEAN)"


def json_value(text: str) -> str:
    """JSON without white space, so that two spellings of one document are one value."""
    return f"coalesce(try(json({text}))::VARCHAR, nullif({text}, ''))"


def network_value(text: str) -> str:
    """An autonomous system number as AS64500, written with AS, without, or with a name behind."""
    number = rf"regexp_extract({trimmed(text)}, '(?i)^(?:ASN?)?\s*0*([1-9][0-9]{{0,9}})(?:\.0|\s.*)?$', 1)"
    return f"'AS' || nullif({number}, '')"


def country_value(text: str) -> str:
    """Upper case."""
    return f"upper({identity_value(text)})"


def _first_hop(text: str) -> str:
    return trimmed(f"split_part({text}, ',', 1)")


def address_masked(text: str) -> str:
    """Whether an address was cut or starred out by whoever exported it."""
    hop = _first_hop(text)
    starred = f"regexp_full_match({hop}, '[0-9a-fA-F:.]*[*xX][0-9a-fA-F:.*xX]*(/[0-9]+)?')"
    cut = f"regexp_full_match({hop}, '[0-9a-fA-F:.]+/[0-9]+')"
    whole = f"regexp_full_match({hop}, '([0-9.]+/32|[0-9a-fA-F:.]+/128)')"
    return (
        f"CASE WHEN regexp_matches({text}, '[*xX/]') THEN {starred} OR {cut} AND NOT {whole} ELSE false END"
    )


def address_value(text: str) -> str:
    """The first hop of an address list without port, zone and brackets.

    IPv4 is canonical after it, also where it is written as a number, IPv6 after `canonical_addresses`. A
    digest in hexadecimal digits, which some exporters write instead, stands behind the letter `DIGEST`: it
    can be shared like an address.
    """
    hop = _first_hop(text)
    whole_v4 = rf"regexp_extract({hop}, '^({_IPV4})(:[0-9]+|/32)?$', 1)"
    bare_v6 = rf"regexp_extract({hop}, '^\[?([0-9a-fA-F]*:[0-9a-fA-F:.]*)(%[^\]]*)?(\](:[0-9]+)?|/128)?$', 1)"
    digest = f"regexp_extract({hop}, '{_DIGEST}', 2)"
    number = f"try_cast(CASE WHEN regexp_full_match({hop}, '[0-9]{{8,10}}') THEN {hop} END AS BIGINT)"
    octets = ", ".join(f"{number} >> {bits} & 255" for bits in (24, 16, 8, 0))
    is_address = f"{number} BETWEEN {_LEAST_NUMBER} AND {_NUMBERS - 1}"
    return (
        f"CASE WHEN regexp_full_match({text}, '{_IPV4}') THEN {text}"
        f" WHEN {text} IS NOT NULL AND NOT {address_masked(text)}"
        f" THEN coalesce(nullif({whole_v4}, ''), nullif({bare_v6}, ''),"
        f" '{DIGEST}' || nullif(lower({digest}), ''),"
        f" CASE WHEN {is_address} THEN concat_ws('.', {octets}) END) END"
    )


def digest_of(text: str) -> str | None:
    """The address that `address_value` makes of a digest; None where the text is none."""
    found = re.match(_DIGEST, text)
    return f"{DIGEST}{found[2].lower()}" if found else None


def canonical_addresses(column: pa.ChunkedArray) -> pa.Array:
    """IPv6 texts in their one short form, IPv4-mapped ones as IPv4, NULL where it is no address.

    Parses each distinct text once; SQL has already settled IPv4.
    """
    encoded = column.combine_chunks().dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    distinct = [_canonical_address(text) for text in encoded.dictionary.to_pylist()]
    return pa.array(distinct, pa.string()).take(encoded.indices)


def _canonical_address(text: str) -> str | None:
    if ":" not in text:
        return text
    try:
        address = ipaddress.IPv6Address(text)
    except ValueError:
        return None
    return str(address.ipv4_mapped or address)


VALUE: dict[FieldType, Callable[[str], str]] = {
    FieldType.TEXT: text_value,
    FieldType.IDENTITY: identity_value,
    FieldType.ADDRESS: address_value,
    FieldType.NETWORK: network_value,
    FieldType.COUNTRY: country_value,
    FieldType.TIMESTAMP: timestamp_value,
    FieldType.DATE: date_value,
    FieldType.INTEGER: integer_value,
    FieldType.DECIMAL: decimal_value,
    FieldType.BOOLEAN: boolean_value,
    FieldType.JSON: json_value,
}
