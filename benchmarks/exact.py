"""The exact join: every pair of articles whose shingle sets reach a Jaccard similarity.

    python -m benchmarks.exact build/bench/c20000.parquet

In: texts, or a corpus. Out: pairs of rows with their similarity, kept beside the corpus. Must not know any tool: it
shares no code with ours and uses no sketch.

Shingles are told apart by their words, never by a hash alone. The join is a prefix join (Bayardo, Ma and Srikant 2007):
with the shingles of every article sorted rarest first, two sets of n and m elements with similarity t share one within
the first n - ceil(t n) + 1 and m - ceil(t m) + 1. Shingles of one article alone need no index; they come first and use
up the prefix, so that most articles are done before they are compared with any other.
"""

from __future__ import annotations

import argparse
import hashlib
import math
import time
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import polars as pl

from benchmarks.peers import script

if TYPE_CHECKING:

    def njit(**options: Any) -> Callable[[Any], Any]:
        """Numba's decorator as type checkers should see it."""
        ...
else:
    from numba import njit

Int32s = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Sets:
    """Sets of numbers, one after another.

    Args:
        begins: (n + 1,) where each set begins in ``members``.
        members: The members, without repeats within a set.
    """

    begins: Int64s
    members: Int32s


def shingle_sets(texts: Iterable[str], size: int = script.EQUAL.words) -> Sets:
    """The shingle set of every text; equal numbers are equal shingles.

    Args:
        texts: Texts.
        size: Words a shingle; a shorter text is one shingle.
    """
    number: defaultdict[str, int] = defaultdict()
    number.default_factory = number.__len__
    flat = array("i")
    begins = [0]
    for text in texts:
        flat.extend(map(number.__getitem__, script.words(text)))
        begins.append(len(flat))
    words, edges = np.frombuffer(flat, np.int32) if flat else np.zeros(0, np.int32), np.asarray(begins, np.int64)
    slots = 1 << max(4, math.ceil(math.log2(1.5 * len(words) + 1)))
    shingles = np.full(len(words), -1, np.int32)
    n = int(_number_shingles(words, edges, size, np.full(slots, -1, np.int32), shingles))
    # A text shorter than a shingle is one of its own length, which no longer text can have.
    short: dict[tuple[int, ...], int] = {}
    for row in np.flatnonzero((np.diff(edges) > 0) & (np.diff(edges) < size)).tolist():
        whole = tuple(words[edges[row] : edges[row + 1]].tolist())
        shingles[edges[row]] = n + short.setdefault(whole, len(short))
    sizes = _make_distinct(shingles, edges)
    kept = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])
    return Sets(kept, _compacted(shingles, edges, kept))


def similar_pairs(sets: Sets, threshold: float) -> pl.DataFrame:
    """Every pair of sets that reaches a similarity.

    Args:
        sets: Sets; an empty one is similar to none.
        threshold: Least Jaccard similarity, (0,1], inclusive.

    Returns:
        left, right (rows, left < right) and jaccard, sorted by left and right.

    Examples:
        >>> sets = shingle_sets(["one two three", "One, two, three!", "three two one"], size=2)
        >>> similar_pairs(sets, 0.7).rows()
        [(0, 1, 1.0)]
    """
    sizes = np.diff(sets.begins)
    n_numbers = int(sets.members.max()) + 1 if len(sets.members) else 0
    spread = np.bincount(sets.members, minlength=n_numbers)
    shared = np.flatnonzero(spread > 1)
    rank = np.full(n_numbers, -1, np.int32)
    rank[shared[np.argsort(spread[shared], kind="stable")]] = np.arange(len(shared), dtype=np.int32)
    begins, members = _ranked(sets.begins, sets.members, rank)
    # A prefix may be longer than it must, never shorter: 0.7 * 10 is a hair above 7.
    prefixes = sizes - np.ceil(threshold * sizes - 1e-9).astype(np.int64) + 1
    prefixes = np.clip(prefixes - (sizes - np.diff(begins)), 0, np.diff(begins))
    left, right, jaccard = _joined(begins, members, sizes, prefixes, len(shared), threshold)
    return pl.DataFrame({"left": left, "right": right, "jaccard": jaccard}).sort("left", "right")


def partition(n: int, pairs: pl.DataFrame) -> list[int]:
    """The first row of each row's group: connected components over pairs."""
    groups = script.Groups(n)
    for left, right in pairs.select("left", "right").iter_rows():
        groups.join(left, right)
    return groups.firsts()


def exact_join(corpus: Path, threshold: float = script.EQUAL.threshold, size: int = script.EQUAL.words) -> pl.DataFrame:
    """The pairs of a corpus, as ``similar_pairs`` finds them; read from beside the corpus if they were found before.

    Args:
        corpus: Parquet file with a text column.
        threshold: Least Jaccard similarity.
        size: Words a shingle.
    """
    with corpus.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()[:12]
    kept = corpus.with_suffix(f".exact-{size}-{threshold}-{digest}.parquet")
    if not kept.exists():
        texts = pl.read_parquet(corpus, columns=["text"])["text"]
        part = kept.with_suffix(".part")
        similar_pairs(shingle_sets(texts, size), threshold).write_parquet(part)
        part.replace(kept)
    return pl.read_parquet(kept)


