"""The incidence table: which account holds which shared value, of every signal of every family."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import polars as pl
from duckdb import DuckDBPyConnection

from distillscan.arrays import Bools, Floats, Int16s, Int32s, Int64s
from distillscan.case.frame import frame, registered
from distillscan.compiled import readonly
from distillscan.ordered import in_groups
from distillscan.signals import content, templates
from distillscan.signals.identity import FREE_DOMAINS
from distillscan.signals.registry import SIGNALS, binds
from distillscan.signals.signal import USED, Signal
from distillscan.signals.texts import Texts, load_texts


@dataclass(frozen=True)
class Incidence:
    """The account-value graph as columns.

    ``account`` and ``value`` (int32, one entry per incidence, distinct pairs, ordered by value) index
    accounts 0..``accounts``-1 and the value columns ``family`` (int16 into ``families``), ``broad`` and
    ``binding`` (bool, see `Signal`), and ``of_prompts`` (bool, what prompts have in common, and not what a
    program sends with each). ``uses`` (float64) counts the requests or rows behind each entry; a
    bundle's are 1, for its values have their own. ``declared`` (int32, one entry per account) numbers the
    identities that accounts declare, -1 for none (`signals.declared`).
    """

    accounts: int
    families: tuple[str, ...]
    account: Int32s
    value: Int32s
    uses: Floats
    family: Int16s
    broad: Bools
    binding: Bools
    of_prompts: Bools
    declared: Int32s

    def __post_init__(self) -> None:
        assert len(self.family) == len(self.broad) == len(self.binding) == len(self.of_prompts)
        for name in ("account", "value"):
            object.__setattr__(self, name, readonly(getattr(self, name)))

    @staticmethod
    def of(values: pl.DataFrame, entries: pl.DataFrame, declared: Int32s) -> Incidence:
        """Return the incidence of frames: family, signal and broad of each value; account, value, uses."""
        families = tuple(sorted(values["family"].unique()))
        codes = values["family"].replace_strict(families, range(len(families)), return_dtype=pl.Int16)
        bound = [signal for signal in values["signal"].unique() if binds(signal)]
        return Incidence(
            accounts=len(declared),
            families=families,
            account=entries["account"].to_numpy(),
            value=entries["value"].to_numpy(),
            uses=entries["uses"].to_numpy(),
            family=codes.to_numpy().astype(np.int16),
            broad=values["broad"].to_numpy().astype(np.bool_),
            binding=values["signal"].is_in(bound).to_numpy(),
            of_prompts=values["signal"].is_in(content.OF_PROMPTS).to_numpy(),
            declared=declared,
        )

    def take(self, entries: Bools | Int64s) -> Incidence:
        """Return the incidence with some of its entries, all values and accounts keeping their numbers."""
        return replace(
            self, account=self.account[entries], value=self.value[entries], uses=self.uses[entries]
        )

    def without(self, family: int) -> Incidence:
        """Return the incidence without one family's entries; its values stay, without holders."""
        return self.take(self.family[self.value] != family)

    @property
    def values(self) -> int:
        """The number of values."""
        return len(self.family)

    @cached_property
    def of_content(self) -> Bools:
        """Whether each value is of family CONTENT."""
        return np.array([name == content.FAMILY for name in self.families], np.bool_)[self.family]

    @cached_property
    def holders(self) -> Int64s:
        """Accounts per value."""
        return np.bincount(self.value, minlength=self.values)

    @cached_property
    def starts(self) -> Int64s:
        """Where the entries of each value start, and behind them where the last one's stop."""
        return np.append(0, np.cumsum(self.holders))

    @cached_property
    def by_account(self) -> tuple[Int64s, Int32s]:
        """What accounts hold: where each account's values start (as in ``starts``), and the values."""
        order, ends = in_groups(self.account, self.accounts)
        return np.append(0, ends), readonly(self.value[order])


