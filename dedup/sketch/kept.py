"""Kernels called without Numba, as soon as their machine code is on disk.

In: where a kernel lies, and what it is called with. Out: what it returns or writes. Must not know what any kernel does.

Importing Numba and getting a kernel that it has kept take a third of a second of a process, of ``copies`` over 100,000
articles a fifth. The machine code needs none of that. So what Numba compiled is kept once more, bare, under a name that
says what it was made from and for. llvmlite, which Numba stands on, loads it, and it is called as Numba calls its own:
each array as its address, shape and strides. When Numba compiles, it is asked what its code takes; where that is
something else, the kernel is called through Numba.

A kernel to be called so must not make arrays nor raise errors, which takes Numba's run-time, and returns one number or
nothing.
"""

from __future__ import annotations

import ctypes
import importlib
import os
import struct
import sys
from collections.abc import Callable, Sequence
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from threading import Lock
from typing import Any, ClassVar, Final, TypeVar

import numpy as np
import xxhash

from dedup import compiling
from dedup.elsewhere import done_elsewhere
from dedup.memory import code_pages_go

_CONSTANTS: Final = (
    "match/alignment.py",
    "match/evidence.py",
    "match/packing.py",
    "match/sides.py",
    "sketch/character_kinds.py",
    "sketch/codepoints.py",
    "sketch/keeping.py",
    "sketch/kept.py",
    "sketch/lanes.py",
    "sketch/machine.py",
)
"""Where kernels take constants and instructions from, which become part of their code, and what compiles it."""
_GOOD: Final = (0, -2)
"""What Numba's code answers where it returned a value, and where it returned none."""
_UNUSED: Final = "NRT_MemInfo_call_dtor"
"""Gives back an array that Numba made; there is none here, and yet code may name it."""
_LIGHT_CALLS: Final = 4_096
"""Calls of a process after which Numba is loaded: a bare one takes twenty microseconds more than one through it."""
_RESULTS: Final = {"void": "", "int64": "q", "uint64": "Q", "float64": "d"}
"""What a kernel may return, and how ``struct`` reads it."""

Kernel = TypeVar("Kernel")
Found = TypeVar("Found")

_preparing: Final = Lock()
"""Held by the thread that loads or compiles, one at a time."""


@lru_cache(maxsize=1)
def digest() -> str:
    """A hash over the source of every kernel and its constants."""
    root = Path(__file__).parent.parent
    sources = [*sorted(root.rglob("*kernels.py")), *(root / name for name in _CONSTANTS)]
    return xxhash.xxh3_64_hexdigest(b"\0".join(source.read_bytes() for source in sources))


_in_vain = False
"""Whether another process has compiled something of which nothing was found."""


def made_elsewhere(
    compile_it: Callable[[Kernel], None], kernel: Kernel, look: Callable[[], Found | None]
) -> Found | None:
    """What is found of a kernel when another process has compiled it; None where none may, or can keep what it made.

    A compiler takes hundreds of megabytes of a process and does not give them back.

    Args:
        compile_it: What the other process is to do.
        kernel: With what.
        look: Finds what it has made.
    """
    global _in_vain  # noqa: PLW0603 - what is so of this process
    if _in_vain or not done_elsewhere(compile_it, kernel):
        return None
    found = look()
    _in_vain = found is None
    return found


def has_code(module: str, name: str) -> bool:
    """Whether Numba has kept code of a kernel, made from today's sources; for which arguments is not asked."""
    pattern = f"{module.rpartition('.')[2]}.{name}-{digest()}-*.nbi"
    return any(next(folder.rglob(pattern), None) is not None for folder in _folders(module))


