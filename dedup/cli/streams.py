"""The two streams of the command line.

In: text and renderables. Out: data on stdout, words to the user on stderr, neither able to command a terminal or to
break on an encoding. Must not know what is written.
"""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any

from dedup.report.printable import printable, printable_json

if TYPE_CHECKING:
    import polars as pl
    from rich.console import Console, RenderableType

PIPED_WIDTH = 120
"""Columns of a table that goes into a file or pipe, unless COLUMNS says otherwise."""


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
    """Write text of our own making to stdout."""
    if sys.stdout is not None:
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


def output() -> Console:
    """Return the console that data is laid out for."""
    from rich.console import Console

    console = Console(markup=False, highlight=False, emoji=False)
    if not console.is_terminal and not os.environ.get("COLUMNS", "").isdecimal():
        console.width = PIPED_WIDTH
    return console


def write_laid_out(console: Console, *parts: RenderableType) -> None:
    """Lay out ``parts`` one below the other and write them to stdout.

    NOTE: ``console.print`` would end the process with status 1 where a reader closes the pipe early, whatever had been
    done by then.
    """
    with console.capture() as laid_out:
        for part in parts:
            console.print(part)
    lines = laid_out.get()
    # Columns are padded to their width; in a file or pipe the padding is noise.
    write_text(lines if console.is_terminal else "".join(f"{line.rstrip()}\n" for line in lines.splitlines()))


def messages() -> Console:
    """Return the console for progress and hints."""
    from rich.console import Console

    return Console(stderr=True, markup=False, highlight=False, emoji=False)


def shows_colour(console: Console) -> bool:
    """Return whether what is printed on ``console`` can be told apart by colour."""
    return console.color_system is not None and not console.no_color


def flush_output() -> None:
    """Write out what is buffered, so that a closed pipe or a full disk is noticed while it can still be told."""
    if sys.stdout is not None:
        sys.stdout.flush()


def discard_output() -> None:
    """Send what is still buffered nowhere: Python would complain about the closed pipe as it exits."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
