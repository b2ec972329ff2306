"""Tables with a row for each cluster: the letter table as disclosures quote it, and all its figures."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from distillscan.findings.document import Cluster, Findings
from distillscan.findings.document.whole_log import Tested
from distillscan.reports import sentences
from distillscan.reports.footnotes import footnotes
from distillscan.reports.tables.capabilities import profile
from distillscan.reports.tables.table import Column, Kind, Table, Value


@dataclass(frozen=True)
class Figure(Column):
    """A column with a row a cluster, and where the document has its value."""

    value: Callable[[Cluster], Value] = field(kw_only=True)


def _text(name: str, title: str, value: Callable[[Cluster], Value], absent: str = "-") -> Figure:
    return Figure(name, title, absent=absent, value=value)


def _count(name: str, title: str, value: Callable[[Cluster], Value], absent: str = "-") -> Figure:
    return Figure(name, title, Kind.COUNT, absent=absent, value=value)


_LABEL = _text("cluster", "Cluster", lambda c: c.label)
_CLUSTER_ID = _text("cluster_id", "Key of its rows", lambda c: c.cluster_id)

_UPPER = "core + probable"
_COUNTS = (
    _text("verdict", "Verdict", lambda c: c.verdict),
    Figure("first_seen", "First seen", Kind.TIME, value=lambda c: c.first_seen),
    Figure("last_seen", "Last seen", Kind.TIME, value=lambda c: c.last_seen),
    _count("days", "Days", lambda c: c.days),
    _count("accounts_core", "Accounts, core", lambda c: sentences.accounts(c)[0]),
    _count("accounts_core_and_probable", f"Accounts, {_UPPER}", lambda c: sentences.accounts(c)[1]),
    _count("requests_by_members_core", "Requests by members, core", lambda c: c.requests.members_core),
    _count(
        "requests_by_members_core_and_probable",
        f"Requests by members, {_UPPER}",
        lambda c: c.requests.members_upper,
    ),
    _count("requests_matching_core", "Requests matching, core", lambda c: c.requests.matching_core),
    _count(
        "requests_matching_core_and_probable",
        f"Requests matching, {_UPPER}",
        lambda c: c.requests.matching_upper,
    ),
    _count("input_tokens", "Tokens in", lambda c: c.input_tokens, absent="not in the log"),
    _count("output_tokens", "Tokens out", lambda c: c.output_tokens, absent="not in the log"),
    Figure("requests_per_day", "Requests per day", Kind.RATE, value=lambda c: c.requests_per_day),
    Figure(
        "requests_per_account_per_day",
        "Requests per account per day",
        Kind.RATE,
        value=lambda c: c.requests_per_account_per_day,
    ),
)
_TARGETED = _text("capabilities", "Targeted capabilities", profile, absent="not measured")
_WRONGLY_INCLUDED = _count(
    "wrongly_included_at_most", "Core accounts expected to be wrong, at most", sentences.wrongly_included
)
_EARLIER = _text("earlier_cases", "Overlap with earlier cases", sentences.earlier, absent="not compared")
_DETAILS = (
    _count("accounts_probable", "Accounts, probable", lambda c: c.accounts.probable),
    _count("accounts_lead", "Accounts, lead", lambda c: c.accounts.lead),
    Figure("stability", "Stability over seeds", Kind.SHARE, value=lambda c: c.stability),
    Figure("peak_day", "Busiest day", Kind.DAY, value=lambda c: c.peak_day.day),
    _count("peak_day_requests", "Requests on it", lambda c: c.peak_day.requests),
    _count("peak_day_accounts", "Accounts on it", lambda c: c.peak_day.accounts),
    _text(
        "declared_identity",
        "Declared identity",
        lambda c: c.declared_identity.pseudonym if c.declared_identity else None,
        absent="none",
    ),
    Figure(
        "declared_share",
        "Share of the core that declares it",
        Kind.SHARE,
        value=lambda c: c.declared_identity.share if c.declared_identity else None,
    ),
)


def _evidence(tested: Tested) -> tuple[Figure, ...]:
    return (
        _count("families_present", "Families present", lambda c: len(sentences.families_present(c))),
        _count("families_tested", "Families tested", lambda _: len(tested.families)),
        _text("families", "Families", lambda c: " ".join(sentences.families_present(c))),
        _text("coordination", "Coordination", lambda c: c.coordination.grade),
        _text("extraction", "Extraction", lambda c: c.extraction.grade),
        _text("concealment", "Concealment", lambda c: c.concealment.grade),
        Figure("p_value", "p-value", Kind.P_VALUE, value=lambda c: c.p_value, absent="no permutation"),
    )


def letter(findings: Findings) -> Table:
    """The letter table, a row a cluster in the order of the document."""
    evidence = (_TARGETED, *_evidence(findings.tested), _WRONGLY_INCLUDED, _EARLIER)
    return _table("letter", "Letter table", (_LABEL, *_COUNTS, *evidence, _CLUSTER_ID), findings)


def clusters(findings: Findings) -> Table:
    """Every figure that the document has of a cluster as a whole, a row each."""
    figures = (_LABEL, _CLUSTER_ID, *_COUNTS, *_evidence(findings.tested), *_DETAILS)
    return _table("clusters", "Clusters", figures, findings)


def _table(name: str, title: str, figures: Sequence[Figure], findings: Findings) -> Table:
    return Table.of(
        name,
        title,
        figures,
        [[figure.value(cluster) for figure in figures] for cluster in findings.clusters],
        footnotes(findings),
        upright=True,
    )
