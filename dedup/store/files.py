"""Which files a user means by the paths, folders and globs given.

In: inputs as typed. Out: the files to read, each with the name by which the user would know it, and a row for
everything that was passed over. Must not know how any format is read, only which endings are known.
"""

from __future__ import annotations

import difflib
import functools
import glob
import itertools
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from dedup.errors import InputError
from dedup.store.addresses import STANDARD_INPUT, parse_address

COMPANIONS: Final = frozenset({"readme", "license", "licence", "copying", "notice", "changelog", "makefile"})
"""Stems of files that people keep beside their articles; not worth an alarm, but counted like all else."""


MAX_SHOWN: Final = 200
"""Characters shown of a name that is too long for any file."""

UNREADABLE: Final = "unreadable"
"""The code of what could not be read."""


@dataclass(frozen=True, order=True)
class SourceFile:
    """One file to read.

    Args:
        origin: The path as the user would recognise it, legal as UTF-8.
        path: The path to open.
        named: Whether the user named this very file, so that its being unusable is an error of the whole run.
        table: The table to read, of a database.
        head: First bytes of a stream that cannot be read twice, already taken from it.
    """

    origin: str
    path: Path
    named: bool
    table: str = ""
    head: bytes = field(default=b"", compare=False, repr=False)


@dataclass(frozen=True)
class Rejection:
    """An input, or a part of one, that was not read.

    Args:
        where: File, or ``file:line``.
        reason: Why, as ``code: sentence``.
        of_disk: Whether the system refused to read it, which says nothing of what is in it.
    """

    where: str
    reason: str
    of_disk: bool = False


def find_files(
    inputs: Sequence[str | Path],
    is_known: Callable[[str], bool],
    *,
    expected: str,
    is_recognised: Callable[[Path], bool] = lambda _: False,
    max_files: int | None = None,
) -> tuple[list[SourceFile], list[Rejection]]:
    """List the files behind ``inputs``.

    A path that exists is taken as it is, even with ``*`` or ``[`` in its name; anything else with such a character is
    a glob (``**`` crosses folders). Folders are read to the bottom; links to folders are not followed, since they can
    run in circles. A file reached in two ways is read once, under the shorter of its names.

    Args:
        inputs: Files, folders, globs, addresses of tables and ``-``, in any order.
        is_known: Whether a file of this name can be read.
        expected: The endings that can be read, for error texts.
        is_recognised: Whether a file can be read for what is in it; asked of files named outright whose name says
            nothing.
        max_files: Most files to list; None for any number.

    Returns:
        The files sorted by origin, and what was passed over in folders and globs: hidden files (``hidden_file``),
        readme and licence files (``not_articles``), other endings (``unknown_format``), links to folders
        (``linked_folder``), pipes and devices (``not_a_file``), folders that cannot be listed (``unreadable``).

    Raises:
        InputError: A path is missing, a glob matches nothing, a file named outright has an unknown ending and content,
            there is no file to read at all, or more than ``max_files``.
    """
    files: dict[tuple[str, str], SourceFile] = {}
    passed: dict[str, Rejection] = {}
    real = functools.cache(os.path.realpath)
    for given in inputs:
        for found in _expand(os.fspath(given), is_known, is_recognised, expected):
            if isinstance(found, Rejection):
                passed.setdefault(found.where, found)
                continue
            # The folder is resolved and the name is not: a linked file has a name, so an id, of its own.
            key = (real(found.path.parent), f"{found.path.name}?{found.table}" if found.table else found.path.name)
            known = files.get(key, found)
            files[key] = replace(min(known, found, key=_plainness), named=known.named or found.named)
            if max_files is not None and len(files) > max_files:
                raise InputError(
                    f"more than {max_files:,} files, which is all that input.max_files allows",
                    where=legal_text(os.fspath(given)),
                    hint="Raise it with --set input.max_files=NUMBER, or put the articles into fewer files.",
                )
    if not files:
        raise InputError(
            "there is no article to read",
            where=", ".join(sorted(legal_text(os.fspath(given)) for given in inputs)) or "inputs",
            got=f"{len(passed)} files of other kinds" if passed else "no file",
            expected=expected,
            hint=f"The first that was passed over is {min(passed)}." if passed else None,
        )
    return sorted(files.values()), sorted(passed.values(), key=lambda row: (row.where, row.reason))


def legal_text(text: str) -> str:
    r"""Make a file name legal as UTF-8: bytes that are not are shown as escapes.

    Examples:
        >>> legal_text("caf\udce9.txt")
        'caf\\xe9.txt'
    """
    return os.fsencode(text).decode("utf-8", "backslashreplace") if not text.isascii() else text


def shorten_name(name: str) -> str:
    """A name, or the beginning of one that no screen should be filled with.

    Examples:
        >>> shorten_name("news/a.txt"), len(shorten_name("a" * 5_000))
        ('news/a.txt', 201)
    """
    return name if len(name) <= MAX_SHOWN else f"{name[:MAX_SHOWN]}…"


def unreadable(error: Exception) -> str:
    """The reason for passing over what could not be read, in the words of the system where they are its own.

    Examples:
        >>> unreadable(PermissionError(13, "Permission denied")), unreadable(EOFError("ended early"))
        ('unreadable: Permission denied', 'unreadable: ended early')
    """
    return f"{UNREADABLE}: {getattr(error, 'strerror', None) or error}"


def is_of_system(error: BaseException) -> bool:
    """Whether the system says so, which has a number for it; damage that was found in the content has none."""
    return getattr(error, "errno", None) is not None


def _plainness(file: SourceFile) -> tuple[int, str]:
    return len(file.origin), file.origin


