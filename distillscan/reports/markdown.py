"""The report as Markdown: the letter table with its ready sentences, then the evidence of each cluster."""

from __future__ import annotations

from collections.abc import Iterable

from distillscan.findings.document import Cluster, Findings, Tested
from distillscan.reports import letter, sentences, wording
from distillscan.reports.escape import markdown, markdown_code

LETTER_HEADER = (
    "Cluster", "Verdict", "First seen", "Last seen", "Days", "Accounts: core / core + probable",
    "Requests by members: core / core + probable", "Requests matching: core / core + probable",
    "Tokens in / out", "Requests per day", "Requests per account per day", "Families present",
    "Coordination", "Extraction", "Concealment", "p-value",
)  # fmt: skip
"""Columns of the letter table as it is drawn; the CSV has the same figures, one a column."""


def render(findings: Findings) -> str:
    """The whole report; ends with a newline."""
    parts = [f"# {markdown(findings.headline)}", _letter(findings)]
    parts += [_cluster(cluster, findings.tested) for cluster in findings.clusters]
    if findings.infrastructures:
        shared = _bullets(sentences.infrastructure(one) for one in findings.infrastructures)
        parts.append("## Shared infrastructure\n\n" + shared)
    if findings.explained_groups:
        groups = _bullets(sentences.explained(group) for group in findings.explained_groups)
        parts.append("## Explained, and not reported as clusters\n\n" + groups)
    parts += [_read(findings), _tested(findings), _not_found(findings)]
    return "\n\n".join(parts) + "\n"


def _letter(findings: Findings) -> str:
    if not findings.clusters:
        return "No cluster was found, so there is no table.\n\n" + _footnotes(findings)
    sentences = "\n".join(_sentences(cluster) for cluster in findings.clusters)
    rows = [_letter_row(cluster, findings.tested) for cluster in findings.clusters]
    return "\n\n".join(["## Letter table", _table(LETTER_HEADER, rows), sentences, _footnotes(findings)])


def _sentences(cluster: Cluster) -> str:
    if cluster.sentence == cluster.sentence_upper:
        return f"- **{markdown(cluster.label)}** (core, and core + probable): {markdown(cluster.sentence)}"
    lower = f"- **{markdown(cluster.label)}** (core): {markdown(cluster.sentence)}"
    return f"{lower}\n- **{markdown(cluster.label)}** (core + probable): {markdown(cluster.sentence_upper)}"


def _footnotes(findings: Findings) -> str:
    return "\n".join(
        f"{number}. {markdown(note)}" for number, note in enumerate(letter.footnotes(findings), 1)
    )


def _letter_row(cluster: Cluster, tested: Tested) -> list[str]:
    requests = cluster.requests
    return [
        markdown(cluster.label),
        cluster.verdict,
        wording.day(cluster.first_seen),
        wording.day(cluster.last_seen),
        wording.count(cluster.days),
        " / ".join(wording.count(number) for number in sentences.accounts(cluster)),
        f"{wording.count(requests.members_core)} / {wording.count(requests.members_upper)}",
        f"{wording.count(requests.matching_core)} / {wording.count(requests.matching_upper)}",
        f"{wording.number_or_dash(cluster.input_tokens)} / {wording.number_or_dash(cluster.output_tokens)}",
        wording.rate(cluster.requests_per_day),
        wording.rate(cluster.requests_per_account_per_day),
        markdown(sentences.families(cluster, tested)),
        *(finding.grade for _, finding in sentences.findings(cluster)),
        wording.p_value(cluster.p_value),
    ]


def _cluster(cluster: Cluster, tested: Tested) -> str:
    parts = [
        f"## {markdown(cluster.label)}: {cluster.verdict}",
        f"Cluster {markdown_code(cluster.cluster_id)}, tied by "
        f"{markdown(sentences.families(cluster, tested))}, {wording.share(cluster.stability)} stable over "
        f"seeds. {markdown(sentences.declared(cluster))} Busiest day: {cluster.peak_day.day.isoformat()}, "
        f"{wording.counted(cluster.peak_day.requests, 'request')} of "
        f"{wording.counted(cluster.peak_day.accounts, 'account')}.",
        "### Evidence",
        _evidence(cluster),
        "### Values in common",
        _values(cluster),
    ]
    if cluster.templates:
        parts += ["### Templates", _templates(cluster)]
    parts += ["### Benign explanations tested", _benign(cluster)]
    if cluster.sensitivity:
        parts += ["### Sensitivity", _sensitivity(cluster)]
    return "\n\n".join(parts)


