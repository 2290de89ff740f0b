"""How memory that is no longer used goes back to the system.

At the peak of a run over 12,000 articles a quarter of what the process held was in use no more.

In: nothing, and the files that were mapped into memory. Out: this process's allocators, told what to do. Must not know
what the memory is used for, nor load what uses it: one of the allocators takes its orders before it is loaded.
"""

from __future__ import annotations

import mmap
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final
from weakref import WeakSet

_MMAP_THRESHOLD: Final = -3
"""``M_MMAP_THRESHOLD`` of mallopt(3)."""
_TRIM_THRESHOLD: Final = -1
"""``M_TRIM_THRESHOLD`` of mallopt(3)."""
_LARGE_BYTES: Final = 1 << 21
"""A block of at least so many goes back by itself when it is freed, and its pages are cleared for each that is new."""
_SPARE_BYTES: Final = 1 << 23
"""Free bytes that the end of the heap keeps: what articles are read with is freed and taken again for each."""
_DONTNEED: Final = getattr(mmap, "MADV_DONTNEED", None)
_POLARS: Final = "dirty_decay_ms:200,muzzy_decay_ms:0"


def polars_gives_back() -> None:
    """Let Polars hand back what it has freed after a fifth of a second, not after ten; to be called before it loads.

    Whoever has set ``_RJEM_MALLOC_CONF`` knows better.
    """
    os.environ.setdefault("_RJEM_MALLOC_CONF", _POLARS)


def large_blocks_go_back() -> None:
    """Let large blocks go back when they are freed.

    Left alone, glibc raises the size from which a block can go back by itself to that of the largest ever freed. A
    system with another allocator is left alone. From a quarter of a megabyte on, as at first, the system cleared 9 GB
    of pages in a run over 20,000 articles, a tenth of its processor time; now 4 GB, for 17 MB more at the peak.
    """
    mallopt = _of_the_system("mallopt")
    if mallopt is not None:
        mallopt(_MMAP_THRESHOLD, _LARGE_BYTES)
        mallopt(_TRIM_THRESHOLD, _SPARE_BYTES)


def small_blocks_go_back() -> None:
    """Let those pages of the heap go on which nothing is left, wherever they lie among others.

    Left alone, glibc only gives back the end of the heap: a block that lives on keeps all that was freed before it.
    Done after a stage, which is when most of what was made has no use any more.
    """
    trim = _of_the_system("malloc_trim")
    if trim is not None:
        trim(0)


def _of_the_system(name: str) -> Callable[..., int] | None:
    """A function of the C library by which Linux is told about memory; None where there is no such thing."""
    if not sys.platform.startswith("linux"):
        return None
    import ctypes

    return getattr(ctypes.CDLL(None), name, None)


def code_pages_go(library: str) -> None:
    """Let the machine code of a library go that has done its work for now; what is called again is read again.

    Of a compiler's 32 MB a fraction is ever run, and that for a moment. A system that does not list what is mapped is
    left alone.

    Args:
        library: Part of the name of its file.
    """
    if _DONTNEED is None or not sys.platform.startswith("linux"):
        return
    try:
        listed = Path("/proc/self/maps").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return
    lines = [line for line in listed if " r-xp " in line and library in line.rpartition("/")[2]]
    import ctypes

    advise = ctypes.CDLL(None).madvise
    for line in lines:
        begin, end = (int(place, 16) for place in line.split()[0].split("-"))
        advise(ctypes.c_void_p(begin), ctypes.c_size_t(end - begin), _DONTNEED)


_mapped: Final[WeakSet[mmap.mmap]] = WeakSet()


def may_be_dropped(mapped: mmap.mmap) -> None:
    """Let ``mapped_pages_go`` know of a file that was mapped to be read."""
    _mapped.add(mapped)


def mapped_pages_go() -> None:
    """Let what was read of mapped files go; whatever is needed again is read again, from the system's own cache.

    The system would take these pages when memory is short, but until then they count as this process's.
    """
    if _DONTNEED is None:  # a system without such a thing
        return
    for mapped in [*_mapped]:
        mapped.madvise(_DONTNEED)
