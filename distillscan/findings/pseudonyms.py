"""Pseudonyms for values that name people: HMAC-SHA-256 under a key of the case, separated by kind of value.

Without a key of the analyst's own it is derived from the accepted records themselves, whatever their order,
so that the same log gives the same pseudonyms and nobody without the log can search for the value behind
one. A key of the analyst's own also holds against those who have the log, and across logs.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

import polars as pl
from duckdb import DuckDBPyConnection

from distillscan.case.frame import mapped, one
from distillscan.case.store import Case
from distillscan.errors import CaseError
from distillscan.findings.anchors.holders import pseudonymised
from distillscan.findings.document.model import Model
from distillscan.signals.identity import DOMAIN
from distillscan.signals.registry import SIGNALS

Document = TypeVar("Document", bound=Model)

_PLAIN = frozenset(signal.name for signal in SIGNALS if signal.plain)
#: The name of every key that was derived from the records; two are the same only for the same records.
DERIVED_KEY = "derived"
#: The name under which account ids have pseudonyms.
ACCOUNT = "account"
#: Hexadecimal digits: two of 125,000 accounts share a pseudonym with a probability of 3 in 100,000.
_LENGTH = 12
_PSEUDONYM = re.compile(rf"(?<![\w.-])([\w.][\w.-]*?)-[0-9a-f]{{{_LENGTH}}}(?![\w-])")
_LEAST_KEY_BYTES = 16
# entries of table meta: the key that the case was given, and the one that the last scan derived
_KEY, _DERIVED = "pseudonym_key", "derived_pseudonym_key"
#: Columns of tables that hold account ids.
_ACCOUNT_COLUMNS = ("account_id", "account_a", "account_b")


class Pseudonyms:
    """Turns values into pseudonyms, the same for the same value and signal within a case."""

    def __init__(self, connection: DuckDBPyConnection) -> None:
        """Take the key that the case was given, or derive one from its records."""
        given = _kept(connection, _KEY)
        self._key = given or _kept(connection, _DERIVED) or _derived_key(connection)
        #: Names the key without giving it away; `DERIVED_KEY` where the case was given none.
        self.key_id = DERIVED_KEY if given is None else hmac.digest(given, b"key id", "sha256").hex()[:16]

    def of(self, signal: str, value: str) -> str:
        """Return what is printed for a value: its pseudonym, or the value where it names nobody."""
        if signal in _PLAIN:
            return value
        message = signal.encode() + b"\x00" + value.encode("utf-8", "surrogatepass")
        return f"{signal}-{hmac.digest(self._key, message, 'sha256').hex()[:_LENGTH]}"

    def account(self, account_id: str) -> str:
        """Return the pseudonym of an account."""
        return self.of(ACCOUNT, account_id)

    def of_accounts(self, table: pl.DataFrame) -> pl.DataFrame:
        """Return a table with its account ids under their pseudonyms."""
        named = [name for name in _ACCOUNT_COLUMNS if name in table.columns]
        return table.with_columns(mapped(table[name], self.account) for name in named)


def read_key(path: Path) -> bytes:
    """Return the key in a file, surrounding white space left out.

    Raises CaseError when it cannot be read or is shorter than 16 bytes.
    """
    try:
        key = path.read_bytes().strip()
    except OSError as error:
        raise CaseError(f"cannot read the key {path}: {error.strerror}") from error
    if len(key) < _LEAST_KEY_BYTES:
        raise CaseError(
            f"the key in {path} has {len(key)} bytes; it needs {_LEAST_KEY_BYTES} or more: "
            "make one with `openssl rand -hex 32`"
        )
    return hmac.digest(key, b"distillscan pseudonyms", "sha256")


def give_key(case: Case, key: bytes) -> None:
    """Keep a key in the case; findings that were made under another are given up."""
    if _kept(case.connection, _KEY) == key:
        return
    with case.transaction():
        case.set_meta(_KEY, key.hex())
        case.connection.execute("DELETE FROM findings")


def keep_derived_key(case: Case) -> None:
    """Derive the key from the records as they are now and keep it: readers need not go through them again."""
    case.set_meta(_DERIVED, _derived_key(case.connection).hex())


def revealed(document: Document, connection: DuckDBPyConnection) -> Document:
    """Return a document or a part of one with the values wherever a pseudonym of the case stands."""
    parts = document.model_dump(mode="json")
    wanted = {match[0] for text in _texts(parts) for match in _PSEUDONYM.finditer(text)}
    values = _values_of(connection, wanted)
    return type(document).model_validate(_replaced(parts, values))


def hidden(text: str) -> str:
    """Return a text with all pseudonyms made equal, to compare what was written under two keys."""
    return _PSEUDONYM.sub(lambda match: f"{match[1]}-{'*' * _LENGTH}", text)


def _kept(connection: DuckDBPyConnection, name: str) -> bytes | None:
    row = one(connection, "SELECT value FROM meta WHERE key = ?", [name])
    return None if row is None else bytes.fromhex(row[0])


def _derived_key(connection: DuckDBPyConnection) -> bytes:
    row = one(
        connection,
        "SELECT COUNT(*), BIT_XOR(record), SUM(record::HUGEINT), BIT_XOR(request_key) "
        "FROM (SELECT request_key, hash(request_key, account_id, ts, prompt_key, client_ip) AS record "
        "FROM accepted)",
    )
    return hashlib.sha256(f"distillscan pseudonyms {row}".encode()).digest()


# every value that a document can name: what accounts share, what they declare, and the accounts themselves
_VALUES = f"""
    SELECT signal, content FROM shared_value
    UNION SELECT 'account', account_id FROM account
    UNION SELECT 'org_id', org_id FROM accepted WHERE org_id IS NOT NULL
    UNION SELECT 'org_id', org_id FROM accounts WHERE org_id IS NOT NULL
    UNION SELECT 'email_domain', {DOMAIN} FROM accounts WHERE contains(email, '@')
"""


def _values_of(connection: DuckDBPyConnection, wanted: set[str]) -> dict[str, str]:
    """Return the value behind each pseudonym, for those that belong to this case."""
    signals = {pseudonym[: -_LENGTH - 1] for pseudonym in wanted}
    pseudonyms = Pseudonyms(connection)
    rows = connection.execute(
        f"SELECT DISTINCT signal, content FROM ({_VALUES}) WHERE signal IN (SELECT unnest($signals))",
        {"signals": sorted(signals)},
    ).fetchall()
    # an anchor's value may be one that nobody shares
    anchors = connection.execute("SELECT DISTINCT signal, value FROM anchors").fetchall()
    rows += [pseudonymised(signal, value) for signal, value in anchors]
    named = ((pseudonyms.of(signal, content), content) for signal, content in rows)
    return {pseudonym: content for pseudonym, content in named if pseudonym in wanted}


def _texts(part: object) -> Iterable[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        for key, value in part.items():
            yield from (*_texts(key), *_texts(value))
    elif isinstance(part, list):
        for value in part:
            yield from _texts(value)


def _replaced(part: object, values: dict[str, str]) -> object:
    if isinstance(part, str):
        return _PSEUDONYM.sub(lambda match: values.get(match[0], match[0]), part)
    if isinstance(part, dict):
        return {key: _replaced(value, values) for key, value in part.items()}
    if isinstance(part, list):
        return [_replaced(value, values) for value in part]
    return part
