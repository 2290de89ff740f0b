"""Packages that only some formats need.

In: the name of a module. Out: the module, or an error that says how to install it. Must not know any format.
"""

from __future__ import annotations

import importlib
from types import MappingProxyType
from typing import Any, Final

from dedup.errors import InputError

EXTRAS: Final = MappingProxyType({"trafilatura": "html", "lxml": "xml", "warcio": "warc", "zstandard": "zstd"})
"""Package to the extra of ours that brings it; ``formats`` brings them all."""


def needed(module: str, *, where: str, what: str) -> Any:
    """Import a package that is no part of a plain installation.

    Args:
        module: Its dotted name.
        where: The file that needs it.
        what: What for, in the plural.

    Raises:
        InputError: It is not installed, so that nothing of this kind can be read: told once, not file by file.

    Examples:
        >>> needed("json", where="a.warc", what="web archives").__name__
        'json'
        >>> needed("warcio.nowhere", where="a.warc", what="web archives")
        Traceback (most recent call last):
        ...
        dedup.errors.InputError: a.warc: web archives need a package that is not installed, got no 'warcio'. \
pip install 'newsdedup[warc]' brings it, 'newsdedup[formats]' all of this kind.
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        package = module.partition(".")[0]
        if (error.name or "").partition(".")[0] not in {package, "lxml_html_clean"}:
            raise
        extra = EXTRAS.get(package, package)
        raise InputError(
            f"{what} need a package that is not installed, got no '{package}'",
            where=where,
            hint=f"pip install 'newsdedup[{extra}]' brings it, 'newsdedup[formats]' all of this kind.",
        ) from None