# a row of the accounts table that was given twice is one piece of evidence
_DISTINCT_ROWS = """
    WITH accounts AS (SELECT * FROM main.accounts ANTI JOIN duplicates USING (file_id, row_number))
"""

_HELD = """
    CREATE OR REPLACE TEMP TABLE held (
        family VARCHAR, signal VARCHAR, broad BOOLEAN, account INTEGER, content VARCHAR,
        n BIGINT, first_seen TIMESTAMP, last_seen TIMESTAMP)
"""
# the analyst's own signals stand in a family of their own unless the analyst names one
_GIVEN = """
    INSERT INTO held
    SELECT upper(COALESCE(family, signal)), lower(signal), FALSE, account, value, COUNT(*),
           MIN(first_seen), MAX(last_seen)
    FROM account_signals ANTI JOIN duplicates USING (file_id, row_number) JOIN account USING (account_id)
    GROUP BY ALL
"""


def _collect(connection: DuckDBPyConnection, collected: Sequence[Signal]) -> None:
    """Enter in table ``held`` who holds which value of these signals."""
    for signal in collected:
        connection.execute(
            f"{_DISTINCT_ROWS} INSERT INTO held "
            f"SELECT ?, ?, ?, account, content, n, first_seen, last_seen "
            f"FROM ({signal.source.query}) JOIN account USING (account_id)",
            [signal.family, signal.name, signal.broad],
        )


def build(connection: DuckDBPyConnection) -> Texts:
    """Fill tables ``shared_value`` and ``incidence`` from the accepted records, from scratch.

    Values are numbered in the order of (family, signal, content), so numbers do not depend on file order.
    Returns the texts of the case, which later stages need again.
    """
    connection.execute("DELETE FROM bundle_value; DELETE FROM incidence; DELETE FROM shared_value")
    domains = pl.DataFrame({"domain": sorted(FREE_DOMAINS)})
    with connection.cursor() as own, ThreadPoolExecutor(max_workers=1) as reader:
        # the texts are read while the database works out what else accounts share
        reading = reader.submit(load_texts, own)
        for query in (_HELD, USED, _GIVEN):
            connection.execute(query)
        with registered(connection, "free_domain", domains):
            _collect(connection, [signal for signal in SIGNALS if signal not in content.OF_TEXTS])
        texts = reading.result()
    templates.lay_out(connection, texts)
    _collect(connection, content.OF_TEXTS)
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE numbered AS
        SELECT ROW_NUMBER() OVER (ORDER BY family, signal, content) - 1 AS value, family, signal, content,
               bool_and(broad) AS broad
        FROM held
        GROUP BY family, signal, content
        HAVING MIN(account) < MAX(account)
    """)
    connection.execute("""
        INSERT INTO incidence
        SELECT account, value, SUM(n), MIN(first_seen), MAX(last_seen)
        FROM held
        JOIN numbered USING (family, signal, content)
        GROUP BY account, value
        ORDER BY value, account
    """)
    connection.execute("""
        INSERT INTO shared_value
        SELECT value, family, signal, content, broad, holders
        FROM numbered JOIN (SELECT value, COUNT(*) AS holders FROM incidence GROUP BY value) USING (value)
        ORDER BY value
    """)
    connection.execute("DROP TABLE held; DROP TABLE used; DROP TABLE numbered")
    return texts


def load(connection: DuckDBPyConnection, declared: Int32s) -> Incidence:
    """Return the incidence of a case as columns, beside what `signals.declared` has of its accounts."""
    values = frame(connection, "SELECT family, signal, broad FROM shared_value ORDER BY value")
    entries = frame(
        connection,
        """
        SELECT account, value,
               CASE WHEN value IN (SELECT bundle FROM bundle_value) THEN 1 ELSE n END::DOUBLE AS uses
        FROM incidence ORDER BY value, account
        """,
    )
    return Incidence.of(values, entries, declared)
