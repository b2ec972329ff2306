"""Prompts per second of the fingerprint kernel beside datasketch's own, on the same invented prompts.

    python tests/benchmarks/kernel.py [--prompts N] [--json FILE]

Every contender turns text into signatures, tokens included. datasketch is given its best: tokens by one
regular expression, its own SHA-1 hash and permutations drawn once. The rounds are interleaved, so that
a busy machine slows all of them, and the median counts. Signatures are compared before anything is timed.
"""

import argparse
import os
import random
import re
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import orjson
import pyarrow as pa
from datasketch import MinHash
from rich.console import Console
from rich.table import Table

from distillscan.fingerprint import Scheme, fingerprint
from distillscan.fingerprint.minhash import affine_permutations
from tests.fingerprint.reference import shingle_hash32, shingles, signatures

CHARACTERS = 630
ROUNDS = 7
# datasketch takes each prompt alone, so its speed shows on few.
REFERENCE_PROMPTS = 500
BASELINE = "datasketch update_batch"

Contender = tuple[int, Callable[[], object]]


def invented_prompts(count: int) -> list[str]:
    """Prompts of 630 ASCII characters, with words as common and as rare as in a language."""
    source = random.Random(1)
    words = ["".join(source.choices("etaoinshrdlucmfwypvbgk", k=source.randint(2, 9))) for _ in range(5000)]
    weights = [1 / (rank + 3) for rank in range(len(words))]
    return [
        (" ".join(source.choices(words, weights, k=240)).capitalize())[: CHARACTERS - 1] + "."
        for _ in range(count)
    ]


def plain_shingles(text: str) -> list[bytes]:
    """Equal to ``shingles`` on these prompts, by the fastest plain means."""
    words = re.findall(rb"[a-z]+", text.lower().encode())
    return [b" ".join(words[start : start + 3]) for start in range(len(words) - 2)]


def update_batch(prompts: list[str], permutations: int) -> None:
    drawn = affine_permutations(permutations, 1)
    for prompt in prompts:
        sketch = MinHash(permutations, permutations=drawn, scheme="affine32")
        sketch.update_batch(plain_shingles(prompt))


def bulk(prompts: list[str], permutations: int) -> None:
    MinHash.bulk(map(plain_shingles, prompts), num_perm=permutations, scheme="affine32")


def contenders(prompts: list[str], permutations: int) -> dict[str, Contender]:
    """Name to how many prompts it takes, and what takes them."""
    few, many = prompts[:REFERENCE_PROMPTS], pa.array(prompts)
    ours = partial(signatures, many, permutations)
    whole = partial(fingerprint, many, Scheme(permutations=permutations))
    return {
        BASELINE: (len(few), partial(update_batch, few, permutations)),
        "datasketch MinHash.bulk": (len(few), partial(bulk, few, permutations)),
        "signatures, 1 thread": (len(prompts), partial(ours, threads=1)),
        f"signatures, {os.cpu_count()} threads": (len(prompts), ours),
        f"fingerprint, {os.cpu_count()} threads": (len(prompts), whole),
    }


def check(prompts: list[str]) -> None:
    """Exit unless the signatures are datasketch's and the plain tokens are the reference's."""
    for prompt, signature in zip(prompts, signatures(pa.array(prompts), 128), strict=True):
        sketch = MinHash(128, scheme="affine32", hashfunc=shingle_hash32)
        sketch.update_batch(plain_shingles(prompt))
        if plain_shingles(prompt) != shingles(prompt) or sketch.hashvalues.tolist() != signature.tolist():
            sys.exit(f"signatures differ from datasketch's on {prompt!r}")


def prompts_per_second(racing: dict[str, Contender]) -> dict[str, float]:
    """The median over the rounds."""
    seconds: dict[str, list[float]] = {name: [] for name in racing}
    for _ in range(ROUNDS):
        for name, (_count, run) in racing.items():
            start = time.perf_counter()
            run()
            seconds[name].append(time.perf_counter() - start)
    return {name: count / statistics.median(seconds[name]) for name, (count, _run) in racing.items()}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--prompts", type=int, default=100_000, help="how many prompts the kernel takes a round"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    arguments = parser.parse_args()
    prompts = invented_prompts(arguments.prompts)
    check(prompts[:20])
    results = {}
    for permutations in (128, 64):
        racing = contenders(prompts, permutations)
        for _count, warm in racing.values():
            warm()
        speeds = prompts_per_second(racing)
        results[str(permutations)] = speeds
        table = Table("contender", title=f"{permutations} permutations, {CHARACTERS} characters a prompt")
        table.add_column("prompts/s", justify="right")
        table.add_column("times update_batch", justify="right")
        for name, speed in speeds.items():
            table.add_row(name, f"{speed:,.0f}", f"{speed / speeds[BASELINE]:.1f}")
        Console().print(table)
    if arguments.json:
        arguments.json.write_bytes(orjson.dumps(results, option=orjson.OPT_INDENT_2))


if __name__ == "__main__":
    main()
