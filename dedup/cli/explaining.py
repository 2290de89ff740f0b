"""``dedup explain``.

In: two article ids, the folder of a run. Out: on stdout, why the two are or are not one story. Must not know how the
folder is laid out, nor how articles are compared.
"""

from __future__ import annotations

from pathlib import Path

from rich.console import Console, RenderableType

from dedup.cli.streams import laid_out, shows_colour, write_json, write_text
from dedup.explain import explain
from dedup.report.explained import explained_view
from dedup.store.outputs import read_run


def explain_pair(left_id: str, right_id: str, out: Path, *, as_json: bool) -> None:
    """Explain two articles of a run.

    Args:
        left_id: One article.
        right_id: The other; the order does not matter.
        out: Folder of the run.
        as_json: Write the explanation as one line of JSON.

    Raises:
        UsageError: An id is unknown, or both are the same.
        OutputError: The folder holds no run that can be read.
    """
    record = explain(read_run(out), left_id, right_id).as_record()
    if as_json:
        write_json(record)
        return

    def parts(console: Console) -> list[RenderableType]:
        return [explained_view(record, marks=not shows_colour(console))]

    write_text(laid_out(parts))
