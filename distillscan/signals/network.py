"""NETWORK: from where. Masked, loop-back and unspecified addresses are no values; private ones may be."""

from distillscan.logs.values import DIGEST
from distillscan.signals.signal import Signal, Source, from_requests

FAMILY = "NETWORK"

_USABLE = "ip NOT IN ('0.0.0.0', '::', '::1') AND NOT starts_with(ip, '127.')"

_ADDRESSES = f"""
    SELECT account_id, ip, n, first_seen, last_seen
    FROM (
        SELECT account_id, client_ip AS ip, SUM(n) AS n,
               MIN(first_seen) AS first_seen, MAX(last_seen) AS last_seen
        FROM used WHERE client_ip IS NOT NULL
        GROUP BY account_id, client_ip
        UNION ALL
        SELECT account_id, signup_ip, COUNT(*), MIN(created_at), MAX(created_at)
        FROM accounts WHERE signup_ip IS NOT NULL
        GROUP BY account_id, signup_ip
    )
    WHERE {_USABLE}
"""

#: The block of an address ``ip``, which is in canonical form: dotted IPv4, or compressed lower-case IPv6. A
#: digest has none.
BLOCK = f"""
    CASE WHEN starts_with(ip, '{DIGEST}') THEN NULL
         WHEN contains(ip, ':')
         THEN concat_ws(':', split_part(ip, ':', 1), split_part(ip, ':', 2), split_part(ip, ':', 3))
              || '::/48'
         ELSE regexp_extract(ip, '^([0-9]+[.][0-9]+[.][0-9]+)[.]', 1) || '.0/24'
    END
"""

#: The wide network of an address ``content``: the first 8 bits of IPv4, 32 of IPv6. A digest has none.
WIDE_NETWORK = f"""
    CASE WHEN starts_with(content, '{DIGEST}') THEN NULL
         WHEN contains(content, ':')
         THEN concat_ws(':', split_part(content, ':', 1), split_part(content, ':', 2))
         ELSE split_part(content, '.', 1)
    END
"""


_BY_ADDRESS = f"""
    SELECT account_id, ip AS content, SUM(n) AS n, MIN(first_seen) AS first_seen, MAX(last_seen) AS last_seen
    FROM ({_ADDRESSES})
    GROUP BY account_id, ip
"""
# a block with one address in the whole log says nothing that the address does not
_BY_BLOCK = f"""
    WITH placed AS (SELECT *, {BLOCK} AS block FROM ({_ADDRESSES})),
    blocks AS (SELECT block FROM placed GROUP BY block HAVING COUNT(DISTINCT ip) > 1)
    SELECT account_id, block AS content, SUM(n) AS n,
           MIN(first_seen) AS first_seen, MAX(last_seen) AS last_seen
    FROM placed JOIN blocks USING (block)
    GROUP BY account_id, block
"""

SIGNALS = (
    Signal(FAMILY, "ip", ("client_ip",), Source(_BY_ADDRESS, of_request="ip"), binding=True),
    Signal(FAMILY, "ip_block", ("client_ip",), Source(_BY_BLOCK, of_request=BLOCK), binding=True),
    Signal(FAMILY, "asn", ("asn",), from_requests("asn"), broad=True, plain=True),
)
