"""The canonical records as data: what a field is called, what it holds and whether it must be there."""

from dataclasses import dataclass, replace
from enum import Enum

from distillscan.errors import LogError


class FieldType(Enum):
    """How the text found in an export becomes a value."""

    TEXT = "text"  # free text, kept as it is; only the empty text is missing
    IDENTITY = "identity"  # trimmed; words such as "unknown" are missing
    ADDRESS = "address"  # an IP address in its canonical form
    NETWORK = "network"  # an autonomous system number, as AS64500
    COUNTRY = "country"  # upper case
    TIMESTAMP = "timestamp"
    DATE = "date"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    JSON = "json"  # minified where it is valid, else as it is


@dataclass(frozen=True)
class Field:
    """One canonical field."""

    name: str
    type: FieldType
    required: bool = False


@dataclass(frozen=True)
class Record:
    """One kind of canonical record."""

    kind: str
    fields: tuple[Field, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Field names, in order."""
        return tuple(field.name for field in self.fields)

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the fields without which a row is rejected."""
        return tuple(field.name for field in self.fields if field.required)


def _fields(type_: FieldType, names: str) -> tuple[Field, ...]:
    return tuple(Field(name, type_) for name in names.split())


ACCOUNT_FIELDS = ("account_id", "org_id", "api_key_id", "end_user_id", "upstream_account_id")

REQUESTS = Record(
    "requests",
    (
        Field("account_id", FieldType.IDENTITY, required=True),
        Field("timestamp", FieldType.TIMESTAMP, required=True),
        *_fields(
            FieldType.IDENTITY, "request_id org_id api_key_id end_user_id upstream_account_id session_id"
        ),
        *_fields(FieldType.IDENTITY, "provider model"),
        *_fields(FieldType.TEXT, "system prompt"),
        *_fields(FieldType.JSON, "messages tools"),
        *_fields(FieldType.TEXT, "response"),
        *_fields(FieldType.INTEGER, "input_tokens output_tokens reasoning_tokens cached_tokens"),
        *_fields(FieldType.DECIMAL, "temperature max_tokens top_p"),
        *_fields(FieldType.JSON, "stop"),
        *_fields(FieldType.BOOLEAN, "stream"),
        *_fields(FieldType.ADDRESS, "client_ip"),
        *_fields(FieldType.IDENTITY, "user_agent tls_fingerprint"),
        *_fields(FieldType.NETWORK, "asn"),
        *_fields(FieldType.COUNTRY, "country"),
        *_fields(FieldType.IDENTITY, "endpoint"),
        *_fields(FieldType.INTEGER, "status_code"),
        *_fields(FieldType.TEXT, "error"),
        *_fields(FieldType.DECIMAL, "latency_ms"),
        *_fields(FieldType.IDENTITY, "finish_reason"),
        *_fields(FieldType.INTEGER, "record_number"),
        *_fields(FieldType.DECIMAL, "sample_rate"),
    ),
)

#: The fields that the prompt is made of: all that is read where a single prompt is fetched again.
PROMPTS = Record(
    REQUESTS.kind, tuple(field for field in REQUESTS.fields if field.name in ("system", "prompt", "messages"))
)

ACCOUNTS = Record(
    "accounts",
    (
        Field("account_id", FieldType.IDENTITY, required=True),
        *_fields(FieldType.IDENTITY, "org_id"),
        *_fields(FieldType.TIMESTAMP, "created_at"),
        *_fields(
            FieldType.IDENTITY, "email phone payment_fingerprint payment_bin payment_funding billing_name"
        ),
        *_fields(FieldType.COUNTRY, "billing_country"),
        *_fields(FieldType.IDENTITY, "plan"),
        *_fields(FieldType.ADDRESS, "signup_ip"),
        *_fields(FieldType.COUNTRY, "signup_country"),
        *_fields(FieldType.IDENTITY, "device_id inviter_id status"),
        *_fields(FieldType.TIMESTAMP, "banned_at"),
    ),
)

SIGNALS = Record(
    "signals",
    (
        Field("account_id", FieldType.IDENTITY, required=True),
        Field("signal", FieldType.IDENTITY, required=True),
        Field("value", FieldType.IDENTITY, required=True),
        *_fields(FieldType.IDENTITY, "family"),
        *_fields(FieldType.TIMESTAMP, "first_seen last_seen"),
    ),
)

EVENTS = Record(
    "events",
    (
        Field("date", FieldType.DATE, required=True),
        Field("kind", FieldType.IDENTITY, required=True),
        Field("name", FieldType.IDENTITY, required=True),
    ),
)

ANCHORS = Record(
    "anchors",
    (
        Field("signal", FieldType.IDENTITY, required=True),
        Field("value", FieldType.IDENTITY, required=True),
        Field("entity", FieldType.IDENTITY, required=True),
        *_fields(FieldType.IDENTITY, "source grade"),
    ),
)

#: What another log, such as a gateway's, knows of the same requests: it is joined to them for what they lack.
EDGE = Record(
    "edge",
    (
        Field("timestamp", FieldType.TIMESTAMP, required=True),
        *_fields(FieldType.IDENTITY, " ".join(("request_id", *ACCOUNT_FIELDS))),
        *_fields(FieldType.ADDRESS, "client_ip"),
        *_fields(FieldType.IDENTITY, "user_agent tls_fingerprint"),
        *_fields(FieldType.NETWORK, "asn"),
        *_fields(FieldType.COUNTRY, "country"),
    ),
)

RECORDS = {record.kind: record for record in (REQUESTS, ACCOUNTS, EDGE, SIGNALS, EVENTS, ANCHORS)}


def record_of(kind: str, account_field: str = "account_id") -> Record:
    """The record of one kind; among requests ``account_field`` is the one that names the account.

    Raises LogError for an account field that is not one of the five identities.
    """
    record = RECORDS[kind]
    if account_field not in ACCOUNT_FIELDS:
        raise LogError(
            f"no account field is called {account_field!r}: choose one of {', '.join(ACCOUNT_FIELDS)}"
        )
    if kind != "requests":
        return record
    required = {account_field, "timestamp"}
    return Record(kind, tuple(replace(field, required=field.name in required) for field in record.fields))
