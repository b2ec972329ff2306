"""What the accounts of a cluster share: families, values and templates."""

from datetime import datetime

from distillscan.findings.document.model import Model


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
