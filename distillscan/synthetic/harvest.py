"""What the accounts of a workload ask for, from one template to none."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from distillscan.arrays import Bools, Int64s
from distillscan.synthetic.behaviour import Behaviour
from distillscan.synthetic.compose import gather, join, load_texts, restore
from distillscan.synthetic.draws import Draws
from distillscan.synthetic.instructions import instructions, obfuscated, prefixes, problems
from distillscan.synthetic.prompts import coding_prompts, human_prompts
from distillscan.synthetic.records import base_requests
from distillscan.synthetic.traffic import Visits

_INSERT_SENTENCES = 3
_LIKE_ANYBODY = (0.45, 0.25, 0.3, 0.0, 0.0)


@dataclass(frozen=True)
class Orders:
    """The fixed texts of a workload: templates, the ones each slot uses (slots x uses), its system prompt."""

    templates: list[str]
    used: Int64s
    system: str | None


def orders_of(behaviour: Behaviour, slots: int, draws: Draws) -> Orders:
    """Return the fixed texts of a workload; templates in other languages stand behind the English ones."""
    if behaviour.content == "human":
        return Orders([], np.zeros((slots, 1), dtype=np.int64), None)
    wanted = behaviour.templates if behaviour.content == "templates" else 1
    sentences = behaviour.sentences if behaviour.content == "templates" else _INSERT_SENTENCES
    templates = instructions("harvest", wanted, sentences, draws)
    if behaviour.languages > 1:
        translated: dict[str, list[str]] = load_texts("instructions")["translated"]
        templates = templates[:2] + [
            text for texts in list(translated.values())[: behaviour.languages - 1] for text in texts
        ]
    each = len(templates) if behaviour.languages > 1 else min(behaviour.templates_each, len(templates))
    keys = draws.uniform(slots * len(templates)).reshape(slots, len(templates))
    used = np.argsort(keys, axis=1, kind="stable")[:, :each].astype(np.int64)
    system = instructions("harvest", 1, 2, draws)[0] if behaviour.system_prompt else None
    return Orders(templates, used, system)


def harvest_prompts(
    behaviour: Behaviour, orders: Orders, slot: Int64s, languages: pl.Series, draws: Draws
) -> pl.Series:
    """Return a prompt for each request of the given slots."""
    n = len(slot)
    if behaviour.content == "human":
        prompts = human_prompts(languages, draws, _LIKE_ANYBODY)
    elif behaviour.content == "insert":
        prompts = _around(orders.templates[0], languages, draws)
    else:
        chosen = orders.used[slot, draws.below(orders.used.shape[1], n)]
        prompts = join(
            [_worded(behaviour, orders.templates, chosen, draws), "\n\n", _payloads(languages, draws)]
        )
    return join([prefixes(draws, n), prompts]) if behaviour.prefixed else prompts


def harvest_requests(
    accounts: pl.DataFrame,
    visits: Visits,
    prompts: pl.Series,
    harvesting: Bools,
    work: dict[str, pl.Expr],
    draws: Draws,
) -> pl.DataFrame:
    """Return requests of accounts of which some are harvesting (n,); the others look like their cover.

    ``work`` has the campaign, the system prompt and the model of those that do.
    """
    is_work = pl.Series(values=harvesting)
    answers = pl.Series(values=draws.lognormal_counts(1900.0, 0.4, 8192, len(is_work))).cast(pl.Int32)
    return base_requests(accounts, visits, prompts, draws).with_columns(
        campaign=pl.when(is_work).then(work["campaign"]),
        system=pl.when(is_work).then(work["system"]),
        model=pl.when(is_work).then(work["model"]).otherwise("model"),
        output_tokens=pl.when(is_work).then(answers).otherwise("output_tokens"),
        temperature=pl.when(is_work).then("temperature"),
        max_tokens=pl.when(is_work).then("max_tokens"),
    )


def _worded(behaviour: Behaviour, templates: list[str], chosen: Int64s, draws: Draws) -> pl.Series:
    if behaviour.replaced_words:
        return obfuscated(templates, chosen, behaviour.replaced_words, draws)
    return gather(templates, chosen)


def _payloads(languages: pl.Series, draws: Draws) -> pl.Series:
    kind = draws.below(2, len(languages))
    technical, code = np.flatnonzero(kind == 0), np.flatnonzero(kind == 1)
    return restore(
        [technical, code],
        [problems(draws, len(technical)), coding_prompts(draws, len(code), languages=languages)],
    )


def _around(insert: str, languages: pl.Series, draws: Draws) -> pl.Series:
    """Return varied text with the insert at its end, or in the middle of it."""
    before = human_prompts(languages, draws, _LIKE_ANYBODY)
    more = human_prompts(languages, draws, _LIKE_ANYBODY)
    at_end = pl.Series(values=draws.uniform(len(languages)) < 0.5)
    whole = join([before, " ", more, " ", insert])
    middle = join([before, " ", insert, " ", more])
    return pl.select(pl.when(at_end).then(whole).otherwise(middle)).to_series()
