"""Texts made comparable: one spelling for what reads the same, in any script.

Unicode NFKC, case folded, unseen characters dropped, every decimal digit to ``0`` and runs of digits to one,
white space to single spaces. Rows that no step of Unicode normalisation can change go through the compiled
fold alone; the others pass NFKC twice, because folding can bring together what composes.
"""

from collections.abc import Callable
from typing import TypeAlias, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from distillscan.fingerprint.characters import Rows, fold_rows, unsettled_rows
from distillscan.fingerprint.tokens import code_point_table

N = TypeVar("N", bound=np.generic)
Texts: TypeAlias = pa.Array | pa.ChunkedArray


def normalise(texts: Texts) -> pa.LargeStringArray:
    """The texts normalised, row by row; NULL stays NULL. Raises TypeError if they are not strings."""
    array = settled(as_large_strings(texts))
    folded = _fold(array)
    return pc.if_else(array.is_valid(), folded, pa.scalar(None, pa.large_string()))


def as_large_strings(texts: Texts) -> pa.LargeStringArray:
    """One contiguous array, whatever kind of Arrow string array came in."""
    kind = texts.type.value_type if pa.types.is_dictionary(texts.type) else texts.type
    readable = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view, pa.types.is_null)
    if not any(is_kind(kind) for is_kind in readable):
        raise TypeError(f"texts must be Arrow strings, not {texts.type}")
    array = texts.cast(pa.large_string())
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def settled(array: pa.LargeStringArray) -> pa.LargeStringArray:
    """The same rows in a form on which the compiled fold gives the normalised text."""
    return _where_unsettled(array, _settle)


def rows_of(array: pa.LargeStringArray) -> Rows:
    """The buffers of an array as NumPy views; slices and NULLs are honoured."""
    _, offsets_buffer, data_buffer = array.buffers()
    offsets = _view(offsets_buffer, np.int64)[array.offset : array.offset + len(array) + 1]
    starts = offsets[:-1]
    stops = offsets[1:]
    if array.null_count:
        stops = np.where(array.is_valid().to_numpy(zero_copy_only=False), stops, starts)
        stops.flags.writeable = False
    return Rows(_view(data_buffer, np.uint8), starts, stops)


def _view(buffer: pa.Buffer | None, kind: type[N]) -> NDArray[N]:
    """A buffer as an array that cannot be written, as all must be lest numba compile for each combination."""
    view = np.empty(0, kind) if buffer is None else np.frombuffer(buffer, kind)
    view.flags.writeable = False
    return view


def _where_unsettled(
    array: pa.LargeStringArray, step: Callable[[pa.LargeStringArray], pa.LargeStringArray]
) -> pa.LargeStringArray:
    unsettled = unsettled_rows(rows_of(array), code_point_table())
    if not unsettled.any():
        return array
    mask = pa.array(unsettled)
    return pc.replace_with_mask(array, mask, step(array.filter(mask)))


def _settle(array: pa.LargeStringArray) -> pa.LargeStringArray:
    # The ellipsis is so common that writing it out spares most rows of plain prose the long way.
    return _where_unsettled(pc.replace_substring(array, "…", "..."), _compose)


def _compose(array: pa.LargeStringArray) -> pa.LargeStringArray:
    return pc.utf8_normalize(_fold(pc.utf8_normalize(array, "NFKC")), "NFKC")


def _fold(array: pa.LargeStringArray) -> pa.LargeStringArray:
    rows = rows_of(array)
    out = np.empty(2 * int((rows.stops - rows.starts).sum()), np.uint8)
    offsets = np.zeros(len(array) + 1, np.int64)
    fold_rows(rows, code_point_table(), out, offsets)
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(out[: offsets[-1]].copy())]
    return pa.Array.from_buffers(pa.large_string(), len(array), buffers)
