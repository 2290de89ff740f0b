"""Articles that were read, each by itself, before it is known what their outlets print under everything.

In: articles. Out: language, sentences, folds and the folded text of each, as a frame: a batch of Python objects would
take several times the memory of its texts. Must not know other articles.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl
import xxhash

from dedup.config import TextConfig
from dedup.frames import Sendable
from dedup.places import MEMORY, Place, text_slices
from dedup.schemas import ARTICLES, READINGS
from dedup.sketch import cutting
from dedup.text.boilerplate import furniture, tells
from dedup.text.language import SAMPLE, identify
from dedup.text.language_tags import language_of
from dedup.text.normalise import normalise
from dedup.text.sentences import passages, sentences
from dedup.text.words import words
from dedup.workers import Cut, shared

MAX_SENTENCES: Final = 2_000
"""Units of comparison an article is cut into at most: beyond some forty thousand words they become passages."""
_TYPOGRAPHY: Final = frozenset({"hyphenation", "joiner"})
"""Kinds of fold that every good typesetter causes; they hide nothing and are not kept."""
_TOGETHER: Final = 64
"""Articles that are read, and sent to a worker, at a time."""
_Given = tuple[str, str | None, str | None]
"""Text, language and headline."""
_Spans = Sequence[tuple[int, int]]
_SPAN: Final = ("start", "end")


def readings(articles: pl.DataFrame, config: TextConfig, place: Place = MEMORY) -> pl.DataFrame:
    """Read articles: fold them, split their sentences, name their language.

    Args:
        articles: ARTICLES frame.
        config: The ``text`` settings.
        place: Where the frame is to lie.

    Returns:
        READINGS frame with one row per article, in the same order.
    """
    ARTICLES.check(articles)
    growing = place.growing(READINGS.schema)
    for some in text_slices(articles["text"]):
        growing.append(pl.concat(read.frame for read in shared(_read, _parcels(articles[some], config))))
    return READINGS.check(growing.frame())


def _parcels(articles: pl.DataFrame, config: TextConfig) -> Sequence[tuple[list[_Given], TextConfig]]:
    given = articles.select("text", "lang", "title")
    return Cut(given.height, _TOGETHER, lambda at: (given[at].rows(), config))


def _read(part: tuple[list[_Given], TextConfig]) -> Sendable:
    """Some articles, as a frame: a tenth of the work of sending Python objects."""
    rows = [_reading(*given, part[1]) for given in part[0]]
    columns = {name: [row[name] for row in rows] for name in READINGS.columns}
    folds = columns["folds"]
    listed = {
        **_by_sentence(columns["sentences"], columns["pieces"], columns["marks"]),
        # Polars asks every list of records what it holds, and next to none holds any.
        "folds": folds if any(folds) else pl.Series([[]], dtype=READINGS.schema["folds"]).new_from_index(0, len(rows)),
    }
    return Sendable(pl.DataFrame({**columns, **listed}, schema=READINGS.schema))


def _reading(text: str, given: str | None, title: str | None, config: TextConfig) -> dict[str, Any]:
    folded = normalise(text)
    spans = passages(sentences(text), MAX_SENTENCES)
    placed = cutting.words(folded.text)
    joined, begins = cutting.joined(folded.text, placed.spans)
    sample = joined[: begins[min(SAMPLE, len(placed.spans))]]
    lang = language_of(given) or language_of(config.default_lang) or identify(sample.split())
    bounds = folded.bounds(spans)
    ranges = _by_piece(placed.spans, bounds)
    if ranges is None:
        said = [words(folded.text[start:end]) for start, end in bounds]
        lines = [" ".join(found) for found in said]
    else:
        lines = [joined[start : max(start, end - 1)] for start, end in begins[ranges].tolist()]
        telling = _telling(placed, folded.text, ranges)
        said = [line.split() if at in telling else [] for at, line in enumerate(lines)]
    hiding = [fold for fold in folded.folds if fold.kind not in _TYPOGRAPHY]
    return {
        "lang": lang,
        "folded": folded.text,
        "headline": normalise(title).text.strip() if title else "",
        "sentences": spans,
        "pieces": bounds,
        "marks": [xxhash.xxh64_intdigest(line.encode()) for line in lines],
        "boilerplate": sorted(furniture(folded.text, bounds, said)) if config.drop_boilerplate else [],
        "flags": sorted({fold.kind for fold in hiding}),
        "folds": [
            {"start": fold.start, "end": fold.end, "raw": fold.raw, "folded": fold.folded, "kind": fold.kind}
            for fold in hiding
        ],
        "n_words": len(placed.spans),
    }


def _by_piece(places: cutting.Int32s, bounds: _Spans) -> npt.NDArray[np.int64] | None:
    """(n, 2) half-open ranges of the words of each piece of a folded text; None where a word lies over an edge.

    Only odd folds make such words, which the edge of a piece cuts.
    """
    if not len(places) or not bounds:
        return np.zeros((len(bounds), 2), dtype=np.int64)
    edges = np.asarray(bounds, dtype=np.int32)
    ranges = np.searchsorted(places[:, 0], edges)
    first, stop = ranges.T
    begun = np.concatenate([[0], places[:, 1]])[first] > edges[:, 0]
    unended = (stop > first) & (places[stop - 1, 1] > edges[:, 1])
    return None if begun.any() or unended.any() else ranges


def _telling(placed: cutting.Placed, folded: str, ranges: npt.NDArray[np.int64]) -> set[int]:
    """The pieces with a word without which they are no furniture: few."""
    told = np.flatnonzero(_tells().of(*placed, folded))
    return set((np.searchsorted(ranges[:, 0], told, side="right") - 1).tolist())


@lru_cache(maxsize=1)
def _tells() -> cutting.Answers:
    return cutting.Answers(lambda words: list(map(tells, words)))


def _by_sentence(
    sentences: Sequence[_Spans], pieces: Sequence[_Spans], marks: Sequence[Sequence[int]]
) -> dict[str, pl.Series]:
    """The columns that have an entry a sentence; made entry by entry, Polars takes six times as long."""
    counts = list(map(len, marks))
    places = np.arange(len(counts), dtype=np.uint32)
    edges = {"sentences": _edges(sentences), "pieces": _edges(pieces)}
    spans = [pl.struct(start=f"{name} start", end=f"{name} end").alias(name) for name in edges]
    columns = {f"{name} {edge}": found[:, at] for name, found in edges.items() for at, edge in enumerate(_SPAN)}
    flat = {"at": np.repeat(places, counts), **columns, "marks": np.asarray([*chain(*marks)], dtype=np.uint64)}
    held = pl.DataFrame(flat).group_by("at", maintain_order=True).agg(*spans, "marks")
    all_held = pl.DataFrame({"at": places}).join(held, "at", "left", maintain_order="left").drop("at")
    return {column.name: _without_nulls(column) for column in all_held}


def _edges(spans: Sequence[_Spans]) -> npt.NDArray[np.uint32]:
    """(n, 2) all spans end to end."""
    return np.fromiter(chain.from_iterable(chain.from_iterable(spans)), dtype=np.uint32).reshape(-1, 2)


def _without_nulls(lists: pl.Series) -> pl.Series:
    """Lists, empty where there is none."""
    return lists.zip_with(lists.is_not_null(), pl.Series([[]], dtype=lists.dtype)) if lists.null_count() else lists
