"""The error levels of the association step."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Levels:
    """Error levels of the association step."""

    #: False discovery rate of single pairs, among all possible pairs.
    single: float = 0.01
    #: Family-wise error of the pooled tests, over all (value, family).
    pooled: float = 0.01
    #: False discovery rate among the small values inside a pooled test that passed. What it accepts wrongly
    #: ties only accounts that hold the large value too.
    within: float = 0.05
