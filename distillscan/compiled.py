"""Python functions compiled to machine code: how all loops over bytes and numbers are."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from numba import njit

P = ParamSpec("P")
R = TypeVar("R")


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile on first use, keep on disk where that can be written, and run without the interpreter lock."""
    quick: Callable[P, R]
    try:
        quick = njit(cache=True, nogil=True)(function)
    except RuntimeError:
        # An installation without any directory to write to still works, it compiles again in every run.
        quick = njit(nogil=True)(function)
    return quick
