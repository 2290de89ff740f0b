"""What the scripts share, so that no tool is given another task, other words or other bookkeeping.

In: the command line of a script. Out: its articles, their shingles, and the file of clusters. Must not know any tool,
nor import anything that a tool's interpreter might lack: Polars or PyArrow is used, whichever the tool has loaded
itself.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final


@dataclass(frozen=True)
class Setting:
    """What every tool is asked for.

    Args:
        words: Words a shingle.
        permutations: Length of the sketch.
        bands: Bands of the LSH table.
        rows: Rows a band; bands times rows is the length of the sketch.
        threshold: Jaccard similarity from which two articles are copies.
        seed: Seed of the permutations.
    """

    words: int = 5
    permutations: int = 128
    bands: int = 16
    rows: int = 8
    threshold: float = 0.7
    seed: int = 1


EQUAL: Final = Setting()
_WORD: Final = re.compile(r"\w+")


@dataclass(frozen=True)
class Task:
    """What a script was called with.

    Args:
        corpus: Parquet file with article_id and text.
        out: Parquet file to write.
        cores: Cores the process may use.
    """

    corpus: Path
    out: Path
    cores: int


def words(text: str) -> list[str]:
    r"""Runs of ``\w`` of the lower-cased text: the words of every tool that lets its caller choose, and of the truth.

    Examples:
        >>> words("Mayor: 1,200 homes!")
        ['mayor', '1', '200', 'homes']
    """
    return _WORD.findall(text.lower())


def shingles(text: str, size: int = EQUAL.words) -> list[str]:
    """Every run of ``size`` words; a shorter text is one shingle, an empty one none.

    Examples:
        >>> shingles("The ship left on Monday."), shingles("a b c", 2), shingles("...")
        (['the ship left on monday'], ['a b', 'b c'], [])
    """
    found = words(text)
    if len(found) <= size:
        return [" ".join(found)] if found else []
    return list(map(" ".join, zip(*(found[at:] for at in range(size)), strict=False)))


class Groups:
    """Connected components (union-find with path halving); a group is named after its first row.

    Examples:
        >>> groups = Groups(4)
        >>> groups.join(3, 1)
        >>> groups.firsts()
        [0, 1, 2, 1]
    """

    def __init__(self, n: int) -> None:
        self._parent = list(range(n))

    def first(self, row: int) -> int:
        """The first row of a row's group."""
        parent = self._parent
        while parent[row] != row:
            parent[row] = parent[parent[row]]
            row = parent[row]
        return row

    def join(self, one: int, other: int) -> None:
        """Put two rows into one group."""
        one, other = self.first(one), self.first(other)
        if one != other:
            self._parent[max(one, other)] = min(one, other)

    def firsts(self) -> list[int]:
        """For each row the first of its group."""
        return [self.first(row) for row in range(len(self._parent))]


def read(corpus: Path) -> tuple[list[str], list[str]]:
    """Ids and texts of a corpus."""
    polars = _polars()
    if polars:
        frame = polars.read_parquet(corpus, columns=["article_id", "text"])
        return frame["article_id"].to_list(), frame["text"].to_list()
    import pyarrow.parquet

    table = pyarrow.parquet.read_table(corpus, columns=["article_id", "text"])
    return table["article_id"].to_pylist(), table["text"].to_pylist()


def write(out: Path, article_ids: Sequence[str], clusters: Sequence[int]) -> None:
    """Write the clusters: which articles share one, not what it is called, is what counts."""
    columns = {"article_id": article_ids, "cluster": clusters}
    polars = _polars()
    if polars:
        polars.DataFrame(columns, schema_overrides={"cluster": polars.Int64}).write_parquet(out)
        return
    import pyarrow.parquet

    pyarrow.parquet.write_table(pyarrow.table(columns), out)


def run(clusters: Callable[[list[str], Task], Sequence[int]]) -> None:
    """Do a script's task: read the corpus, have its texts clustered, write the clusters."""
    task = arguments()
    article_ids, texts = read(task.corpus)
    write(task.out, article_ids, clusters(texts, task))


def arguments() -> Task:
    """The task on the command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("corpus", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--cores", type=int, default=1)
    given = parser.parse_args()
    return Task(given.corpus, given.out, given.cores)


def _polars() -> Any:
    """Polars, unless the tool brought PyArrow along: no tool pays for two readers."""
    if "pyarrow" in sys.modules:
        return None
    try:
        import polars as pl
    except ImportError:
        return None
    return pl
