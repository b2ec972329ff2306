"""Explanations for the terminal: waterfalls of bits, what each bar rests on, and one plain sentence."""

from collections.abc import Callable

from rich.console import RenderableType

from distillscan.findings.explain.document import Explanation
from distillscan.findings.explain.document.account import AccountExplanation
from distillscan.findings.explain.document.cluster import ClusterExplanation
from distillscan.findings.explain.document.pair import PairExplanation
from distillscan.findings.explain.document.prompt import PromptExplanation
from distillscan.findings.explain.document.value import ValueExplanation
from distillscan.reports.terminal.explain.account import account
from distillscan.reports.terminal.explain.cluster import cluster
from distillscan.reports.terminal.explain.pair import pair
from distillscan.reports.terminal.explain.prompt import prompt
from distillscan.reports.terminal.explain.value import value

_DRAWN: dict[type, Callable[..., RenderableType]] = {
    AccountExplanation: account,
    PairExplanation: pair,
    PromptExplanation: prompt,
    ClusterExplanation: cluster,
    ValueExplanation: value,
}


def explanation(found: Explanation) -> RenderableType:
    """The drawing of an explanation of any kind."""
    return _DRAWN[type(found)](found)
