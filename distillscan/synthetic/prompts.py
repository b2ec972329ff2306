"""What people ask: mostly unique prompts in twelve languages and in code, with a heavy tail of repeats."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from distillscan.synthetic.compose import (
    Names,
    draw_from,
    fill_any,
    gather,
    invented_names,
    load_texts,
    restore,
)
from distillscan.synthetic.draws import Draws

LANGUAGES = ("en", "es", "de", "fr", "pt", "ru", "ar", "hi", "zh", "ja", "ko", "th")

_RICH = "+"
_KINDS = ("own language", "english", "code", "short", "famous")
_PEOPLE: tuple[float, ...] = (0.58, 0.14, 0.17, 0.07, 0.04)


def human_prompts(languages: pl.Series, draws: Draws, mixture: Sequence[float] = _PEOPLE) -> pl.Series:
    """Return one prompt per element of ``languages``.

    ``mixture`` weighs prompts in the person's own language, in English, about code, short ones that everybody
    sends, and famous ones pasted word for word. Speakers of a language marked as rich (see :func:`rich`) drop
    names into what they write.
    """
    kind = draws.pick(mixture, len(languages))
    spoken = languages.str.head(2).to_numpy()
    named = is_rich(languages)
    texts: list[pl.Series] = []
    groups = []
    for language in LANGUAGES:
        foreign = (kind == 1) & (language == "en")
        groups.append(np.flatnonzero(((kind == 0) & (spoken == language)) | foreign))
        texts.append(_composed(language, draws, len(groups[-1]), named))
    groups += [np.flatnonzero(kind == position) for position in range(2, len(_KINDS))]
    texts.append(_composed("code", draws, len(groups[-3]), named))
    popular = load_texts("popular")
    # after Zipf: the second is half as common as the first
    often = 1.0 / np.arange(1, len(popular["short"]) + 1, dtype=np.float64)
    texts.append(gather(popular["short"], draws.pick(often, len(groups[-2]))))
    texts.append(draw_from(popular["famous"], draws, len(groups[-1])))
    return restore(groups, texts)


def coding_prompts(draws: Draws, n: int, *, languages: pl.Series | None = None) -> pl.Series:
    """Return ``n`` prompts about program code, with names in them when ``languages`` are rich."""
    return _composed("code", draws, n, languages is not None and is_rich(languages))


def rich(languages: pl.Series) -> pl.Series:
    """Mark languages as spoken with a large vocabulary.

    The pools of words are small: in a log of many people those of one language would share long phrases that
    real people do not. Names dropped in between keep such phrases as rare as they are.
    """
    return languages + _RICH


def is_rich(languages: pl.Series) -> bool:
    """Return whether languages are marked as rich; either all of a group are, or none."""
    return len(languages) > 0 and str(languages[0]).endswith(_RICH)


def _composed(name: str, draws: Draws, n: int, named: bool) -> pl.Series:
    texts = load_texts(name)
    return fill_any(texts["shapes"], texts["pools"], draws, n, _names(name) if named else None)


def _names(language: str) -> Names:
    syllables = load_texts("syllables")
    opening, closing = ("_", "") if language == "code" else (" (", ")")
    return invented_names(tuple(syllables.get(language, syllables["latin"])), opening, closing)
