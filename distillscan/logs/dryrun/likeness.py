"""For each canonical field, the key of an export that is most like it: by its name, and by its values."""

import ipaddress
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TypeVar

from distillscan.logs.dryrun.preview import FEWEST_ALIKE, TIME_AND_PLACE
from distillscan.logs.record import ACCOUNT_FIELDS, ACCOUNTS, Field, FieldType, Record
from distillscan.logs.sample import RawRecord, opened, places, value_at
from distillscan.logs.values import TIME_FORMS, is_clock

_Value = TypeVar("_Value")

# Names that exports give the fields, in the order of trust; a word that is part of many names stands last.
_SYNONYMS = {
    "account_id": "account_id customer_id user_id uid account customer user subscriber_id subscriber "
    "tenant_id key_owner custom_id x_consumer_custom_id consumer member_id member username login caller_id "
    "caller principal_id principal client_id user_hash uid_hash account_hash customer_key account_key",
    "timestamp": "timestamp time ts date created_at request_time start_time started_at event_time datetime "
    "logged_at called_at inserted_at occurred_at log_time receive_time received_at sent_at time_generated",
    "request_id": "request_id req_id trace_id correlation_id call_id uuid id rid",
    "org_id": "org_id organization_id organisation_id organization org company team_id workspace_id tenant",
    "api_key_id": "api_key_id key_id api_key token_id key_hash api_key_hash token_hash",
    "end_user_id": "end_user_id end_user enduser external_user",
    "upstream_account_id": "upstream_account_id upstream channel_id channel pool_account",
    "session_id": "session_id session conversation_id thread_id chat_id sid",
    "provider": "provider vendor",
    "model": "model model_name model_id model_version engine deployment",
    "system": "system system_prompt instructions system_message system_instructions preamble sys system_text "
    "system_prompt_hash system_hash system_instruction system_instruction_parts",
    "prompt": "prompt user_prompt input inputs question query text content request_text "
    "utterance user_message user_text prompt_text prompt_preview message prompt_hash "
    "prompt_sha256 prompt_digest input_hash",
    "messages": "messages conversation input_messages chat contents",
    "tools": "tools functions tool_definitions",
    "response": "response completion output answer reply response_text",
    "input_tokens": "input_tokens prompt_tokens tokens_in prompt_token_count input_token_count tokens_input",
    "output_tokens": "output_tokens completion_tokens tokens_out generated_tokens completion_token_count "
    "output_token_count tokens_output",
    "reasoning_tokens": "reasoning_tokens thinking_tokens",
    "cached_tokens": "cached_tokens cache_read_tokens",
    "temperature": "temperature temp",
    "max_tokens": "max_tokens max_output_tokens max_completion_tokens",
    "top_p": "top_p",
    "stop": "stop stop_sequences",
    "stream": "stream streaming is_stream",
    "client_ip": "client_ip ip ip_address remote_addr source_ip src_ip remote_ip x_forwarded_for address src "
    "peer_ip remote_address client_address ip_hash address_hash",
    "user_agent": "user_agent user_agent_original useragent ua agent client client_program browser",
    "tls_fingerprint": "tls_fingerprint ja4 ja3 ja3_hash tls_fp",
    "asn": "asn as_number asn_number autonomous_system",
    "country": "country country_code geo_country geo cc",
    "endpoint": "endpoint path route url request_path uri",
    "status_code": "status_code status http_status response_code code",
    "error": "error error_message",
    "latency_ms": "latency_ms duration_ms latency duration elapsed_ms response_time_ms",
    "finish_reason": "finish_reason stop_reason",
    "sample_rate": "sample_rate sampling_rate sampling_ratio sample_ratio sampling_probability",
    "created_at": "created_at signup_time registered_at signup_at created signed_up signup signup_date "
    "registered joined_at joined join_date",
    "email": "email email_address mail mail_address user_email",
    "phone": "phone phone_number mobile mobile_number msisdn",
    "payment_fingerprint": "payment_fingerprint card_fingerprint fingerprint card_hash card_token "
    "payment_method_id card_id",
    "payment_bin": "payment_bin bin card_bin iin",
    "payment_funding": "payment_funding funding card_funding card_type card_kind funding_type",
    "billing_name": "billing_name cardholder cardholder_name card_holder name_on_card name",
    "billing_country": "billing_country card_country",
    "plan": "plan tier subscription",
    "signup_ip": "signup_ip registration_ip register_ip reg_ip join_ip signup_address",
    "signup_country": "signup_country registration_country country",
    "device_id": "device_id device device_fingerprint",
    "inviter_id": "inviter_id referrer_id invited_by referred_by",
    "status": "status state",
    "banned_at": "banned_at suspended_at",
}
#: Words that are short for another.
_SHORT = {
    "acct": "account",
    "cust": "customer",
    "usr": "user",
    "req": "request",
    "addr": "address",
    "txt": "text",
    "fp": "hash",
    "digest": "hash",
    "tok": "tokens",
}
#: Words that all stand for an identifier.
_SHORT |= dict.fromkeys(("ref", "uuid", "guid", "no", "nr", "num", "number"), "id")
_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+|[^\W\d_A-Za-z]+")
#: Identifiers of cards and machines have a digit; words such as "visa" or "mobile" have none.
_NUMBERED = ("payment_fingerprint", "device_id")
#: What differs between requests: who called, when, and from where.
TELLING = (*ACCOUNT_FIELDS, *TIME_AND_PLACE)
_ENOUGH = 0.5
_NAMED_SO = 0.8
_VALUES = 50
_FEWEST_DIGITS = 5
_FEWEST_WORDS = 4
_TYPE_LETTERS = ("s", "d", "b", "g", "t")
_LONGEST_NAME = 100
_REMARK = re.compile(r"\s*(\([^()]*\)|\[[^\[\]]*\])$")
_MAILBOX = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
# A digest of an address, or its number.
_ADDRESS = re.compile(r"(?:[a-zA-Z0-9]{1,12}[:_])?[0-9a-fA-F]{12,128}|[0-9]{8,10}")
_PRODUCT = re.compile(r"[\w.-]+/[0-9v]")
_CLIENT = re.compile(r"[A-Za-z][\w. -]*/v?[0-9][\w.+-]*(\s|$)")
_DAY = re.compile(r"[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}|[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}")


