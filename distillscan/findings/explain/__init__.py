"""Explanations: why an account, a pair, a cluster, a value or a prompt is judged as it is, down to the rows.

They say what the scan decided and on which figures, never a second opinion: tiers come from
``clusters.scores``, associations and members from the tables that the scan left in the case.
"""

from __future__ import annotations

from distillscan.findings.explain.account import explain_account
from distillscan.findings.explain.cluster import explain_cluster
from distillscan.findings.explain.document import (
    EXPLANATION,
    AccountExplanation,
    ClusterExplanation,
    Explanation,
    PairExplanation,
    PromptExplanation,
    ValueExplanation,
)
from distillscan.findings.explain.pair import explain_pair
from distillscan.findings.explain.prompt import explain_prompt, prompt_of_row
from distillscan.findings.explain.question import Question
from distillscan.findings.explain.row_table import RowTable, rows_of_accounts, rows_of_cluster, rows_of_value
from distillscan.findings.explain.value import explain_value

__all__ = [
    "EXPLANATION",
    "AccountExplanation",
    "ClusterExplanation",
    "Explanation",
    "PairExplanation",
    "PromptExplanation",
    "Question",
    "RowTable",
    "ValueExplanation",
    "explain_account",
    "explain_cluster",
    "explain_pair",
    "explain_prompt",
    "explain_value",
    "prompt_of_row",
    "rows_of_accounts",
    "rows_of_cluster",
    "rows_of_value",
]
