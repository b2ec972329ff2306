"""What a campaign finds where it works: window, neighbours, programs, models, prompts to hide among."""

from dataclasses import dataclass

import polars as pl

from distillscan.synthetic.compose import gather
from distillscan.synthetic.draws import Draws
from distillscan.synthetic.people import SDK_AGENTS
from distillscan.synthetic.prompts import human_prompts
from distillscan.synthetic.records import RELEASE_DAY
from distillscan.synthetic.traffic import DAYS


@dataclass(frozen=True)
class Surroundings:
    """The log around a campaign.

    ``days`` is its length. ``neighbours`` has ip, asn and country of homes in it. ``prompts`` are ordinary
    ones of the log itself to hide among; None has them invented. ``models`` are the usual and the new one;
    ``mail_domains`` those of usual mailboxes, none for the invented providers.
    """

    neighbours: pl.DataFrame
    days: int = DAYS
    release_day: int = RELEASE_DAY
    prompts: pl.Series | None = None
    models: tuple[str, str] = ("atlas-2", "atlas-3")
    agents: tuple[str, ...] = SDK_AGENTS[:3]
    mail_domains: tuple[str, ...] = ()

    def cover(self, languages: pl.Series, draws: Draws) -> pl.Series:
        """Return an ordinary prompt for each speaker."""
        if self.prompts is None:
            return human_prompts(languages, draws)
        return gather(self.prompts.to_list(), draws.below(len(self.prompts), len(languages)))


def neighbours_of(people: pl.DataFrame) -> pl.DataFrame:
    """Return where ``people`` live: ip, asn and country."""
    return people.select(ip="home_ip", asn="home_asn", country="country")
