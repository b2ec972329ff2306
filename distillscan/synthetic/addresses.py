"""Networks of the synthetic world, only in ranges that nobody has on the public network.

IPv4 is 198.18.0.0/15 (RFC 2544), the three documentation networks (RFC 5737) and, for logs of any size,
10.0.0.0/8 (RFC 1918); IPv6 is 2001:db8::/32 (RFC 3849), autonomous systems are private ones (RFC 6996).
"""

import numpy as np
import polars as pl

from distillscan.arrays import Int64s
from distillscan.synthetic.compose import join, load_texts
from distillscan.synthetic.draws import Draws

HOME_BLOCKS = 20
"""Residential /24 networks of each country, shared by two providers."""

MOBILE_BLOCK = 300
"""First /24 of the mobile carriers, eight for each country; behind each address stand several people."""

MOBILE_BLOCKS = 8

HOSTING_BLOCK = 420
"""First /24 of data centres, four for each of their operators."""

COUNTRIES = 15
COUNTRY_BLOCKS = 2560
"""Networks of 10.0.0.0/8 for each country: 2,048 where people live, then those of its mobile carriers."""

RENTED_BLOCK = COUNTRIES * COUNTRY_BLOCKS
"""First /24 of 10.0.0.0/8 that belongs to offices and data centres."""


def countries() -> list[str]:
    """Return the countries by their numbers, which are those of the cultures."""
    return [entry["country"] for entry in load_texts("names")["cultures"]]


def ipv4(block: Int64s, host: Int64s) -> pl.Series:
    """Return addresses in the /24 networks numbered ``block`` (0 to 511) of 198.18.0.0/15."""
    return _dotted(198, 18 + block // 256, block % 256, host)


def _dotted(first: int, *others: Int64s) -> pl.Series:
    second, third, fourth = (pl.Series(values=column).cast(pl.String) for column in others)
    return join([f"{first}.", second, ".", third, ".", fourth])


def operators(block: Int64s) -> pl.Series:
    """Return the autonomous system that announces each /24."""
    home = 64600 + 2 * (block // HOME_BLOCKS) + block % 2
    mobile = 64700 + (block - MOBILE_BLOCK) // MOBILE_BLOCKS
    hosting = 64800 + (block - HOSTING_BLOCK) // 4
    number = np.where(block < MOBILE_BLOCK, home, np.where(block < HOSTING_BLOCK, mobile, hosting))
    return join(["AS", pl.Series(values=number).cast(pl.String)])


def home_addresses(country: Int64s, draws: Draws) -> pl.DataFrame:
    """Return ``home_ip`` and ``home_asn`` of one household in each numbered country, 40 % of them on IPv6."""
    n = len(country)
    block = country * HOME_BLOCKS + draws.below(HOME_BLOCKS, n)
    return _homes(ipv4(block, 2 + draws.below(252, n)), operators(block), country, draws)


def mobile_addresses(country: Int64s, draws: Draws) -> pl.DataFrame:
    """Return ``away_ip`` and ``away_asn``: a carrier's shared address in each numbered country."""
    block = MOBILE_BLOCK + MOBILE_BLOCKS * country + draws.below(MOBILE_BLOCKS, len(country))
    return pl.select(away_ip=ipv4(block, 10 + draws.below(3, len(country))), away_asn=operators(block))


def _homes(old: pl.Series, operator: pl.Series, country: Int64s, draws: Draws) -> pl.DataFrame:
    """Homes at these IPv4 addresses, 40 % of them at IPv6 addresses of their countries instead."""
    n = len(country)
    site = country * 4096 + draws.below(4096, n)
    new = join(["2001:db8:", _hexadecimal(site), ":1::", _hexadecimal(1 + draws.below(65535, n))])
    modern = pl.Series(values=draws.uniform(n) < 0.4)
    return pl.select(home_ip=pl.when(modern).then(new).otherwise(old), home_asn=operator)


def _hexadecimal(numbers: Int64s) -> pl.Series:
    return pl.Series(values=[f"{number:x}" for number in numbers.tolist()], dtype=pl.String)


def private_ipv4(block: Int64s, host: Int64s) -> pl.Series:
    """Return addresses in the /24 networks numbered ``block`` (0 to 65,535) of 10.0.0.0/8.

    Logs of any size need more room than the ranges for documentation have.
    """
    return _dotted(10, block // 256, block % 256, host)


def private_operators(block: Int64s) -> pl.Series:
    """Return the autonomous system that announces each /24 of 10.0.0.0/8; two for each country."""
    country = block // COUNTRY_BLOCKS
    number = np.where(country < COUNTRIES, 64600 + 2 * country + block % 2, 65000 + block // 16 % 400)
    return join(["AS", pl.Series(values=number).cast(pl.String)])


def spread_homes(country: Int64s, households: int, draws: Draws) -> pl.DataFrame:
    """Return ``home_ip`` and ``home_asn`` in each numbered country.

    The more ``households`` there are in all, the more networks they live in. Two of five are on IPv6.
    """
    n = len(country)
    blocks = min(max(households // 40, 20), 2048)
    block = country * COUNTRY_BLOCKS + draws.below(blocks, n)
    return _homes(private_ipv4(block, 2 + draws.below(252, n)), private_operators(block), country, draws)


def spread_mobiles(country: Int64s, users: int, draws: Draws) -> pl.DataFrame:
    """Return ``away_ip`` and ``away_asn``: shared carrier addresses, about eight of ``users`` on each."""
    n = len(country)
    blocks = min(max(users // 360, 8), 480)
    block = country * COUNTRY_BLOCKS + 2048 + draws.below(blocks, n)
    return pl.select(away_ip=private_ipv4(block, 10 + draws.below(3, n)), away_asn=private_operators(block))
