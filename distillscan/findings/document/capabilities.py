"""What a sample of a cluster's requests asks for."""

from distillscan.findings.document.model import Model


class CapabilityShare(Model):
    """A kind of work: the share of the sampled requests that ask for it, with its 95 % interval (Wilson).

    ``background`` is the share in the rest of the log, ``lift`` the one over the other; None where the rest
    is too small or holds none. ``distinct``: at least twice the background, and the intervals do not meet.
    """

    capability: str
    requests: int
    share: float
    low: float
    high: float
    background: float | None
    background_low: float | None
    background_high: float | None
    lift: float | None
    distinct: bool


class FixedInsert(Model):
    """Words that stand alike in prompts which otherwise differ, cut; how many sampled requests carry them."""

    text: str
    requests: int
    accounts: int
    share: float
    background: float | None


class CapabilityProfile(Model):
    """What a sample of the core's requests asks for; empty, with the reason in ``note``, if none was at hand.

    A request may ask for several kinds of work; ``other`` is the share that no rule knows.
    """

    sampled: int
    accounts: int
    background_sampled: int
    rules: str
    statement: str
    capabilities: list[CapabilityShare]
    other: float | None
    inserts: list[FixedInsert]
    note: str
    rule_error: str
