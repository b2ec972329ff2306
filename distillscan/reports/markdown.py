"""The report as Markdown: the letter table with its ready sentences, then the evidence of each cluster."""

from collections.abc import Iterable

from distillscan.findings.document import Cluster, Findings
from distillscan.findings.document.capabilities import CapabilityProfile
from distillscan.findings.document.when import Chronology
from distillscan.reports import asked, doubt, sentences, when, whole_log
from distillscan.reports.escape import markdown, markdown_code
from distillscan.reports.footnotes import footnotes
from distillscan.reports.forms.markdown import body, grid, numbered
from distillscan.reports.tables.clusters import letter
from distillscan.reports.wording import count, day, figure, percent


def render(findings: Findings) -> str:
    """The whole report; ends with a newline."""
    parts = [f"# {markdown(findings.headline)}", _letter(findings)]
    parts += [_cluster(cluster, findings) for cluster in findings.clusters]
    parts += [_section(title, lines) for title, lines in whole_log.beside_clusters(findings)]
    parts += [_read(findings), _tested(findings)]
    parts.append(_section(whole_log.NOT_FOUND, whole_log.not_found(findings)))
    return "\n\n".join(parts) + "\n"


def _letter(findings: Findings) -> str:
    notes = numbered(footnotes(findings))
    if not findings.clusters:
        return "No cluster was found, so there is no table.\n\n" + notes
    ready = "\n".join(_ready(cluster) for cluster in findings.clusters)
    return "\n\n".join(["## Letter table", body(letter(findings)), ready, notes])


def _ready(cluster: Cluster) -> str:
    return "\n".join(
        f"- **{markdown(cluster.label)}** ({cluster.verdict}, {form}): {markdown(sentence)}"
        for form, sentence in sentences.ready(cluster)
    )


def _cluster(cluster: Cluster, findings: Findings) -> str:
    parts = [
        f"## {markdown(cluster.label)}: {cluster.verdict}",
        f"Cluster {markdown_code(cluster.cluster_id)}, tied by "
        f"{markdown(sentences.families(cluster, findings.tested))}, {percent(cluster.stability)} of "
        f"its core the same with other seeds. {markdown(sentences.declared(cluster))} "
        f"{markdown(sentences.peak(cluster))}",
        "### Evidence",
        _evidence(cluster),
        "### Values in common",
        _values(cluster),
    ]
    if cluster.chronology is not None:
        parts += ["### When", _when(cluster, cluster.chronology, findings)]
    if cluster.anchored:
        parts += ["### Anchored to", _bullets(entity.statement for entity in cluster.anchored)]
    if cluster.earlier:
        parts += ["### Earlier cases", _bullets(one.statement for one in cluster.earlier)]
    if cluster.capabilities is not None:
        parts += [f"### {asked.TITLE}", _asked(cluster.capabilities)]
    if cluster.templates:
        parts += ["### Templates", _templates(cluster)]
    parts += ["### Benign explanations tested", _benign(cluster)]
    if cluster.confidence is not None:
        parts += ["### Confidence", _bullets(sentences.confidence(cluster.confidence))]
    parts += [f"### {doubt.TITLE}", _bullets(doubt.statements(cluster))]
    if cluster.sensitivity:
        parts.append(_sensitivity(cluster))
    return "\n\n".join(parts)


def _when(cluster: Cluster, chronology: Chronology, findings: Findings) -> str:
    drawn = when.drawn_days(cluster, findings)
    bars = {name: line for name, line in drawn.lines.items() if name != "event"} if drawn else {}
    days = [f"- {markdown_code(line)} {name}" for name, line in bars.items()]
    legend = [f"- {drawn.legend}"] if drawn else []
    return "\n".join([*days, *legend, _bullets(when.statements(chronology))])


