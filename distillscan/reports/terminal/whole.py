"""The whole report for a terminal."""

from rich.console import Group, RenderableType
from rich.text import Text

from distillscan.findings.document import Findings
from distillscan.reports import whole_log
from distillscan.reports.terminal import as_text
from distillscan.reports.terminal.case import inputs, listed, tested
from distillscan.reports.terminal.cluster import block
from distillscan.reports.terminal.overview import cluster_table, headline, how_to_read


def report(findings: Findings) -> RenderableType:
    """The whole report: headline, cluster table, a block for each cluster, then what was read and tested."""
    parts: list[RenderableType] = [headline(findings)]
    if findings.clusters:
        parts += [Text(), cluster_table(findings), Text(), how_to_read()]
        parts += [block(cluster, findings) for cluster in findings.clusters]
    parts += [listed(title, lines) for title, lines in whole_log.beside_clusters(findings)]
    parts += [inputs(findings), tested(findings)]
    parts.append(listed(whole_log.NOT_FOUND, whole_log.not_found(findings)))
    return Group(*parts)


def render(findings: Findings, width: int = 100) -> str:
    """The report as plain text of at most ``width`` columns, for a file."""
    return as_text(report(findings), width)
