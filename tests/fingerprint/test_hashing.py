"""The hashes are part of what is stored and exchanged: these values must never change."""

from itertools import product

import pytest
from reference import shingle_hash, token_hash


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        (b"a", 0x1522D5209D0F40CD),
        (b"eightlet", 0x5ED914158AA63925),
        (b"ninelette", 0x8E91EBDB2235E9E3),
        ("你".encode(), 0xE69DF38D7E212440),
        (b"a" * 24, 0x96248BF27E4148D9),
    ],
)
def test_token_hash(token, expected):
    assert token_hash(token) == expected


@pytest.mark.parametrize(
    ("shingle", "expected"),
    [
        (b"a", 0x553D65767FFE40C0),
        (b"a b c", 0xEBC8CFC4F92DC98D),
        (b"write a story", 0x2BFFDE53BEEBE0C0),
        ("你 好 世".encode(), 0x80D8630E544725EC),
    ],
)
def test_shingle_hash(shingle, expected):
    assert shingle_hash(shingle) == expected


def test_order_and_boundaries_of_tokens_count():
    assert len({shingle_hash(shingle) for shingle in (b"a b", b"b a", b"ab", b"a b b", b"a")}) == 5


def test_short_tokens_do_not_collide():
    tokens = [bytes(letters) for letters in product(b"abcdefghij0", repeat=3)]
    shingles = {b" ".join(chosen) for chosen in product(tokens[::50], repeat=3)}
    assert len({shingle_hash(shingle) for shingle in shingles}) == len(shingles)


def test_every_bit_of_a_hash_depends_on_every_letter():
    words = [b"same same %c%c" % letters for letters in product(range(97, 123), repeat=2)]
    hashes = [shingle_hash(word) for word in words]
    for bit in range(64):
        assert 0.4 < sum(value >> bit & 1 for value in hashes) / len(hashes) < 0.6
