"""distillscan itself on an invented log: what it reports, set against the truth."""

import time
from collections import Counter
from pathlib import Path

import polars as pl

from distillscan.case.store import Case, open_case
from distillscan.findings.document import Findings
from distillscan.findings.scan import scan
from distillscan.findings.settings import Settings
from distillscan.reports.tables.members import members
from distillscan.synthetic.evaluation import Evaluation, evaluate, read_table
from distillscan.synthetic.score import Score
from tests.small_cases import read_log

from .job import Figures, Job, Log, invented


def measure_scan(job: Job) -> Figures:
    """Return the scores of a scan with ``job.permutations``, every reported cluster, and the seconds."""
    with invented(job.log) as directory:
        start = time.perf_counter()
        case = case_of(directory)
        read = time.perf_counter()
        findings = scan(case, settings=Settings(permutations=job.permutations))
        done = time.perf_counter()
        found = members(case.connection, findings)
        case.close()
        truth = read_table(directory / "truth.csv", ("account_id", "campaign"))
        requests = read_table(directory / "truth_requests.parquet", ("request_id", "campaign"))
    known = truth.with_columns(pl.col("account_id", "campaign").cast(pl.String))
    evaluation = evaluate(found, findings, known, requests)
    return _figures(evaluation, findings) | {"ingest_seconds": read - start, "seconds": done - read}


def case_of(directory: Path) -> Case:
    """Return a new case with an invented log in it, beside the log."""
    case = open_case(directory / "case.duckdb", create=True, threads=1)
    read_log(case, directory)
    return case


def describe(log: Log) -> str:
    """Return a log in words, enough to invent it again."""
    changed = [
        f"{name} {value:g}"
        for name, value in (("members", log.members), ("share", log.share), ("camouflage", log.camouflage))
        if value is not None
    ]
    return ", ".join([log.scenario, f"{log.accounts:,} accounts", *changed, f"seed {log.seed}"])


def score_figures(score: Score) -> Figures:
    """Return the measures of a score that the document shows."""
    return {
        "precision": score.accounts.precision,
        "recall": score.accounts.recall,
        "pairs_f1": score.pairs.f1,
        "b_cubed_f1": score.b_cubed.f1,
        "false": score.false_campaigns,
        "clusters": score.campaigns,
        "members_error": score.member_request_error,
        "matching_error": score.matching_request_error,
    }


def _figures(evaluation: Evaluation, findings: Findings) -> Figures:
    scores = {
        rating.clusters: score_figures(rating.score)
        for rating in evaluation.ratings
        if rating.tiers == "core"
    }
    return {
        **scores["campaign"],
        "reported_recall": scores["reported"]["recall"],
        "verdicts": dict(sorted(Counter(match.verdict for match in evaluation.matches).items())),
        "found": [vars(match) for match in evaluation.matches],
        "explained": [[group.accounts, group.explanation] for group in findings.explained_groups],
        "infrastructures": len(findings.infrastructures),
    }
