"""Incidences with known truth, made in the test: innocent people, and what a test adds to them."""

from dataclasses import dataclass, field

import numpy as np

from distillscan.association.bundles import with_bundles
from distillscan.association.levels import Levels
from distillscan.clusters.find import find_clusters
from distillscan.clusters.scores import CORE
from distillscan.signals.incidence import Incidence

FAMILIES = ("CONTENT", "IDENTITY", "NETWORK", "PAYMENT", "TIMING")
BROAD_SIGNALS = frozenset({"asn", "email_shape", "user_agent"})


@dataclass
class Log:
    """Collects who holds what; values are named (family, signal, content)."""

    accounts: int
    seed: int = 0
    held: list[tuple[str, str, str, int]] = field(default_factory=list)
    #: Requests behind a tie to a value of these signals; 1 for the others.
    uses: dict[str, int] = field(default_factory=dict)

    def __post_init__(self):
        self.random = np.random.default_rng(self.seed)
        self.declared = np.full(self.accounts, -1, dtype=np.int32)

    def share(self, family, signal, content, accounts):
        self.held += [(family, signal, str(content), int(account)) for account in accounts]

    def people(self, besides=0):
        """Everybody: popular texts, a client, home or shared addresses, a sign-up hour, households.

        The first `besides` accounts are kept out of households and the product, to be given to a campaign.
        """
        everyone = np.arange(self.accounts)
        private = everyone[besides:]
        popularity = 1 / np.arange(1, 401)
        popularity /= popularity.sum()
        for account in everyone:
            for text in np.unique(self.random.choice(400, size=self.random.integers(0, 12), p=popularity)):
                self.share("CONTENT", "template", f"popular-{text}", [account])
            client = self.random.choice(4, p=[0.6, 0.2, 0.15, 0.05])
            self.share("CONTENT", "user_agent", f"client-{client}", [account])
            self.share("NETWORK", "asn", f"as-{self.random.choice(8)}", [account])
            self.share("TIMING", "signup_hour", f"hour-{self.random.integers(2000)}", [account])
            gateways = self.random.integers(0, self.accounts // 4, size=self.random.integers(0, 3))
            for gateway in np.unique(gateways):
                self.share("NETWORK", "ip", f"gateway-{gateway}", [account])
            name = self.random.integers(self.accounts // 2)
            self.share("IDENTITY", "email_name", f"name-{name}", [account])
        vpn = self.random.choice(everyone, size=self.accounts // 12, replace=False)
        for account in vpn:
            for address in self.random.choice(15, size=6, replace=False):
                self.share("NETWORK", "ip", f"vpn-{address}", [account])
        for household in range(len(private) // 20):
            family = self.random.choice(private, size=self.random.integers(2, 6), replace=False)
            self.share("PAYMENT", "card", f"household-{household}", family)
            self.share("NETWORK", "ip", f"home-{household}", family)
        product = self.random.choice(private, size=len(private) // 8, replace=False)
        self.share("CONTENT", "system", "product", product)
        return self

    def campaign(self, members, name="c", *, cards=8, addresses=40, rotate=8, hours=24, templates=5, names=0):
        """One operator: cards in groups of `cards`, a rotated pool, a burst of hours, common templates."""
        members = np.asarray(members)
        for i, account in enumerate(members):
            if cards:
                self.share("PAYMENT", "card", f"{name}-card-{i // cards}", [account])
            if addresses:
                for address in self.random.choice(addresses, size=min(rotate, addresses), replace=False):
                    self.share("NETWORK", "ip", f"{name}-ip-{address}", [account])
            if hours:
                self.share("TIMING", "signup_hour", f"{name}-hour-{self.random.integers(hours)}", [account])
            if templates:
                for template in range(templates):
                    if self.random.random() < 0.9:
                        self.share("CONTENT", "template", f"{name}-template-{template}", [account])
            if names:
                self.share("IDENTITY", "email_name", f"{name}-name-{self.random.integers(names)}", [account])
        return self

    def incidence(self) -> tuple[Incidence, list[tuple[str, str, str]]]:
        """Return the incidence, and the names of the values."""
        pairs = sorted({(f, s, c, a) for f, s, c, a in self.held})
        holders: dict[tuple[str, str, str], set[int]] = {}
        for f, s, c, a in pairs:
            holders.setdefault((f, s, c), set()).add(a)
        names = sorted(value for value, who in holders.items() if len(who) >= 2)
        number = {value: i for i, value in enumerate(names)}
        rows = sorted((number[(f, s, c)], a) for f, s, c, a in pairs if (f, s, c) in number)
        incidence = Incidence(
            accounts=self.accounts,
            families=FAMILIES,
            account=np.array([a for _, a in rows], dtype=np.int32),
            value=np.array([v for v, _ in rows], dtype=np.int32),
            uses=np.array([self.uses.get(names[value][1], 1) for value, _ in rows], dtype=np.float64),
            family=np.array([FAMILIES.index(f) for f, _, _ in names], dtype=np.int16),
            broad=np.array([s in BROAD_SIGNALS for _, s, _ in names]),
            binding=np.array([s in {"card", "ip", "email_name"} for _, s, _ in names]),
            of_prompts=np.array([s in {"template", "insert"} for _, s, _ in names]),
            declared=self.declared,
        )
        return incidence, names


def found_groups(log: Log, *, at_least: int = 10, seed: int = 1) -> list[set[int]]:
    """Return the core accounts of every cluster of a log, largest first."""
    incidence, _ = log.incidence()
    membership = find_clusters(with_bundles(incidence), Levels(), seed).membership
    sizes = membership.core_sizes()
    order = [c for c in np.argsort(-sizes, kind="stable") if sizes[c] >= at_least]
    core = membership.tier == CORE
    return [set(np.flatnonzero(core & (membership.cluster == c)).tolist()) for c in order]
