"""Copies: articles that share most of their runs of words, found fast and decided exactly.

In: texts. Out: for each the first article it is a copy of, directly or by way of others. Must not know sentences, names
or stories; what this finds is what MinHash tools find, and the measure they are held against.

Texts that are the same word for word are one from the start. The rest is found by LSH (32 bands of 4 miss a pair of
Jaccard similarity 0.7 once in 6,500) and decided by the exact similarity of the sets of word runs, never by a sketch.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt
import polars as pl

from dedup.match.joins import LINE, bucket_pairs, components, marks, similarities
from dedup.match.pair_numbers import distinct
from dedup.sketch.codepoints import codepoints
from dedup.sketch.kept import Kept
from dedup.sketch.minhash import permutations
from dedup.sketch.passes import Scratch, Work, in_chunks, table_size
from dedup.sketch.texts import Texts, texts

T = TypeVar("T")
Int64s = npt.NDArray[np.int64]
UInt64s = npt.NDArray[np.uint64]
Floats = npt.NDArray[np.float64]

MIN_JACCARD: Final = 0.7
"""What the copy view promises to find: the similarity most tools take for a copy, which 32 bands of 4 miss once in
6,500 pairs."""

_PART: Final = 8_192
"""Pairs that are compared before the next runs of words are made, or more where these pairs hang together."""

_copy_keys = Kept("dedup.sketch.sign_kernels", "copy_keys")
_keys_of_words = Kept("dedup.sketch.sign_kernels", "keys_of_words")
_content_of = Kept("dedup.sketch.hash_kernels", "content_of")
_copy_runs = Kept("dedup.sketch.run_kernels", "copy_runs")
_distinct_runs = Kept("dedup.sketch.run_kernels", "distinct_runs")


@dataclass(frozen=True)
class Copies:
    """The copies of a batch.

    Args:
        first: (n,) for each article the smallest row of its group; its own where it has no copy.
        pairs: Verified pairs: left, right, jaccard; same-text pairs are not among them.
        n_candidates: Pairs that were compared exactly.
        n_same: Articles that repeat an earlier one word for word.
        n_large: Buckets too large to be compared all to all.
        same_as: (n,) for each article the first with the same words; its own where there is none or it has no words.
    """

    first: Int64s
    pairs: pl.DataFrame
    n_candidates: int
    n_same: int
    n_large: int
    same_as: Int64s


def copies(  # noqa: PLR0913 - the settings of one search
    column: pl.Series, *, min_jaccard: float, size: int = 5, n_bands: int = 32, n_rows: int = 4, seed: int = 1,
    max_bucket: int = 64, threads: int = 1,
) -> Copies:  # fmt: skip
    """Find the copies in a column of texts.

    Args:
        column: Texts.
        min_jaccard: Exact Jaccard similarity of the sets of word runs from which two texts are copies, inclusive.
        size: Words a run.
        n_bands: Bands of the LSH table.
        n_rows: Rows a band.
        seed: Seed of the permutations.
        max_bucket: Largest bucket compared all to all; in a larger one each text is compared with its neighbour and
            with the first.
        threads: Threads.

    Returns:
        The groups: connected components over pairs that reach ``min_jaccard``. A text without words has no copy.
    """
    return Finder(column, texts(column), size, n_bands, n_rows, seed, threads).find(min_jaccard, max_bucket)


def all_copies(column: pl.Series, *, min_jaccard: float, size: int = 5, threads: int = 1) -> Copies:
    """Find the copies by an exact join of all texts with all others: slower, and certain that nothing is missed.

    Args:
        column: Texts.
        min_jaccard: See ``copies``.
        size: Words a run.
        threads: Threads.
    """
    return Finder(column, texts(column), size, 1, 4, 1, threads).find_all(min_jaccard)


class Finder:
    """The copies in a column of texts; see ``copies``."""

    def __init__(
        self, column: pl.Series, found: Texts, size: int, n_bands: int, n_rows: int, seed: int, threads: int
    ) -> None:
        self.column, self.found, self.size = column, found, size
        self.n_bands, self.n_rows, self.threads = n_bands, n_rows, max(1, threads)
        tables = codepoints()
        self.tables = (tables.pages, tables.entries, tables.pool, tables.quick)
        self.permutations = permutations(n_bands * n_rows, seed)
        self.keys = np.zeros((len(found), n_bands), np.uint64)
        self.n_words = np.zeros(len(found), np.int64)
        self.contents = np.zeros(len(found), np.uint64)

    def find(self, min_jaccard: float, max_bucket: int) -> Copies:
        """Find candidates by their signatures and decide each exactly."""
        self._sign(np.arange(len(self.found)))
        kept, same_as = self._same()
        pairs, n_large = self._pairs(kept, max_bucket)
        self.keys = self.keys[:0]  # a tenth of the texts' memory, while runs take as much again
        return self._decided(pairs, n_large, same_as, min_jaccard)

    def find_all(self, min_jaccard: float) -> Copies:
        """The same by an exact join of all with all, which misses nothing."""
        self._sign(np.arange(len(self.found)))
        kept, same_as = self._same()
        from dedup.match import prefix_kernels  # loads Numba, which only this way needs

        begins, runs, counts = self._runs(kept, self.threads)
        seen = np.zeros(1 << min(27, max(10, len(runs).bit_length() + 1)), np.uint8)
        prefix_kernels.count_runs(runs, begins, counts, seen)
        tokens, owners = np.zeros(0, np.uint64), np.zeros(0, np.int64)
        n_tokens = prefix_kernels.prefixes(runs, begins, counts, seen, min_jaccard, tokens, owners)
        tokens, owners = np.zeros(n_tokens, np.uint64), np.zeros(n_tokens, np.int64)
        prefix_kernels.prefixes(runs, begins, counts, seen, min_jaccard, tokens, owners)
        order = np.argsort(tokens, kind="stable")
        places = prefix_kernels.token_pairs(tokens, owners, order, counts, min_jaccard)
        left, right = _rows_of(places)
        pairs = _packed(kept[left], kept[right])
        return self._decided(pairs, 0, same_as, min_jaccard)

    def _decided(self, pairs: UInt64s, n_large: int, same_as: Int64s, min_jaccard: float) -> Copies:
        jaccard = self._jaccard(pairs, min_jaccard)
        held = jaccard >= min_jaccard
        left, right = _rows_of(pairs[held])
        first: Int64s = components(len(self.found), left, right)[same_as]
        verified = pl.DataFrame({"left": left, "right": right, "jaccard": jaccard[held]})
        n_same = int(np.count_nonzero(same_as != np.arange(len(same_as))))
        return Copies(first, verified, len(pairs), n_same, n_large, same_as)

    # ---- bytes to keys

    def _sign(self, rows: Int64s) -> None:
        def work(scratch: Scratch, first: int, last: int) -> None:
            _copy_keys(
                self.found.address, self.found.n_bytes, rows, first, last, *self.tables, *self.permutations,
                self.n_rows, self.size, scratch.folded.ctypes.data, scratch.spare.ctypes.data, scratch.edges,
                scratch.hashes, scratch.shingles, scratch.signature, self.keys, self.n_words, self.contents,
            )  # fmt: skip

        self._run(rows, work, self.threads)
        signature = np.zeros(self.n_bands * self.n_rows, np.uint32)
        for row in np.flatnonzero(self.n_words < 0).tolist():
            hashes = self._hashes(row)
            self.n_words[row] = len(hashes)
            self.contents[row] = _content_of(hashes)
            shingles = np.zeros(len(hashes) + 1, np.uint32)
            if len(hashes):
                _keys_of_words(
                    hashes, len(hashes), *self.permutations, self.n_rows, self.size, shingles, signature, self.keys[row]
                )

    def _hashes(self, row: int) -> UInt64s:
        """Word hashes of a text that no kernel can fold."""
        # Loaded only where there is such a text: its patterns take as long as signing some thousand others.
        from dedup.sketch.hashes import word_hashes
        from dedup.text.normalise import normalise
        from dedup.text.words import words

        return word_hashes(words(normalise(self.column[row]).text))

    def _run(self, rows: Int64s, work: Work, threads: int) -> None:
        most_bytes = int(self.found.n_bytes[rows].max(initial=0))
        most_words = int(self.n_words[rows].max(initial=0))
        in_chunks(work, len(rows), lambda: Scratch(most_bytes, self.n_bands * self.n_rows, most_words), threads=threads)

    # ---- keys to pairs

    def _same(self) -> tuple[Int64s, Int64s]:
        """Rows that repeat no earlier one, and for every row the first with the same words."""
        n = len(self.contents)
        same_as = np.arange(n)
        if n:
            order = np.argsort(self.contents)
            ordered = self.contents[order]
            begins = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
            firsts = np.minimum.reduceat(order, begins)
            same_as[order] = np.repeat(firsts, np.diff(begins, append=n))
        empty = self.n_words == 0
        same_as[empty] = np.flatnonzero(empty)
        return np.flatnonzero((same_as == np.arange(n)) & ~empty), same_as

    def _pairs(self, kept: Int64s, max_bucket: int) -> tuple[UInt64s, int]:
        def of_bands(first: int) -> tuple[UInt64s, int]:
            return bucket_pairs(self.keys, kept, max_bucket, first, min(LINE, self.n_bands - first))

        found = _each(of_bands, range(0, self.n_bands, LINE), self.threads)
        return distinct(np.concatenate([pairs for pairs, _ in found])), sum(n_large for _, n_large in found)

    # ---- pairs to similarities

    def _jaccard(self, pairs: UInt64s, min_jaccard: float) -> Floats:
        """Exact similarities, 0 for pairs that do not reach the least one."""
        found, parts = np.zeros(len(pairs)), self._parts(pairs)
        # Threads take whole parts, unless there are too few for all of them.
        inside = 1 if len(parts) >= self.threads else self.threads

        def compare(at: int) -> None:
            found[parts[at]] = self._jaccard_of(pairs[parts[at]], min_jaccard, inside)

        _each(compare, range(len(parts)), self.threads if inside == 1 else 1)
        return found

    def _parts(self, pairs: UInt64s) -> list[Int64s]:
        """Pairs a part at a time, so that not all runs are in memory; a text is in pairs of one part only."""
        left, right = _rows_of(pairs)
        group = components(len(self.found), left, right)[left]
        order = np.argsort(group, kind="stable")
        begins = np.flatnonzero(np.diff(group[order], prepend=-1))
        cuts = np.append(begins, len(pairs))[np.searchsorted(begins, np.arange(0, len(pairs), _PART))]
        return [np.sort(part) for part in np.split(order, cuts) if len(part)]

    def _jaccard_of(self, pairs: UInt64s, min_jaccard: float, threads: int) -> Floats:
        left, right = _rows_of(pairs)
        rows = distinct(np.concatenate([left, right]))
        begins, runs, counts = self._runs(rows, threads)
        marked = marks(begins, counts, runs)
        places = _packed(np.searchsorted(rows, left), np.searchsorted(rows, right))
        edges = np.linspace(0, len(pairs), threads + 1).astype(np.int64)

        def compare(part: int) -> Floats:
            return similarities(places[edges[part] : edges[part + 1]], begins, counts, runs, marked, min_jaccard)

        return np.concatenate(_each(compare, range(threads), threads))

    def _runs(self, rows: Int64s, threads: int) -> tuple[Int64s, UInt64s, Int64s]:
        """Distinct word runs of some texts: where each one's begin, the runs, and how many it has."""
        room = np.maximum(self.n_words[rows], 0)
        begins = np.concatenate([np.zeros(1, np.int64), np.cumsum(room)])
        runs = np.zeros(int(begins[-1]) + 1, np.uint64)
        counts = np.full(len(rows), -1, np.int64)

        def work(scratch: Scratch, first: int, last: int) -> None:
            _copy_runs(
                self.found.address, self.found.n_bytes, rows, first, last, *self.tables, self.size,
                scratch.folded.ctypes.data, scratch.spare.ctypes.data, scratch.edges, scratch.hashes, scratch.table,
                scratch.stamp, begins, runs, counts,
            )  # fmt: skip

        self._run(rows, work, threads)
        for at in np.flatnonzero(counts < 0).tolist():
            hashes = self._hashes(int(rows[at]))
            table = np.zeros(table_size(len(hashes)), np.uint64)
            stamp = np.zeros(len(table), np.int64)
            counts[at] = _distinct_runs(hashes, len(hashes), self.size, table, stamp, 1, runs[begins[at] :])
        return begins, runs, counts


def _rows_of(pairs: UInt64s) -> tuple[Int64s, Int64s]:
    """Left and right rows of packed pairs."""
    return (pairs >> np.uint64(32)).astype(np.int64), (pairs & np.uint64(0xFFFFFFFF)).astype(np.int64)


def _packed(left: Int64s, right: Int64s) -> UInt64s:
    """Pairs of rows, the left one in the high half."""
    return left.astype(np.uint64) << np.uint64(32) | right.astype(np.uint64)


def _each(work: Callable[[int], T], which: range, threads: int) -> list[T]:
    """Results of ``work`` in order, by several threads if asked; kernels let go of the interpreter's lock."""
    if threads == 1 or len(which) < 2:
        return [work(one) for one in which]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(work, which))
