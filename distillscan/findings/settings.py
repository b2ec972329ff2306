"""The settings of a scan: everything but the inputs that its result depends on."""

from __future__ import annotations

from dataclasses import dataclass, field

from distillscan.association.levels import Levels
from distillscan.findings.capabilities.rules import Rules, built_in_rules


@dataclass(frozen=True)
class Settings:
    """Settings of a scan, all printed with its result."""

    #: Permuted copies of the log behind the p-values; 199 for a letter.
    permutations: int = 19
    seed: int = 1
    #: Core accounts below which a group is counted but not reported: a household shares a card and an
    #: address.
    min_accounts: int = 10
    #: Days that are replayed at most to say when a campaign would first have been found; each costs about as
    #: much as a permutation.
    replays: int = 7
    levels: Levels = field(default_factory=Levels)
    #: What the capability profiles are judged by.
    capabilities: Rules = field(default_factory=built_in_rules)

    def printed(self) -> dict[str, float | int | str]:
        """Return the settings by name."""
        return {
            "permutations": self.permutations,
            "seed": self.seed,
            "min_accounts": self.min_accounts,
            "replays": self.replays,
            "single_false_discovery_rate": self.levels.single,
            "pooled_family_wise_error": self.levels.pooled,
            "pooled_within_false_discovery_rate": self.levels.within,
            "capability_rules": self.capabilities.origin,
        }
