"""Pools of addresses that campaigns send through."""

import zlib

import numpy as np
import polars as pl

from distillscan.arrays import Int64s
from distillscan.synthetic.addresses import (
    COUNTRIES,
    COUNTRY_BLOCKS,
    RENTED_BLOCK,
    countries,
    private_ipv4,
    private_operators,
)
from distillscan.synthetic.behaviour import PoolKind
from distillscan.synthetic.compose import gather
from distillscan.synthetic.draws import Draws

_POOL_BLOCKS = 64
_POOLS = 256


def proxy_pool(name: str, kind: PoolKind, size: int, neighbours: pl.DataFrame, draws: Draws) -> pl.DataFrame:
    """Return ``size`` addresses as ip, asn and country; two of three of a mixed pool are residential.

    Half of the residential addresses are homes of ``neighbours``, the others lie in the same kind of network.
    """
    shares = {"data-centre": 0, "residential": size, "mixed": 2 * size // 3}
    homes = shares[kind]
    known = homes // 2 if len(neighbours) else 0
    parts = [
        neighbours[draws.below(max(len(neighbours), 1), known)],
        _homes(homes - known, draws),
        _rented(name, size - homes, draws),
    ]
    return pl.concat(parts)[draws.order(size)]


def _homes(n: int, draws: Draws) -> pl.DataFrame:
    country = draws.below(COUNTRIES, n)
    block = country * COUNTRY_BLOCKS + draws.below(2048, n)
    return _at(block, country, draws)


def _rented(name: str, n: int, draws: Draws) -> pl.DataFrame:
    """Few networks of one hosting company, of its own for each pool."""
    first = RENTED_BLOCK + 8192 + _POOL_BLOCKS * (zlib.crc32(name.encode()) % _POOLS)
    blocks = min(max(n // 40, 2), _POOL_BLOCKS)
    return _at(first + draws.below(blocks, n), np.zeros(n, dtype=np.int64), draws)


def _at(block: Int64s, country: Int64s, draws: Draws) -> pl.DataFrame:
    n = len(block)
    return pl.select(
        ip=private_ipv4(block, 2 + draws.below(252, n)),
        asn=private_operators(block),
        country=gather(countries(), country),
    )
