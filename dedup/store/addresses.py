"""Inputs that are no paths: standard input and tables of databases.

In: an input as typed. Out: what it names, or None if it is a path or glob. Must not know how anything is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from dedup.errors import InputError

STANDARD_INPUT: Final = Path("<standard input>")
"""Stands for what ``-`` means; no file system is ever asked for it."""

SCHEMES: Final = ("sqlite", "duckdb")
EXAMPLE: Final = "sqlite:///news.db?table=articles"


@dataclass(frozen=True)
class Address:
    """What an input names that is no path.

    Args:
        path: The database, or ``STANDARD_INPUT``.
        table: The table; empty for standard input.
    """

    path: Path
    table: str = ""


def parse_address(given: str) -> Address | None:
    """Read an input that may be an address.

    As in other tools, three slashes begin a relative path and four an absolute one.

    Args:
        given: The input as typed.

    Returns:
        The address, or None if it is a path or glob.

    Raises:
        InputError: It is the address of a database without a table or with anything else in it. A query is not taken:
            what a table holds can be judged before it is read, what a query does cannot.

    Examples:
        >>> parse_address("sqlite:////var/news.db?table=articles").path.as_posix()
        '/var/news.db'
        >>> parse_address("duckdb:///news.db?table=articles").path.as_posix(), parse_address("news/")
        ('news.db', None)
    """
    if given == "-":
        return Address(STANDARD_INPUT)
    if not given.startswith(tuple(f"{scheme}:" for scheme in SCHEMES)):
        return None
    parts = urlsplit(given)
    query = parse_qs(parts.query, keep_blank_values=True)
    tables = query.pop("table", [])
    path = unquote(parts.path).removeprefix("/")
    if not given.startswith(f"{parts.scheme}:///") or parts.fragment or query or len(tables) != 1 or not path:
        raise InputError(
            "this address names no table of a database",
            where=given,
            expected=f"a path after three slashes and a table, such as {EXAMPLE}",
            hint="Queries are not taken; put one into a view's place by writing its result to a table.",
        )
    if not tables[0]:
        raise InputError("the table has no name", where=given, expected=f"an address such as {EXAMPLE}")
    return Address(Path(path), tables[0])


def path_in(given: str) -> str:
    """The path an input reads from, as typed; empty for standard input.

    Examples:
        >>> path_in("news/*.txt"), path_in("sqlite:///a.db?table=t"), path_in("-")
        ('news/*.txt', 'a.db', '')
    """
    address = parse_address(given)
    if address is None:
        return given
    return "" if address.path == STANDARD_INPUT else str(address.path)
