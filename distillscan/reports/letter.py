"""The letter table: one row a cluster with the figures a disclosure quotes, and its footnotes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from distillscan.findings.document import Cluster, Findings
from distillscan.reports import sentences, wording

Value = str | int | float | None


@dataclass(frozen=True)
class Column:
    """A column of the table: its name in a file, what it holds, and where the document has it."""

    name: str
    kind: type[str] | type[int] | type[float]
    value: Callable[[Findings, Cluster], Value]


COLUMNS: tuple[Column, ...] = (
    Column("cluster", str, lambda _, cluster: cluster.label),
    Column("cluster_id", str, lambda _, cluster: cluster.cluster_id),
    Column("verdict", str, lambda _, cluster: cluster.verdict),
    Column("first_seen", str, lambda _, cluster: wording.moment(cluster.first_seen)),
    Column("last_seen", str, lambda _, cluster: wording.moment(cluster.last_seen)),
    Column("days", int, lambda _, cluster: cluster.days),
    Column("accounts_core", int, lambda _, cluster: sentences.accounts(cluster)[0]),
    Column("accounts_core_and_probable", int, lambda _, cluster: sentences.accounts(cluster)[1]),
    Column("requests_by_members_core", int, lambda _, cluster: cluster.requests.members_core),
    Column("requests_by_members_core_and_probable", int, lambda _, cluster: cluster.requests.members_upper),
    Column("requests_matching_core", int, lambda _, cluster: cluster.requests.matching_core),
    Column("requests_matching_core_and_probable", int, lambda _, cluster: cluster.requests.matching_upper),
    Column("input_tokens", int, lambda _, cluster: cluster.input_tokens),
    Column("output_tokens", int, lambda _, cluster: cluster.output_tokens),
    Column("requests_per_day", float, lambda _, cluster: cluster.requests_per_day),
    Column("requests_per_account_per_day", float, lambda _, cluster: cluster.requests_per_account_per_day),
    Column("families_present", int, lambda _, cluster: len(cluster.families)),
    Column("families_tested", int, lambda findings, _: len(findings.tested.families)),
    Column("families", str, lambda _, cluster: " ".join(sentences.families_present(cluster))),
    Column("coordination", str, lambda _, cluster: cluster.coordination.grade),
    Column("extraction", str, lambda _, cluster: cluster.extraction.grade),
    Column("concealment", str, lambda _, cluster: cluster.concealment.grade),
    Column("p_value", float, lambda _, cluster: cluster.p_value),
)


def table(findings: Findings) -> pl.DataFrame:
    """One row a cluster in the order of the document; null where the log does not tell."""
    return pl.DataFrame(
        [[column.value(findings, cluster) for column in COLUMNS] for cluster in findings.clusters],
        schema={column.name: column.kind for column in COLUMNS},
        orient="row",
    )


def footnotes(findings: Findings) -> list[str]:
    """What the table's words mean, and over what it was counted; plain text, one sentence or two each."""
    ledger, population = findings.ledger, findings.population
    return [
        "An account is one value of the account field of the request log (account_id, unless another was "
        "chosen when the log was read). Core accounts are tied to the cluster by values of two or more "
        "families and are the lower count; core + probable adds accounts tied by one "
        "family and is the upper count.",
        "A request is one record of the log that is not a repeat. Requests by members are all requests of "
        "the cluster's accounts; matching requests are those of them that carry its own templates "
        "or inserts.",
        "Repeated records (the same account and request id, or, without an id, the same record in every "
        f"field) are counted once: {wording.count(ledger.duplicate)} of {wording.count(ledger.read)} records "
        f"read were repeats, and {wording.count(ledger.rejected)} were rejected.",
        "Times and days are UTC. First and last seen, days and rates are those of the core accounts; "
        "requests per day divide by the days of the window, first and last included.",
        sentences.population(population),
        "The p-value is the share of label-permuted copies of this log, the log itself counted, with a "
        f"cluster at least as strong. {sentences.permutations(findings.tested)}",
        "Counts are exact; rates are rounded to one decimal, p-values to two significant digits.",
        f"distillscan {findings.tool_version}, findings document {findings.schema_version}.",
    ]
