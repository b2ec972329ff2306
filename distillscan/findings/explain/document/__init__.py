"""The explanations: documents of their own, a module for each kind of question.

Like the findings they are frozen and versioned, hold no clock and no path of the machine, and show accounts
and values of people under their pseudonyms. Bits are log2 units: one bit doubles the odds. Shares are between
0 and 1.
"""

from typing import Annotated

from pydantic import Field, TypeAdapter

from distillscan.findings.explain.document.account import AccountExplanation
from distillscan.findings.explain.document.cluster import ClusterExplanation
from distillscan.findings.explain.document.pair import PairExplanation
from distillscan.findings.explain.document.prompt import PromptExplanation
from distillscan.findings.explain.document.value import ValueExplanation

Explanation = Annotated[
    AccountExplanation | PairExplanation | ClusterExplanation | ValueExplanation | PromptExplanation,
    Field(discriminator="kind"),
]
EXPLANATION: TypeAdapter[Explanation] = TypeAdapter(Explanation)
