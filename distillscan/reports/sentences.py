"""Sentences and lists over the findings document that more than one report shows."""

from __future__ import annotations

from distillscan.case.overview import KindLedger
from distillscan.findings.coordination import carrying_families
from distillscan.findings.document import (
    Cluster,
    Confidence,
    ExplainedGroup,
    Finding,
    Findings,
    Infrastructure,
    InputFile,
    Population,
    SmallGroups,
    Template,
    Tested,
)
from distillscan.findings.wording import declares
from distillscan.logs.record import REQUESTS
from distillscan.reports.wording import count, counted, day, share


def matching(cluster: Cluster, figure: str) -> str:
    """How many of its requests are the cluster's own, or that this cannot be told; ``figure`` is how many."""
    if cluster.count_error is None and cluster.requests.matching_core == cluster.requests.members_core:
        return (
            "which of them are the cluster's own cannot be told: it has hardly any text or address of its own"
        )
    found = f"{figure} of them match the cluster's own templates, inserts or addresses"
    if cluster.count_error is not None and cluster.count_error.open:
        return f"at least {found}; the others are unlike what everybody sends, and any may be its own too"
    return found


def accounts(cluster: Cluster) -> tuple[int, int]:
    """Accounts of the core, and of the core and the probable tier together: the lower and the upper count."""
    return cluster.accounts.core, cluster.accounts.core + cluster.accounts.probable


def findings(cluster: Cluster) -> list[tuple[str, Finding]]:
    """The three findings of a cluster with their names, in the order they are always shown."""
    return [
        ("coordination", cluster.coordination),
        ("extraction", cluster.extraction),
        ("concealment", cluster.concealment),
    ]


