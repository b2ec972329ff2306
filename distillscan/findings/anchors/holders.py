"""Who holds the values that anchors name, whether anybody else holds them or not."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

import polars as pl
from duckdb import DuckDBPyConnection

from distillscan.case.frame import registered
from distillscan.logs.values import digest_of
from distillscan.signals.identity import DOMAIN

#: Fields of the records, by the name of the signal that is made of them.
_SIGNAL_OF = {
    "client_ip": "ip",
    "signup_ip": "ip",
    "payment_fingerprint": "card",
    "device_id": "device",
    "inviter_id": "inviter",
    "tls_fingerprint": "tls",
}
_FOLDED = frozenset({"email", "email_domain", "email_local", "email_name", "mailbox"})

# a value that one account alone holds is no shared value, so these are looked up in the records themselves
_LOOKUPS: dict[str, tuple[tuple[str, str], ...]] = {
    "account_id": (("account", "account_id"),),
    "org_id": (("accepted", "org_id"), ("accounts", "org_id")),
    "ip": (("accepted", "client_ip"), ("accounts", "signup_ip")),
    "user_agent": (("accepted", "user_agent"),),
    "asn": (("accepted", "asn"),),
    "tls": (("accepted", "tls_fingerprint"),),
    "card": (("accounts", "payment_fingerprint"),),
    "email": (("accounts", "lower(trim(email))"),),
    "email_domain": (("accounts", DOMAIN),),
    "phone": (("accounts", "phone"),),
    "device": (("accounts", "device_id"),),
    "inviter": (("accounts", "inviter_id"),),
}

_SHARED = """
    SELECT w.signal, w.content, i.account
    FROM wanted_anchor w JOIN shared_value s USING (signal, content) JOIN incidence i ON i.value = s.value
    UNION
    SELECT w.signal, w.content, a.account
    FROM wanted_anchor w
    JOIN account_signals s ON lower(s.signal) = w.signal AND s.value = w.content
    JOIN account a USING (account_id)
"""


def signal_name(given: str) -> str:
    """Return the signal that an anchor names, by its own name or that of the field it is made of."""
    name = given.strip().lower()
    return _SIGNAL_OF.get(name, name)


def pseudonymised(signal: str, value: str) -> tuple[str, str]:
    """Return the kind and the value that an anchored value has its pseudonym from, as everywhere else."""
    name = signal_name(signal)
    return "account" if name == "account_id" else name, _canonical(signal, value)


def holders_of(
    connection: DuckDBPyConnection, wanted: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], frozenset[int]]:
    """Return the numbers of the accounts that hold each (signal, value), as the anchors write them."""
    known = {given: (signal_name(given[0]), _canonical(*given)) for given in wanted}
    rows = pl.DataFrame(
        sorted(set(known.values())), schema={"signal": pl.String, "content": pl.String}, orient="row"
    )
    queries = [_SHARED]
    for signal in rows["signal"].unique().sort().to_list():
        queries += [_lookup(signal, table, column) for table, column in _LOOKUPS.get(signal, ())]
    held: dict[tuple[str, str], set[int]] = {}
    with registered(connection, "wanted_anchor", rows):
        for signal, content, account in connection.execute(" UNION ".join(queries)).fetchall():
            held.setdefault((signal, content), set()).add(account)
    return {given: frozenset(held.get(found, ())) for given, found in known.items()}


def _lookup(signal: str, table: str, column: str) -> str:
    """Return the query of one signal in one table; ``signal`` is a key of the lookups, never of the data."""
    return f"""
        SELECT '{signal}' AS signal, {column} AS content, account
        FROM {table} {"" if table == "account" else "JOIN account USING (account_id)"}
        WHERE {column} IN (SELECT content FROM wanted_anchor WHERE signal = '{signal}')
        GROUP BY ALL
    """


def _canonical(given: str, value: str) -> str:
    """Return a value as the case keeps it."""
    value, signal = value.strip(), signal_name(given)
    if signal == "ip":
        try:
            address = ipaddress.ip_address(value)
        except ValueError:
            return digest_of(value) or value
        return str(getattr(address, "ipv4_mapped", None) or address)
    if signal == "asn":
        return f"AS{value.upper().removeprefix('AS').strip()}"
    return value.lower() if signal in _FOLDED else value
