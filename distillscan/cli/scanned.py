"""The findings of a case: those it holds, or scanned now."""

from dataclasses import replace

from distillscan.case.store import Case
from distillscan.cli.case_file import CaseFile
from distillscan.cli.progress import ScanProgress
from distillscan.evidence.decisions import decisions_path, read_decisions, replayed
from distillscan.findings.capabilities.rules import Rules, built_in_rules
from distillscan.findings.document import Findings
from distillscan.findings.settings import Settings
from distillscan.findings.stored import judged_by, last_settings, load


def run_scan(case: Case, settings: Settings) -> Findings:
    """Scan an open case with its stages shown on stderr."""
    from distillscan.findings.scan import scan

    with ScanProgress() as progress:
        return scan(case, settings=settings, progress=progress)


def scanned(case: CaseFile, *, rules: Rules | None = None) -> Findings:
    """The findings of a case with the analyst's decisions, scanned now if it was not since its last input.

    Another scan takes the settings of the last one. With other ``rules``, what the clusters ask for is judged
    by these, and the case keeps that.
    """
    decided = read_decisions(decisions_path(case.path))
    # read-only first, so that reports of one case can be drawn side by side and from a protected copy
    with case.read() as opened:
        found = load(opened.connection)
    if found is not None and (rules is None or judged_by(found, rules)):
        return replayed(found, decided)
    with case.write() as opened:
        if found is not None and rules is not None:
            from distillscan.findings.scan import judge_again

            return replayed(judge_again(opened, found, rules), decided)
        settings = replace(last_settings(opened.connection), capabilities=rules or built_in_rules())
        return replayed(run_scan(opened, settings), decided)