def wrongly_included(cluster: Cluster) -> int:
    """The most core accounts that are wrong, as far as scores say: each has odds of nine to one or better."""
    return -(-cluster.accounts.core // 10)


def earlier(cluster: Cluster) -> str | None:
    """What a cluster has in common with those of earlier cases, in a phrase; None if none was compared."""
    if cluster.earlier is None:
        return None
    found = (
        f"{one.label} of {one.bundle}: {counted(one.shared_accounts, 'account')}, "
        f"{counted(one.shared_values, 'value')}"
        for one in cluster.earlier
    )
    return "; ".join(found) or "none"


def families_present(cluster: Cluster) -> list[str]:
    """The families that tie a quarter of the core or more, as coordination counts them."""
    carrying = carrying_families(cluster.families, cluster.accounts.core)
    return [evidence.family for evidence in carrying]


def families(cluster: Cluster, tested: Tested) -> str:
    """The families that tie the cluster, counted and named, and those that tie little of it."""
    present = families_present(cluster)
    few = [tie.family for tie in cluster.families if tie.family not in present]
    named = f"{len(present)} of {counted(len(tested.families), 'family', 'families')} ({', '.join(present)})"
    tie = "ties" if len(few) == 1 else "tie"
    return f"{named}; {', '.join(few)} {tie} less than a quarter of the core" if few else named


def declared(cluster: Cluster) -> str:
    """The common identity the accounts declare, in a sentence."""
    identity = cluster.declared_identity
    if identity is None:
        return "No common identity is declared."
    return f"{declares(identity, share(identity.share))}."


def template(used: Template) -> str:
    """How much a template was used and by whom, in a line."""
    others = used.accounts - used.core_accounts
    beside = f" and {counted(others, 'other account')}" if others else ""
    return (
        f"{counted(used.requests, 'request')} with {counted(used.distinct_prompts, 'distinct prompt')} since "
        f"{day(used.first_seen)}, by {counted(used.core_accounts, 'core account')}{beside}"
    )


def population(log: Population) -> str:
    """The log as a whole, in a sentence."""
    return (
        f"{counted(log.requests, 'request')} of {counted(log.accounts, 'account')} between "
        f"{day(log.first_seen)} and {day(log.last_seen)} ({counted(log.days, 'day')}); "
        f"{count(log.accounts_in_table)} of these accounts have a row in an accounts table."
    )


def inputs_by_kind(result: Findings) -> list[KindLedger]:
    """The ledger summed by kind of file, kinds in the order of the document."""
    by_kind: dict[str, list[InputFile]] = {}
    for file in result.inputs:
        by_kind.setdefault(file.kind, []).append(file)
    return [
        KindLedger(
            kind=kind,
            files=len(files),
            read=sum(file.read for file in files),
            accepted=sum(file.accepted for file in files),
            duplicate=sum(file.duplicate for file in files),
            rejected=sum(file.rejected for file in files),
        )
        for kind, files in by_kind.items()
    ]


def permutations(tested: Tested) -> str:
    """What the permuted copies of the log gave: its own false-cluster rate, in a sentence."""
    if tested.permutations == 0:
        return "No permutation was made, so this log's own rate of false clusters is not known."
    made = counted(tested.permutations, "permuted copy", "permuted copies")
    if tested.permuted_clusters == 0:
        most = 3 / tested.permutations
        return (
            f"None of {made} of this log gave a cluster: at most {most:.2g} false clusters are to be "
            "expected in it (95 % bound, rule of three)."
        )
    expected = tested.permuted_clusters / tested.permutations
    return (
        f"{made} of this log gave {counted(tested.permuted_clusters, 'cluster')}; the largest had "
        f"{counted(tested.permuted_largest, 'account')}. False clusters to be expected in it: {expected:.2g}."
    )


def tests_made(tested: Tested) -> str:
    """How many pairs of values were tested and accepted, in a sentence."""
    return (
        f"{counted(tested.possible_pairs, 'pair')} of values from different families could have agreed, and "
        f"all count as tests; {count(tested.overlapping_pairs)} overlapped, {count(tested.accepted_single)} "
        f"were accepted singly and {count(tested.accepted_pooled)} in pooled tests."
    )


def small_groups(groups: SmallGroups) -> str:
    """What was found below the reporting size, in a sentence."""
    if groups.groups == 0:
        return f"No group of fewer than {counted(groups.below, 'account')} was seen to act together."
    return (
        f"{counted(groups.groups, 'group')} of fewer than {counted(groups.below, 'account')} "
        f"({counted(groups.accounts, 'account')} in all), such as households on one card, "
        f"{'is' if groups.groups == 1 else 'are'} not reported."
    )


def fields_missing(log: Population) -> list[tuple[str, float]]:
    """The fields that fewer than all requests or accounts carry, with the share that does, least first."""
    partial = sorted((covered, field) for field, covered in log.field_coverage.items() if covered < 1)
    return [(field, covered) for covered, field in partial]


def coverage_gaps(log: Population) -> list[str]:
    """The fields that not all requests, or not all accounts, carry: a sentence for each of the two."""
    gaps: dict[str, list[str]] = {}
    for field, covered in fields_missing(log):
        gaps.setdefault(carrier(field), []).append(f"{field} in {share(covered)}")
    return [f"Not every {of} has every field: {', '.join(fields)}." for of, fields in sorted(gaps.items())]


def carrier(field: str) -> str:
    """What a field of the log's coverage is one of: a request, or else an account."""
    return "request" if field in REQUESTS.names else "account"


def explained(group: ExplainedGroup) -> str:
    """A group that an innocent explanation accounts for, with what was seen."""
    return (
        f"{counted(group.accounts, 'account')}, {counted(group.requests, 'request')}, tied by "
        f"{', '.join(group.families)}: {group.explanation}. {group.statement}"
    )


def infrastructure(shared: Infrastructure) -> str:
    """Cards or addresses that several clusters share."""
    values = ", ".join(f"{count(number)} {signal}" for signal, number in shared.shared_values.items())
    return (
        f"{', '.join(shared.clusters)} share {values} ({counted(shared.accounts, 'core account')} in all). "
        "They stay apart because their workloads differ; a shared pool is no evidence of one against another."
    )


def sensitivity(cluster: Cluster) -> str:
    """What other settings and the loss of each family make of a cluster, in a sentence."""
    parts = [
        f"{variant.setting}: {count(variant.core_accounts)} ({count(variant.kept)} of these)"
        for variant in cluster.sensitivity
    ]
    return f"Core accounts under other settings: {'; '.join(parts)}."


def not_found(result: Findings) -> list[str]:
    """What was not found and what could not be tested, a sentence each."""
    sentences = []
    if not any(cluster.verdict == "campaign" for cluster in result.clusters):
        sentences.append(
            "No campaign was found. Groups that share nothing two families agree on cannot be seen."
        )
    if result.tested.families_missing:
        missing = ", ".join(result.tested.families_missing)
        sentences.append(f"Not tested, for the log holds nothing for it: {missing}.")
    sentences += coverage_gaps(result.population)
    return [*sentences, small_groups(result.small_groups), *result.notes]


def peak(cluster: Cluster) -> str:
    """The busiest day of a cluster, in a sentence."""
    busiest = cluster.peak_day
    return (
        f"Busiest day: {busiest.day.isoformat()}, {counted(busiest.requests, 'request')} of "
        f"{counted(busiest.accounts, 'account')}."
    )


def confidence(level: Confidence) -> list[str]:
    """How sure it is that a cluster is one, then each criterion with what became of it."""
    criteria = [f"{'Met' if one.met else 'Not met'}: {one.name}. {one.statement}" for one in level.criteria]
    return [level.statement, *criteria]
