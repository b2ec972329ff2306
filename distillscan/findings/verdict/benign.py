"""The innocent explanations, each tested on each cluster and printed with its result."""

from __future__ import annotations

from duckdb import DuckDBPyConnection

from distillscan.case.frame import frame
from distillscan.findings.document.verdict import BenignExplanation, DeclaredIdentity, Finding
from distillscan.findings.shared.ties import FEW, GATEWAY, MOST, Ties
from distillscan.findings.verdict.core import Core
from distillscan.findings.verdict.places import several_places
from distillscan.findings.verdict.region import region_explanation
from distillscan.findings.verdict.statements import not_testable, tested
from distillscan.findings.wording import counted, declares, joined, percent
from distillscan.signals import content
from distillscan.signals.registry import SIGNALS

#: Shared addresses per account from which on accounts rotate through them, if they may have reason to.
_ROTATING = 1.5
#: Share of the holders of its texts that is core, from which on the texts are the cluster's own, not public.
_EXCLUSIVE = 0.8

_EXCLUSIVENESS = """
    SELECT SUM(together) / SUM(holders)
    FROM (SELECT DISTINCT value, together, holders FROM core_held
          WHERE cluster_id = ? AND family = 'CONTENT' AND NOT broad)
"""


def benign_explanations(
    connection: DuckDBPyConnection,
    core: Core,
    identity: DeclaredIdentity | None,
    extraction: Finding,
    concealment: Finding,
) -> list[BenignExplanation]:
    """Return every explanation tested, in a fixed order."""
    return [
        _organisation(identity),
        _access_point(core, extraction),
        _one_payer(core, extraction, concealment),
        several_places(core.accounts, core.places, extraction, concealment),
        _public_cause(core, _exclusiveness(connection, core.cluster_id), extraction),
        region_explanation(connection, core.cluster_id, core.accounts, core.families),
    ]


def _organisation(identity: DeclaredIdentity | None) -> BenignExplanation:
    name = "one organisation, openly"
    if identity is None:
        statement = "No organisation id and no domain of their own is common to nine tenths of the core."
        return tested(name, statement, explains=False)
    return tested(name, f"{declares(identity, percent(identity.share))}.", explains=True)


def _access_point(core: Core, extraction: Finding) -> BenignExplanation:
    """Test for a campus, an office or a carrier's gateway: few addresses reach all, and nothing else binds.

    Accounts that rotate hold several addresses of a pool. People behind a gateway hold one, or the few that
    the gateway has; these are no rotation where extraction is low.
    """
    name = "one access network (campus, office, carrier gateway)"
    ties = core.ties
    if "NETWORK" not in ties.families:
        return tested(name, "No shared address ties the core.", explains=False)
    points = ties.addresses
    if points is None:
        return tested(name, "No single address ties the core.", explains=False)
    statement = (
        f"The {FEW} most shared addresses reach {points.few:,} of {counted(core.accounts, 'core account')}, "
        f"which hold {points.held:.1f} shared addresses each"
    )
    others = [
        family for family in ties.families if family != "NETWORK" and not _by_devices_alone(ties, family)
    ]
    if others:
        verb = "binds" if len(others) == 1 else "bind"
        return tested(
            name, f"{statement}, and {joined(others)} {verb} them besides the network.", explains=False
        )
    still = points.held <= _ROTATING or (extraction.grade in ("none", "low") and points.values <= GATEWAY)
    explains = points.few >= MOST * core.accounts and still and extraction.grade != "high"
    alone = f"{statement}, nothing else binds them, and extraction is {extraction.grade}."
    return tested(name, alone, explains=explains)


def _by_devices_alone(ties: Ties, family: str) -> bool:
    """Whether a family binds by devices alone, as the computers of a cafe or a library do."""
    signals = {signal.name for signal in SIGNALS if signal.family == family}
    return signals & ties.signals.keys() == {"device"}


def _one_payer(core: Core, extraction: Finding, concealment: Finding) -> BenignExplanation:
    """Test for an office, an event or an agency without a domain: few cards and addresses, nothing hidden."""
    name = "one payer, openly (office, agency, event, laboratory)"
    tied_by = core.ties.signals
    payers = [tied_by[signal] for signal in ("card", "billing") if signal in tied_by]
    cards, points = max(payers, key=lambda payer: payer.few, default=None), core.ties.addresses
    if cards is None or points is None:
        return tested(
            name, "The core is not tied by both a common card and a common address.", explains=False
        )
    statement = (
        f"The {FEW} most used cards reach {cards.few:,} and the {FEW} most used addresses "
        f"{points.few:,} of {counted(core.accounts, 'core account')}; extraction is {extraction.grade} and "
        f"concealment {concealment.grade}."
    )
    held_by_few = min(cards.few, points.few) >= MOST * core.accounts
    fits = held_by_few and extraction.grade != "high" and concealment.grade == "low"
    return tested(name, statement, explains=fits)


def _public_cause(core: Core, exclusive: float, extraction: Finding) -> BenignExplanation:
    """Test for a popular product, a benchmark, a launch or an assignment: texts and hours, nothing binding.

    After a launch nearly all users of a product may be new, so all holders of its texts are in the core; but
    extraction is then not high.
    """
    name = "a public cause (popular product, benchmark, launch, assignment)"
    families, bound_by = core.families, core.ties.families
    if content.FAMILY not in families:
        return not_testable(
            name, "No common texts tie the core, and texts are what a public cause would give it."
        )
    if bound_by:
        tie = "ties" if len(bound_by) == 1 else "tie"
        said = f"{joined(bound_by)} also {tie} the core."
        statement = f"A public cause explains common texts and hours, but {said}"
        return tested(name, statement, explains=False)
    carry = "carry" if len(families) > 1 else "carries"
    statement = (
        f"Only {joined(families)} {carry} the core, {percent(exclusive)} of those who hold its texts are in "
        f"it, and extraction is {extraction.grade}."
    )
    timed = "NETWORK" not in families and extraction.grade != "high"
    return tested(name, statement, explains=exclusive < _EXCLUSIVE or timed)


def _exclusiveness(connection: DuckDBPyConnection, cluster_id: str) -> float:
    """Return the share of the holders of the cluster's CONTENT that are core, 1 where all of it is broad."""
    share = frame(connection, _EXCLUSIVENESS, [cluster_id]).item()
    return 1.0 if share is None else float(share)
