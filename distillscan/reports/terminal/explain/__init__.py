"""Explanations for the terminal: waterfalls of bits, what each bar rests on, and one plain sentence."""

from __future__ import annotations

from rich.console import RenderableType

from distillscan.findings.explain.document import (
    AccountExplanation,
    ClusterExplanation,
    Explanation,
    PairExplanation,
    PromptExplanation,
)
from distillscan.reports.terminal.explain.account import account
from distillscan.reports.terminal.explain.cluster import cluster
from distillscan.reports.terminal.explain.pair import pair
from distillscan.reports.terminal.explain.prompt import prompt
from distillscan.reports.terminal.explain.value import value


def explanation(found: Explanation) -> RenderableType:
    """The drawing of an explanation of any kind."""
    if isinstance(found, AccountExplanation):
        return account(found)
    if isinstance(found, PairExplanation):
        return pair(found)
    if isinstance(found, PromptExplanation):
        return prompt(found)
    return cluster(found) if isinstance(found, ClusterExplanation) else value(found)
