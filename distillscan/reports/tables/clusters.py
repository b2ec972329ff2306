"""Tables with a row for each cluster: the letter table as disclosures quote it, and all its figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from distillscan.findings.document import Cluster, Findings
from distillscan.reports import sentences
from distillscan.reports.footnotes import footnotes
from distillscan.reports.tables.capabilities import profile
from distillscan.reports.tables.table import Column, Kind, Table, Value


@dataclass(frozen=True)
class Figure:
    """A column with a row a cluster, and where the document has its value."""

    column: Column
    value: Callable[[Findings, Cluster], Value]


def _figure(
    name: str,
    title: str,
    kind: Kind,
    value: Callable[[Findings, Cluster], Value],
    absent: str = "-",
) -> Figure:
    return Figure(Column(name, title, kind, absent=absent), value)


LABEL = _figure("cluster", "Cluster", Kind.TEXT, lambda _, c: c.label)
CLUSTER_ID = _figure("cluster_id", "Key of its rows", Kind.TEXT, lambda _, c: c.cluster_id)

COUNTS: tuple[Figure, ...] = (
    _figure("verdict", "Verdict", Kind.TEXT, lambda _, c: c.verdict),
    _figure("first_seen", "First seen", Kind.TIME, lambda _, c: c.first_seen),
    _figure("last_seen", "Last seen", Kind.TIME, lambda _, c: c.last_seen),
    _figure("days", "Days", Kind.COUNT, lambda _, c: c.days),
    _figure("accounts_core", "Accounts, core", Kind.COUNT, lambda _, c: sentences.accounts(c)[0]),
    _figure(
        "accounts_core_and_probable",
        "Accounts, core + probable",
        Kind.COUNT,
        lambda _, c: sentences.accounts(c)[1],
    ),
    _figure(
        "requests_by_members_core",
        "Requests by members, core",
        Kind.COUNT,
        lambda _, c: c.requests.members_core,
    ),
    _figure(
        "requests_by_members_core_and_probable",
        "Requests by members, core + probable",
        Kind.COUNT,
        lambda _, c: c.requests.members_upper,
    ),
    _figure(
        "requests_matching_core", "Requests matching, core", Kind.COUNT, lambda _, c: c.requests.matching_core
    ),
    _figure(
        "requests_matching_core_and_probable",
        "Requests matching, core + probable",
        Kind.COUNT,
        lambda _, c: c.requests.matching_upper,
    ),
    _figure("input_tokens", "Tokens in", Kind.COUNT, lambda _, c: c.input_tokens, absent="not in the log"),
    _figure("output_tokens", "Tokens out", Kind.COUNT, lambda _, c: c.output_tokens, absent="not in the log"),
    _figure("requests_per_day", "Requests per day", Kind.RATE, lambda _, c: c.requests_per_day),
    _figure(
        "requests_per_account_per_day",
        "Requests per account per day",
        Kind.RATE,
        lambda _, c: c.requests_per_account_per_day,
    ),
)
EVIDENCE: tuple[Figure, ...] = (
    _figure(
        "families_present", "Families present", Kind.COUNT, lambda _, c: len(sentences.families_present(c))
    ),
    _figure("families_tested", "Families tested", Kind.COUNT, lambda f, _: len(f.tested.families)),
    _figure("families", "Families", Kind.TEXT, lambda _, c: " ".join(sentences.families_present(c))),
    _figure("coordination", "Coordination", Kind.TEXT, lambda _, c: c.coordination.grade),
    _figure("extraction", "Extraction", Kind.TEXT, lambda _, c: c.extraction.grade),
    _figure("concealment", "Concealment", Kind.TEXT, lambda _, c: c.concealment.grade),
    _figure("p_value", "p-value", Kind.P_VALUE, lambda _, c: c.p_value, absent="no permutation"),
)
TARGETED = _figure(
    "capabilities", "Targeted capabilities", Kind.TEXT, lambda _, c: profile(c), absent="not measured"
)
WRONGLY_INCLUDED = _figure(
    "wrongly_included_at_most",
    "Core accounts expected to be wrong, at most",
    Kind.COUNT,
    lambda _, c: sentences.wrongly_included(c),
)
EARLIER = _figure(
    "earlier_cases",
    "Overlap with earlier cases",
    Kind.TEXT,
    lambda _, c: sentences.earlier(c),
    absent="not compared",
)
DETAILS: tuple[Figure, ...] = (
    _figure("accounts_probable", "Accounts, probable", Kind.COUNT, lambda _, c: c.accounts.probable),
    _figure("accounts_lead", "Accounts, lead", Kind.COUNT, lambda _, c: c.accounts.lead),
    _figure("stability", "Stability over seeds", Kind.SHARE, lambda _, c: c.stability),
    _figure("peak_day", "Busiest day", Kind.DAY, lambda _, c: c.peak_day.day),
    _figure("peak_day_requests", "Requests on it", Kind.COUNT, lambda _, c: c.peak_day.requests),
    _figure("peak_day_accounts", "Accounts on it", Kind.COUNT, lambda _, c: c.peak_day.accounts),
    _figure(
        "declared_identity",
        "Declared identity",
        Kind.TEXT,
        lambda _, c: c.declared_identity.pseudonym if c.declared_identity else None,
        absent="none",
    ),
    _figure(
        "declared_share",
        "Share of the core that declares it",
        Kind.SHARE,
        lambda _, c: c.declared_identity.share if c.declared_identity else None,
    ),
)

LETTER = (LABEL, *COUNTS, TARGETED, *EVIDENCE, WRONGLY_INCLUDED, EARLIER, CLUSTER_ID)
CLUSTERS = (LABEL, CLUSTER_ID, *COUNTS, *EVIDENCE, *DETAILS)


def letter(findings: Findings) -> Table:
    """The letter table, a row a cluster in the order of the document."""
    return _table("letter", "Letter table", LETTER, findings)


def clusters(findings: Findings) -> Table:
    """Every figure that the document has of a cluster as a whole, a row each."""
    return _table("clusters", "Clusters", CLUSTERS, findings)


def _table(name: str, title: str, figures: tuple[Figure, ...], findings: Findings) -> Table:
    return Table.of(
        name,
        title,
        [figure.column for figure in figures],
        [[figure.value(findings, cluster) for figure in figures] for cluster in findings.clusters],
        footnotes(findings),
        upright=True,
    )
