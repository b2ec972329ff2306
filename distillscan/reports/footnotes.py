"""What the words and figures of the letter table mean, and over what they were counted."""

import hashlib

from distillscan.findings.document import Findings
from distillscan.findings.document.whole_log import InputFile
from distillscan.reports import json_document, whole_log
from distillscan.reports.wording import count, counted

ROUNDING = (
    "Figures in the ready sentences are rounded outward: a core count, the lower one, down to three "
    "significant digits, and a count of core + probable, the upper one, up. Counts in tables are exact; "
    "rates are cut to one decimal, and p-values are rounded up to two significant digits."
)


def footnotes(findings: Findings) -> list[str]:
    """The footnotes in their order; plain text, a few sentences each."""
    return [
        "An account is one value of the account field of the request log (account_id, unless another was "
        "chosen when the log was read); it is not a person, a customer or a key. Core accounts are tied to "
        "the cluster by values of two or more families and are the lower count; core + probable adds "
        "accounts whose score for belonging is even or better, short of what the core asks for, and is the "
        "upper count.",
        "A request is one record of the log that is not a repeat. A retry with a request id of its own "
        "counts again; a streamed answer counts once if the log has one record for it; each turn of a "
        "conversation or of a tool loop that the log records counts. Failed and refused requests count too.",
        "Requests by members are all requests of the cluster's accounts, their ordinary ones among them; "
        "matching requests are those of them that carry the cluster's own templates, inserts or tool lists, "
        "or open or close in its way. For a cluster with hardly any of these they are counted by its "
        "addresses, and without such all requests match.",
        "Times and days are UTC. First and last seen, days and rates are those of the core accounts; "
        "requests per day divide by the days of the window, first and last included.",
        _repeats(findings),
        _coverage(findings),
        "The p-value is the share of label-permuted copies of this log, the log itself counted, with a "
        "cluster at least as large; where half of the core share something that takes effort, with such a "
        f"cluster. {whole_log.permutations(findings.tested)}",
        "A family of signals is present where its values tie a quarter of the core or more. "
        "Coordination, extraction and concealment are graded by fixed rules, each apart from the others; "
        "the grades are not probabilities. A core account scores nine to one or better, so by the scores at "
        "most one core account in ten is expected not to belong; the scores treat families as independent "
        f"and are not calibrated on real campaigns. {_compared(findings)}",
        ROUNDING,
        _origin(findings),
    ]


def _compared(findings: Findings) -> str:
    if all(cluster.earlier is None for cluster in findings.clusters):
        return "No earlier case was compared."
    return (
        "Earlier cases are compared by accounts that are core or probable in both, and by the values that "
        "both list; a list has the most shared values only, so others may be in common."
    )


def _repeats(findings: Findings) -> str:
    ledger = findings.ledger
    return (
        "Repeated records (the same account and request id, or, without an id, the same record in every "
        f"field) are counted once: {count(ledger.duplicate)} of {count(ledger.read)} records "
        f"read were repeats, and {count(ledger.rejected)} were rejected."
    )


def _coverage(findings: Findings) -> str:
    gaps = whole_log.coverage_gaps(findings.population)
    missing = " ".join(gaps) or "Every request and every account has every field."
    unseen = findings.tested.families_missing
    blind = f" The log holds nothing for {', '.join(unseen)}." if unseen else ""
    return f"The log covers {whole_log.population(findings.population)} {missing}{blind}"


def _origin(findings: Findings) -> str:
    document = hashlib.sha256(json_document.render(findings).encode()).hexdigest()
    return (
        f"Drawn by distillscan {findings.tool_version} from a findings document of version "
        f"{findings.schema_version} with SHA-256 {document} (of `report -t json`), made from "
        f"{counted(len(findings.inputs), 'file')} whose SHA-256 it lists. The rows behind a "
        "cluster's figures stand under its key in table `membership` of the case file."
    )


def file_line(file: InputFile) -> str:
    """A file that was read, with its ledger and its hash, in a line."""
    return (
        f"{file.name} ({file.kind}, {counted(file.bytes, 'byte')}): {count(file.read)} read, "
        f"{count(file.accepted)} accepted, {count(file.duplicate)} duplicate, "
        f"{count(file.rejected)} rejected; SHA-256 {file.sha256}"
    )
