"""What every report says of the whole log, beside its clusters: titles, sentences and lists."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from distillscan.findings.document import ExplainedGroup, Findings, Infrastructure, SmallGroups
from distillscan.findings.document.whole_log import InputFile, Population, Tested
from distillscan.logs.record import REQUESTS
from distillscan.reports import decisions
from distillscan.reports.wording import count, counted, day, percent

READ = "What was read"
TESTED = "What was tested"
NOT_FOUND = "What was not found, or could not be tested"
EXPLAINED = "Explained, and not reported as clusters"
INFRASTRUCTURES = "Shared infrastructure"
ATTRIBUTION = "Attribution, by the anchors given"


def beside_clusters(findings: Findings) -> Iterator[tuple[str, list[str]]]:
    """What is said beside the clusters: titles, each with its lines.

    A title without lines is left out.
    """
    sections = (
        (decisions.TITLE, decisions.sentences(findings)),
        (ATTRIBUTION, attribution(findings)),
        (INFRASTRUCTURES, [infrastructure(shared) for shared in findings.infrastructures]),
        (EXPLAINED, [explained(group) for group in findings.explained_groups]),
    )
    return (section for section in sections if section[1])


def attribution(findings: Findings) -> list[str]:
    """What the anchors say: a line an entity, then one for each of its anchors."""
    lines = []
    for entity in findings.entities:
        lines.append(entity.statement)
        lines += [
            f"{entity.entity}, by {anchor.signal} {anchor.pseudonym} (source {anchor.source or 'not given'}, "
            f"grade {anchor.grade or 'not given'}): {anchor.statement}"
            for anchor in findings.anchors
            if anchor.entity == entity.entity
        ]
    return lines


def population(log: Population) -> str:
    """The log as a whole, in a sentence."""
    return (
        f"{counted(log.requests, 'request')} of {counted(log.accounts, 'account')} between "
        f"{day(log.first_seen)} and {day(log.last_seen)} ({counted(log.days, 'day')}); "
        f"{count(log.accounts_in_table)} of these accounts have a row in an accounts table."
    )


@dataclass(frozen=True)
class KindLedger:
    """The ledger of all files of one kind; read = accepted + duplicate + rejected."""

    kind: str
    files: int
    read: int
    accepted: int
    duplicate: int
    rejected: int


def by_kind(inputs: Iterable[InputFile]) -> list[KindLedger]:
    """The ledger summed by kind of file, kinds in the order of the files."""
    found: dict[str, list[InputFile]] = {}
    for file in inputs:
        found.setdefault(file.kind, []).append(file)
    return [
        KindLedger(
            kind=kind,
            files=len(files),
            read=sum(file.read for file in files),
            accepted=sum(file.accepted for file in files),
            duplicate=sum(file.duplicate for file in files),
            rejected=sum(file.rejected for file in files),
        )
        for kind, files in found.items()
    ]


def tests_made(tested: Tested) -> str:
    """How many pairs of values were tested and accepted, in a sentence."""
    return (
        f"{counted(tested.possible_pairs, 'pair')} of values from different families could have agreed, and "
        f"all count as tests; {count(tested.overlapping_pairs)} overlapped, {count(tested.accepted_single)} "
        f"were accepted singly and {count(tested.accepted_pooled)} in pooled tests."
    )


def permutations(tested: Tested) -> str:
    """What the permuted copies of the log gave: its own false-cluster rate, in a sentence."""
    if tested.permutations == 0:
        return "No permutation was made, so this log's own rate of false clusters is not known."
    made = counted(tested.permutations, "permuted copy", "permuted copies")
    if tested.permuted_clusters == 0:
        most = 3 / tested.permutations
        return (
            f"None of {made} of this log gave a cluster: chance alone is expected to make at most {most:.2g} "
            "false clusters in it (95 % bound, rule of three)."
        )
    expected = tested.permuted_clusters / tested.permutations
    return (
        f"{made} of this log gave {counted(tested.permuted_clusters, 'cluster')}; the largest had "
        f"{counted(tested.permuted_largest, 'account')}. False clusters to be "
        f"expected from chance alone: {expected:.2g}."
    )


def settings(tested: Tested) -> str:
    """The settings of the scan, in a sentence."""
    return f"Settings: {', '.join(f'{name} {value}' for name, value in tested.settings.items())}."


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
        "They are kept apart because their workloads differ; a shared pool is no evidence of one against "
        "another."
    )


def not_found(result: Findings) -> list[str]:
    """What was not found and what could not be tested, a sentence each."""
    sentences = []
    if not any(cluster.verdict == "campaign" for cluster in result.clusters):
        sentences.append(
            "No campaign was found. Groups whose common traces lie in one family only cannot be seen."
        )
    if result.tested.families_missing:
        missing = ", ".join(result.tested.families_missing)
        sentences.append(f"Not tested, because the log has no data for it: {missing}.")
    cut = result.ledger.rejected_by_reason.get("truncated_file", 0)
    if cut:
        sentences.append(
            f"{counted(cut, 'file')} of the log could be read only in part: the requests in the rest are "
            "missing, and their number is unknown."
        )
    sentences += coverage_gaps(result.population)
    return [*sentences, small_groups(result.small_groups), *result.notes]


def coverage_gaps(log: Population) -> list[str]:
    """The fields that not all requests, or not all accounts, carry: a sentence for each of the two."""
    gaps: dict[str, list[str]] = {}
    for field, covered in fields_missing(log):
        gaps.setdefault(carrier(field), []).append(f"{field} in {percent(covered)}")
    return [f"Not every {of} has every field: {', '.join(fields)}." for of, fields in sorted(gaps.items())]


def fields_missing(log: Population) -> list[tuple[str, float]]:
    """The fields that fewer than all requests or accounts carry, with the share that does, least first."""
    partial = sorted((covered, field) for field, covered in log.field_coverage.items() if covered < 1)
    return [(field, covered) for covered, field in partial]


def carrier(field: str) -> str:
    """What a field of the log's coverage is one of: a request, or else an account."""
    return "request" if field in REQUESTS.names else "account"


def small_groups(groups: SmallGroups) -> str:
    """What was found below the reporting size, in a sentence."""
    if groups.groups == 0:
        return f"No group of fewer than {counted(groups.below, 'account')} was seen to act together."
    return (
        f"{counted(groups.groups, 'group')} of fewer than {counted(groups.below, 'account')} "
        f"({counted(groups.accounts, 'account')} in all), such as households on one card, "
        f"{'is' if groups.groups == 1 else 'are'} not reported."
    )
