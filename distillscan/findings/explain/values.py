"""Shared values as the explanations list them, with the rows they come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from distillscan.findings.explain.document import HeldValue
from distillscan.findings.explain.question import Question
from distillscan.findings.explain.rows import Held, rows_are, sources_of

#: Values listed of one family of one account.
LISTED = 5


@dataclass(frozen=True)
class Holding:
    """A shared value as one account holds it; ``core_holders`` only where it is a cluster's."""

    family: str
    signal: str
    content: str
    holders: int
    times: int
    first_seen: datetime | None
    last_seen: datetime | None
    core_holders: int | None = None


def held_values(question: Question, account_id: str, holdings: Sequence[Holding]) -> list[HeldValue]:
    """Return the holdings of one account as they are listed."""
    sources = sources_of(
        question.connection,
        [Held(account_id, one.signal, one.content, one.first_seen, one.last_seen) for one in holdings],
    )
    return [
        HeldValue(
            family=one.family,
            signal=one.signal,
            pseudonym=question.pseudonyms.of(one.signal, one.content),
            holders=one.holders,
            share=question.share(one.holders),
            rarity=question.rarity(one.holders),
            core_holders=one.core_holders,
            times=one.times,
            first_seen=one.first_seen,
            last_seen=one.last_seen,
            rows_are=rows_are(one.signal),
            sources=sources.get((account_id, one.signal, one.content), []),
        )
        for one in holdings
    ]
