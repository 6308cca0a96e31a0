"""Memory of a process that lives long: what only its start needed is given back."""

from __future__ import annotations

import contextlib
import ctypes
import gc

__all__ = ["one_arena", "settle"]

_M_ARENA_MAX = -8  # malloc.h
# A request makes hundreds of objects and no cycles that matter: looking for some every 700 allocations, as Python does,
# takes a tenth of the processor's time. Much more seldom, and what cycles there are fill the memory.
_GC_EVERY = (20_000, 20, 50)


def one_arena() -> None:
    """Let all threads share one heap. Each thread's own would keep what it once held; there are few threads here, and
    they allocate little. Does nothing where the C library is not glibc."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").mallopt(_M_ARENA_MAX, 1)


def settle() -> None:
    """After the start: collect, keep what is left out of later collections, return free pages to the system."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_GC_EVERY)
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)
