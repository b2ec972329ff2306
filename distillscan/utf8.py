"""Characters as the bytes of UTF-8, for compiled passes."""

from distillscan.arrays import UInt8s
from distillscan.compiled import inner


@inner
def encode(character: int, out: UInt8s, written: int) -> int:
    """Write one code point as UTF-8; return the position behind it."""
    if character < 0x80:
        out[written] = character
        return written + 1
    size = 2 if character < 0x800 else 3 if character < 0x10000 else 4
    for index in range(size - 1, 0, -1):
        out[written + index] = 0x80 | character & 0x3F
        character >>= 6
    out[written] = (0xF00 >> size) & 0xFF | character
    return written + size
