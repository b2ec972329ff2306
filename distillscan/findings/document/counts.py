"""Accounts and requests of a cluster, and how far their counts may be off."""

from typing import Literal

from distillscan.findings.document.model import Model

Tier = Literal["core", "probable", "lead"]
#: What tells a cluster's own requests: its texts or tools or both, its addresses, or only who sent them.
MatchingBasis = Literal["content", "content and tools", "tools", "network", "membership"]


class TierCounts(Model):
    """Accounts by tier. Core is the lower bound, core and probable together the upper."""

    core: int
    probable: int
    lead: int


class RequestCounts(Model):
    """Requests by members, and those matching the cluster's own values, for core and for core + probable."""

    members_core: int
    members_upper: int
    matching_core: int
    matching_upper: int


class SensitivityCount(Model):
    """A cluster under other settings: the core it is then in, and how many of its own core are in that."""

    setting: str
    core_accounts: int
    kept: int


class CountError(Model):
    """What is uncertain in the matching requests of a core, at 95 % by the model of docs/method.md.

    ``faint`` requests are counted only by faint passages, or by how they open or close, at most
    ``faint_wrong`` of them by chance; of the others at most ``own_wrong`` carry the cluster's keys by chance;
    at most ``missed`` requests are the cluster's and not counted. Where the prompts that are not counted are
    unlike what everybody sends, or digests, the count is ``open``: all of them may be the cluster's.
    """

    faint: int
    faint_wrong: int
    missed: int
    open: bool = False
    own_wrong: int = 0

    @property
    def wrong(self) -> int:
        """The most requests that are counted by chance."""
        return self.faint_wrong + self.own_wrong

    def limits(self, matching: int) -> tuple[int, int]:
        """The least and the most requests that are the cluster's, where so many match."""
        return matching - self.wrong, matching + self.missed
