"""The explanations: documents of their own, one form for each kind of question.

Like the findings they are frozen and versioned, hold no clock and no path of the machine, and show accounts
and values of people under their pseudonyms. Bits are log2 units: one bit doubles the odds. Shares are between
0 and 1.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, TypeAdapter

from distillscan.findings.explain.document.account import (
    AccountExplanation,
    Elsewhere,
    FamilyWeight,
    Judgement,
    NearAccount,
)
from distillscan.findings.explain.document.cluster import (
    ClusterExplanation,
    ClusterFamily,
    Link,
    MarkingValue,
    MemberLine,
    Shape,
)
from distillscan.findings.explain.document.common import (
    ClusterName,
    HeldValue,
    Source,
)
from distillscan.findings.explain.document.pair import (
    AccountName,
    CommonValue,
    PairExplanation,
    PairFamily,
)
from distillscan.findings.explain.document.prompt import (
    HeldRule,
    Passage,
    PromptExplanation,
    ScorecardResult,
    StandingEntry,
)
from distillscan.findings.explain.document.value import (
    Associated,
    ClusterHolders,
    Holder,
    ValueExplanation,
)

Explanation = Annotated[
    AccountExplanation | PairExplanation | ClusterExplanation | ValueExplanation | PromptExplanation,
    Field(discriminator="kind"),
]
EXPLANATION: TypeAdapter[Explanation] = TypeAdapter(Explanation)

__all__ = [
    "EXPLANATION",
    "AccountExplanation",
    "AccountName",
    "Associated",
    "ClusterExplanation",
    "ClusterFamily",
    "ClusterHolders",
    "ClusterName",
    "CommonValue",
    "Elsewhere",
    "Explanation",
    "FamilyWeight",
    "HeldRule",
    "HeldValue",
    "Holder",
    "Judgement",
    "Link",
    "MarkingValue",
    "MemberLine",
    "NearAccount",
    "PairExplanation",
    "PairFamily",
    "Passage",
    "PromptExplanation",
    "ScorecardResult",
    "Shape",
    "Source",
    "StandingEntry",
    "ValueExplanation",
]
