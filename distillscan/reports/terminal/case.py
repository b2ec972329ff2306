"""The foot of the report: what was read, what was tested, and what the result does not say."""

from collections.abc import Iterable

from rich.console import Group, RenderableType
from rich.text import Text

from distillscan.findings.document import Findings
from distillscan.reports import whole_log
from distillscan.reports.terminal.ledger import ledger_table, reasons
from distillscan.reports.terminal.style import figures, item, label, plain, table, title, words
from distillscan.reports.wording import count


def inputs(findings: Findings) -> RenderableType:
    """The ledger: what became of every record read, by kind of file, and the rejects by reason."""
    return Group(
        Text(),
        title(whole_log.READ),
        plain(whole_log.population(findings.population)),
        Text(),
        ledger_table(whole_log.by_kind(findings.inputs)),
        *reasons(findings.ledger.rejected_by_reason),
    )


def tested(findings: Findings) -> RenderableType:
    """The families the log offered to the tests, how many tests that made, and the log's own error rate."""
    drawn = table(label("Family"), *figures("shared values", "accounts"), words("signals"))
    for family in findings.tested.families:
        signals = plain(", ".join(family.signals))
        drawn.add_row(plain(family.family), count(family.values), count(family.accounts), signals)
    notes = [whole_log.tests_made(findings.tested), whole_log.permutations(findings.tested)]
    return Group(
        Text(), title(whole_log.TESTED), Text(), drawn, Text(), *(item(plain(note)) for note in notes)
    )


def listed(name: str, lines: Iterable[str]) -> RenderableType:
    """A section of lines, each an item."""
    return Group(Text(), title(name), *(item(plain(line)) for line in lines))
