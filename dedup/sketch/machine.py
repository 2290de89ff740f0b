"""Machine instructions that Numba has no words for.

In: addresses and integers. Out: intrinsics that kernels call. Must not know what the bytes mean. An address is a plain
signed integer: Numba turns a sum of signed and unsigned ones into a floating-point number.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from dedup import compiling
from dedup.elsewhere import waited_for
from dedup.sketch.kept import digest, made_elsewhere

if TYPE_CHECKING:
    from collections.abc import Callable

    def intrinsic(function: Callable[..., Any]) -> Callable[..., Any]:
        """Numba's decorator as type checkers should see it."""
        ...

    def _compiled(**options: Any) -> Callable[[Any], Any]:
        """Numba's decorator as type checkers should see it."""
        ...

    ir: Any
    types: Any
    event: Any
    rtsys: Any
else:
    from llvmlite import ir
    from numba import njit as _compiled
    from numba import types
    from numba.core import event
    from numba.core.runtime import rtsys
    from numba.extending import intrinsic

__all__ = [
    "highest_bit", "intrinsic", "load8", "load16", "load32", "load64", "lowest_bit", "multiply_fold", "n_bits", "njit",
    "store8", "store16", "store32", "store64", "swap_bytes",
]  # fmt: skip


def njit(**options: Any) -> Callable[[Any], Any]:
    """Numba's decorator, for kernels whose object code is kept on disk.

    Numba asks only a kernel's own file whether kept code is out of date, not the files of what it calls, and goes by
    time and size, which an installed file may share with the one before. So the hash of all kernels is part of the name
    under which the code is kept.
    """

    def decorate(kernel: Any) -> Any:
        kernel.__qualname__ = f"{kernel.__qualname__}-{digest()}"
        dispatcher = _compiled(**options)(kernel)
        if options.get("cache"):
            _load_lightly(dispatcher)
        return dispatcher

    return decorate


def _load_lightly(dispatcher: Any) -> None:
    """Load kept code without what only compiling needs.

    Before it looks for kept code Numba gets ready to compile: it imports its implementation of all of NumPy, and SciPy
    for its linear algebra, half of the time that the first kernel takes. Kept code needs its memory functions alone; if
    there is none, the compiler gets ready by itself.
    """
    kept = dispatcher._cache  # noqa: SLF001 - Numba offers no other way
    load = getattr(kept, "_load_overload", None)
    guard = getattr(kept, "_guard_against_spurious_io_errors", None)
    if load is None or guard is None:  # another release of Numba: its own way
        return

    def loaded(signature: Any, target: Any) -> Any:
        rtsys.initialize(target)
        found = None
        with guard():
            found = load(signature, target)
        return found  # noqa: RET504 - None where the guard has swallowed an error

    def load_overload(signature: Any, target: Any) -> Any:
        found = loaded(signature, target)
        if found is None:
            compiling.announce()
            module, name = dispatcher.__module__, dispatcher.py_func.__name__
            if waited_for(f"{module}.{name}"):
                found = loaded(signature, target)
            else:
                found = made_elsewhere(_compile, (module, name, signature), lambda: loaded(signature, target))
        return found

    kept.load_overload = load_overload


def _compile(kernel: tuple[str, str, Any]) -> None:
    """Compile a kernel, by module, name and the types of its arguments, for whoever looks for its code next."""
    module, name, signature = kernel
    getattr(importlib.import_module(module), name).compile(signature)


class _Listener(event.Listener):  # type: ignore[misc] # Numba has no types
    """Passes on that Numba compiles, which takes long enough to be told."""

    def on_start(self, event: Any) -> None:  # noqa: ARG002 - the name is Numba's
        compiling.announce()

    def on_end(self, event: Any) -> None:
        """Nothing to tell."""


event.register("numba:compile", _Listener())


def _load(bits: int) -> Callable[..., Any]:
    def codegen(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        read = builder.load(builder.inttoptr(arguments[0], ir.IntType(bits).as_pointer()))
        read.align = 1
        return read

    return codegen


@intrinsic
def load8(_typing: Any, _address: Any) -> Any:
    """The byte at an address."""
    return types.uint8(types.intp), _load(8)


@intrinsic
def load16(_typing: Any, _address: Any) -> Any:
    """The two bytes at an address."""
    return types.uint16(types.intp), _load(16)


@intrinsic
def load32(_typing: Any, _address: Any) -> Any:
    """The four bytes at an address."""
    return types.uint32(types.intp), _load(32)


@intrinsic
def load64(_typing: Any, _address: Any) -> Any:
    """The eight bytes at an address."""
    return types.uint64(types.intp), _load(64)


def _store(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
    value = arguments[1]
    builder.store(value, builder.inttoptr(arguments[0], value.type.as_pointer())).align = 1
    return context.get_dummy_value()


@intrinsic
def store8(_typing: Any, _address: Any, _value: Any) -> Any:
    """Write one byte."""
    return types.void(types.intp, types.uint8), _store


@intrinsic
def store16(_typing: Any, _address: Any, _value: Any) -> Any:
    """Write two bytes."""
    return types.void(types.intp, types.uint16), _store


@intrinsic
def store32(_typing: Any, _address: Any, _value: Any) -> Any:
    """Write four bytes."""
    return types.void(types.intp, types.uint32), _store


@intrinsic
def store64(_typing: Any, _address: Any, _value: Any) -> Any:
    """Write eight bytes."""
    return types.void(types.intp, types.uint64), _store


@intrinsic
def multiply_fold(_typing: Any, _left: Any, _right: Any) -> Any:
    """The two halves of the 128-bit product of two 64-bit numbers, combined by exclusive or."""

    def codegen(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        wide, narrow = ir.IntType(128), ir.IntType(64)
        product = builder.mul(builder.zext(arguments[0], wide), builder.zext(arguments[1], wide))
        high = builder.lshr(product, ir.Constant(wide, 64))
        return builder.xor(builder.trunc(product, narrow), builder.trunc(high, narrow))

    return types.uint64(types.uint64, types.uint64), codegen


@intrinsic
def swap_bytes(_typing: Any, _value: Any) -> Any:
    """The bytes of a 64-bit number in reverse."""

    def codegen(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.bswap(arguments[0])

    return types.uint64(types.uint64), codegen


@intrinsic
def lowest_bit(_typing: Any, _mask: Any) -> Any:
    """The position of the lowest bit that is set; 64 where none is."""

    def codegen(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        # NOTE: declare_intrinsic('llvm.cttz') crashes the compiler of numba 0.68; the builder's own works.
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 0))

    return types.int64(types.uint64), codegen


@intrinsic
def highest_bit(_typing: Any, _mask: Any) -> Any:
    """The position of the highest bit that is set; the mask must not be 0."""

    def codegen(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        leading = builder.ctlz(arguments[0], ir.Constant(ir.IntType(1), 1))
        return builder.sub(ir.Constant(leading.type, 63), leading)

    return types.int64(types.uint64), codegen


@intrinsic
def n_bits(_typing: Any, _mask: Any) -> Any:
    """How many bits of a mask are set."""

    def codegen(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.ctpop(arguments[0])

    return types.int64(types.uint64), codegen
