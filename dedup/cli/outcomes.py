"""How a command ends.

In: a command. Out: the same command, with every ending told in a sentence on stderr and an exit status. Must not know
what any command does.
"""

from __future__ import annotations

import errno
import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, ParamSpec

import typer

from dedup.cli.streams import discard_output, flush_output, tell
from dedup.errors import ConfigProblemsError, DedupError, UsageError
from dedup.report.printable import printable
from dedup.store.files import shorten_name

P = ParamSpec("P")

_REFUSALS: Final = frozenset(
    {errno.EACCES, errno.EDQUOT, errno.EIO, errno.ELOOP, errno.ENAMETOOLONG, errno.ENOSPC, errno.EPERM, errno.EROFS}
)
"""What the system says of a path or a disk, and never of a bug."""

FAILED: Final = 1
DONE_WITH_REJECTED: Final = 3
INTERRUPTED: Final = 130


def reported(command: Callable[P, int | None]) -> Callable[P, None]:
    """Turn what ``command`` returns or raises into an exit status.

    Args:
        command: Returns its exit status, None for 0.

    Returns:
        A command that always ends with ``typer.Exit``. An error of ours is told in its own words; an error nobody
        thought of as a bug, with its traceback. A reader that closes the pipe early (``| head``) is no failure: the
        command has done its work, and keeps the status of that.
    """

    @functools.wraps(command)
    def ending(*args: P.args, **kwargs: P.kwargs) -> None:
        raise typer.Exit(_status(lambda: command(*args, **kwargs)))

    return ending


def _status(command: Callable[[], int | None]) -> int:
    try:
        status = command() or 0
        flush_output()
    except DedupError as error:
        _tell_error(error)
        return error.exit_code
    except KeyboardInterrupt:
        tell("Interrupted.")
        return INTERRUPTED
    except BrokenPipeError:
        discard_output()
        return 0
    except typer.Exit:
        raise
    except OSError as error:
        if error.errno not in _REFUSALS:
            return _tell_bug()
        name = shorten_name(str(error.filename or "the disk"))
        hint = "The system refuses it: look at the path, who may use it, and the disk."
        tell(printable(f"OSError: {name}: {error.strerror}. {hint}"))
        return FAILED
    except Exception:  # noqa: BLE001 - the last place where a bug can still be told from a wrong input
        return _tell_bug()
    return status


def _tell_bug() -> int:
    import traceback

    tell(traceback.format_exc().rstrip("\n"))
    tell("This is a bug in dedup, not in your input. Please report it with the lines above.")
    return FAILED


def _tell_error(error: DedupError) -> None:
    if isinstance(error, ConfigProblemsError):
        for problem in error.problems:
            tell(f"ConfigError: {problem}")
    else:
        tell(printable(f"{type(error).__name__}: {error}"))  # one line, whatever the name of a file


@contextmanager
def needing_prefect() -> Iterator[None]:
    """Say in one sentence that Prefect is missing, where an import finds it so.

    Raises:
        UsageError: Prefect is not installed.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "prefect":
            raise
        hint = "Install it (pip install 'prefect>=3.8.8,<4'), or call 'dedup run' without --prefect."
        raise UsageError("Prefect is not installed", hint=hint) from None
