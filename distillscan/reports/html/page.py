"""Fills the template of the page; all that may come from the log passes through one place on its way out."""

import base64
import hashlib
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from distillscan.findings.document import Findings
from distillscan.findings.explain.member_evidence import MemberEvidence
from distillscan.findings.settings import scan_options
from distillscan.logs.record import RECORDS, REQUESTS
from distillscan.reports import asked, decisions, sentences, when, whole_log, wording
from distillscan.reports.escape import unbroken, xml_line
from distillscan.reports.footnotes import footnotes
from distillscan.reports.html import drawings, members, summary
from distillscan.reports.html.figures import timeline


def render(findings: Findings, evidence: MemberEvidence | None = None) -> str:
    """The whole page; with the members where the case is at hand. Ends with a newline."""
    style, script = _resource("style.css"), _resource("script.js")
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            findings=findings,
            campaigns=[cluster for cluster in findings.clusters if cluster.verdict == "campaign"],
            evidence=evidence,
            members={} if evidence is None else members.by_cluster(findings, evidence),
            member_lines=escape("" if evidence is None else members.as_text(evidence, findings)),
            footnotes=footnotes(findings),
            commands=escape(_commands(findings)),
            style=Markup(style),
            script=Markup(script),
            style_hash=_hash(style),
            script_hash=_hash(script),
        )
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("distillscan.reports.html"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_made_safe,
    )
    environment.globals.update(
        answers=summary.answers,
        asked=asked,
        decisions=decisions,
        drawings=drawings,
        numbered_events=timeline.numbered,
        sentences=sentences,
        when=when,
        whole_log=whole_log,
        wording=wording,
    )
    environment.filters.update(explained=whole_log.explained, infrastructure=whole_log.infrastructure)
    return environment


def _made_safe(value: object) -> object:
    """Text to draw, without controls and reordering marks; the template engine escapes it after this."""
    return unbroken(xml_line(value)) if isinstance(value, str) and not isinstance(value, Markup) else value


def _commands(findings: Findings) -> str:
    """The commands that make this report again, with words in capitals for the files."""
    kinds = {file.kind for file in findings.inputs}
    tables = "".join(f" --{kind} {kind.upper()}" for kind in RECORDS if kind in kinds - {REQUESTS.kind})
    scan = " ".join(["scan", *scan_options(findings.tested.settings, "RULES")])
    return (
        f"distillscan ingest REQUESTS{tables} --case again.duckdb\n"
        f"distillscan {scan} --case again.duckdb\n"
        "distillscan report -t html -o again.html --case again.duckdb"
    )


def _resource(name: str) -> str:
    return files("distillscan.reports.html").joinpath(name).read_text("utf-8")


def _hash(content: str) -> str:
    """The source that a content security policy allows: this very text and no other."""
    return f"sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}"
