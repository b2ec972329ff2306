"""The named scenarios: which campaigns are hidden among the innocents."""

from dataclasses import dataclass

from distillscan.synthetic.behaviour import Behaviour


@dataclass(frozen=True)
class Scenario:
    """A log to invent. Campaigns hold ``share`` of the accounts, or exactly ``members`` if given.

    It has so many ``accounts`` and ``requests`` unless others are asked for.
    """

    description: str
    behaviours: tuple[Behaviour, ...]
    share: float = 0.08
    members: int | None = None
    accounts: int = 2_000
    requests: int = 40_000


def _one(description: str, behaviour: Behaviour, share: float = 0.08, members: int | None = None) -> Scenario:
    return Scenario(description, (behaviour,), share, members)


SCENARIOS: dict[str, Scenario] = {
    "baseline": _one(
        "shared cards, a mixed proxy pool, generated mailboxes, a sign-up burst, eight templates",
        Behaviour("baseline", system_prompt=True, pivot=True),
    ),
    "virtual_cards": _one("one virtual card for each account", Behaviour("virtual", card_group=(1, 1))),
    "residential": _one(
        "a large residential pool whose addresses have real neighbours, mostly one request an address",
        Behaviour("residential", pool_kind="residential", proxies=4.0, rotation=25, card_group=(2, 4)),
    ),
    "one_template": _one("a single template", Behaviour("single", templates=1, templates_each=1)),
    "many_templates": _one(
        "300 templates, of which each account uses six", Behaviour("many", templates=300, templates_each=6)
    ),
    "insert": _one(
        "a fixed insert of forty words in otherwise varied text", Behaviour("insert", content="insert")
    ),
    "no_template": _one(
        "prompts like anybody's: nothing but cards, addresses, mailboxes and hours agree",
        Behaviour("human", content="human", camouflage=0.0),
    ),
    "obfuscated": _one("every eighth word of a template replaced", Behaviour("masked", replaced_words=0.125)),
    "prefixed": _one("a random prefix before every prompt", Behaviour("prefixed", prefixed=True)),
    "multilingual": _one("templates in seven languages", Behaviour("polyglot", languages=7)),
    "camouflage50": _one("half of the requests are ordinary", Behaviour("half", camouflage=0.5)),
    "camouflage75": _one("three of four requests are ordinary", Behaviour("thin", camouflage=0.75)),
    "low_and_slow": _one(
        "four requests an account over the whole log",
        Behaviour(
            "slow", active_days=2, requests_a_day=2.0, work=(0.0, 1.0), sign_up_days=60.0, camouflage=0.0
        ),
    ),
    "heavy": _one(
        "three hundred requests an account a day, as far as the log has room",
        Behaviour("heavy", requests_a_day=300.0, active_days=12),
    ),
    "drip": _one(
        "sign-ups spread over five months instead of a burst",
        Behaviour("drip", sign_up_days=150.0, work=(0.0, 1.0), active_days=8),
    ),
    "free_mail_human_names": _one(
        "mailboxes like anybody's at free providers", Behaviour("named", mail="human")
    ),
    "disposable_mail": _one(
        "mailboxes at throw-away domains, no card on file",
        Behaviour("burner", mail="disposable", card_group=(0, 0)),
    ),
    "two_operators_one_pool": Scenario(
        "two operators with cards and templates of their own behind one proxy pool",
        (
            Behaviour("north", campaign="north", pool="rented"),
            Behaviour("south", campaign="south", pool="rented", templates=12, templates_each=5),
        ),
    ),
    "two_workloads": Scenario(
        "one operator, one set of cards and addresses, two workloads with different templates",
        (
            Behaviour("coding", cards="purse", pool="purse", part=0.6),
            Behaviour("grading", cards="purse", pool="purse", part=0.4, requests_a_day=20.0),
        ),
    ),
    "reseller": _one(
        "a reseller's pool with three real customers for each account of the campaign",
        Behaviour("reseller", customers=3.0, proxies=1.5),
    ),
    "ban_replacement": _one(
        "three of ten accounts banned and replaced the day after",
        Behaviour("hydra", replaced=0.3, mail="none"),
    ),
    "pivot": _one(
        "all work moves to a new model the day after its release",
        Behaviour("pivot", pivot=True, work=(0.3, 1.0)),
    ),
    "small30": _one("thirty accounts, however large the log", Behaviour("small"), members=30),
    "majority": _one("70 % of all accounts are the campaign's", Behaviour("flood"), share=0.7),
    "letter": Scenario(
        "the largest public case: 25,000 accounts send 28.8 million of 36 million requests in 45 days",
        (
            Behaviour(
                "letter",
                templates=300,
                templates_each=12,
                sentences=6,
                card_group=(4, 12),
                rotation=40,
                sign_up_days=10.0,
                sign_ups_end=0.0,
                work=(0.0, 1.0),
                active_days=45,
                requests_a_day=26.0,
            ),
        ),
        share=0.2,
        accounts=125_000,
        requests=36_000_000,
    ),
    "clean": Scenario("no campaign at all", (), share=0.0),
}
