"""What came of the test of an innocent explanation."""

from distillscan.findings.document import BenignExplanation


def tested(name: str, statement: str, *, explains: bool) -> BenignExplanation:
    """Return an explanation, whether it accounts for the cluster, and what says so."""
    return BenignExplanation(
        name=name, result="explains" if explains else "does not explain", statement=statement
    )


def not_testable(name: str, statement: str) -> BenignExplanation:
    """Return an explanation that this log says nothing about, and what is missing."""
    return BenignExplanation(name=name, result="not testable", statement=statement)
