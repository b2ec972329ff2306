"""How far the count of matching requests may be off."""

from __future__ import annotations

from distillscan.findings.document.base import Model


class CountError(Model):
    """What is uncertain in the matching requests of a core, at 95 % by the model of docs/method.md.

    ``faint`` requests are counted only by faint passages, or by how they open or close, at most
    ``faint_wrong`` of them by chance; at most ``missed`` requests are the cluster's and not counted. Where
    the prompts that are not counted are unlike what everybody sends, the count is ``open``: all of them may
    be the cluster's.
    """

    faint: int
    faint_wrong: int
    missed: int
    open: bool = False

    def limits(self, matching: int) -> tuple[int, int]:
        """The least and the most requests that are the cluster's, where so many match."""
        return matching - self.faint_wrong, matching + self.missed
