"""Ways of hiding that the ties and the work of a core show: cards, addresses or work dealt out in parts."""

from __future__ import annotations

from duckdb import DuckDBPyConnection

from distillscan.findings.document.verdict import Evidence
from distillscan.findings.shared.ties import DEALT, GATEWAY, MOST, ROTATING
from distillscan.findings.verdict.core import Core
from distillscan.findings.verdict.customers import cards_of_customers, load_follows_card
from distillscan.findings.verdict.statements import observed
from distillscan.findings.wording import counted

#: Codes of these ways.
SPREAD_CARDS, SPREAD_ADDRESSES = "spread_cards", "spread_addresses"
MAIL_ALIASES, SPLIT_WORK = "mail_aliases", "split_work"
#: Cards below which none are handed out.
_MIN_SPREAD = 3
#: Accounts to a mailbox from which on they are more than a person, or a customer's machines, need.
_MANY_ALIASES = 10


def spread_cards(connection: DuckDBPyConnection, core: Core) -> list[Evidence]:
    """Return the evidence that cards are handed out in parts: an organisation of that size needs a few.

    Cards of customers, each of whom pays for accounts of its own, do not count.
    """
    cards = core.ties.signals.get("card")
    if cards is None or cards.in_few_hands:
        return []
    if cards.values - cards_of_customers(connection, core.cluster_id) < _MIN_SPREAD:
        return []
    if load_follows_card(connection, core.cluster_id):
        return []
    return observed(
        SPREAD_CARDS,
        f"{counted(cards.values, 'shared card')} each tie a part of the core; "
        f"the most used ties {counted(cards.largest, 'account')}.",
        float(cards.values),
    )


def spread_addresses(_: DuckDBPyConnection, core: Core) -> list[Evidence]:
    """Return the evidence that each account is assigned a part of an address pool, or rotates through it.

    If each request takes a random address of the pool, it may be the gateway of a company or of a hosted
    product, unless the pool is scattered: then it is a proxy service.
    """
    addresses = core.ties.signals.get("ip")
    if addresses is None:
        return []
    rotating = addresses.held >= ROTATING and addresses.values > GATEWAY
    dealt = addresses.held < DEALT * addresses.by_chance
    if not (dealt or addresses.scattered) or (addresses.in_few_hands and not rotating):
        return []
    networks = f" in {addresses.networks} different networks" if addresses.scattered else ""
    return observed(
        SPREAD_ADDRESSES,
        f"{addresses.values:,} shared addresses{networks} tie the core; an account uses "
        f"{addresses.held:.1f} of them on average, where {addresses.by_chance:.1f} would be expected if "
        f"each request took a random one; the most used ties {counted(addresses.largest, 'account')}.",
        round(addresses.held, 2),
        round(addresses.by_chance, 2),
    )


def mail_aliases(_: DuckDBPyConnection, core: Core) -> list[Evidence]:
    """Return the evidence that somebody poses as many people, by writing one mailbox in many ways.

    A teacher opens accounts for a class like this, but children sleep; a customer needs a few for tests or
    machines; and who pays for all of them with a few cards does not hide.
    """
    mailboxes, cards = core.ties.signals.get("mailbox"), core.ties.signals.get("card")
    most = MOST * core.accounts
    if mailboxes is None or mailboxes.reach < max(most, _MANY_ALIASES * mailboxes.values):
        return []
    if (cards is not None and cards.few >= most) or not core.work.has_no_night:
        return []
    return observed(
        MAIL_ALIASES,
        f"{mailboxes.reach:,} of {counted(core.accounts, 'core account')} have spellings of the same "
        f"{counted(mailboxes.values, 'mailbox', 'mailboxes')}.",
        float(mailboxes.reach),
    )


def split_work(_: DuckDBPyConnection, core: Core) -> list[Evidence]:
    """Return the evidence that one machine poses as many customers.

    A hosted product dispatches the work of its customers too, but each of these pays for itself, so a few
    cards must pay for nearly all accounts. One card that does so hides nothing: the seller of a product may
    open an account for each user. A company opens accounts as people join, an operator opens them together.
    """
    cards, most = core.ties.signals.get("card"), MOST * core.accounts
    if cards is None or not cards.largest < most <= cards.few:
        return []
    if not (core.together and core.work.is_dispatched):
        return []
    return observed(
        SPLIT_WORK,
        f"The work is spread over {counted(core.accounts, 'account')} day and night, no less evenly than if "
        "dealt out at random, as a scheduler does; and the accounts came or went together.",
        float(core.accounts),
    )
