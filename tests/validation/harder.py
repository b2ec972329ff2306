"""A campaign that gives up one tie after the other, until nothing but chance is left to see."""

from dataclasses import replace

from distillscan.synthetic.behaviour import Behaviour
from distillscan.synthetic.scenarios import Scenario

_START = Behaviour("stripped")
_OWN_CARDS = replace(_START, card_group=(1, 1))
# ten times more addresses than the accounts use, so that hardly any is used by two
_OWN_ADDRESSES = replace(_OWN_CARDS, pool_kind="residential", proxies=250.0, rotation=25)
_OWN_MAIL = replace(_OWN_ADDRESSES, mail="human")
_DRIP = replace(_OWN_MAIL, sign_up_days=150.0, work=(0.0, 1.0), active_days=8)
_NO_TEMPLATE = replace(_DRIP, content="human", camouflage=0.0)

STRIPPED: dict[str, Scenario] = {
    name: Scenario(name, (behaviour,))
    for name, behaviour in (
        ("shared cards, a proxy pool, generated mailboxes, a burst, templates", _START),
        ("and a card for each account", _OWN_CARDS),
        ("and addresses that hardly two accounts use", _OWN_ADDRESSES),
        ("and mailboxes like anybody's", _OWN_MAIL),
        ("and sign-ups over five months", _DRIP),
        ("and prompts like anybody's", _NO_TEMPLATE),
    )
}
"""Campaigns by what they have given up, each on top of the one before."""