class Kept:
    """A kernel.

    Args:
        module: Module of the kernel.
        name: Its name there: a function decorated by ``machine.njit``.

    Examples:
        >>> n_common = Kept("dedup.match.set_kernels", "n_common")
        >>> n_common(np.array([1, 2, 5, 2, 5, 7]), 0, 3, 3, 6)
        2
    """

    def __init__(self, module: str, name: str) -> None:
        self.module, self.name = module, name
        self._ready: dict[tuple[str, ...], Callable[..., Any]] = {}

    def __call__(self, *arguments: Any) -> Any:
        """Call the kernel.

        Args:
            arguments: Whole numbers, floats and arrays that lie in one piece, their last index the fastest.
        """
        kinds = tuple(map(_kind, arguments))
        ready = self._ready.get(kinds)
        if ready is None:
            with _preparing:
                ready = self._ready.get(kinds) or self._prepared(kinds)
                self._ready[kinds] = ready
        return ready(arguments)

    def _prepared(self, kinds: tuple[str, ...]) -> Callable[[Sequence[Any]], Any]:
        name = self._file_name(kinds)
        folders = _folders(self.module)
        found = _found(folders, name)
        if found is None:
            compiling.announce()
            kernel = self.module, self.name, kinds
            found = made_elsewhere(_keep, kernel, lambda: _found(folders, name)) or self._compiled(kinds)
        if found is None:
            dispatcher = getattr(importlib.import_module(self.module), self.name)
            return lambda arguments: dispatcher(*arguments)
        return _loaded(*found, kinds)

    def _compiled(self, kinds: tuple[str, ...]) -> tuple[str, str, bytes] | None:
        """Its machine code, which is kept for the next time; None if it cannot be called bare."""
        from dedup.sketch import keeping  # imports Numba, which is what this is to do without

        dispatcher = getattr(importlib.import_module(self.module), self.name)
        made = keeping.compiled(dispatcher, kinds, _parameters(kinds), _RESULTS)
        if made is not None:
            keeping.keep(_packed(*made), self._file_name(kinds), _folders(self.module))
        return made

    def _file_name(self, kinds: tuple[str, ...]) -> str:
        """A name for what was made from these sources, by these versions, for these arguments and this processor."""
        made_for = xxhash.xxh3_64_hexdigest("\n".join((*kinds, *_machine())).encode())
        return f"{self.module.rpartition('.')[2]}.{self.name}-{digest()}-{made_for}.kept"


def _found(folders: Sequence[Path], name: str) -> tuple[str, str, bytes] | None:
    return next((found for folder in folders if (found := _unpacked(folder / name)) is not None), None)


class Lightly:
    """A kernel that is called without Numba until such calls were so many that quicker ones repay loading it.

    Args:
        module: As for ``Kept``.
        name: As there.

    Examples:
        >>> n_common = Lightly("dedup.match.set_kernels", "n_common")
        >>> n_common(np.array([1, 2, 5, 2, 5, 7]), 0, 3, 3, 6)
        2
    """

    _n_left: ClassVar[int] = _LIGHT_CALLS

    def __init__(self, module: str, name: str) -> None:
        self._bare = Kept(module, name)
        self._call: Callable[..., Any] = self._called_bare

    def __call__(self, *arguments: Any) -> Any:
        """Call the kernel, as ``Kept`` does."""
        return self._call(*arguments)

    def _called_bare(self, *arguments: Any) -> Any:
        Lightly._n_left -= 1
        if Lightly._n_left <= 0:
            self._call = getattr(importlib.import_module(self._bare.module), self._bare.name)
        return self._bare(*arguments)


def _keep(kernel: tuple[str, str, tuple[str, ...]]) -> None:
    """Compile a kernel, by module, name and kinds, for whoever asks for it next."""
    module, name, kinds = kernel
    Kept(module, name)._compiled(kinds)  # noqa: SLF001 - its own module


def _packed(symbol: str, result: str, code: bytes) -> bytes:
    """Machine code as it is kept: a hash of all that follows, what it is called, how its result is read, itself."""
    rest = f"{symbol}\n{result}\n".encode() + code
    return xxhash.xxh3_64_digest(rest) + rest


