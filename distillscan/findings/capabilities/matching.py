"""Rules against texts, in columns: one search for all terms at once, then which of them stand together."""

from functools import lru_cache

import polars as pl

from distillscan.findings.capabilities.rules import Rules, is_literal
from distillscan.findings.capabilities.scorecard import UNSPACED, asking

#: Characters of a prompt that are read: what is asked stands at its beginning or at its end.
HEAD, TAIL = 3_000, 1_500

_SENTENCE_END = r"[.!?;؟]+[\"'”’»)\]]*(?:\s|$)|[。！？；।\n\r]+"
_BREAK = "\x1f"
# diacritics of Latin and Cyrillic letters, and vowel signs and hamzas of Arabic: many leave them out
_MARKS = r"[\u{300}-\u{36f}\u{64b}-\u{65f}\u{640}]"
_NUMBER = r"\p{N}+(?:[.,]\p{N}+)*"
_NO_WORD = rf"[^\p{{L}}\p{{M}}\p{{N}}{_BREAK}]+"


def _words(text: pl.Expr) -> pl.Expr:
    """The words of a text in lower case, a space around each, without accents; every number becomes 0."""
    # a null is not worked on, and most texts have nothing to take apart
    foreign = pl.when(text.str.contains(r"[^\x00-\x7f]")).then(text).str.normalize("NFKD")
    bare = foreign.str.replace_all(_MARKS, "").str.replace_all("ı", "i", literal=True)
    spaced = pl.coalesce(bare, text).str.replace_all(_NUMBER, "0").str.replace_all(_NO_WORD, " ")
    return pl.concat_str(pl.lit(" "), spaced.str.replace_all(_BREAK, f" {_BREAK} "), pl.lit(" "))


_TERM = ["term", "rule", "capability", "part", "within", "points"]
#: The part of a term that stands in a scorecard.
ENTRY = "entry"


def _rule_terms(rules: Rules) -> list[tuple[str, int, str, str, str, int]]:
    return [
        (word, number, capability.name, part, rule.within, 0)
        for number, (capability, rule) in enumerate(
            (capability, rule) for capability in rules.capabilities for rule in capability.rule
        )
        for part, terms in capability.lists(rule).items()
        for term in terms
        for word in rules.words(term)
    ]


def _card_terms(rules: Rules) -> list[tuple[str, int, str, str, str, int]]:
    return [
        (word, number, capability.name, ENTRY, "sentence", points)
        for capability in rules.capabilities
        if capability.scorecard
        for number, (term, points) in enumerate(capability.scorecard.entries)
        for word in rules.words(term)
    ]


@lru_cache(maxsize=4)
def _terms(rules: Rules) -> pl.DataFrame:
    """One row for each term of each rule and scorecard: columns `_TERM` with pattern, literal for term.

    An entry of a scorecard has its number in place of a rule's.
    """
    rows = [*_rule_terms(rules), *_card_terms(rules)]
    table = pl.DataFrame(rows, _TERM, orient="row")
    literal = pl.Series("literal", [is_literal(term) for term in table["term"]], dtype=pl.Boolean)
    term = pl.col("term").str.to_lowercase()
    words = _words(term).str.strip_chars(" ")
    left = pl.when(term.str.starts_with("*") | words.str.contains(UNSPACED)).then(pl.lit(""))
    right = pl.when(term.str.ends_with("*") | words.str.contains(UNSPACED)).then(pl.lit(""))
    bounded = pl.concat_str(left.otherwise(pl.lit(" ")), words, right.otherwise(pl.lit(" ")))
    pattern = pl.when(literal).then(term.str.slice(1).str.head(-1)).otherwise(bounded)
    return table.with_columns(pattern.alias("pattern"), literal).drop("term").unique(maintain_order=True)


