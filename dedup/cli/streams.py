"""The two streams of the command line.

In: text and renderables. Out: data on stdout, words to the user on stderr, neither able to command a terminal or to
break on an encoding. Must not know what is written.
"""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, cast

from dedup.errors import OutputError
from dedup.report.printable import printable, printable_json

if TYPE_CHECKING:
    import polars as pl
    from rich.console import Console, RenderableType

PIPED_WIDTH = 120
"""Columns of a table that goes where there is no terminal at all."""


def prepare_streams() -> None:
    """Let characters that the encoding of a stream lacks be escaped, not be a crash."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def tell(text: str) -> None:
    """Write lines to stderr; what a stranger wrote in them cannot command the terminal."""
    if sys.stderr is None:
        return
    try:
        print("\n".join(printable(line) for line in text.split("\n")), file=sys.stderr)
    except OSError:  # stderr is closed or full: there is nobody left to tell
        return


def write_text(text: str) -> None:
    """Write text of our own making to stdout.

    Raises:
        OutputError: It cannot be written, for another reason than a reader who has seen enough.
        BrokenPipeError: That reason.
    """
    if sys.stdout is not None:
        with _output_at_risk():
            sys.stdout.write(text)


def write_json(value: object) -> None:
    """Write a value of plain parts to stdout as one line of JSON.

    In an encoding that is not UTF, every character beyond ASCII is an escape.
    """
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    in_ascii = not encoding.lower().startswith("utf")
    write_text(printable_json(json.dumps(value, ensure_ascii=in_ascii, separators=(",", ":"))) + "\n")


def records(frame: pl.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame as they stand in the JSON files of a run: times in ISO 8601, scores rounded."""
    from dedup.store.records import json_lines

    return [json.loads(line) for line in json_lines(frame).splitlines()]


class _Sheet(io.StringIO):
    """Paper that takes characters of one encoding, so that lines of tables can be drawn in it."""

    def __init__(self, encoding: str) -> None:
        super().__init__()
        self._encoding = encoding

    @property
    def encoding(self) -> str:  # type: ignore[override]  # rich asks its file; a StringIO always says None
        return self._encoding


def laid_out(parts: Callable[[Console], Iterable[RenderableType]]) -> str:
    """Lay out data as stdout can show it: as wide, as colourful and with the characters that it has.

    NOTE: A console that printed to stdout itself would end the process with status 1 where a reader closes the pipe
    early, whatever had been done by then.

    Args:
        parts: Gives what stands one below the other; it may ask the console what can be shown.

    Returns:
        The text to write. In a file or pipe no line ends in spaces, and it is as wide as COLUMNS says, else as the
        terminal of the other streams, else ``PIPED_WIDTH``.
    """
    from rich.console import Console

    real = Console()
    is_piped = not real.is_terminal
    # "| less" is read on the terminal that typed it; rich finds its width by the other streams.
    is_read_later = is_piped and "COLUMNS" not in os.environ and not any(map(os.isatty, (0, 2)))
    sheet = _Sheet(real.encoding)
    console = Console(
        file=sheet,
        width=PIPED_WIDTH if is_read_later else real.width,
        force_terminal=real.is_terminal,
        color_system=cast("Any", real.color_system),
        no_color=real.no_color,
        markup=False,
        highlight=False,
        emoji=False,
    )
    for part in parts(console):
        console.print(part)
    text = sheet.getvalue()
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines()) if is_piped else text


def messages() -> Console:
    """Return the console for progress and hints."""
    from rich.console import Console

    return Console(stderr=True, markup=False, highlight=False, emoji=False)


def shows_colour(console: Console) -> bool:
    """Return whether what is printed on ``console`` can be told apart by colour."""
    return console.color_system is not None and not console.no_color


def flush_output() -> None:
    """Write out what is buffered, so that a closed pipe or a full disk is noticed while it can still be told.

    Raises:
        OutputError: As ``write_text``.
        BrokenPipeError: As ``write_text``.
    """
    if sys.stdout is not None:
        with _output_at_risk():
            sys.stdout.flush()


def discard_output() -> None:
    """Send what is still buffered nowhere: Python would complain about it once more as it exits."""
    with suppress(OSError, ValueError):  # a stream that is no file has nothing to complain about
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextmanager
def output_that_may_end() -> Iterator[None]:
    """Write and flush what a finished piece of work has to say; a reader who has seen enough ("| head") may leave."""
    try:
        yield
        flush_output()
    except BrokenPipeError:
        discard_output()


@contextmanager
def _output_at_risk() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        discard_output()
        raise OutputError(f"cannot be written ({error.strerror})", where="standard output") from None
