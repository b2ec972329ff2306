"""Statements about a cluster: an observation behind a grade, or what came of the test of an explanation."""

from distillscan.findings.document.verdict import BenignExplanation, Evidence


def observed(
    code: str, statement: str, value: float | None = None, background: float | None = None
) -> list[Evidence]:
    """Return the evidence of one observation, with its figure and that of the background if it has them."""
    return [Evidence(code=code, statement=statement, value=value, background=background)]


def tested(name: str, statement: str, *, explains: bool) -> BenignExplanation:
    """Return an explanation, whether it accounts for the cluster, and what says so."""
    return BenignExplanation(
        name=name, result="explains" if explains else "does not explain", statement=statement
    )


def not_testable(name: str, statement: str) -> BenignExplanation:
    """Return an explanation that this log says nothing about, and what is missing."""
    return BenignExplanation(name=name, result="not testable", statement=statement)
