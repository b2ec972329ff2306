"""The foot of the report: what was read, what was tested, and what the result does not say."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.text import Text

from distillscan.findings.document import Findings
from distillscan.reports import decisions, when, whole_log, wording
from distillscan.reports.terminal.ledger import ledger_table, reasons
from distillscan.reports.terminal.style import item, plain, table, title


def inputs(findings: Findings) -> RenderableType:
    """The ledger: what became of every record read, by kind of file, and the rejects by reason."""
    return Group(
        Text(),
        title(whole_log.READ),
        plain(whole_log.population(findings.population)),
        Text(),
        ledger_table(whole_log.inputs_by_kind(findings)),
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
    notes = [whole_log.tests_made(findings.tested), whole_log.permutations(findings.tested)]
    return Group(
        Text(), title(whole_log.TESTED), Text(), drawn, Text(), *(item(plain(note)) for note in notes)
    )


def attribution(findings: Findings) -> RenderableType:
    """What the analyst's anchors say of each entity; without an anchor nobody is named."""
    lines = [item(plain(line)) for line in when.attribution(findings)]
    return Group(Text(), title(when.ATTRIBUTION), *lines)


def explained(findings: Findings) -> RenderableType:
    """The groups that act alike for an innocent reason, so that they are seen to have been looked at."""
    lines = [item(plain(whole_log.explained(group))) for group in findings.explained_groups]
    return Group(Text(), title(whole_log.EXPLAINED), *lines)


def decided(findings: Findings) -> RenderableType:
    """What the analyst decided, in the order it was written down."""
    lines = [item(plain(line)) for line in decisions.sentences(findings)]
    return Group(Text(), title(decisions.TITLE), *lines)


def infrastructures(findings: Findings) -> RenderableType:
    """What several clusters share, so that a pool is not taken for a workload."""
    lines = [item(plain(whole_log.infrastructure(shared))) for shared in findings.infrastructures]
    return Group(Text(), title(whole_log.INFRASTRUCTURES), *lines)


def not_found(findings: Findings) -> RenderableType:
    """What was not found and what could not be tested, so that silence is not taken for innocence."""
    lines = [item(plain(sentence)) for sentence in whole_log.not_found(findings)]
    return Group(Text(), title(whole_log.NOT_FOUND), *lines)