def suggested_map(records: Sequence[RawRecord], record: Record) -> dict[str, str]:
    """Canonical name to path, for the fields of the record that some key of the sample is like.

    A field that stands under its own name is left out: a map does not need it. Each path is used once, the
    best likeness first. What is the same in all records does not say who called, when or from where, and is
    taken for it only where nothing else could be.
    """
    paths = _with_first_of_lists(records)
    names = _names_of(paths)
    same = without_difference(records, paths)
    own = {name for name in record.names if name in paths and not (name in same and name in TIME_AND_PLACE)}
    needed = {*record.required, *TIME_AND_PLACE}
    pairs = [
        (known.name in TELLING and path in same, -likeness, path.count("."), known.name, path)
        for known in record.fields
        if known.name not in own
        for path in paths
        if path not in own and (likeness := _likeness(known.name, names[path])) >= _ENOUGH
        if path not in same or known.name not in TELLING or known.name in needed
        if _has_shape(known, path, records)
    ]
    order = {name: position for position, name in enumerate(record.names)}
    ranked = sorted(pairs, key=lambda pair: (*pair[:3], order[pair[3]], pair[4]))
    chosen = _first_of(ranked, {}, is_same=False)
    for name in (known for known in _BY_VALUES if known in record.names and known not in own):
        if name not in chosen and not (name == "prompt" and "messages" in own | set(chosen)):
            free = [path for path in paths if path not in own | set(chosen.values())]
            alike = [path for path in free if mostly(_BY_VALUES[name], _values(path, records))]
            differ = [path for path in alike if path not in same]
            alike = differ if differ or name == "prompt" else alike
            # a text alone may be the answer
            if len(alike) == 1 and (name != "prompt" or "response" in own | set(chosen)):
                chosen[name] = alike[0]
    chosen = _first_of(ranked, chosen, is_same=True)
    if record.kind == ACCOUNTS.kind and "account_id" not in own | set(chosen):
        ids = [path for path in paths if _words(_ends(path)[-1]) == ("id",)]
        chosen |= {"account_id": ids[0]} if ids else {}
    return {name: chosen[name] for name in record.names if chosen.get(name, name) != name}


def _first_of(
    ranked: Sequence[tuple[bool, float, int, str, str]], chosen: dict[str, str], *, is_same: bool
) -> dict[str, str]:
    """The chosen fields, and further pairs in their order as long as both field and path are free."""
    for same, *_, name, path in ranked:
        if same is is_same and name not in chosen and path not in chosen.values():
            chosen = chosen | {name: path}
    return chosen


def _with_first_of_lists(records: Sequence[RawRecord]) -> list[str]:
    """The places of a sample; of a list of texts also its first one, such as the first hop of a request."""

    def is_list(path: str) -> bool:
        found = [opened(value) for value in _values(path, records)]
        return mostly(lambda value: isinstance(value, list) and isinstance((value or [None])[0], str), found)

    return [place for path in places(records) for place in (path, *([f"{path}.0"] if is_list(path) else []))]


