"""Shared values as the explanations list them, with the rows that show them."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from distillscan.findings.explain.document import HeldValue, Source
from distillscan.findings.explain.question import Question
from distillscan.findings.explain.sources import Key, count

#: Values listed of one family of one account.
VALUES_LISTED = 5


def held_values(
    question: Question, account: int, held: pl.DataFrame, rows: Mapping[Key, list[Source]]
) -> list[HeldValue]:
    """Return what an account holds as it is listed.

    ``held`` has value, family, signal, content, holders, n, first_seen and last_seen, and core_holders where
    the values are a cluster's.
    """
    return [
        HeldValue(
            family=row["family"],
            signal=row["signal"],
            pseudonym=question.pseudonyms.of(row["signal"], row["content"]),
            holders=row["holders"],
            share=question.share(row["holders"]),
            rarity=question.rarity(row["holders"]),
            core_holders=row.get("core_holders"),
            times=row["n"],
            first_seen=row["first_seen"],
            last_seen=row["last_seen"],
            rows=count(rows.get((account, row["value"]), [])),
            sources=rows.get((account, row["value"]), []),
        )
        for row in held.iter_rows(named=True)
    ]