def _unpacked(path: Path) -> tuple[str, str, bytes] | None:
    """What ``_packed`` was given; None where nothing is kept, or something else."""
    try:
        kept = path.read_bytes()
    except OSError:
        return None
    if xxhash.xxh3_64_digest(kept[8:]) != kept[:8] or kept.count(b"\n") < 2:
        return None
    symbol, result, code = kept[8:].split(b"\n", 2)
    return symbol.decode(), result.decode(), code


def _kind(argument: Any) -> str:
    """What Numba calls an argument's type."""
    if isinstance(argument, np.ndarray):
        if not argument.flags.c_contiguous:
            raise ValueError("an array for a kernel must lie in one piece")
        return f"{argument.dtype.name}:{argument.ndim}"
    if isinstance(argument, np.uint64):
        return "uint64"
    return "float64" if isinstance(argument, float) else "int64"


def _parameters(kinds: Sequence[str]) -> list[str]:
    """What the machine code takes, as LLVM has it: where to write the result and an error, then all arguments."""
    found = ["ptr", "ptr"]
    for kind in kinds:
        _, _, n_axes = kind.partition(":")
        if n_axes:  # its owner twice, number of elements, size of one, address, shape, strides
            found += ["ptr", "ptr", "i64", "i64", "ptr", *["i64"] * (2 * int(n_axes))]
        else:
            found.append("double" if kind == "float64" else "i64")
    return found


def _loaded(symbol: str, result: str, code: bytes, kinds: Sequence[str]) -> Callable[[Sequence[Any]], Any]:
    """Machine code as a function of the arguments."""
    kinds_of = {"ptr": ctypes.c_void_p, "i64": ctypes.c_int64, "double": ctypes.c_double}
    engine = _engine(code)
    entry = ctypes.CFUNCTYPE(ctypes.c_int32, *(kinds_of[one] for one in _parameters(kinds)))(
        engine.get_function_address(symbol)
    )
    code_pages_go("libllvmlite")

    def call(arguments: Sequence[Any], engine: Any = engine) -> Any:  # noqa: ARG001 - keeps the code
        flat: list[Any] = []
        for argument in arguments:
            if isinstance(argument, np.ndarray):
                flat += (None, None, argument.size, argument.itemsize, argument.ctypes.data)
                flat += (*argument.shape, *argument.strides)
            else:
                flat.append(argument if isinstance(argument, float) else int(argument))
        value, error = ctypes.create_string_buffer(8), ctypes.c_void_p()
        status = entry(ctypes.addressof(value), ctypes.addressof(error), *flat)
        if status not in _GOOD:
            raise RuntimeError(f"a kernel failed with {status}")
        return struct.unpack(result, value.raw)[0] if result else None

    return call


def _engine(code: bytes) -> Any:
    llvm = importlib.import_module("llvmlite.binding")
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    if not llvm.address_of_symbol(_UNUSED):
        llvm.add_symbol(_UNUSED, ctypes.cast(_nothing, ctypes.c_void_p).value)
    target = llvm.Target.from_default_triple().create_target_machine()
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), target)
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    return engine


_nothing: Final = ctypes.CFUNCTYPE(None, ctypes.c_void_p)(lambda _: None)
"""Stands in for ``_UNUSED``."""


@lru_cache(maxsize=1)
def _machine() -> tuple[str, ...]:
    """What machine code depends on apart from its source."""
    llvm = importlib.import_module("llvmlite.binding")  # without types
    told = [f"{name}={os.environ.get(name, '')}" for name in ("NUMBA_CPU_NAME", "NUMBA_CPU_FEATURES", "NUMBA_OPT")]
    versions = [metadata.version(name) for name in ("numba", "llvmlite")]
    return (*versions, *told, sys.platform, llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten())


def _folders(module: str) -> list[Path]:
    """Where code may lie: where Numba keeps its own, which makes these folders."""
    if chosen := os.environ.get("NUMBA_CACHE_DIR"):
        return [Path(chosen)]
    beside = Path(__file__).parents[2].joinpath(*module.split(".")[:-1], "__pycache__")
    at_home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return [beside, Path(at_home) / "numba"]
