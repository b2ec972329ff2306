"""What a signal is: a named query from the case's records to (account, shared content) rows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Signal:
    """One kind of value that accounts can share.

    ``query`` is a SELECT over the case's records that yields, for each account and content,
    the columns ``account_id``, ``content`` (VARCHAR), ``n`` (requests or rows behind it), ``first_seen`` and
    ``last_seen`` (TIMESTAMP or NULL). Missing is missing: it yields no row for an absent value.
    """

    family: str
    name: str
    query: str
    #: Describes a population (a network operator, a client program) rather than an act. Two broad values are
    #: never tested against each other, because language, country and fashion join them, and a broad value
    #: enters the graph only when nearly all its holders stand in accepted associations.
    broad: bool = False
    #: Takes an effort to share: an instrument, an address, a mailbox. A public cause, such as a launch, an
    #: assignment or a popular product, gives strangers the same texts and hours, but never these.
    binding: bool = False


#: Temporary table ``used``: accepted requests that are alike in all that signals look at, as one row.
USED = """
    CREATE OR REPLACE TEMP TABLE used AS
    SELECT account_id, client_ip, asn, user_agent, tls_fingerprint, tools_key, parameters_key,
           COUNT(*) AS n, MIN(ts) AS first_seen, MAX(ts) AS last_seen
    FROM accepted GROUP BY ALL
"""


def from_accounts(content: str, where: str = "TRUE") -> str:
    """Return the query of a signal that is one expression over the account table."""
    return f"""
        SELECT account_id, {content} AS content, COUNT(*) AS n,
               MIN(created_at) AS first_seen, MAX(created_at) AS last_seen
        FROM accounts
        WHERE {content} IS NOT NULL AND {content} <> '' AND ({where})
        GROUP BY account_id, content
    """


def from_requests(content: str, where: str = "TRUE") -> str:
    """Return the query of a signal that is one expression over the columns of table `USED`."""
    return f"""
        SELECT account_id, {content} AS content, SUM(n) AS n,
               MIN(first_seen) AS first_seen, MAX(last_seen) AS last_seen
        FROM used
        WHERE {content} IS NOT NULL AND {content} <> '' AND ({where})
        GROUP BY account_id, content
    """
