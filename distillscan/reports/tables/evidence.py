"""Tables of what speaks against a cluster, of what changes it, and of its days."""

from collections.abc import Iterator
from datetime import date

from distillscan.findings.document import Cluster, Findings
from distillscan.reports import sentences, whole_log
from distillscan.reports.tables.table import Column, Kind, Table, Value
from distillscan.reports.wording import count, counted, percent

_EVERY = "all"
_CLUSTER = Column("cluster", "Cluster")


def exculpatory(findings: Findings) -> Table:
    """What speaks against each cluster, or could not be looked at: a row each."""
    columns = (
        _CLUSTER,
        Column("kind", "What kind"),
        Column("subject", "Subject"),
        Column("result", "Result"),
        Column("statement", "What was seen"),
    )
    rows = [row for cluster in findings.clusters for row in _against(cluster)]
    return Table.of(
        "exculpatory",
        "Evidence against",
        columns,
        [*rows, *_blind_spots(findings)],
        [
            "Listed are the innocent explanations that were tested, findings that came out low or none, a "
            "core that shrinks under other settings, values that accounts outside the core hold too, and "
            "what this log could not show. An explanation that does not explain a cluster is listed all "
            "the same.",
        ],
    )


def _against(cluster: Cluster) -> Iterator[tuple[Value, ...]]:
    for tried in cluster.benign_explanations:
        yield cluster.label, "innocent explanation", tried.name, tried.result, tried.statement
    for question, finding in sentences.findings(cluster):
        if finding.grade in {"low", "none"}:
            seen = " ".join(evidence.statement for evidence in finding.evidence)
            yield cluster.label, "finding", question, finding.grade, seen or "Nothing was seen."
    for variant in cluster.sensitivity:
        if variant.kept < cluster.accounts.core:
            statement = (
                f"{count(variant.kept)} of {counted(cluster.accounts.core, 'core account')} stay together."
            )
            yield cluster.label, "other settings", variant.setting, "weaker", statement
    yield from _shared_with_others(cluster)


def _shared_with_others(cluster: Cluster) -> Iterator[tuple[Value, ...]]:
    """The signals whose values, as far as the document lists them, accounts outside the core hold too."""
    outside: dict[str, list[int]] = {}
    for value in cluster.values:
        outside.setdefault(value.signal, []).append(value.holders - value.core_holders)
    shared = [
        f"{count(sum(map(bool, others)))} of {count(len(others))} {signal} "
        f"(by {counted(max(others), 'other account')} at most)"
        for signal, others in outside.items()
        if any(others)
    ]
    if shared:
        statement = f"Of the values listed, accounts outside the core hold {', '.join(shared)}."
        yield cluster.label, "shared with others", "values", "not exclusive", statement


def _blind_spots(findings: Findings) -> Iterator[tuple[Value, ...]]:
    for family in findings.tested.families_missing:
        statement = "The log holds nothing that two accounts share in it."
        yield _EVERY, "blind spot", family, "not testable", statement
    for field, covered in whole_log.fields_missing(findings.population):
        statement = f"The field is there in {percent(covered)} of the {whole_log.carrier(field)}s."
        yield _EVERY, "blind spot", field, "incomplete", statement


def sensitivity(findings: Findings) -> Table:
    """Each cluster's core under other settings and without each family."""
    columns = (
        _CLUSTER,
        Column("setting", "Setting"),
        Column("core_accounts", "Core accounts under it", Kind.COUNT),
        Column("kept", "Of this core", Kind.COUNT),
        Column("core_accounts_reported", "Core accounts reported", Kind.COUNT),
    )
    rows = [
        (cluster.label, variant.setting, variant.core_accounts, variant.kept, cluster.accounts.core)
        for cluster in findings.clusters
        for variant in cluster.sensitivity
    ]
    note = (
        "Each row analyses the log again with one change. Core accounts under it: the core of the cluster "
        "that then holds most of the reported one. Of this core: how many reported core accounts are in it."
    )
    return Table.of("sensitivity", "Sensitivity", columns, rows, [note])


def timeline(findings: Findings) -> Table:
    """Requests and active accounts of each cluster's core on each day that has any."""
    columns = (
        _CLUSTER,
        Column("day", "Day", Kind.DAY, "UTC"),
        Column("requests", "Requests", Kind.COUNT),
        Column("accounts", "Active accounts", Kind.COUNT),
        Column("log_requests", "Requests of the log", Kind.COUNT),
        Column("log_accounts", "Active accounts of the log", Kind.COUNT),
        Column("events", "Events"),
    )
    log = {one.day: (one.requests, one.accounts) for one in findings.days}
    events: dict[date, list[str]] = {}
    for event in findings.events:
        events.setdefault(event.day, []).append(f"{event.kind}: {event.name}")
    rows = [
        (
            cluster.label,
            *(one.day, one.requests, one.accounts),
            *log.get(one.day, (None, None)),
            "; ".join(events.get(one.day, [])),
        )
        for cluster in findings.clusters
        for one in cluster.timeline
    ]
    note = "Core accounts, and all accounts of the log. Days are UTC; a day without requests has no row."
    return Table.of("timeline", "Requests by day", columns, rows, [note])
