"""The settings that fingerprints depend on: two sets of fingerprints compare only under one scheme."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Scheme:
    """How texts become keys. Raises ValueError where the parts do not fit each other."""

    permutations: int = 64
    bands: int = 16
    rows: int = 4
    """Signature values in a band."""
    seed: int = 1
    """Of datasketch's permutations."""
    shingle: int = 3
    """Words in a shingle of the signature."""
    insert_shingle: int = 8
    """Words in a shingle that may be kept as insert key."""
    unspaced_factor: int = 2
    """Tokens that count as one word in an unspaced text (see ``tokens``), where each character is a token.

    Eight characters are four words or fewer, a common phrase that unrelated writers of one language share.
    A word takes about two characters in Chinese and Japanese and about four in Thai, vowel signs counted.
    The two readings share no keys: a template in words, around long and short passages of characters, is two.
    """
    insert_rate: int = 8
    """One in so many of those shingles is kept, the same ones in every text, and the first and last of each.

    Instructions stand at an end of a prompt, and of one of 14 words all are passed over four times in ten.
    """
    insert_window: int = 16
    """Of so many of those shingles in a row the smallest is kept too: no passage of 23 words goes without."""
    max_inserts: int = 256
    """Insert keys of one text; a longer text keeps its smallest."""
    end_words: int = 3
    """Words of an opening and of a closing: an instruction of so few words shows in no other key."""
    end_characters: int = 6
    """The same of an unspaced text, in tokens."""

    def __post_init__(self) -> None:
        shingles = (self.shingle, self.insert_shingle, self.unspaced_factor)
        lengths = (*shingles, self.end_words, self.end_characters)
        if min(self.bands, self.rows, self.insert_rate, self.insert_window, *lengths) < 1:
            raise ValueError("bands, rows, rate and window of inserts, and lengths must be at least 1")
        if self.bands * self.rows > self.permutations:
            raise ValueError(f"{self.permutations} permutations are too few for {self.bands} x {self.rows}")
        if self.max_inserts < 0:
            raise ValueError("max_inserts must not be negative")

    @property
    def insert_limit(self) -> int:
        """The largest 64-bit shingle hash that is kept."""
        return 2**64 // self.insert_rate - 1


SCHEME: Final = Scheme()
