"""The accounts of one workload: whose card, which mailbox, when signed up, when banned."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from distillscan.arrays import Int64s
from distillscan.synthetic.behaviour import Behaviour
from distillscan.synthetic.compose import draw_from, gather, join, load_texts
from distillscan.synthetic.draws import Draws
from distillscan.synthetic.people import cards, signed_up
from distillscan.synthetic.records import instants
from distillscan.synthetic.surroundings import Surroundings
from distillscan.synthetic.traffic import DAY_MS, HOUR_MS

_THROW_AWAY = ("trashpost.example", "tenminutes.example", "burnerbox.example")
_BURST_ENDS, _DRIP_ENDS, _BANNED = 0.36, 0.8, 0.58
_CARD_COLUMNS = ("payment_fingerprint", "payment_bin", "payment_funding")


@dataclass(frozen=True)
class Members:
    """The accounts of a workload, replacements last.

    ``slot`` is the place of each account; a replacement takes over the slot of the one it replaces.
    ``sign_up`` is in milliseconds from the start of the log; ``from_day`` and ``to_day`` bound its days.
    """

    accounts: pl.DataFrame
    slot: Int64s
    from_day: Int64s
    to_day: Int64s


def slots_of(behaviour: Behaviour, accounts: int) -> int:
    """Return how many of the accounts work at the same time; the others replace banned ones."""
    return accounts - int(accounts * behaviour.replaced / (1.0 + behaviour.replaced))


def card_sets(behaviours: Sequence[Behaviour], slots: Sequence[int], seed: int) -> list[pl.DataFrame]:
    """Return the cards of each workload, a row for each of its slots; those of one set are dealt together."""
    dealt: dict[str, pl.DataFrame] = {}
    for name in dict.fromkeys(behaviour.card_set for behaviour in behaviours):
        sharing = [place for place, behaviour in enumerate(behaviours) if behaviour.card_set == name]
        total = sum(slots[place] for place in sharing)
        dealt[name] = _deal(behaviours[sharing[0]].card_group, total, Draws(seed, f"cards {name}"))
    result = []
    for behaviour, wanted in zip(behaviours, slots, strict=True):
        result.append(dealt[behaviour.card_set].head(wanted))
        dealt[behaviour.card_set] = dealt[behaviour.card_set].slice(wanted)
    return result


def enlist(
    behaviour: Behaviour, people: pl.DataFrame, owned: pl.DataFrame, around: Surroundings, draws: Draws
) -> Members:
    """Return ``people`` as the accounts of a workload, on the cards ``owned`` by its slots."""
    n, slots = len(people), len(owned)
    replaced = draws.order(slots)[: n - slots]
    slot = np.concatenate([np.arange(slots, dtype=np.int64), replaced])
    ban_day = max(int(around.days * _BANNED), 1)
    drip = behaviour.sign_up_days > 7
    usual = _DRIP_ENDS if drip else _BURST_ENDS
    end = around.days * (usual if behaviour.sign_ups_end is None else behaviour.sign_ups_end)
    first = ((end - behaviour.sign_up_days * draws.uniform(slots)) * DAY_MS).astype(np.int64)
    # whoever is banned was there before the ban
    first[replaced] = np.minimum(first[replaced], (ban_day - 1) * DAY_MS - HOUR_MS)
    later = (ban_day + 1) * DAY_MS + draws.below(6 * HOUR_MS, n - slots)
    sign_up = np.concatenate([first, later])
    banned = np.isin(np.arange(n), replaced)
    ban = pl.Series(values=banned)
    begin, last = (int(share * around.days) for share in behaviour.work)
    from_day = np.maximum(np.maximum(sign_up // DAY_MS + 1, begin), 0)
    to_day = np.where(banned, ban_day - 1, max(min(last, around.days - 1), begin))
    cards_held = owned[slot]
    accounts = people.with_columns(
        *signed_up(sign_up),
        *cards_held.get_columns(),
        email=_mailboxes(behaviour, people, around.mail_domains, draws),
        billing_name=pl.when(cards_held["payment_fingerprint"].is_not_null()).then(
            pl.concat_str("first", pl.lit(" "), "last")
        ),
        plan=pl.lit("pay-as-you-go"),
        phone=pl.lit(None, pl.String),
        org_id=pl.lit(None, pl.String),
        user_agent=draw_from(around.agents, draws, n),
        temperature=pl.lit(1.0),
        max_tokens=pl.lit(8192, pl.Int32),
        status=pl.when(ban).then(pl.lit("banned")).otherwise(pl.lit("active")),
        banned_at=pl.when(ban).then(instants(np.full(n, ban_day * DAY_MS + 9 * HOUR_MS))),
    )
    return Members(accounts, slot, np.minimum(from_day, to_day), to_day)


def _deal(group: tuple[int, int], slots: int, draws: Draws) -> pl.DataFrame:
    """Return a card for each slot, in groups of the given sizes, dealt in no order."""
    least, most = group
    if most == 0:
        return pl.DataFrame(
            {name: pl.Series(values=[None] * slots, dtype=pl.String) for name in _CARD_COLUMNS}
        )
    sizes = least + draws.below(most - least + 1, slots)
    card = np.repeat(np.arange(slots), sizes)[:slots][draws.order(slots)]
    kinds = ("virtual",) if most == 1 else ("virtual", "virtual", "prepaid", "credit")
    made = cards(slots, draw_from(kinds, draws, slots), 60, draws)
    # four issuers out of sixty
    issuers = draw_from(made["payment_bin"].to_list()[:4], draws, slots) if slots else made["payment_bin"]
    return made.with_columns(payment_bin=issuers)[card]


def _mailboxes(behaviour: Behaviour, people: pl.DataFrame, usual: Sequence[str], draws: Draws) -> pl.Series:
    n = len(people)
    if behaviour.mail == "human":
        own = people["email"]
        return join([own.str.split("@").list.first(), "@", draw_from(usual, draws, n)]) if usual else own
    if behaviour.mail == "none":
        return pl.Series(values=[None] * n, dtype=pl.String)
    letters = pl.Series(values=draws.below(26**6, n))
    if behaviour.mail == "disposable":
        local = _letters(letters.to_numpy())
        return join([local, "@", draw_from(_THROW_AWAY, draws, n)])
    first, last = people["first"].str.to_lowercase(), people["last"].str.to_lowercase()
    number = pl.Series(values=draws.below(10_000, n)).cast(pl.String).str.zfill(4)
    styles: tuple[list[pl.Series | str], ...] = (
        [first, "_", last, "_", number],
        [last, number, ".", first],
        [first, "-", number, "-", last],
    )
    local = join(styles[int(draws.below(len(styles), 1)[0])])
    providers = usual or load_texts("names")["providers"]
    chosen = [providers[place] for place in sorted(draws.order(len(providers))[:4].tolist())]
    return join([local, "@", gather(chosen, draws.below(len(chosen), n))])


def _letters(numbers: Int64s) -> pl.Series:
    """Return nine lower-case letters for each number."""
    alphabet = "abcdefghijklmnopqrstuvwxyz"
    columns = [gather(alphabet, numbers * (7 + place) // 26 ** (place % 6) % 26) for place in range(9)]
    return join(columns)
