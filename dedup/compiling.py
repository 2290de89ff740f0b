"""Tell that kernels are being compiled, which happens once on a machine and takes up to two minutes.

In: who wants to know. Out: a call to each of them, once a process. Must not know kernels, nor load what compiles them.
"""

from __future__ import annotations

from collections.abc import Callable

_told: list[Callable[[], None]] = []


def when_compiling(tell: Callable[[], None]) -> None:
    """Have ``tell`` called once, when the first kernel is compiled rather than loaded from disk.

    Examples:
        >>> when_compiling(lambda: print("compiling"))
        >>> announce()
        compiling
        >>> announce()
    """
    _told.append(tell)


def announce() -> None:
    """Call everybody who wanted to know; each hears it once."""
    while _told:
        _told.pop()()