def _sensitivity(cluster: Cluster) -> str:
    rows = [
        [markdown(variant.setting), wording.count(variant.core_accounts), wording.count(variant.kept)]
        for variant in cluster.sensitivity
    ]
    return _table(("Setting", "Core accounts", "Of this core"), rows)


def _evidence(cluster: Cluster) -> str:
    rows = [
        [
            name,
            finding.grade,
            markdown(seen.statement),
            wording.figure(seen.value),
            wording.figure(seen.background),
        ]
        for name, finding in sentences.findings(cluster)
        for seen in finding.evidence
    ]
    return _table(("Finding", "Grade", "Evidence", "Figure", "In the whole log"), rows)


def _values(cluster: Cluster) -> str:
    families = [
        [
            markdown(tie.family),
            markdown(", ".join(tie.signals)),
            wording.count(tie.values),
            wording.count(tie.core_accounts),
        ]
        for tie in cluster.families
    ]
    values = [
        [
            markdown(value.family),
            markdown(value.signal),
            markdown_code(value.pseudonym),
            wording.count(value.core_holders),
            wording.count(value.holders),
        ]
        for value in cluster.values
    ]
    parts = [_table(("Family", "Signals", "Values", "Core accounts"), families)]
    if values:
        parts.append(_table(("Family", "Signal", "Value (pseudonym)", "Holders in core", "Holders"), values))
    return "\n\n".join(parts)


def _templates(cluster: Cluster) -> str:
    rows = [
        [
            markdown_code(used.key),
            wording.count(used.requests),
            wording.count(used.core_accounts),
            wording.count(used.accounts),
            wording.count(used.distinct_prompts),
            wording.day(used.first_seen),
            "-" if used.exemplar is None else markdown_code(used.exemplar),
        ]
        for used in cluster.templates
    ]
    header = (
        "Template",
        "Requests",
        "Core accounts",
        "Accounts",
        "Distinct prompts",
        "First seen",
        "Exemplar",
    )
    return _table(header, rows)


def _benign(cluster: Cluster) -> str:
    rows = [
        [markdown(tried.name), tried.result, markdown(tried.statement)]
        for tried in cluster.benign_explanations
    ]
    return _table(("Explanation", "Result", "What was seen"), rows)


def _read(findings: Findings) -> str:
    files = [
        [
            markdown_code(file.name),
            file.kind,
            *(wording.count(n) for n in (file.read, file.accepted, file.duplicate, file.rejected)),
            markdown_code(file.sha256),
        ]
        for file in findings.inputs
    ]
    reasons = [
        f"- Rejected, {markdown(reason)}: {wording.count(number)}"
        for reason, number in findings.ledger.rejected_by_reason.items()
    ]
    parts = [
        "## What was read",
        markdown(sentences.population(findings.population)),
        _table(("File", "Kind", "Read", "Accepted", "Duplicate", "Rejected", "SHA-256"), files),
    ]
    return "\n\n".join([*parts, "\n".join(reasons)] if reasons else parts)


def _tested(findings: Findings) -> str:
    rows = [
        [
            markdown(family.family),
            wording.count(family.values),
            wording.count(family.accounts),
            markdown(", ".join(family.signals)),
        ]
        for family in findings.tested.families
    ]
    settings = ", ".join(f"{name} {value}" for name, value in findings.tested.settings.items())
    notes = [
        sentences.tests_made(findings.tested),
        sentences.permutations(findings.tested),
        f"Settings: {settings}.",
    ]
    table = _table(("Family", "Shared values", "Accounts", "Signals"), rows)
    return "\n\n".join(["## What was tested", table, _bullets(notes)])


def _not_found(findings: Findings) -> str:
    return "## What was not found, or could not be tested\n\n" + _bullets(sentences.not_found(findings))


def _bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {markdown(line)}" for line in lines)


def _table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    columns = list(header)
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