def _expand(
    given: str, is_known: Callable[[str], bool], is_recognised: Callable[[Path], bool], expected: str
) -> Iterator[SourceFile | Rejection]:
    if address := parse_address(given):
        if address.path != STANDARD_INPUT and not address.path.exists():
            raise InputError("no such database", where=legal_text(given), hint=_similar(address.path))
        origin = "-" if address.path == STANDARD_INPUT else legal_text(given)
        yield SourceFile(origin, address.path, named=True, table=address.table)
        return
    path = Path(given)
    where = legal_text(str(path)) if given else "''"
    try:
        is_folder, exists = bool(given) and path.is_dir(), bool(given) and path.exists()
    except OSError as error:  # a text instead of its name is a name too long, a folder on the way may be closed
        hint = "Name a file or a folder that you may read."
        raise InputError(f"cannot be looked at ({error.strerror})", where=shorten_name(where), hint=hint) from error
    if is_folder:
        yield from files_in(path, is_known)
    elif exists:
        if not is_known(path.name) and not is_recognised(path):
            raise InputError(
                "cannot tell how to read this file",
                where=where,
                got=path.suffix or "no ending",
                expected=f"one of {expected}",
                hint="Rename it, or convert it to one of these.",
            )
        yield SourceFile(where, path, named=True)
    elif "://" in given:
        hint = "Of addresses only sqlite:/// and duckdb:/// are read; fetch it, and name the file."
        raise InputError("no such file or folder", where=legal_text(given), hint=hint)
    elif glob.has_magic(given):
        found = list(_matches(given))
        matches = sorted({match for match in found if not isinstance(match, Rejection)})
        if not matches:
            raise InputError("no file matches", where=where, hint=_similar(path.parent))
        yield from (row for row in found if isinstance(row, Rejection))
        for match in matches:
            yield from files_in(match, is_known) if match.is_dir() else [_look_at(match, is_known)]
    else:
        raise InputError("no such file or folder", where=where, hint=_similar(path) if given else "Name a path.")


def _matches(pattern: str) -> Iterator[Path | Rejection]:
    """What a glob matches, and the links to folders that its ``**`` came across.

    ``glob.glob`` follows those links, and two of them that lead upwards keep it busy for ever. ``Path.glob`` takes no
    absolute pattern, and its ``**`` leaves files out before Python 3.13.
    """
    parts = pattern.split("/")
    if "**" not in parts:
        yield from map(Path, glob.glob(pattern))  # noqa: PTH207
        return
    first = parts.index("**")
    folders = "/".join(parts[:first]) or pattern[:1].strip("*") or "."
    below = [*itertools.dropwhile("**".__eq__, parts[first:])]
    for folder in filter(os.path.isdir, glob.glob(folders)):  # noqa: PTH207
        yield from _below(Path(folder), "/".join(below))


def _below(top: Path, pattern: str) -> Iterator[Path | Rejection]:
    """What matches ``pattern`` in a folder or anywhere below it; without a pattern the folder itself."""
    if not pattern.strip("/"):
        yield top
        return
    failed: list[OSError] = []
    for parent, folders, _ in os.walk(top, onerror=failed.append):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (_linked(path) for name in folders if (path := Path(parent, name)).is_symlink())
        for match in _matches(f"{glob.escape(parent)}/{pattern}"):
            if isinstance(match, Path) and match.is_symlink() and match.is_dir():
                yield _linked(match)
            else:
                yield match
    yield from map(_unlisted, failed)


def _linked(path: Path) -> Rejection:
    return Rejection(legal_text(str(path)), "linked_folder: links to folders are not followed")


def _unlisted(error: OSError) -> Rejection:
    return Rejection(legal_text(str(Path(error.filename))), unreadable(error))


def files_in(folder: Path, is_known: Callable[[str], bool]) -> Iterator[SourceFile | Rejection]:
    """Every file of a folder, to the bottom, and what is passed over in it.

    Args:
        folder: Where to look.
        is_known: Whether a file of this name can be read.
    """
    failed: list[OSError] = []
    for parent, folders, names in os.walk(folder, onerror=failed.append):
        for name in sorted(folders):
            path = Path(parent, name)
            if name.startswith("."):
                folders.remove(name)
                yield Rejection(legal_text(str(path)), "hidden_file: hidden folders are not read")
            elif path.is_symlink():
                yield _linked(path)
        for name in sorted(names):
            yield _look_at(Path(parent, name), is_known)
    yield from map(_unlisted, failed)


def _look_at(path: Path, is_known: Callable[[str], bool]) -> SourceFile | Rejection:
    """Judge one file that was found, not named."""
    where = legal_text(str(path))
    if path.name.startswith("."):
        return Rejection(where, "hidden_file: hidden files are not read")
    if path.stem.lower() in COMPANIONS:
        return Rejection(where, "not_articles: by its name this file is about the folder, not an article")
    if not is_known(path.name):
        ending = f"the ending {legal_text(path.suffix)}" if path.suffix else "no ending"
        return Rejection(where, f"unknown_format: no reader for files with {ending}")
    try:
        regular = stat.S_ISREG(path.stat().st_mode)
    except OSError as error:
        return Rejection(where, unreadable(error))
    # Opening a pipe would wait for ever, and a device may never end.
    return SourceFile(where, path, named=False) if regular else Rejection(where, "not_a_file: a pipe, socket or device")


def _similar(path: Path) -> str:
    """The nearest existing name to ``path``, as a hint."""
    if path.is_symlink():
        return "It is a link to something that is gone."
    try:
        siblings = [sibling.name for sibling in path.parent.iterdir()]
    except (OSError, ValueError):
        return _similar(path.parent) if path.parent != path else "Check the path."
    close = difflib.get_close_matches(path.name, sorted(siblings), n=1)
    return f"Did you mean {legal_text(str(path.with_name(close[0])))!r}?" if close else "Check the path."