def _asked(profile: CapabilityProfile) -> str:
    parts = [markdown(profile.statement)]
    cells = [asked.cells(one) for one in profile.capabilities]
    rows = [[markdown(name), *figures] for name, *figures in cells]
    if rows:
        parts.append(grid(asked.HEADER, rows))
    inserts = [f"- {markdown_code(words.text)} {markdown(asked.insert(words))}" for words in profile.inserts]
    if inserts:
        parts += ["Words that stand alike in prompts which otherwise differ:", "\n".join(inserts)]
    return "\n\n".join([*parts, *map(markdown, asked.notes(profile))])


def _sensitivity(cluster: Cluster) -> str:
    rows = [
        [markdown(variant.setting), count(variant.core_accounts), count(variant.kept)]
        for variant in cluster.sensitivity
    ]
    return grid(("Setting", "Core accounts", "Of this core"), rows)


def _evidence(cluster: Cluster) -> str:
    rows = [
        [name, finding.grade, markdown(seen.statement), figure(seen.value), figure(seen.background)]
        for name, finding in sentences.findings(cluster)
        for seen in finding.evidence
    ]
    return grid(("Finding", "Grade", "Evidence", "Figure", "Background"), rows)


def _values(cluster: Cluster) -> str:
    families = [
        [markdown(tie.family), markdown(", ".join(tie.signals)), count(tie.values), count(tie.core_accounts)]
        for tie in cluster.families
    ]
    values = [
        [
            *(markdown(value.family), markdown(value.signal), markdown_code(value.pseudonym)),
            *(count(value.core_holders), count(value.holders)),
        ]
        for value in cluster.values
    ]
    parts = [grid(("Family", "Signals", "Values", "Core accounts"), families)]
    if values:
        parts.append(grid(("Family", "Signal", "Value (pseudonym)", "Holders in core", "Holders"), values))
    return "\n\n".join(parts)


def _templates(cluster: Cluster) -> str:
    rows = [
        [
            markdown_code(used.key),
            *map(count, (used.requests, used.core_accounts, used.accounts, used.distinct_prompts)),
            day(used.first_seen),
            "-" if used.exemplar is None else markdown_code(used.exemplar),
        ]
        for used in cluster.templates
    ]
    numbers = ("Requests", "Core accounts", "Accounts", "Distinct prompts")
    return grid(("Template", *numbers, "First seen", "Exemplar"), rows)


def _benign(cluster: Cluster) -> str:
    tested = cluster.benign_explanations
    rows = [[markdown(tried.name), tried.result, markdown(tried.statement)] for tried in tested]
    return grid(("Explanation", "Result", "What was seen"), rows)


def _read(findings: Findings) -> str:
    files = [
        [
            markdown_code(file.name),
            file.kind,
            *map(count, (file.read, file.accepted, file.duplicate, file.rejected)),
            markdown_code(file.sha256),
        ]
        for file in findings.inputs
    ]
    reasons = [
        f"- Rejected, {markdown(reason)}: {count(number)}"
        for reason, number in findings.ledger.rejected_by_reason.items()
    ]
    parts = [
        f"## {whole_log.READ}",
        markdown(whole_log.population(findings.population)),
        grid(("File", "Kind", "Read", "Accepted", "Duplicate", "Rejected", "SHA-256"), files),
    ]
    return "\n\n".join([*parts, "\n".join(reasons)] if reasons else parts)


def _tested(findings: Findings) -> str:
    tested = findings.tested
    rows = [
        [markdown(one.family), count(one.values), count(one.accounts), markdown(", ".join(one.signals))]
        for one in tested.families
    ]
    notes = [whole_log.tests_made(tested), whole_log.permutations(tested), whole_log.settings(tested)]
    table = grid(("Family", "Shared values", "Accounts", "Signals"), rows)
    return "\n\n".join([f"## {whole_log.TESTED}", table, _bullets(notes)])


def _section(title: str, lines: Iterable[str]) -> str:
    return f"## {title}\n\n{_bullets(lines)}"


def _bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {markdown(line)}" for line in lines)
