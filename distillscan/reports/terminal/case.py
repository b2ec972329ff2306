"""The foot of the report: what was read, what was tested, and what the result does not say."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.text import Text

from distillscan.findings.document import Findings
from distillscan.reports import decisions, sentences, when, wording
from distillscan.reports.terminal.ledger import ledger_table, reasons
from distillscan.reports.terminal.style import item, plain, table, title


def inputs(findings: Findings) -> RenderableType:
    """The ledger: what became of every record read, by kind of file, and the rejects by reason."""
    return Group(
        Text(),
        title("What was read"),
        plain(sentences.population(findings.population)),
        Text(),
        ledger_table(sentences.inputs_by_kind(findings)),
        *reasons(findings.ledger.rejected_by_reason),
    )


def tested(findings: Findings) -> RenderableType:
    """The families the log offered to the tests, how many tests that made, and the log's own error rate."""
    drawn = table()
    drawn.add_column("Family", no_wrap=True)
    drawn.add_column("shared values", justify="right", no_wrap=True)
    drawn.add_column("accounts", justify="right", no_wrap=True)
    drawn.add_column("signals", overflow="fold")
    for family in findings.tested.families:
        drawn.add_row(
            plain(family.family),
            wording.count(family.values),
            wording.count(family.accounts),
            plain(", ".join(family.signals)),
        )
    notes = [sentences.tests_made(findings.tested), sentences.permutations(findings.tested)]
    return Group(
        Text(), title("What was tested"), Text(), drawn, Text(), *(item(plain(note)) for note in notes)
    )


def attribution(findings: Findings) -> RenderableType:
    """What the analyst's anchors say of each entity; without an anchor nobody is named."""
    lines = [item(plain(line)) for line in when.attribution(findings)]
    return Group(Text(), title(when.ATTRIBUTION), *lines)


def explained(findings: Findings) -> RenderableType:
    """The groups that act alike for an innocent reason, so that they are seen to have been looked at."""
    lines = [item(plain(sentences.explained(group))) for group in findings.explained_groups]
    return Group(Text(), title("Explained, and not reported as clusters"), *lines)


def decided(findings: Findings) -> RenderableType:
    """What the analyst decided, in the order it was written down."""
    lines = [item(plain(line)) for line in decisions.sentences(findings)]
    return Group(Text(), title(decisions.TITLE), *lines)


def infrastructures(findings: Findings) -> RenderableType:
    """What several clusters share, so that a pool is not taken for a workload."""
    lines = [item(plain(sentences.infrastructure(shared))) for shared in findings.infrastructures]
    return Group(Text(), title("Shared infrastructure"), *lines)


def not_found(findings: Findings) -> RenderableType:
    """What was not found and what could not be tested, so that silence is not taken for innocence."""
    lines = [item(plain(sentence)) for sentence in sentences.not_found(findings)]
    return Group(Text(), title("What was not found, or could not be tested"), *lines)
