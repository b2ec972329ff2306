"""Concealment: do they hide being one? Graded only where accounts are tied and declare no common identity.

Three tables say all that is known of it. A way of hiding counts where it is seen; what is done openly takes
away the ways that hide nothing then; and where strangers would do all that is left, each for himself, it
hides nobody. A function of each table takes the case and the core, of the last two also what is seen; a new
one is a line here.

Source: docs/method.md, "Concealment".
"""

from __future__ import annotations

from duckdb import DuckDBPyConnection

from distillscan.findings.document.verdict import DeclaredIdentity, Evidence, Finding, Grade
from distillscan.findings.shared.ties import Ties
from distillscan.findings.verdict.core import Core
from distillscan.findings.verdict.openly import one_billing_name, own_doors
from distillscan.findings.verdict.statements import observed
from distillscan.findings.verdict.strangers import alone, behind_addresses, one_by_one
from distillscan.findings.verdict.throwaway import (
    DISPOSABLE_MAIL,
    MADE_MAILBOXES,
    VIRTUAL_CARDS,
    throwaway_means,
)
from distillscan.findings.verdict.ways import (
    MAIL_ALIASES,
    SPLIT_WORK,
    SPREAD_ADDRESSES,
    SPREAD_CARDS,
    mail_aliases,
    split_work,
    spread_addresses,
    spread_cards,
)
from distillscan.findings.wording import declares, joined, percent
from distillscan.signals import identity, network, payment, timing

#: Each way of hiding by the code of its evidence, in the order in which they are said, with the family in
#: which it hides; and what looks for them.
_WAYS = {
    SPREAD_CARDS: payment.FAMILY,
    VIRTUAL_CARDS: payment.FAMILY,
    SPREAD_ADDRESSES: network.FAMILY,
    DISPOSABLE_MAIL: identity.FAMILY,
    MADE_MAILBOXES: identity.FAMILY,
    MAIL_ALIASES: identity.FAMILY,
    SPLIT_WORK: timing.FAMILY,
}
_SEEN_BY = (spread_cards, throwaway_means, spread_addresses, mail_aliases, split_work)
#: What may be done openly, and the ways that hide nothing then.
_OPENLY = {
    one_billing_name: {SPREAD_CARDS, VIRTUAL_CARDS, SPREAD_ADDRESSES, SPLIT_WORK},
    own_doors: {SPREAD_CARDS, VIRTUAL_CARDS},
}
#: Why strangers would do all that is seen, each for himself; the first that fits is said.
_STRANGERS = (one_by_one, behind_addresses, alone)


def concealment(connection: DuckDBPyConnection, core: Core, identity: DeclaredIdentity | None) -> Finding:
    """Grade concealment by the families in which something is hidden: what only binds is coordination."""
    if identity is not None:
        said = f"{declares(identity, percent(identity.share))}."
        return Finding(grade="none", evidence=observed("declared", said, round(identity.share, 4)))
    seen = [way for look in _SEEN_BY for way in look(connection, core)]
    seen.sort(key=lambda way: list(_WAYS).index(way.code))
    openly: list[Evidence] = []
    for look, shown in _OPENLY.items():
        if said_openly := look(connection, core, seen):
            openly += said_openly
            seen = [way for way in seen if way.code not in shown]
    strangers = (excuse(connection, core, seen) for excuse in _STRANGERS if seen)
    excused = next(filter(None, strangers), [])
    hidden = {_WAYS[way.code] for way in seen}
    grade: Grade = "low" if excused or not hidden else "high" if len(hidden) >= 2 else "medium"
    return Finding(grade=grade, evidence=[*_undeclared(core.ties), *openly, *seen, *excused])


def _undeclared(ties: Ties) -> list[Evidence]:
    bound = f", yet they are bound by {joined(ties.families)}" if ties.families else ""
    return observed(
        "undeclared", f"The accounts declare no common organisation and no common domain of their own{bound}."
    )
