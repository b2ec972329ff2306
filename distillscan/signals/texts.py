"""The texts of a case as columns: who sent each, when, and which shared fingerprint keys stand for it.

A text carries many keys. Its *template* is the one of its band keys that the most accounts hold; there is no
union-find over keys, because that chains unrelated texts. Of its inserts the two count that the most accounts
hold: a popular passage does not hide a rare one, and passages that two texts share by chance do not swell the
graph.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from duckdb import DuckDBPyConnection

from distillscan.arrays import Bools, Int32s, Int64s, UInt8s, UInt64s
from distillscan.case.frame import in_order, number
from distillscan.compiled import compiled, readonly
from distillscan.logs.readers.block import prefetched
from distillscan.ordered import end_of_run, in_groups

_BATCH = 1 << 21
_CHOSEN = 3

_PROMPTS = """
    SELECT prompt_text AS text, account, prompt_key AS text_key, prompt_chars AS chars, epoch_us(ts) AS at
    FROM accepted JOIN account USING (account_id) WHERE prompt_text IS NOT NULL
"""
_SYSTEMS = """
    SELECT system_text AS text, any_value(account) AS account, any_value(system_key) AS text_key,
           COUNT(*) AS requests, epoch_us(MIN(ts)) AS first, epoch_us(MAX(ts)) AS last
    FROM accepted JOIN account USING (account_id) WHERE system_text IS NOT NULL GROUP BY system_text