def find_capabilities(texts: pl.Series, rules: Rules) -> pl.DataFrame:
    """Return which texts ask for what: columns ``text`` (position) and ``capability``, each pair once.

    A text may have several capabilities, or none. Of long ones the first and the last characters are read.
    """
    found, sentences = hits(texts, rules)
    entries = found.filter(pl.col("part") == ENTRY).rename({"rule": "entry"})
    scored = [
        asking(
            entries.filter(pl.col("capability") == capability.name), sentences, capability.scorecard
        ).with_columns(pl.lit(capability.name).alias("capability"))
        for capability in rules.capabilities
        if capability.scorecard
    ]
    return (
        pl.concat([_held(found.filter(pl.col("part") != ENTRY), _terms(rules)), *scored])
        .unique()
        .sort("text", "capability")
    )


def hits(texts: pl.Series, rules: Rules) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return every term of rules and scorecards that stands in a text, and the sentences.

    Columns text, sentence, capability, rule (its number over all rules, or an entry's in its scorecard),
    part, within, points, pattern; and text, sentence, lowered, words: a pattern stands in one of these two.
    """
    sentences, terms = _sentences(texts), _terms(rules)
    found = [
        _found(sentences, column, terms.filter(pl.col("literal") == literal))
        for column, literal in (("words", False), ("lowered", True))
    ]
    return pl.concat(found), sentences


def _held(found: pl.DataFrame, terms: pl.DataFrame) -> pl.DataFrame:
    """The texts that a rule holds in: text, capability."""
    place = pl.when(pl.col("within") == "sentence").then(pl.col("sentence"))
    needs = (
        terms.filter(pl.col("part") != ENTRY)
        .group_by("rule")
        .agg((pl.col("part") == part).any().alias(f"needs_{part}") for part in ("with", "also"))
    )
    return (
        found.group_by("text", place.fill_null(0).alias("place"), "rule", "capability")
        .agg((pl.col("part") == part).any().alias(part) for part in ("any", "with", "also", "without"))
        .join(needs, on="rule")
        .filter(
            pl.col("any")
            & (pl.col("with") | ~pl.col("needs_with"))
            & (pl.col("also") | ~pl.col("needs_also"))
            & ~pl.col("without")
        )
        .select("text", "capability")
    )


def shortened(text: pl.Expr) -> pl.Expr:
    """Return the part of each text that is read."""
    cut = pl.concat_str(text.str.head(HEAD), pl.lit("\n"), text.str.tail(TAIL))
    return pl.when(text.str.len_chars() > HEAD + TAIL).then(cut).otherwise(text)


def _sentences(texts: pl.Series) -> pl.DataFrame:
    """One row a sentence: text (position), sentence (number from 1), lowered, words."""
    text = pl.col("lowered")
    lowered = shortened(text.cast(pl.String).fill_null("")).str.to_lowercase().str.replace_all(_BREAK, " ")
    return (
        texts.alias("lowered")
        .to_frame()
        .select(lowered.str.replace_all(_SENTENCE_END, _BREAK))
        .with_columns(_words(text).alias("words"))
        .with_row_index("text")
        .with_columns(pl.col("lowered", "words").str.split(_BREAK))
        .with_columns(pl.int_ranges(1, pl.col("words").list.len() + 1, dtype=pl.UInt32).alias("sentence"))
        .explode("lowered", "words", "sentence")
    )


def _found(sentences: pl.DataFrame, column: str, terms: pl.DataFrame) -> pl.DataFrame:
    """The terms that stand in a column of sentences: text, sentence and all of the terms but pattern."""
    patterns = pl.lit(terms["pattern"].unique(maintain_order=True).to_list(), pl.List(pl.String))
    hits = pl.col(column).str.extract_many(patterns, overlapping=True).alias("pattern")
    return (
        sentences.select("text", "sentence", hits)
        .filter(pl.col("pattern").list.len() > 0)
        .explode("pattern")
        .unique()
        .join(terms.drop("literal"), on="pattern")
    )