def _names_of(paths: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """What each path is called: by all of its keys, and without the last one where that says a type.

    A key that stands alone below several others, as ``{"string": ...}`` does, is no name.
    """
    paths = tuple(paths)
    ends = [path.rpartition(".") for path in paths]
    beside = Counter(above for above, _, _ in ends)
    alone = Counter(last for above, _, last in ends if above and beside[above] == 1)
    types = {last for last, n in alone.items() if n > 1}
    return {
        path: (path, above) if last in types and beside[above] == 1 and above else (path,)
        for path, (above, _, last) in zip(paths, ends, strict=True)
    }


def another_writes(path: str, records: Sequence[RawRecord]) -> str:
    """The roles beside a text, where one says that not users wrote it; else empty."""
    roles = set(map(str, _values(f"{path.rpartition('.')[0]}.role".lstrip("."), records)))
    return ", ".join(sorted(roles)) if roles - {"user", "human"} else ""


def is_named(field_name: str, path: str) -> bool:
    """Whether a path has the name of a field, or nearly."""
    own = any(_words(end) in _SPELLED.get(field_name, ()) for end in _ends(path))
    return own or _likeness(field_name, (path,)) >= _NAMED_SO


def by_values_alone(found: Mapping[str, str], records: Sequence[RawRecord]) -> set[str]:
    """The paths of a suggestion whose names are not like those of their fields."""
    names = _names_of(places(records))
    listed = [(name, found[name]) for name in _BY_VALUES if name in found]
    return {path for name, path in listed if _likeness(name, names.get(path, (path,))) < _ENOUGH}


def without_difference(records: Sequence[RawRecord], paths: Iterable[str]) -> set[str]:
    """The paths at which one value stands in all of many records."""
    found = {path: [value_at(record.values, path) for record in records] for path in paths}
    many = len(records) >= FEWEST_ALIKE
    return {path for path, (first, *more) in found.items() if many and all(value == first for value in more)}


def may_be_name(text: str) -> bool:
    """Whether a text may tell one account from another: no amount, time, address or short word."""
    if _is_number(text):
        return text.isdecimal() and len(text) >= _FEWEST_DIGITS and not _is_time(text)
    return 4 <= len(text) <= _LONGEST_NAME and not (_is_time(text) or is_address(text))


def _words(name: str) -> tuple[str, ...]:
    words = [_SHORT.get(word, word) for word in map(str.lower, _WORDS.findall(name))]
    # Log Analytics ends the names of custom columns with a letter for their type
    return tuple(words[:-1] if len(words) > 1 and words[-1] in _TYPE_LETTERS else words)


def _likeness(field_name: str, paths: tuple[str, ...]) -> float:
    """From 0 to 1: how many words the end of a path has in common with the best name of the field."""
    return max(_likeness_of_one(field_name, path) for path in paths)


def _likeness_of_one(field_name: str, path: str) -> float:
    ends = [_words(end) for end in _ends(path)]
    last = _named_last(ends[0])
    is_another = bool(last) and field_name not in last and bool(last & set(ACCOUNT_FIELDS))
    # the last word of a name says what is named: ``api_customer`` is one
    is_kind = field_name == "account_id" and not last and ends[0][-1:] in _ONE_WORD
    best = _ENOUGH if field_name in last or is_kind else 0.0
    for rank, words in enumerate(_SPELLED.get(field_name, [_words(field_name)])):
        alike = len(set(words) & set(ends[0])) / len(set(words) | set(ends[0]))
        if is_another and field_name in ACCOUNT_FIELDS:
            alike = 0.0
        best = max(best, (1 - rank / 50) * (1.0 if words in ends else 0.9 * alike))
    return best


def _ends(path: str) -> tuple[str, str, str]:
    """The last key of a path, the last two, and all of them."""
    # Neither a remark in brackets nor a place in a list is part of a name. MongoDB writes the type of a value
    # as a key above it: {"$oid": ...}
    plain = _REMARK.sub("", path).split(".")
    parts = [part for part in plain if not (part.startswith("$") or part.isdecimal())] or [path]
    return parts[-1], " ".join(parts[-2:]), " ".join(parts)


def _named_last(words: tuple[str, ...]) -> frozenset[str]:
    """The fields named by the last words of a key, two or more: ``session_user_id`` names a user."""
    ends = (words[start:] for start in range(len(words) - 1))
    return next((_NAMED[end] for end in ends if end in _NAMED), frozenset())


def _has_shape(known: Field, path: str, records: Sequence[RawRecord]) -> bool:
    """Whether most values at a path could be of the field's type."""
    values = _values(path, records)
    if known.name in ("prompt", "messages") and another_writes(path, records):
        return False
    numbered = known.name not in _NUMBERED or any(re.search("[0-9]", str(value)) for value in values)
    # ids of requests that repeat would make repeats of all but the first
    apart = known.name != "request_id" or len(set(map(str, values))) >= 0.8 * len(values)
    return numbered and apart and mostly(lambda value: _fits(known.type, value), values)


def values_at(path: str, records: Iterable[RawRecord]) -> Iterator[object]:
    """What stands at a path, record by record."""
    found = (value_at(record.values, path) for record in records)
    return (value for value in found if value is not None)


def _values(path: str, records: Sequence[RawRecord]) -> list[object]:
    return list(islice(values_at(path, records), _VALUES))


def mostly(fits: Callable[[_Value], bool], values: Sequence[_Value]) -> bool:
    """Whether nearly all of some values fit."""
    return bool(values) and sum(map(fits, values)) >= 0.8 * len(values)


def _fits(kind: FieldType, value: object) -> bool:
    if isinstance(value, dict):
        return kind is FieldType.JSON
    if isinstance(value, bool) or isinstance(opened(value), list):
        return kind in (FieldType.TEXT, FieldType.JSON) or (
            kind is FieldType.BOOLEAN and value in (True, False)
        )
    check = _CHECKS.get(kind)
    return check is None or check(str(value).strip())


def is_address(text: str) -> bool:
    """Whether a text is an address, or a list of them."""
    return _is_one_address(text.split(",", maxsplit=1)[0].strip())


def _is_one_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return re.fullmatch(r"([0-9]{1,3}\.){3}([0-9]{1,3}|[*xX]+)(:[0-9]+|/[0-9]+)?", text) is not None
    return True


def _is_time(text: str) -> bool:
    if _is_number(text):
        return is_clock(float(text))
    return any(re.fullmatch(form, text) for form in TIME_FORMS)


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-?[0-9]{1,20}(\.[0-9]+)?([eE][+-]?[0-9]{1,2})?", text) is not None


def is_said(text: str) -> bool:
    """Whether a text is in some language: several words, or as many characters without spaces between."""
    is_other = _PRODUCT.match(text) or _is_time(text) or is_address(text) or text.startswith(("{", "["))
    wide = sum(letter > "\u2e7f" for letter in text)
    return not is_other and (len(text.split()) >= _FEWEST_WORDS or wide >= 2 * _FEWEST_WORDS)


def _matches(pattern: str) -> Callable[[str], bool]:
    return lambda text: re.fullmatch(pattern, text) is not None


_CHECKS: dict[FieldType, Callable[[str], bool]] = {
    FieldType.TEXT: lambda text: not _is_number(text),
    FieldType.ADDRESS: lambda text: is_address(text) or _ADDRESS.fullmatch(text) is not None,
    FieldType.TIMESTAMP: _is_time,
    FieldType.DATE: _is_time,
    FieldType.INTEGER: _is_number,
    FieldType.DECIMAL: _is_number,
    FieldType.NETWORK: _matches(r"(?i)(asn?)?\s*[0-9]{1,10}\b.*"),
    FieldType.COUNTRY: _matches("[A-Za-z]{2}"),
    FieldType.BOOLEAN: _matches("(?i)true|false|t|f|0|1"),
    FieldType.IDENTITY: lambda text: len(text) <= 300,
}
#: Fields that are recognised by their values, if no key has a similar name and only one has such values.
_BY_VALUES: dict[str, Callable[[object], bool]] = {
    "timestamp": lambda value: _fits(FieldType.TIMESTAMP, value) and not _DAY.fullmatch(str(value)),
    "client_ip": lambda value: is_address(str(value)),
    "user_agent": lambda value: _CLIENT.match(str(value)) is not None,
    "email": lambda value: _MAILBOX.fullmatch(str(value)) is not None,
    "prompt": lambda value: isinstance(value, str) and is_said(value),
}
#: The words of each of these names.
_SPELLED = {name: [_words(synonym) for synonym in listed.split()] for name, listed in _SYNONYMS.items()}
#: Single words that an account is called.
_ONE_WORD = {words for words in _SPELLED["account_id"] if len(words) == 1} - {("uid",)}
#: Names of two words or more to the fields that they are synonyms of.
_NAMED = {
    words: frozenset(name for name, listed in _SPELLED.items() if words in listed)
    for spelled in _SPELLED.values()
    for words in spelled
    if len(words) > 1
}
