"""The settings of a scan: everything but the inputs that its result depends on."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from distillscan.association.levels import Levels
from distillscan.findings.capabilities.rules import Rules, built_in_rules, from_file


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


def settings_of(printed: Mapping[str, float | int | str]) -> Settings:
    """Return the settings that were printed; levels are fixed in a version, and so are built-in rules."""
    return Settings(**_whole(printed))


def _whole(printed: Mapping[str, float | int | str]) -> dict[str, Any]:
    """Those of the printed settings that are whole numbers, each of them an option of ``scan``."""
    return {
        setting.name: int(printed[setting.name])
        for setting in fields(Settings)
        if isinstance(setting.default, int) and setting.name in printed
    }


def scan_options(printed: Mapping[str, float | int | str], rules: str) -> list[str]:
    """Return the options of a scan with the printed settings; ``rules`` is where own capability rules lie."""
    options = [
        word
        for name, value in _whole(printed).items()
        for word in (f"--{name.replace('_', '-')}", str(value))
    ]
    own_rules = from_file(str(printed.get("capability_rules", "")))
    return [*options, "--capabilities", rules] if own_rules else options
