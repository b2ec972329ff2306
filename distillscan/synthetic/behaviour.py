"""How a campaign behaves, as one set of fields that can be combined freely."""

from dataclasses import dataclass
from typing import Literal

PoolKind = Literal["data-centre", "residential", "mixed"]
Mail = Literal["generated", "disposable", "human", "none"]
Content = Literal["templates", "insert", "human"]


@dataclass(frozen=True)
class Behaviour:
    """One workload of one operator. Days of the log count from 0; times within it are shares of its length.

    Who: ``campaign`` is its name in the truth, ``part`` its weight among the workloads of a scenario.
    ``card_group`` is the least and the most accounts on one card: (0, 0) has no card on file, (1, 1) one
    virtual card each. Workloads that name the same ``cards`` or ``pool`` share them.

    From where: ``proxies`` addresses for each account in a pool of ``pool_kind``, of which an account rotates
    through ``rotation``. ``customers`` innocent customers for each account send through the same pool.

    When: sign-ups are spread over ``sign_up_days`` and end at ``sign_ups_end``, where it is given; an account
    works on ``active_days`` days within ``work`` and sends about ``requests_a_day`` on each. ``replaced`` is
    the share of the accounts that are banned and replaced. With ``pivot`` the work moves to a
    new model on the day after its release.

    What: ``templates`` fixed instructions of so many ``sentences``, of which an account uses
    ``templates_each``, or an insert of about forty words in otherwise varied text, or prompts like anybody's.
    ``replaced_words`` is the share of the words of a template that differ in each request, ``languages`` in
    how many languages it is put. ``camouflage`` is the share of ordinary requests, which the truth does not
    count as the campaign's.
    """

    name: str
    campaign: str = "lantern"
    part: float = 1.0

    cards: str = ""
    card_group: tuple[int, int] = (4, 12)
    mail: Mail = "generated"
    pool: str = ""
    pool_kind: PoolKind = "mixed"
    proxies: float = 0.5
    rotation: int = 10
    customers: float = 0.0

    sign_up_days: float = 2.0
    sign_ups_end: float | None = None
    work: tuple[float, float] = (0.4, 0.88)
    active_days: int = 5
    requests_a_day: float = 12.0
    replaced: float = 0.0
    pivot: bool = False

    content: Content = "templates"
    templates: int = 8
    templates_each: int = 8
    sentences: int = 5
    system_prompt: bool = False
    replaced_words: float = 0.0
    prefixed: bool = False
    languages: int = 1
    camouflage: float = 0.2

    @property
    def card_set(self) -> str:
        """The cards it draws on, its own unless named."""
        return self.cards or self.name

    @property
    def proxy_pool(self) -> str:
        """The pool it sends through, its own unless named."""
        return self.pool or self.name
