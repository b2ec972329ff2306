"""The scan: from the accepted records of a case to its findings, stage by stage.

Every stage leaves its table in the case, so an analyst can open it; the document is kept with a digest of
what it was made from, and is only given out again while that still holds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from duckdb import DuckDBPyConnection

from distillscan import __version__
from distillscan.arrays import Int64s
from distillscan.association.associate import tested_pairs
from distillscan.association.bundles import add_bundles
from distillscan.case.frame import frame, one
from distillscan.case.settle import settle
from distillscan.case.store import Case
from distillscan.clusters.error_rate import PermutedRuns, run_permutations, strata_of_activity
from distillscan.clusters.find import find_clusters
from distillscan.clusters.peeling import Clustering
from distillscan.clusters.store import Stored, store
from distillscan.errors import UnfitDataError
from distillscan.findings.anchors.attribution import with_anchors
from distillscan.findings.capabilities.profile import with_capabilities
from distillscan.findings.capabilities.rules import Rules
from distillscan.findings.counts import measures
from distillscan.findings.counts.sensitivity import sensitivity
from distillscan.findings.describe import describe_clusters
from distillscan.findings.document import SCHEMA_VERSION, Cluster, ExplainedGroup, Findings, SmallGroups
from distillscan.findings.document.whole_log import InputFile, Tested
from distillscan.findings.headline import headline
from distillscan.findings.pseudonyms import keep_derived_key
from distillscan.findings.settings import Settings
from distillscan.findings.shared.infrastructure import infrastructures
from distillscan.findings.stored import basis
from distillscan.findings.verdict.confidence import with_confidence
from distillscan.findings.when.chronology import with_chronology
from distillscan.findings.whole_log.gaps import gap_notes, mapping_notes
from distillscan.findings.whole_log.population import families_tested, input_files, population, request_ledger
from distillscan.findings.wording import joined
from distillscan.signals import incidence as signals
from distillscan.signals.declared import declared
from distillscan.signals.incidence import Incidence


@dataclass(frozen=True)
class Stage:
    """The stage that a scan has reached: its name, and the number of all stages."""

    name: str
    number: int
    total: int


_STAGES = (
    "collect shared values",
    "associate values across families",
    "vary the settings",
    "measure chance on permuted logs",
    "count members and requests",
    "describe clusters",
    "read what was asked for",
    "replay the days",
)


def scan(
    case: Case, *, settings: Settings, progress: Callable[[Stage], None] = lambda stage: None
) -> Findings:
    """Analyse a case, keep every stage and the document in it, and return the document.

    Raises:
        UnfitDataError: the case holds no accepted request.
    """
    _begin(case)
    connection, threads = case.connection, case.threads
    stages = iter(Stage(name, number, len(_STAGES)) for number, name in enumerate(_STAGES, start=1))
    progress(next(stages))
    texts = signals.build(connection)
    identities = declared(connection)
    add_bundles(connection, signals.load(connection, identities))
    incidence, activity = signals.load(connection, identities), _activity(connection)
    progress(next(stages))
    with case.idle():
        tested = tested_pairs(incidence)
        accepted = tested.accepted(settings.levels)
        clustering = find_clusters(incidence, settings.levels, settings.seed, threads, accepted)
        progress(next(stages))
        variants = sensitivity(tested, clustering, settings.levels, settings.seed, threads)
        # lest it is in memory beside all permutations
        del tested
        progress(next(stages))
        permuted = _permuted(incidence, activity, clustering, settings, threads)
    progress(next(stages))
    with case.streaming():
        stored = store(connection, incidence, texts, clustering, settings.min_accounts)
        measures.lay_out(connection, texts, stored)
        progress(next(stages))
        clusters, explained = describe_clusters(case, texts, clustering, stored, permuted, variants)
    progress(next(stages))
    clusters = with_capabilities(case, clusters, settings.capabilities)
    findings = _document(case, settings, clustering, stored, permuted, clusters, explained)
    progress(next(stages))
    findings = with_chronology(connection, findings, settings, identities)
    findings = with_confidence(with_anchors(connection, findings))
    connection.execute(
        "INSERT INTO findings VALUES (?, ?)",
        [basis(connection, settings.printed()), findings.model_dump_json()],
    )
    return findings


def _begin(case: Case) -> None:
    settle(case)
    if one(case.connection, "SELECT 1 FROM accepted LIMIT 1") is None:
        raise UnfitDataError("the case holds no accepted request; ingest a request log first")
    # a scan that is stopped half-way must not leave an older result beside newer tables
    case.connection.execute("DELETE FROM findings")
    keep_derived_key(case)


def judge_again(case: Case, findings: Findings, rules: Rules) -> Findings:
    """Return the findings of a case with capability profiles by other rules, and keep them in the case."""
    settings = findings.tested.settings | {"capability_rules": rules.origin}
    judged = findings.model_copy(
        update={
            "clusters": with_capabilities(case, findings.clusters, rules),
            "tested": findings.tested.model_copy(update={"settings": settings}),
        }
    )
    case.connection.execute(
        "UPDATE findings SET basis = ?, document = ?",
        [basis(case.connection, settings), judged.model_dump_json()],
    )
    return judged


def _activity(connection: DuckDBPyConnection) -> Int64s:
    """The number of requests of each account (n,)."""
    return frame(
        connection,
        "SELECT n FROM account JOIN (SELECT account_id, COUNT(*) AS n FROM accepted GROUP BY account_id) "
        "USING (account_id) ORDER BY account",
    )["n"].to_numpy()


def _permuted(
    incidence: Incidence,
    activity: Int64s,
    clustering: Clustering,
    settings: Settings,
    threads: int,
) -> PermutedRuns:
    return run_permutations(
        incidence,
        strata_of_activity(activity, clustering.membership.core_cluster()),
        settings.levels,
        permutations=settings.permutations,
        min_accounts=settings.min_accounts,
        seed=settings.seed,
        threads=threads,
    )


def _document(
    case: Case,
    settings: Settings,
    clustering: Clustering,
    stored: Stored,
    permuted: PermutedRuns,
    clusters: list[Cluster],
    explained: list[ExplainedGroup],
) -> Findings:
    connection = case.connection
    families, missing = families_tested(connection)
    found = clustering.accepted
    pooled = int(found.associations.pooled.sum())
    log, inputs = population(connection), input_files(connection)
    small = SmallGroups(
        groups=stored.small_groups, accounts=stored.small_accounts, below=settings.min_accounts
    )
    return Findings(
        schema_version=SCHEMA_VERSION,
        tool_version=__version__,
        headline=headline(clusters, len(explained), small),
        inputs=inputs,
        ledger=request_ledger(case),
        population=log,
        tested=Tested(
            families=families,
            families_missing=missing,
            possible_pairs=found.possible_pairs,
            overlapping_pairs=found.overlapping_pairs,
            accepted_single=len(found.associations) - pooled,
            accepted_pooled=pooled,
            settings=settings.printed(),
            permutations=settings.permutations,
            permuted_clusters=permuted.clusters,
            permuted_largest=int(permuted.largest.max(initial=0)),
        ),
        clusters=clusters,
        infrastructures=infrastructures(connection, clusters),
        explained_groups=explained,
        small_groups=small,
        notes=[*_notes(inputs, missing), *mapping_notes(connection), *gap_notes(connection)],
    )


def _notes(inputs: list[InputFile], missing: list[str]) -> list[str]:
    notes = []
    if not any(file.kind == "accounts" for file in inputs):
        notes.append(
            "No account table was given: payment, mailboxes, devices and registration could not be compared, "
            "and a declared identity could not be looked for. Add one with --accounts."
        )
    elif missing:
        notes.append(f"No two accounts share any value of {joined(missing)}.")
    return notes
