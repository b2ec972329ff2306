"""How sure it is that a cluster is one: a level by a fixed rubric, apart from any likelihood."""

from __future__ import annotations

from typing import Literal

from distillscan.findings.document.base import Model

ConfidenceLevel = Literal["high", "moderate", "low"]


class Criterion(Model):
    """One criterion of the rubric, whether it is met, and by which figures."""

    name: str
    met: bool
    statement: str


class Confidence(Model):
    """The level of confidence that a cluster's accounts act as one, and the criteria it follows from."""

    level: ConfidenceLevel
    criteria: list[Criterion]
    statement: str