@njit(cache=True, nogil=True)
def _number_shingles(words: Any, begins: Any, size: int, table: Any, shingles: Any) -> int:
    """Number the shingles; ``shingles[at]`` is that of the one that begins at word ``at``.

    The table holds where a shingle was first seen, so that a hit is checked word by word.
    """
    mask = np.uint64(len(table) - 1)
    n = 0
    for row in range(len(begins) - 1):
        for at in range(begins[row], begins[row + 1] - size + 1):
            key = np.uint64(0)
            for word in range(at, at + size):
                key = (key ^ np.uint64(words[word])) * np.uint64(0x9E3779B97F4A7C15)
                key ^= key >> np.uint64(29)
            slot = key & mask
            while table[slot] >= 0:
                seen = table[slot]
                same = True
                for word in range(size):
                    if words[seen + word] != words[at + word]:
                        same = False
                        break
                if same:
                    break
                slot = (slot + np.uint64(1)) & mask
            if table[slot] < 0:
                table[slot] = at
                shingles[at] = n
                n += 1
            else:
                shingles[at] = shingles[table[slot]]
    return n


@njit(cache=True, nogil=True)
def _make_distinct(shingles: Any, begins: Any) -> Any:
    """Sort each text's shingles and move the distinct ones to the front; -1 stands for none."""
    sizes = np.zeros(len(begins) - 1, np.int64)
    for row in range(len(begins) - 1):
        own = np.sort(shingles[begins[row] : begins[row + 1]])
        n = 0
        for at in range(len(own)):
            if own[at] >= 0 and (n == 0 or own[at] != shingles[begins[row] + n - 1]):
                shingles[begins[row] + n] = own[at]
                n += 1
        sizes[row] = n
    return sizes


@njit(cache=True, nogil=True)
def _compacted(shingles: Any, begins: Any, kept: Any) -> Any:
    """The first few of every text, without the gaps."""
    members = np.empty(kept[-1], np.int32)
    for row in range(len(begins) - 1):
        for at in range(kept[row + 1] - kept[row]):
            members[kept[row] + at] = shingles[begins[row] + at]
    return members


@njit(cache=True, nogil=True)
def _ranked(begins: Any, members: Any, rank: Any) -> Any:
    """Sets of ranks, rarest first, without the members that have none."""
    kept = np.zeros(len(begins), np.int64)
    ranked = np.empty(len(members), np.int32)
    n = 0
    for row in range(len(begins) - 1):
        start = n
        for at in range(begins[row], begins[row + 1]):
            if rank[members[at]] >= 0:
                ranked[n] = rank[members[at]]
                n += 1
        ranked[start:n] = np.sort(ranked[start:n])
        kept[row + 1] = n
    return kept, ranked[:n].copy()


@njit(cache=True, nogil=True)
def _joined(begins: Any, members: Any, sizes: Any, prefixes: Any, n_ranks: int, threshold: float) -> Any:
    """Compare every set with the earlier ones whose prefix shares a member with its own."""
    head = np.full(n_ranks, -1, np.int64)
    room = np.int64(0)
    for row in range(len(prefixes)):
        room += prefixes[row]
    following, holder = np.empty(room, np.int64), np.empty(room, np.int64)
    compared = np.full(len(sizes), -1, np.int64)
    left, right = np.empty(1024, np.int64), np.empty(1024, np.int64)
    jaccard = np.empty(1024, np.float64)
    n_entries = n = 0
    for row in range(len(sizes)):
        for at in range(begins[row], begins[row] + prefixes[row]):
            entry = head[members[at]]
            while entry >= 0:
                other = holder[entry]
                entry = following[entry]
                if compared[other] == row:
                    continue
                compared[other] = row
                if min(sizes[row], sizes[other]) < threshold * max(sizes[row], sizes[other]) - 1e-9:
                    continue
                shared = _n_shared(members, begins[row], begins[row + 1], begins[other], begins[other + 1])
                similarity = shared / (sizes[row] + sizes[other] - shared)
                if similarity >= threshold:
                    if n == len(left):
                        left = np.concatenate((left, np.empty(n, np.int64)))
                        right = np.concatenate((right, np.empty(n, np.int64)))
                        jaccard = np.concatenate((jaccard, np.empty(n, np.float64)))
                    left[n], right[n], jaccard[n] = other, row, similarity
                    n += 1
        for at in range(begins[row], begins[row] + prefixes[row]):
            following[n_entries], holder[n_entries] = head[members[at]], row
            head[members[at]] = n_entries
            n_entries += 1
    return left[:n].copy(), right[:n].copy(), jaccard[:n].copy()


@njit(cache=True, nogil=True)
def _n_shared(members: Any, one: int, one_end: int, other: int, other_end: int) -> int:
    n = 0
    while one < one_end and other < other_end:
        if members[one] == members[other]:
            n += 1
            one += 1
            other += 1
        elif members[one] < members[other]:
            one += 1
        else:
            other += 1
    return n


def main() -> None:
    """Join a corpus with itself and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    chosen = parser.parse_args()
    began = time.perf_counter()
    pairs = exact_join(chosen.corpus)
    print(f"{pairs.height} pairs of {script.EQUAL.threshold} and more, {time.perf_counter() - began:.1f} s")


if __name__ == "__main__":
    main()
