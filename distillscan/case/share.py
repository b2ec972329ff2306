"""From the keys of all texts to those that accounts share: tables ``shared_key`` and ``shared_text``."""

from __future__ import annotations

import tempfile
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
import polars as pl
import pyarrow as pa
from duckdb import DuckDBPyConnection

from distillscan.arrays import Bools, Int32s
from distillscan.case.frame import in_order, number
from distillscan.case.keystore import KeyStore, Partitions
from distillscan.case.store import Case
from distillscan.fingerprint.shared import INSERT, PARTITIONS, SYSTEM, Shared, shared_keys

#: The query of all texts of accepted requests, by their numbers, and the account that sent each.
TEXT_ACCOUNTS = """
    SELECT prompt_text AS text, account FROM accepted JOIN account USING (account_id)
    WHERE prompt_text IS NOT NULL
    UNION ALL
    SELECT system_text, account FROM accepted JOIN account USING (account_id) WHERE system_text IS NOT NULL
"""
_BATCH = 1 << 20

#: (n, 2) numbers of keys and texts.
Pairs = Int32s


@dataclass(frozen=True)
class _Part:
    """The shared keys of one partition; its first key has the number ``first`` among all."""

    first: int
    shared: Shared

    def keys(self, chosen: Bools) -> pa.Table:
        """Rows of table ``shared_key``."""
        flags = self.shared.flags[chosen]
        return pa.table(
            {
                "number": (np.flatnonzero(chosen) + self.first).astype(np.int32),
                "key": self.shared.key[chosen],
                "system": (flags & SYSTEM) > 0,
                "is_insert": (flags & INSERT) > 0,
                "holders": self.shared.holders[chosen],
            }
        )

    def pairs(self, chosen: Bools) -> Pairs:
        """(n, 2) rows of table ``shared_text``."""
        carried = chosen[self.shared.number]
        numbers = self.shared.number[carried] + np.int32(self.first)
        return np.column_stack([numbers, self.shared.text[carried]])


def share_keys(case: Case) -> None:
    """Find which keys several accounts hold; tables ``account`` and ``duplicates`` must be settled.

    Does nothing when no keys are new. Inserts that exactly the same texts carry say the same: the smallest
    stands for all of them. Raises CaseError when the file of keys is gone.
    """
    connection = case.connection
    last = number(connection, "SELECT max(stop) FROM key_block")
    if case.meta("shared_keys_of") == str(last):
        return
    connection.execute("DELETE FROM shared_key; DELETE FROM shared_text")
    accounts = _account_of(connection)
    partitions = KeyStore.of(case.path).open(connection)
    case.set_meta("shared_keys_of", str(last))
    inserts: list[pl.DataFrame] = []
    waiting: list[tuple[pa.Table, Pairs]] = []
    with in_order(connection), tempfile.TemporaryFile(dir=case.path.parent) as aside:
        for part in _in_order(partitions, accounts, case.threads):
            insert = (part.shared.flags & INSERT) > 0
            waiting.append((part.keys(~insert), part.pairs(~insert)))
            if sum(len(pairs) for _, pairs in waiting) > _BATCH:
                _enter(connection, waiting)
            aside.write(part.pairs(insert).data)
            inserts.append(_sets(part, insert))
        _enter(connection, waiting)
        standing = _one_for_each_set(pl.concat(inserts))
        connection.from_arrow(standing.to_arrow()).insert_into("shared_key")
        for pairs in _read_again(aside):
            _enter_pairs(connection, pairs[np.isin(pairs[:, 0], standing["number"])])


def _account_of(connection: DuckDBPyConnection) -> Int32s:
    """The account of each text by its number, -1 for a text of no accepted request."""
    texts = number(connection, "SELECT value::BIGINT FROM meta WHERE key = 'texts'")
    accounts = np.full(texts, -1, np.int32)
    for batch in connection.sql(TEXT_ACCOUNTS).to_arrow_reader(_BATCH):
        accounts[batch["text"].to_numpy()] = batch["account"].to_numpy()
    return accounts


def _in_order(partitions: Partitions, accounts: Int32s, threads: int) -> Iterator[_Part]:
    """The partitions one after the other, the next ones judged while the last one is entered."""

    def judged(partition: int) -> Shared:
        return shared_keys(*partitions.read(partition), accounts)

    first = 0
    with ThreadPoolExecutor(threads) as pool:
        waiting: deque[Future[Shared]] = deque()
        for partition in range(PARTITIONS + threads):
            if partition < PARTITIONS:
                waiting.append(pool.submit(judged, partition))
            if partition >= threads:
                shared = waiting.popleft().result()
                yield _Part(first, shared)
                first += len(shared.key)


def _sets(part: _Part, chosen: Bools) -> pl.DataFrame:
    """The chosen keys of a partition, with the set of texts that carries each."""
    keys = pl.from_arrow(part.keys(chosen))
    assert isinstance(keys, pl.DataFrame)
    return keys.with_columns(carriers=part.shared.carriers[chosen])


def _one_for_each_set(keys: pl.DataFrame) -> pl.DataFrame:
    return (
        keys.sort("key")
        .unique(["system", "carriers", "holders"], keep="first")
        .drop("carriers")
        .sort("number")
    )


def _enter(connection: DuckDBPyConnection, waiting: list[tuple[pa.Table, Pairs]]) -> None:
    """Enter keys and pairs in the case, and wait for others."""
    if waiting:
        connection.from_arrow(pa.concat_tables(keys for keys, _ in waiting)).insert_into("shared_key")
        _enter_pairs(connection, np.concatenate([pairs for _, pairs in waiting]))
        waiting.clear()


def _enter_pairs(connection: DuckDBPyConnection, pairs: Pairs) -> None:
    if len(pairs) == 0:
        return
    table = pa.table({"number": pairs[:, 0], "text": pairs[:, 1]})
    connection.from_arrow(table).insert_into("shared_text")


def _read_again(aside: BinaryIO) -> Iterator[Pairs]:
    aside.seek(0)
    while len(pairs := np.frombuffer(aside.read(8 * 8 * _BATCH), np.int32)):
        yield pairs.reshape(-1, 2)
