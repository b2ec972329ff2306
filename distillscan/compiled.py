"""Python functions compiled to machine code: how all loops over bytes and numbers are.

A new machine compiles them when they are first needed, so what the compiler has to read is kept small. Loops
over items stand in the place of whole-array expressions: whatever may have to stretch one array to the shape
of another draws in the making of its error message. And one argument has one type: Python code hands over
either always a `readonly` array or always one to write to.
"""

import hashlib
from collections.abc import Callable, Iterator
from types import FunctionType
from typing import Any, ParamSpec, TypeVar

import numpy as np
from numba import njit
from numba.extending import register_jitable
from numpy.typing import NDArray

P = ParamSpec("P")
R = TypeVar("R")
N = TypeVar("N", bound=np.generic)


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile on first use, keep on disk where that can be written, and run without the interpreter lock."""
    return _compiled(function, {})


def in_place(function: Callable[P, R]) -> Callable[P, R]:
    """As `compiled`, a function that makes no array and returns none, nor does anything that it calls.

    So nobody has to count who holds an array, which takes longer than the work itself where a part is called
    for every few bytes. A function that makes one does not compile.
    """
    return _compiled(function, {"_nrt": False})


def _compiled(function: Callable[P, R], options: dict[str, Any]) -> Callable[P, R]:
    quick: Callable[P, R]
    if isinstance(function, FunctionType):
        # what is kept on disk goes by this name, and is made anew by itself only if its own file has changed
        function.__qualname__ += f"-{_digest(function)}"
    try:
        quick = njit(cache=True, nogil=True, **options)(function)
    except RuntimeError:
        # An installation without any directory to write to still works, it compiles again in every run.
        quick = njit(nogil=True, **options)(function)
    return quick


def _digest(function: FunctionType) -> str:
    """A digest of a function, of those of its package that it calls, and of the constants that they name."""
    digest = hashlib.sha256()
    for part in _compiled_into(function, set()):
        digest.update(part)
    return digest.hexdigest()[:12]


def _compiled_into(function: FunctionType, known: set[FunctionType]) -> Iterator[bytes]:
    known.add(function)
    yield function.__code__.co_code + repr(function.__code__.co_consts).encode()
    for name in function.__code__.co_names:
        value = function.__globals__.get(name)
        value = getattr(value, "py_func", value)
        if isinstance(value, FunctionType):
            own = value.__module__.partition(".")[0] == function.__module__.partition(".")[0]
            if own and value not in known:
                yield from _compiled_into(value, known)
        elif isinstance(value, int | float | str | tuple | np.generic):
            yield f"{name}={value!r}".encode()
        elif isinstance(value, np.ndarray):
            yield name.encode() + value.tobytes()


def inner(function: Callable[P, R]) -> Callable[P, R]:
    """Compile into the compiled functions that call it; for Python it stays as it is.

    Nothing is made by which Python would call it, and nothing twice for a number that is a constant at first.
    """
    part: Callable[P, R] = register_jitable(no_cpython_wrapper=True, no_cfunc_wrapper=True)(function)
    return part


def readonly(array: NDArray[N]) -> NDArray[N]:
    """The same array, seen as one that cannot be written to."""
    view = array.view()
    view.flags.writeable = False
    return view