"""
_ONE_LENGTH = "SELECT max(prompt_chars) = min(prompt_chars) FROM accepted"


@dataclass(frozen=True)
class SharedKeys:
    """Table ``shared_key`` as columns, indexed by the number of a key; numbers that no key has are empty."""

    key: UInt64s
    holders: Int32s
    system: Bools
    is_insert: Bools


@dataclass(frozen=True)
class Texts:
    """The texts of all accepted requests, indexed by their number.

    ``account`` is -1 where a number stands for no text; ``first`` and ``last`` are in microseconds since
    1970, UTC. A prompt has one request, a system prompt as many as its account sent with it in one block
    of a file.
    ``size`` is that of a prompt: twice the binary logarithm of its characters, a step each half octave.
    ``digests`` says that all prompts have one length, as the digests that some exports hold in their place.
    ``chosen`` (n, 3) are the numbers of its template and its two inserts, -1 where a text has no such shared
    key; they stand side by side because all three are looked up for one text after another, in any order.
    """

    account: Int32s
    text_key: UInt64s
    requests: Int32s
    first: Int64s
    last: Int64s
    system: Bools
    size: UInt8s
    chosen: Int32s
    keys: SharedKeys
    digests: bool


def text_numbers(connection: DuckDBPyConnection) -> int:
    """How long an array must be that is indexed by the number of a text."""
    return number(connection, "SELECT max(greatest(prompt_text, system_text)) + 1 FROM requests")


def load_texts(connection: DuckDBPyConnection) -> Texts:
    """Read the texts of a settled case; about 40 bytes each."""
    size = text_numbers(connection)
    texts = Texts(
        np.full(size, -1, np.int32),
        np.zeros(size, np.uint64),
        np.zeros(size, np.int32),
        np.zeros(size, np.int64),
        np.zeros(size, np.int64),
        np.zeros(size, np.bool_),
        np.zeros(size, np.uint8),
        np.full((size, _CHOSEN), -1, np.int32),
        _shared_keys(connection),
        number(connection, _ONE_LENGTH) == 1,
    )
    for batch in connection.sql(_PROMPTS).to_arrow_reader(_BATCH):
        text = batch["text"].to_numpy()
        texts.account[text] = batch["account"].to_numpy()
        texts.text_key[text] = batch["text_key"].to_numpy()
        texts.requests[text] = 1
        texts.size[text] = 2 * np.log2(np.maximum(batch["chars"].to_numpy(), 1).astype(np.float32))
        texts.first[text] = texts.last[text] = batch["at"].to_numpy()
    for batch in connection.sql(_SYSTEMS).to_arrow_reader(_BATCH):
        text = batch["text"].to_numpy()
        texts.system[text] = True
        for name in ("account", "text_key", "requests", "first", "last"):
            getattr(texts, name)[text] = batch[name].to_numpy()
    by_rank, template_rank, insert_rank = _ranks(texts.keys)
    for part in texts_by_key(connection):
        _choose(*part, template_rank, insert_rank, texts.chosen)
    for column in texts.chosen.T:
        column[:] = by_rank[column]
    return texts


def texts_by_key(connection: DuckDBPyConnection) -> Iterator[tuple[Int32s, Int32s]]:
    """Table ``shared_text`` in parts: key numbers and texts (n,), all texts of one key in one part.

    The next part is read while one is worked on, so the connection must not be asked anything until the last.
    """
    return prefetched(_texts_by_key(connection))


def _texts_by_key(connection: DuckDBPyConnection) -> Iterator[tuple[Int32s, Int32s]]:
    tail = (np.empty(0, np.int32), np.empty(0, np.int32))
    with in_order(connection):
        for batch in connection.sql("SELECT number, text FROM shared_text").to_arrow_reader(_BATCH):
            numbers, texts = (column.to_numpy() for column in batch.columns)
            # only what the batches before left is copied: the texts of one key that goes on here
            first, last = _ends(readonly(numbers), int(tail[0][-1]) if len(tail[0]) else -1)
            tail = np.append(tail[0], numbers[:first]), np.append(tail[1], texts[:first])
            if first == len(numbers):
                continue
            if len(tail[0]):
                yield readonly(tail[0]), readonly(tail[1])
            if first < last:
                yield readonly(numbers[first:last]), readonly(texts[first:last])
            tail = numbers[last:].copy(), texts[last:].copy()
    if len(tail[0]):
        yield readonly(tail[0]), readonly(tail[1])


@compiled
def _ends(numbers: Int32s, before: int) -> tuple[int, int]:
    """How many of the first numbers are that one, and where those that equal the last one begin."""
    first, last = 0, numbers.size
    while first < numbers.size and numbers[first] == before:
        first += 1
    while last > first and numbers[last - 1] == numbers[-1]:
        last -= 1
    return first, last


def _shared_keys(connection: DuckDBPyConnection) -> SharedKeys:
    size = number(connection, "SELECT max(number) + 1 FROM shared_key")
    keys = SharedKeys(
        np.zeros(size, np.uint64),
        np.zeros(size, np.int32),
        np.zeros(size, np.bool_),
        np.zeros(size, np.bool_),
    )
    for batch in connection.sql("FROM shared_key").to_arrow_reader(_BATCH):
        place = batch["number"].to_numpy()
        keys.key[place] = batch["key"].to_numpy()
        keys.holders[place] = batch["holders"].to_numpy()
        keys.system[place] = batch["system"].to_numpy(zero_copy_only=False)
        keys.is_insert[place] = batch["is_insert"].to_numpy(zero_copy_only=False)
    return keys


def _ranks(keys: SharedKeys) -> tuple[Int32s, Int32s, Int32s]:
    """The keys from the fewest holders to the most, of equals the smaller first, with -1 behind the last.

    And the place of each key there by its number, as a template and as an insert, -1 if it can be neither.
    """
    # the few equal keys differ in their kind, and are never compared
    by_key = np.argsort(keys.key).astype(np.int32)
    by_holders, _ = in_groups(readonly(keys.holders[by_key]), int(keys.holders.max(initial=0)) + 1)
    order = by_key[by_holders]
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order), dtype=np.int32)
    shared = keys.holders >= 2
    template_rank = np.where(shared & ~keys.is_insert, rank, np.int32(-1))
    insert_rank = np.where(shared & keys.is_insert & ~keys.system, rank, np.int32(-1))
    return np.append(order, np.int32(-1)), template_rank, insert_rank


@compiled
def _choose(
    numbers: Int32s, carriers: Int32s, template_rank: Int32s, insert_rank: Int32s, chosen: Int32s
) -> None:
    """Keep in ``chosen`` (n, 3) the ranks of each text's highest keys; no key has ranks of both kinds.

    The numbers are whole keys, in order.
    """
    first = 0
    while first < numbers.size:
        last, number = end_of_run(numbers, first), numbers[first]
        if template_rank[number] >= 0:
            rank = template_rank[number]
            for text in carriers[first:last]:
                chosen[text, 0] = max(chosen[text, 0], rank)
        elif insert_rank[number] >= 0:
            rank = insert_rank[number]
            for text in carriers[first:last]:
                best = chosen[text, 1]
                chosen[text, 1] = max(best, rank)
                chosen[text, 2] = max(chosen[text, 2], min(best, rank))
        first = last
