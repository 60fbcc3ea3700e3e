"""Compile a number-crunching function on first use; importing this module costs nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

Function = TypeVar("Function", bound=Callable[..., object])


def compiled(function: Function) -> Function:
    """Compile a function of arrays to machine code that releases the interpreter lock.

    Numba is imported here, not above: it takes half a second that a small catalogue never needs.
    The code is kept on disk for the next process where some folder for it can be written. It is
    never compiled with ``parallel=True``, which ends the process when two threads call it at once.

    >>> compiled(lambda number: number + 1)(41)
    42
    """
    import numba

    try:
        return cast("Function", numba.njit(nogil=True, cache=True)(function))
    except RuntimeError:
        return cast("Function", numba.njit(nogil=True)(function))
