"""What a cluster rests on: graded findings, shared values, templates, identities, innocent explanations."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from distillscan.findings.document.base import Grade, Model


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


class FamilyEvidence(Model):
    """How one family ties the cluster: values of three core accounts or more, and the accounts they reach."""

    family: str
    signals: list[str]
    values: int
    core_accounts: int


class CharacteristicValue(Model):
    """A value that marks the cluster, under its pseudonym."""

    family: str
    signal: str
    pseudonym: str
    core_holders: int
    holders: int


class Template(Model):
    """A prompt template of the cluster; its exemplar is the first prompt, cut, if the export was at hand."""

    key: str
    requests: int
    core_accounts: int
    accounts: int
    distinct_prompts: int
    first_seen: datetime
    exemplar: str | None


class DeclaredIdentity(Model):
    """The identity that accounts declare themselves: one in common, or several that share nothing binding."""

    kind: Literal["organisation id", "e-mail domain", "several organisations"]
    pseudonym: str
    share: float
