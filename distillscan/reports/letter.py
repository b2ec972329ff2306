"""The letter: what an analyst hands over, from the ready sentence to what speaks against it."""

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from distillscan.findings.document import Cluster, Findings
from distillscan.reports import decisions, doubt, sentences, when, whole_log
from distillscan.reports.blocks import Block, Document, Figures, Heading, Items, Paragraph
from distillscan.reports.footnotes import file_line, footnotes
from distillscan.reports.tables.capabilities import capabilities
from distillscan.reports.tables.clusters import letter
from distillscan.reports.tables.evidence import exculpatory, sensitivity
from distillscan.reports.tables.published import published

TITLE = "Coordinated accounts in a request log"

_METHOD = (
    "Accounts are compared by what they share: cards, addresses, mailboxes, texts, hours. These signals "
    "belong to families with independent causes. Agreement within one family has everyday causes and is not "
    "treated as evidence; evidence is that the same accounts hold two values of different families more "
    "often than chance explains. Every pair of values that could have agreed counts as a test.",
    "Associated values make a cluster. An account is in its core if values of two or more families "
    "tie it and its score is nine to one or better. The verdict follows by fixed rules from three findings "
    "(coordination, extraction, concealment) and from the innocent explanations, each of which is tested.",
    "Values that could identify a person are shown under pseudonyms, made with a key of this case.",
)


def document(findings: Findings) -> Document:
    """The whole letter as blocks."""
    return Document(TITLE, tuple(_blocks(findings)))


def _blocks(findings: Findings) -> Iterator[Block]:
    yield Paragraph(findings.headline)
    if findings.clusters:
        yield from _counted(findings)
        for cluster in findings.clusters:
            yield from _cluster(cluster, findings)
        yield Heading("Evidence against")
        yield Figures(exculpatory(findings))
        yield Heading("Sensitivity to the settings")
        yield Figures(sensitivity(findings))
        yield Heading("Attribution")
        yield Items(tuple(_attribution(findings)))
        yield Heading("Comparison with published cases")
        yield Figures(published(findings))
    if findings.decisions:
        yield Heading(decisions.TITLE)
        yield Items(tuple(decisions.sentences(findings)))
    yield from _made(findings)


def _counted(findings: Findings) -> Iterator[Block]:
    yield Heading("What was counted")
    for cluster in findings.clusters:
        for form, sentence in sentences.ready(cluster):
            yield Paragraph(sentence, lead=f"{cluster.label} ({cluster.verdict}), {form}:")
    yield Figures(letter(findings), with_footnotes=False)
    yield Items(tuple(footnotes(findings)), numbered=True)
    yield Heading("What it was after", 2)
    targeted = capabilities(findings)
    targeted = replace(targeted, rows=targeted.rows.filter(pl.col("requests") > 0))
    if targeted.rows.is_empty():
        yield Items(targeted.footnotes)
    else:
        yield Figures(targeted)


def _cluster(cluster: Cluster, findings: Findings) -> Iterator[Block]:
    yield Heading(f"{cluster.label}: {cluster.verdict}")
    yield Paragraph(
        f"Tied by {sentences.families(cluster, findings.tested)}. {sentences.declared(cluster)} "
        f"{sentences.peak(cluster)}"
    )
    for question, finding in sentences.findings(cluster):
        yield Paragraph("", lead=f"{question.capitalize()}: {finding.grade}")
        yield Items(tuple(evidence.statement for evidence in finding.evidence))
    if cluster.confidence is not None:
        yield Paragraph("", lead=f"Confidence: {cluster.confidence.level}")
        yield Items(tuple(sentences.confidence(cluster.confidence)))
    if cluster.earlier:
        yield Paragraph("", lead="Earlier cases")
        yield Items(tuple(one.statement for one in cluster.earlier))
    yield Paragraph("", lead=doubt.TITLE)
    yield Items(tuple(doubt.statements(cluster)))
    if cluster.chronology is not None:
        yield Paragraph("", lead="When it worked")
        yield Items(tuple(when.statements(cluster.chronology)))


def _attribution(findings: Findings) -> Iterator[str]:
    yield "That accounts act as one says nothing about who runs them."
    for entity in findings.entities:
        yield entity.statement
    if not findings.entities:
        yield "No anchor of a known entity was given, so no entity is linked."


def _made(findings: Findings) -> Iterator[Block]:
    tested = findings.tested
    yield Heading("Method")
    for paragraph in _METHOD:
        yield Paragraph(paragraph)
    yield Items((whole_log.tests_made(tested), whole_log.permutations(tested), whole_log.settings(tested)))
    if findings.explained_groups:
        yield Heading(whole_log.EXPLAINED, 2)
        yield Items(tuple(whole_log.explained(group) for group in findings.explained_groups))
    if findings.infrastructures:
        yield Heading(whole_log.INFRASTRUCTURES, 2)
        yield Items(tuple(whole_log.infrastructure(shared) for shared in findings.infrastructures))
    yield Heading(whole_log.READ)
    yield Items(tuple(file_line(file) for file in findings.inputs))
    yield Heading(whole_log.NOT_FOUND)
    yield Items(tuple(whole_log.not_found(findings)))
    if not findings.clusters:
        yield Items(tuple(footnotes(findings)), numbered=True)
