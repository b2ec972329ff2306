"""Decisions of the analyst on clusters and accounts: kept beside the case, replayed in every report."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from distillscan.case.store import Case
from distillscan.choices import Word
from distillscan.errors import CaseError, QuestionError
from distillscan.evidence import chain
from distillscan.findings.document import Decision, Findings
from distillscan.findings.explain.lookup import find_account, find_cluster
from distillscan.findings.explain.question import Question


def decisions_path(case: Path) -> Path:
    """Return where the decisions on a case are kept: case.decisions.jsonl beside case.duckdb."""
    return case.with_name(f"{case.stem}.decisions.jsonl")


def decide(case: Case, findings: Findings, target: str, word: Word, text: str, by: str | None) -> Decision:
    """Write a decision down and return it; ``target`` names a cluster or an account as in a question.

    Accounts are kept under their pseudonyms, so that the file can leave with a bundle as it is. The case is
    open for writing: that keeps a second analyst out.

    Raises CaseError when the case has no such cluster or account, or the file cannot be written.
    """
    subject, subject_id = _subject(Question(case, findings), target)
    entry: dict[str, Any] = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "by": by,
        "subject": subject,
        "subject_id": subject_id,
        "decision": word,
        "text": text,
    }
    path = decisions_path(case.path)
    chain.append(path, entry)
    return read_decisions(path)[-1]


def read_decisions(path: Path) -> list[Decision]:
    """Return the decisions in a file, in the order they were made; none without the file.

    Raises CaseError when the chain is broken or a line is no decision.
    """
    entries, _ = chain.read(path)
    return decisions_of(entries, str(path))


def decisions_of(entries: list[dict[str, Any]], name: str) -> list[Decision]:
    """Return the records of a chain as decisions. Raises CaseError for a record that is none."""
    try:
        return [
            Decision.model_validate({key: value for key, value in entry.items() if key != "previous"})
            for entry in entries
        ]
    except ValidationError as error:
        raise CaseError(f"{name} holds a line that is no decision") from error


def replayed(findings: Findings, decisions: list[Decision]) -> Findings:
    """Return the document with the decisions that were made on it; counts and grades stay as they are."""
    return findings.model_copy(update={"decisions": decisions})


def _subject(question: Question, target: str) -> tuple[str, str]:
    try:
        return "cluster", find_cluster(question, target)
    except QuestionError as no_cluster:
        try:
            return "account", question.name(find_account(question, target)[1])
        except QuestionError:
            raise CaseError(f"no account is called {target!r}, and {no_cluster}") from None
