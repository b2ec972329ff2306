"""Pseudonyms for values that name people: HMAC-SHA-256 under a key of the case, separated by kind of value.

The key is derived from the accepted records themselves, whatever their order, so that the same log gives the
same pseudonyms and nobody without the log can search for the value behind one.
"""

from __future__ import annotations

import hashlib
import hmac

from duckdb import DuckDBPyConnection

from distillscan.case.frame import one

#: Signals whose values say nothing of a person or an account; they are shown as they are.
PLAIN_SIGNALS = frozenset(
    {
        *("asn", "user_agent", "tls", "template", "insert", "system", "tools", "parameters"),
        *("signup_hour", "signup_day", "onset_hour", "stop_hour"),
    }
)
_LENGTH = 10


class Pseudonyms:
    """Turns values into pseudonyms, the same for the same value and signal within a case."""

    def __init__(self, connection: DuckDBPyConnection) -> None:
        """Derive the key of the case."""
        row = one(
            connection,
            "SELECT COUNT(*), BIT_XOR(content_key), SUM(content_key::HUGEINT), BIT_XOR(request_key) "
            "FROM accepted",
        )
        self._key = hashlib.sha256(f"distillscan pseudonyms {row}".encode()).digest()

    def of(self, signal: str, value: str) -> str:
        """Return what is printed for a value: its pseudonym, or the value where it names nobody."""
        if signal in PLAIN_SIGNALS:
            return value
        message = signal.encode() + b"\x00" + value.encode("utf-8", "surrogatepass")
        return f"{signal}-{hmac.digest(self._key, message, 'sha256').hex()[:_LENGTH]}"
