"""The identity that accounts declare themselves: one organisation id, one domain of their own, or several.

It is what tells a company's batch job from a harvest, so it is always tested. It does not acquit: an
organisation with a high extraction finding may be a shell, and is shown as exactly that.
"""

from __future__ import annotations

from duckdb import DuckDBPyConnection

from distillscan.case.frame import frame, one
from distillscan.findings.document.verdict import DeclaredIdentity
from distillscan.findings.pseudonyms import Pseudonyms
from distillscan.findings.shared.ties import FEW
from distillscan.findings.verdict.core import Core
from distillscan.signals.declared import DOMAIN, MAX_TENANT_SHARE, ORGANISATION, is_for_all

#: Share of the core that must declare the same identity.
_MOST_DECLARE = 0.9
#: A domain that is neither known as free nor nearly all the cluster's is taken for a public provider above
#: this share of all mailboxes in the log.
_MAX_DOMAIN_SHARE = 0.05
_EXCLUSIVE = 0.9
#: Core accounts that make an organisation among several, and the share of ties that may cross between them.
_MIN_PART, _MAX_CROSSING = 5, 0.1

_CORE_DOMAIN = f"""
    SELECT account, declared
    FROM core_account JOIN declaration USING (account)
    WHERE cluster_id = $id AND kind = {DOMAIN}
"""
# domains that hardly anybody outside the core has
_OWN_DOMAINS = f"""
    SELECT declared
    FROM ({_CORE_DOMAIN}) core
    JOIN (SELECT declared, COUNT(*) AS holders FROM declaration WHERE kind = {DOMAIN}
          GROUP BY declared) everybody USING (declared)
    GROUP BY declared, holders
    HAVING COUNT(*) >= $least AND COUNT(*) >= {_EXCLUSIVE} * holders
    ORDER BY declared
"""
# of all holdings of cards and addresses, those whose value is mostly another domain's
_CROSSING = f"""
    WITH core AS (SELECT * FROM ({_CORE_DOMAIN}) WHERE declared IN (SELECT unnest($domains))),
    held AS (
        SELECT value, declared, COUNT(*) AS n
        FROM core_held JOIN core USING (account)
        WHERE cluster_id = $id AND signal IN ('card', 'billing', 'ip')
        GROUP BY value, declared
    )
    SELECT (SELECT COUNT(*) FROM core)
               / (SELECT COUNT(*) FROM core_account WHERE cluster_id = $id),
           1 - SUM(most) / SUM(n)
    FROM (SELECT MAX(n) AS most, SUM(n) AS n FROM held GROUP BY value)
"""


def _most_declared(
    connection: DuckDBPyConnection, cluster_id: str, kind: int
) -> tuple[str, float, float, float] | None:
    """Return what most declare of a kind, its share of the core and of the log, and the core's of it."""
    row = one(
        connection,
        """
        WITH core AS (SELECT account FROM core_account WHERE cluster_id = $id),
        most AS (
            SELECT declared, COUNT(*) AS n FROM declaration SEMI JOIN core USING (account)
            WHERE kind = $kind GROUP BY declared ORDER BY n DESC, declared LIMIT 1
        ),
        everybody AS (
            SELECT COUNT(*) AS n FROM declaration
            WHERE kind = $kind AND declared = (SELECT declared FROM most)
        )
        SELECT declared, most.n / (SELECT COUNT(*) FROM core),
               everybody.n / (SELECT COUNT(*) FROM account), most.n / everybody.n
        FROM most, everybody
        """,
        {"id": cluster_id, "kind": kind},
    )
    return None if row is None else (str(row[0]), float(row[1]), float(row[2]), float(row[3]))


def declared_identity(
    connection: DuckDBPyConnection, core: Core, pseudonyms: Pseudonyms
) -> DeclaredIdentity | None:
    """Return the identity that at least nine tenths of the core declare, or None."""
    organisation = _most_declared(connection, core.cluster_id, ORGANISATION)
    if organisation and organisation[1] >= _MOST_DECLARE and organisation[2] <= MAX_TENANT_SHARE:
        return DeclaredIdentity(
            kind="organisation id", pseudonym=pseudonyms.of("org_id", organisation[0]), share=organisation[1]
        )
    domain = _most_declared(connection, core.cluster_id, DOMAIN)
    if domain is None:
        return None
    name, share, share_of_log, exclusive = domain
    if share < _MOST_DECLARE:
        return _several_organisations(connection, core)
    if is_for_all(name) or (exclusive < _EXCLUSIVE and share_of_log > _MAX_DOMAIN_SHARE):
        return None
    return DeclaredIdentity(kind="e-mail domain", pseudonym=pseudonyms.of("email_domain", name), share=share)


def _several_organisations(connection: DuckDBPyConnection, core: Core) -> DeclaredIdentity | None:
    """Return the customers of one product, or a group of companies: each part has a domain of its own.

    Customers share no cards or addresses. An operator with many throw-away domains does; so does a group of
    companies, but it has few domains and its people sleep.
    """
    domains = connection.execute(_OWN_DOMAINS, {"id": core.cluster_id, "least": _MIN_PART}).fetchall()
    own = [str(name) for (name,) in domains if not is_for_all(str(name))]
    share, crossing = frame(connection, _CROSSING, {"id": core.cluster_id, "domains": own}).row(0)
    apart = crossing is not None and crossing <= _MAX_CROSSING
    if share < _MOST_DECLARE or not (apart or (core.work.has_night and len(own) <= FEW)):
        return None
    return DeclaredIdentity(
        kind="several organisations", pseudonym=f"{len(own)} e-mail domains", share=round(float(share), 4)
    )
