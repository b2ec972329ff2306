"""Instructions and payloads in any number: what harvests and offices put before the text to work on."""

import numpy as np
import polars as pl

from distillscan.arrays import Int64s
from distillscan.synthetic.compose import fill_any, gather, join, load_texts
from distillscan.synthetic.draws import Draws


def instructions(kind: str, n: int, sentences: int, draws: Draws) -> list[str]:
    """Return ``n`` instructions (harvest or business), each of ``sentences`` sentences."""
    texts = load_texts("instructions")[kind]
    shapes = texts["shapes"]
    # a different run of shapes for each, so neighbours begin differently
    order = np.argsort(draws.uniform(n * len(shapes)).reshape(n, len(shapes)), axis=1, kind="stable")
    drawn = [fill_any([shape], texts["pools"], draws, n).to_list() for shape in shapes]
    return [
        " ".join(drawn[shape][number] for shape in order[number][:sentences].tolist()) for number in range(n)
    ]


def problems(draws: Draws, n: int) -> pl.Series:
    """Return ``n`` technical problems, nearly all different."""
    return fill_any(
        load_texts("instructions")["problems"]["shapes"], load_texts("campaign")["pools"], draws, n
    )


def obfuscated(templates: list[str], chosen: Int64s, rate: float, draws: Draws) -> pl.Series:
    """Return the templates at ``chosen``, each word replaced by another with probability ``rate``."""
    decoys: list[str] = load_texts("instructions")["decoys"]["words"]
    words = [template.split() for template in templates]
    vocabulary = decoys + [word for template in words for word in template]
    lengths = np.array([len(template) for template in words], dtype=np.int64)
    first = len(decoys) + np.cumsum(lengths) - lengths
    size = lengths[chosen]
    ends = np.cumsum(size)
    position = np.arange(int(size.sum())) - np.repeat(ends - size, size) + np.repeat(first[chosen], size)
    replaced = draws.uniform(len(position)) < rate
    position = np.where(replaced, draws.below(len(decoys), len(position)), position)
    row = np.repeat(np.arange(len(chosen), dtype=np.int64), size)
    flat = pl.DataFrame({"row": row, "word": gather(vocabulary, position)})
    return flat.group_by("row", maintain_order=True).agg(pl.col("word").str.join(" "))["word"]


def prefixes(draws: Draws, n: int) -> pl.Series:
    """Return ``n`` random strings to put before a text: four to six words that mean nothing."""
    decoys: list[str] = load_texts("instructions")["decoys"]["words"]
    columns = [gather(decoys, draws.below(len(decoys), n)) for _ in range(4)]
    number = pl.Series(values=draws.bits(n) >> np.uint64(20)).cast(pl.String)
    return join(["[", columns[0], " ", columns[1], "-", number, " ", columns[2], " ", columns[3], "] "])
