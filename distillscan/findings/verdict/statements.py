"""Statements about a cluster: an observation behind a grade, or what came of the test of an explanation."""

from __future__ import annotations

from typing import Literal

from distillscan.findings.document.verdict import Evidence

#: The result of an innocent explanation, and the sentence that says what it rests on.
Answer = tuple[Literal["explains", "does not explain", "not testable"], str]


def observed(
    code: str, statement: str, value: float | None = None, background: float | None = None
) -> list[Evidence]:
    """Return the evidence of one observation, with its figure and that of the background if it has them."""
    return [Evidence(code=code, statement=statement, value=value, background=background)]


def tested(statement: str, *, explains: bool | None) -> Answer:
    """Return what came of the test of an explanation, None where the log says nothing about it, and why."""
    return ("not testable" if explains is None else "explains" if explains else "does not explain", statement)
