"""The innocent explanations, each tested on each cluster and printed with its result.

A new one is a function from the case and what is found of the core to its result, and a line of the table.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from duckdb import DuckDBPyConnection

from distillscan.case.frame import frame
from distillscan.findings.document.verdict import BenignExplanation, DeclaredIdentity, Finding
from distillscan.findings.shared.ties import FEW, GATEWAY, MOST, Ties
from distillscan.findings.verdict.core import Core
from distillscan.findings.verdict.region import one_country
from distillscan.findings.verdict.statements import Answer, tested
from distillscan.findings.wording import counted, declares, joined, percent
from distillscan.signals import content, network
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


@dataclass(frozen=True)
class Found:
    """What is found of a core before its innocent explanations are tested."""

    core: Core
    identity: DeclaredIdentity | None
    extraction: Finding
    concealment: Finding


def benign_explanations(connection: DuckDBPyConnection, found: Found) -> list[BenignExplanation]:
    """Return every explanation with its result, in the order of the table."""
    answers = {name: test(connection, found) for name, test in _EXPLANATIONS.items()}
    return [
        BenignExplanation(name=name, result=result, statement=statement)
        for name, (result, statement) in answers.items()
    ]


def _organisation(_: DuckDBPyConnection, found: Found) -> Answer:
    if found.identity is None:
        statement = "No organisation id and no domain of their own is common to nine tenths of the core."
        return tested(statement, explains=False)
    return tested(f"{declares(found.identity, percent(found.identity.share))}.", explains=True)


def _access_point(_: DuckDBPyConnection, found: Found) -> Answer:
    """Test for a campus, an office or a carrier's gateway: few addresses reach all, and nothing else binds.

    Accounts that rotate hold several addresses of a pool. People behind a gateway hold one, or the few that
    the gateway has; these are no rotation where extraction is low.
    """
    core, harvest = found.core, found.extraction.grade
    if network.FAMILY not in core.ties.families:
        return tested("No shared address ties the core.", explains=False)
    points = core.ties.addresses
    if points is None:
        return tested("No single address ties the core.", explains=False)
    statement = (
        f"The {FEW} most shared addresses reach {points.few:,} of {counted(core.accounts, 'core account')}, "
        f"which hold {points.held:.1f} shared addresses each on average"
    )
    others = [
        family
        for family in core.ties.families
        if family != network.FAMILY and not _by_devices_alone(core.ties, family)
    ]
    if others:
        verb = "binds" if len(others) == 1 else "bind"
        return tested(f"{statement}, and {joined(others)} {verb} them besides the network.", explains=False)
    still = points.held <= _ROTATING or (harvest in ("none", "low") and points.values <= GATEWAY)
    explains = points.few >= MOST * core.accounts and still and harvest != "high"
    return tested(f"{statement}, nothing else binds them, and extraction is {harvest}.", explains=explains)


def _by_devices_alone(ties: Ties, family: str) -> bool:
    """Whether a family binds by devices alone, as the computers of a cafe or a library do."""
    signals = {signal.name for signal in SIGNALS if signal.family == family}
    return signals & ties.signals.keys() == {"device"}


def _one_payer(_: DuckDBPyConnection, found: Found) -> Answer:
    """Test for an office, an event or an agency without a domain: few cards and addresses, nothing hidden."""
    tied_by, points = found.core.ties.signals, found.core.ties.addresses
    payers = [tied_by[signal] for signal in ("card", "billing") if signal in tied_by]
    cards = max(payers, key=lambda payer: payer.few, default=None)
    if cards is None or points is None:
        return tested("The core is not tied by both a common card and a common address.", explains=False)
    harvest = found.extraction.grade
    statement = (
        f"The {FEW} most used cards reach {cards.few:,} and the {FEW} most used addresses "
        f"{points.few:,} of {counted(found.core.accounts, 'core account')}; extraction is {harvest} and "
        f"concealment {found.concealment.grade}."
    )
    held_by_few = min(cards.few, points.few) >= MOST * found.core.accounts
    return tested(statement, explains=held_by_few and harvest != "high" and found.concealment.grade == "low")


def _several_places(_: DuckDBPyConnection, found: Found) -> Answer:
    """Test for branches: each account keeps to the addresses of one site, and so do cards and mailboxes.

    People work there, so accounts have a night, and they hide nothing.
    """
    places, work = found.core.places, found.core.work
    if places is None:
        return tested("No set of shared addresses reaches nearly all of the core.", explains=False)
    crossing = f"ties by {joined(places.crossing)} cross" if places.crossing else "no other tie crosses"
    statement = (
        f"{counted(places.points.values, 'shared address', 'shared addresses')} reach "
        f"{percent(places.points.reach / found.core.accounts)} of the core, at "
        f"{counted(places.number, 'site')}; {crossing} between sites, concealment is "
        f"{found.concealment.grade}{', and the hours have no night' if work.has_no_night else ''}."
    )
    fits = places.apart and not work.has_no_night and found.concealment.grade in ("none", "low")
    return tested(statement, explains=fits)


def _public_cause(connection: DuckDBPyConnection, found: Found) -> Answer:
    """Test for a popular product, a benchmark, a launch or an assignment: texts and hours, nothing binding.

    After a launch nearly all users of a product may be new, so all holders of its texts are in the core; but
    extraction is then not high.
    """
    families, bound_by = found.core.families, found.core.ties.families
    if content.FAMILY not in families:
        return tested(
            "No common texts tie the core, and texts are what a public cause would give it.", explains=None
        )
    if bound_by:
        tie = "ties" if len(bound_by) == 1 else "tie"
        said = f"{joined(bound_by)} also {tie} the core."
        return tested(f"A public cause explains common texts and hours, but {said}", explains=False)
    exclusive, harvest = _exclusiveness(connection, found.core.cluster_id), found.extraction.grade
    carry = "carry" if len(families) > 1 else "carries"
    statement = (
        f"Only {joined(families)} {carry} the core, {percent(exclusive)} of those who hold its texts are in "
        f"it, and extraction is {harvest}."
    )
    return tested(statement, explains=exclusive < _EXCLUSIVE or harvest != "high")


def _exclusiveness(connection: DuckDBPyConnection, cluster_id: str) -> float:
    """Return the share of the holders of the cluster's CONTENT that are core, 1 where all of it is broad."""
    share = frame(connection, _EXCLUSIVENESS, [cluster_id]).item()
    return 1.0 if share is None else float(share)


def _one_country(connection: DuckDBPyConnection, found: Found) -> Answer:
    return one_country(connection, found.core)


#: Each explanation by the name under which it is printed, and its test.
_EXPLANATIONS: dict[str, Callable[[DuckDBPyConnection, Found], Answer]] = {
    "one organisation, openly": _organisation,
    "one access network (campus, office, carrier gateway)": _access_point,
    "one payer, openly (office, agency, event, laboratory)": _one_payer,
    "one organisation at several sites (branches, schools)": _several_places,
    "a public cause (popular product, benchmark, launch, assignment)": _public_cause,
    "one country (its language, carriers and hours)": _one_country,
}
