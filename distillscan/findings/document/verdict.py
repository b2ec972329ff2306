"""What is concluded of a cluster, on which evidence, and with how much confidence."""

from typing import Literal

from distillscan.findings.document.model import Model

Grade = Literal["high", "medium", "low", "none"]
Verdict = Literal["campaign", "organisation", "infrastructure", "lead"]


class Evidence(Model):
    """One observation behind a grade: a sentence, its figure, and the background where the log has one."""

    code: str
    statement: str
    value: float | None
    background: float | None


class Finding(Model):
    """A graded answer to one of the three questions, with what it rests on."""

    grade: Grade
    evidence: list[Evidence]


class BenignExplanation(Model):
    """An innocent explanation that was tested; `explains` means it would account for the cluster."""

    name: str
    result: Literal["explains", "does not explain", "not testable"]
    statement: str


class DeclaredIdentity(Model):
    """The identity that accounts declare themselves: one in common, or several that share nothing binding."""

    kind: Literal["organisation id", "e-mail domain", "several organisations"]
    pseudonym: str
    share: float


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
