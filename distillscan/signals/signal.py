"""What a signal is: a name, what its values are taken from, and how much they say."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """The values of a signal, and which records show them.

    ``query`` is a SELECT over the case's records that yields, for each account and content,
    the columns ``account_id``, ``content`` (VARCHAR), ``n`` (requests or rows behind it), ``first_seen`` and
    ``last_seen`` (TIMESTAMP or NULL). Missing is missing: it yields no row for an absent value.
    ``of_request`` is the content that a single request has, as an expression over `OF_REQUESTS` and over
    ``ip``, its address. ``by_row`` says that each row of the account table has its own.
    """

    query: str
    of_request: str | None = None
    by_row: bool = False


@dataclass(frozen=True)
class Signal:
    """One kind of value that accounts can share."""

    family: str
    name: str
    #: The fields of requests and of the account table without which it has no value.
    needs: tuple[str, ...]
    source: Source
    #: Describes a population (a network operator, a client program) rather than an act. Two broad values are
    #: never tested against each other, because language, country and fashion join them, and a broad value
    #: enters the graph only when nearly all its holders stand in accepted associations.
    broad: bool = False
    #: Takes an effort to share: an instrument, an address, a mailbox. A public cause, such as a launch, an
    #: assignment or a popular product, gives strangers the same texts and hours, but never these.
    binding: bool = False
    #: Its values say nothing of a person or an account, and are shown as they are; others get pseudonyms.
    plain: bool = False


#: What signals look at in a request, apart from its texts and its time.
OF_REQUESTS = "client_ip, asn, user_agent, tls_fingerprint, tools_key, parameters_key"
#: Temporary table ``used``: accepted requests that are alike in all of that, as one row.
USED = f"""
    CREATE OR REPLACE TEMP TABLE used AS
    SELECT account_id, {OF_REQUESTS},
           COUNT(*) AS n, MIN(ts) AS first_seen, MAX(ts) AS last_seen
    FROM accepted GROUP BY ALL
"""


def from_accounts(content: str, where: str = "TRUE") -> Source:
    """Return the source of a signal that is one expression over the account table."""
    query = f"""
        SELECT account_id, {content} AS content, COUNT(*) AS n,
               MIN(created_at) AS first_seen, MAX(created_at) AS last_seen
        FROM accounts
        WHERE {content} IS NOT NULL AND {content} <> '' AND ({where})
        GROUP BY account_id, content
    """
    return Source(query, by_row=True)


def from_requests(content: str) -> Source:
    """Return the source of a signal that is one expression over `OF_REQUESTS`."""
    query = f"""
        SELECT account_id, {content} AS content, SUM(n) AS n,
               MIN(first_seen) AS first_seen, MAX(last_seen) AS last_seen
        FROM used
        WHERE {content} IS NOT NULL AND {content} <> ''
        GROUP BY account_id, content
    """
    return Source(query, of_request=content)
