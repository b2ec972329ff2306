"""Files into an open case, shown as it goes."""

from distillscan.case.ingest import IngestSummary, ingest
from distillscan.case.ledger import check_usable, first_rejects, ledger_totals
from distillscan.case.store import Case
from distillscan.choices import KeepText
from distillscan.cli.preview import Asked, passed_over, suggested_for, without_values
from distillscan.cli.progress import ReadingProgress
from distillscan.cli.screen import show_summary
from distillscan.findings.whole_log.gaps import edge_notes, mapping_notes
from distillscan.findings.whole_log.population import input_files
from distillscan.reports.terminal.ledger import REJECTS_SHOWN, ingested
from distillscan.reports.whole_log import by_kind


def read_into(case: Case, asked: Asked, *, keep_text: KeepText = "exemplars") -> None:
    """Read files of several kinds into an open case, with progress and the ledger on stderr."""
    summaries: list[IngestSummary] = []
    for kind, files in asked.sources.items():
        with ReadingProgress() as progress:
            summary = ingest(
                case,
                files,
                kind=kind,
                mapping=asked.mapping,
                format_=asked.format,
                account_field=asked.account_field,
                keep_text=keep_text,
                progress=progress,
            )
        summaries.append(summary)
    rejects = first_rejects(case, REJECTS_SHOWN)
    reasons = ledger_totals(case).rejected_by_reason
    notes = [
        *passed_over(name for summary in summaries for name in summary.passed_over),
        *mapping_notes(case.connection),
        *edge_notes(case.connection),
        *_unread_tables(summaries, asked),
        *without_values(asked),
    ]
    if any(summary.kind == "requests" and _is_useless(summary) for summary in summaries):
        notes += suggested_for(asked)
    kinds = by_kind(input_files(case.connection))
    show_summary(ingested(summaries, kinds, reasons, rejects, notes))
    if "requests" in asked.sources:
        check_usable(case)


def _is_useless(summary: IngestSummary) -> bool:
    return 0 < summary.read == summary.rejected


def _unread_tables(summaries: list[IngestSummary], asked: Asked) -> list[str]:
    """Tables beside the log of which the map made no use: its lines for the log hold for them, too."""
    notes = []
    for summary in summaries:
        if summary.kind == "requests" or not _is_useless(summary):
            continue
        record = asked.record(summary.kind)
        mapped = dict(asked.mapping.of_record(record).paths)
        for name in record.required:
            if mapped.get(name, name) != name:
                own = f'write {name} = "<its column>" below a line [{summary.kind}] of the map'
                notes.append(
                    f"no row of {summary.kind} was usable, and the map reads their {name} from"
                    f" {mapped[name]}: if they have it elsewhere, {own}"
                )
    return notes
