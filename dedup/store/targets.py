"""Whether an output folder, or file, may be replaced.

In: the folder that a run is to write, or the file, and what it is to read. Out: nothing, or an error before any work is
done. Must not write anything itself but missing parents.
"""

from __future__ import annotations

import fnmatch
import glob
import os
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final

from dedup.errors import OutputError
from dedup.store.addresses import path_in
from dedup.store.files import legal_text

MARK: Final = "run.json"
"""The file that says that a folder holds a run."""

LITTER: Final = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
"""What desktops drop into every folder that is looked at; not worth keeping."""


def is_run(path: Path) -> bool:
    """Whether ``path`` is the folder of a run; one inside ``OUT`` (``out/reference``) is kept when that is replaced."""
    return path.is_dir() and not path.is_symlink() and (path / MARK).is_file()


def check_output(out: Path, ours: Collection[str], inputs: Sequence[str | Path] = ()) -> None:
    """Make sure, before any work, that ``out`` can be replaced and that nothing of anybody else is lost by it.

    Args:
        out: The folder that will be written.
        ours: Names of the files of a run.
        inputs: What will be read.

    Raises:
        OutputError: ``out`` is a file, or a folder with anything in it that neither is a run nor was written by one,
            or lies inside an input folder (the next run would read its own output), or around an input; or its parent
            cannot be written.
    """
    target = Path(os.path.realpath(out))
    where = legal_text(str(out))
    names = names_in(out)
    if target == target.parent:
        raise OutputError("is the root of the file system", where=where, hint="Name another folder with --out.")
    check_apart(target, inputs)
    _make_parent(target, where)
    check_names([name for name in names if not is_run(target / name)], where, ours)


def names_in(out: Path) -> list[str]:
    """What lies in a folder that is to be replaced, sorted, without what desktops drop there.

    Args:
        out: The folder that will be written.

    Returns:
        Names; none where there is no such folder yet.

    Raises:
        OutputError: It is a file, or cannot be listed.
    """
    where = legal_text(str(out))
    if not out.exists():
        return []
    if not out.is_dir():
        raise OutputError("is a file", where=where, expected="a folder", hint="Name another folder with --out.")
    try:
        return sorted(path.name for path in out.iterdir() if path.name not in LITTER)
    except OSError as error:
        raise OutputError(f"cannot be read: {error.strerror or error}", where=where) from error


def check_apart(target: Path, inputs: Sequence[str | Path], option: str = "--out") -> None:
    """Make sure that what is written does not lie where something is read, nor around it.

    Args:
        target: The folder that will be written.
        inputs: What will be read.
        option: How the command line calls the folder.

    Raises:
        OutputError: It does.
    """
    where, real = legal_text(str(target)), Path(os.path.realpath(target))
    for given in filter(None, (path_in(os.fspath(each)) for each in inputs)):
        _check_apart(real, where, given, option)


def check_store(store: Path, *others: Path, option: str = "--out") -> None:
    """Make sure that a history is neither inside what else is written nor around it.

    Args:
        store: Folder of the store.
        others: What else is written.
        option: How the command line calls those.

    Raises:
        OutputError: It is: the one would be lost when the other is replaced.
    """
    kept = Path(os.path.realpath(store))
    for other in others:
        target = Path(os.path.realpath(other))
        if kept == target or kept in target.parents or target in kept.parents:
            raise OutputError(
                f"and the store {legal_text(str(store))} lie in one another, and one would be lost by the other",
                where=legal_text(str(other)),
                hint=f"Name a place outside the store with {option}.",
            )


def check_names(names: Sequence[str], where: str, ours: Collection[str], marks: Collection[str] = (MARK,)) -> None:
    """Make sure that a folder holds nothing but what a run has written.

    Args:
        names: What lies in it.
        where: How the folder is called.
        ours: Names of the files of a run.
        marks: Names of which one says that a run has written there.

    Raises:
        OutputError: It holds anything else.
    """
    if names and not {*marks} & {*names}:
        raise OutputError(
            "holds files and is not a previous run",
            where=where,
            got=", ".join(map(legal_text, names[:5])),
            expected="a new or empty folder, or one that a run has written",
            hint="Name another folder with --out, or empty this one yourself.",
        )
    if foreign := [name for name in names if name not in ours]:
        raise OutputError(
            "holds files that are no part of a run and would be lost",
            where=where,
            got=", ".join(map(legal_text, foreign[:5])),
            hint="Move them elsewhere, or name another folder with --out.",
        )


def check_file(out: Path, inputs: Sequence[str | Path] = ()) -> None:
    """Make sure, before any work, that the file ``out`` can be replaced and is none of the inputs.

    Args:
        out: The file that will be written.
        inputs: What will be read.

    Raises:
        OutputError: ``out`` is a folder, or an input, or lies where the inputs are read; or its parent cannot be
            written.
    """
    target = Path(os.path.realpath(out))
    where = legal_text(str(out))
    if target.exists() and not target.is_file():
        raise OutputError("is no file that could be replaced", where=where, hint="Name a file with --out.")
    for given in filter(None, (path_in(os.fspath(each)) for each in inputs)):
        if target == Path(os.path.realpath(given)):
            raise OutputError("is an input, which would be lost", where=where, hint="Name another file with --out.")
        _check_apart(target, where, given, "--out")
    _make_parent(target, where)


def _check_apart(target: Path, where: str, given: str, option: str) -> None:
    path = Path(given)
    is_glob = glob.has_magic(given) and not path.exists()
    pattern = Path(*(path.parts[: path.parts.index("**")] if is_glob and "**" in path.parts else path.parts))
    # Up to its first wildcard a glob is a path like any other, with links to follow.
    n_plain = next((n for n, part in enumerate(pattern.parts) if is_glob and glob.has_magic(part)), len(pattern.parts))
    read = Path(os.path.realpath(Path(*pattern.parts[:n_plain])), *pattern.parts[n_plain:])
    shared = zip(target.parts, read.parts, strict=False)
    meets = all(fnmatch.fnmatchcase(ours, theirs) if is_glob else ours == theirs for ours, theirs in shared)
    if not meets:
        return
    if len(read.parts) > len(target.parts) and not is_glob:
        raise OutputError(
            "holds an input, which would be lost",
            where=where,
            got=legal_text(given),
            hint=f"Name another folder with {option}.",
        )
    raise OutputError(
        "lies where the input is read, so that the next run would read its own output",
        where=where,
        got=legal_text(given),
        hint=f"Name a place outside the input with {option}.",
    )


def _make_parent(target: Path, where: str) -> None:
    hint = "The new one is written beside it first, so its parent must exist and be writable."
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise OutputError("cannot be made: a file is where its parent folder should be", where=where) from error
    except OSError as error:
        raise OutputError(f"cannot be made: {error.strerror or error}", where=where, hint=hint) from error
    if not os.access(target.parent, os.W_OK | os.X_OK):
        raise OutputError("its parent folder cannot be written", where=where, hint=hint)
