"""Where errors can come from, step by step: what kind, how large in this log, and what was done about it.

One error rate for the whole is not to be had, so each source is listed by itself, as ASTM E3016 asks of
digital examinations.
"""

from distillscan.findings.document import Findings
from distillscan.reports import whole_log
from distillscan.reports.tables.table import Column, Table
from distillscan.reports.wording import count, counted, percent

_COLUMNS = (
    Column("step", "Step"),
    Column("source", "Source of error"),
    Column("kind", "Kind"),
    Column("size", "In this log"),
    Column("treatment", "What was done about it"),
)
_Row = tuple[str, str, str, str, str]
#: Bits of the keys under which texts and records are compared.
_KEY_BITS = 64


def error_sources(findings: Findings) -> Table:
    """One row a source, in the order of the analysis."""
    rows = [*_reading(findings), *_comparing(findings), *_clustering(findings), *_counting(findings)]
    return Table.of("error-sources", "Sources of error", _COLUMNS, rows)


def _reading(findings: Findings) -> list[_Row]:
    ledger, population = findings.ledger, findings.population
    return [
        (
            "Reading",
            "records that cannot be read",
            "systematic: the log looks smaller",
            f"{count(ledger.rejected)} of {counted(ledger.read, 'record')}",
            "each is listed with its reason, and none is dropped in silence",
        ),
        (
            "Reading",
            "one request recorded several times",
            "systematic: counts too high",
            f"{counted(ledger.duplicate, 'repeat')} found",
            "equal account and request id, or equal in every field, count once; a retry with a new id counts",
        ),
        (
            "Reading",
            "fields that records lack",
            "systematic: ties are missed",
            " ".join(whole_log.coverage_gaps(population)) or "none",
            "families without values are named as not tested",
        ),
        (
            "Reading",
            "clocks of the systems that wrote the log",
            "systematic: days and hours are shifted",
            "not known from the log",
            "times are taken as written, without a zone as UTC",
        ),
    ]


def _comparing(findings: Findings) -> list[_Row]:
    requests = findings.population.requests
    collisions = requests**2 / 2 ** (_KEY_BITS + 1)
    return [
        (
            "Comparing",
            "different records or texts with one 64-bit key",
            "random",
            f"{collisions:.1g} such pairs to be expected among {counted(requests, 'request')}",
            "none; too few to matter",
        ),
        (
            "Comparing",
            "rewritten prompts that keep no common words",
            "systematic: ties are missed",
            "not known from the log",
            "inserts, system prompts and the other families are compared too",
        ),
        (
            "Testing",
            "values that agree by chance",
            "random",
            whole_log.tests_made(findings.tested),
            "false discovery rate over all possible pairs, and binomial tests",
        ),
    ]


def _clustering(findings: Findings) -> list[_Row]:
    stability = [percent(cluster.stability) for cluster in findings.clusters]
    return [
        (
            "Clustering",
            "clusters that chance makes",
            "random",
            whole_log.permutations(findings.tested),
            "label-permuted copies of this log",
        ),
        (
            "Clustering",
            "the order of steps in finding communities",
            "random",
            f"core accounts kept in place over seeds: {', '.join(stability)}" if stability else "no cluster",
            "several seeds are compared; the seed is fixed and stated",
        ),
        (
            "Clustering",
            "people with an innocent cause in common",
            "systematic: innocent accounts are included",
            f"{counted(len(findings.explained_groups), 'group')} explained and not reported",
            "each cluster is tested for benign explanations; see table exculpatory",
        ),
        (
            "Clustering",
            "accounts wrongly in a core",
            "random and systematic",
            "not measured here; measured on logs with known truth, see the method",
            "core and probable give a lower and an upper count",
        ),
    ]


def _counting(findings: Findings) -> list[_Row]:
    return [
        (
            "Counting",
            "matching requests counted by chance, or missed because they were reworded",
            "random and systematic",
            _count_errors(findings),
            "limits at 95 %, by the model of the method; accounts that are not in the core come on top",
        ),
        (
            "Counting",
            "ordinary requests of members",
            "systematic: counts too high",
            "the difference of requests by members and matching requests",
            "both are given",
        ),
        (
            "Reporting",
            "two values with one pseudonym",
            "random",
            "3 in 100,000 for any two of 125,000 accounts",
            "counts are made on the values themselves",
        ),
    ]


def _count_errors(findings: Findings) -> str:
    """The limits for each cluster that is counted by its texts."""
    known = [(cluster.label, cluster.count_error) for cluster in findings.clusters if cluster.count_error]
    if not known:
        return "no cluster is counted by its texts"
    limits = [
        f"{label}: at most {count(error.wrong)} by chance, {count(error.missed)} missed"
        for label, error in known
    ]
    return "; ".join(limits)
