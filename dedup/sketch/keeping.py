"""Compile a kernel to bare machine code, and keep it.

In: a kernel and the types that it is to be called with. Out: its code, on disk. Must not know what it does, nor who
calls it. Apart from ``kept``, which loads what this keeps, because this imports Numba.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    caching: Any
    njit: Any
    types: Any
else:
    from numba import njit, types
    from numba.core import caching

_OUTSIDE: Final = {"NRT_MemInfo_call_dtor", "memcpy", "memmove", "memset"}
"""What bare code may call that is not its own."""

Made = tuple[str, str, bytes]
"""Name of the function, how ``struct`` reads what it returns, and the object file."""


def compiled(
    dispatcher: Any, kinds: Sequence[str], parameters: Sequence[str], results: Mapping[str, str]
) -> Made | None:
    """Compile a kernel for the types of some arguments.

    Args:
        dispatcher: What ``machine.njit`` made of it.
        kinds: A type for each argument: ``int64``, ``float64``, or name of the elements and number of axes of an array.
        parameters: What the code must take to be called as ``kept`` does, as LLVM has it.
        results: What it may return.

    Returns:
        The code; None if it cannot be called bare.
    """
    try:
        options = {name: value for name, value in dispatcher.targetoptions.items() if name != "nopython"}
        bare = njit(**options, no_cpython_wrapper=True, no_cfunc_wrapper=True)(dispatcher.py_func)
        bare.compile(tuple(map(_type, kinds)))
        (made,) = bare.overloads.values()
        symbol, library = made.fndesc.llvm_func_name, made.library
        module = library._final_module  # noqa: SLF001 - Numba offers no other way
        takes = str(module.get_function(symbol).global_value_type)
        code = library._get_compiled_object()  # noqa: SLF001 - see above
    except AttributeError:  # another release of Numba
        return None
    result = results.get(str(made.signature.return_type).replace("none", "void"))
    outside = {one.name for one in module.functions if one.is_declaration and not one.name.startswith("llvm.")}
    if result is None or takes != f"i32 ({', '.join(parameters)})" or not outside <= _OUTSIDE:
        return None
    return symbol, result, code


def keep(packed: bytes, name: str, folders: Sequence[Path]) -> None:
    """Put code into the first of some folders that can be written to; if none can, it is compiled again next time.

    Args:
        packed: The code.
        name: Names the file and what was made: the same name never stands for other code.
        folders: Where ``kept`` looks for it.
    """
    for folder in folders:
        # Numba's own way to replace a file in one step.
        with (
            suppress(OSError, AttributeError),
            caching.IndexDataCacheFile(str(folder), name, name)._open_for_write(  # noqa: SLF001
                str(folder / name)
            ) as file,
        ):
            file.write(packed)
            return


def _type(kind: str) -> Any:
    name, _, n_axes = kind.partition(":")
    of_each = types.boolean if name == "bool" else getattr(types, name)
    return types.Array(of_each, int(n_axes), "C") if n_axes else of_each
