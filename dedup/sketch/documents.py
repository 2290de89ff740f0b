"""Stage ``documents``: prepare every article for matching.

In: articles. Out: language, sentences, furniture, folds and the matching text of each. Must not know pairs.

With a history, what an outlet prints under everything is learned from all its articles, not from a batch; so the two
halves of the stage stand alone: ``prepared`` reads the articles, ``finished`` is told what is furniture.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl
import xxhash

from dedup.config import TextConfig
from dedup.schemas import ARTICLES, DOCUMENTS
from dedup.sketch.furniture import Line, outlet_furniture, shared_lines
from dedup.text.boilerplate import furniture
from dedup.text.language import UNKNOWN, identify
from dedup.text.normalise import Normalised, normalise
from dedup.text.sentences import passages, sentences
from dedup.text.words import placed_words, words
from dedup.workers import shared

_MAX_SENTENCES: Final = 2_000
"""Units of comparison an article is cut into at most: beyond some forty thousand words they become passages."""
_TYPOGRAPHY: Final = frozenset({"hyphenation", "joiner"})
"""Kinds of fold that every good typesetter causes; they hide nothing and are not kept."""
_TOGETHER: Final = 64
"""Articles that are prepared, and sent to a worker, at a time."""


@dataclass(frozen=True)
class Prepared:
    """An article that has been read, before it is known what its outlet prints under everything.

    Args:
        lang: The language used.
        folded: The text as matching reads it.
        spans: Its sentences.
        marks: A hash of each sentence's words: equal marks are the same line.
        furniture: Sentences that are furniture by what they say.
        n_words: Words of the text as matching reads it.
    """

    lang: str
    folded: Normalised
    spans: list[tuple[int, int]]
    marks: list[int]
    furniture: frozenset[int]
    n_words: int


def documents(articles: pl.DataFrame, config: TextConfig) -> pl.DataFrame:
    """Prepare articles for matching.

    Args:
        articles: ARTICLES frame; row numbers follow its order.
        config: The ``text`` settings.

    Returns:
        DOCUMENTS frame with one row per article, in the same order.
    """
    read = prepared(articles, config)
    lines: set[Line] = set()
    if config.drop_boilerplate:
        lines_of = [
            {(source, mark) for mark in one.marks} if source else set() for one, source in _sourced(read, articles)
        ]
        lines = outlet_furniture(shared_lines(enumerate(lines_of)), lines_of.__getitem__)
    return finished(articles, read, lines, config)


def prepared(articles: pl.DataFrame, config: TextConfig) -> list[Prepared]:
    """Read articles: fold them, split their sentences, name their language.

    Args:
        articles: ARTICLES frame.
        config: The ``text`` settings.

    Returns:
        One for each article, in order.
    """
    ARTICLES.check(articles)
    given = articles.select("text", "lang").rows()
    parts = [(given[at : at + _TOGETHER], config) for at in range(0, len(given), _TOGETHER)]
    return [one for read in shared(_prepared, parts) for one in read]


def finished(
    articles: pl.DataFrame, read: Sequence[Prepared], furniture: Collection[Line], config: TextConfig
) -> pl.DataFrame:
    """What matching needs of articles, once it is known what their outlets print under everything.

    Args:
        articles: ARTICLES frame; row numbers follow its order.
        read: The same articles, prepared.
        furniture: Lines of outlets that are theirs, not the story's: outlet and mark.
        config: The ``text`` settings.

    Returns:
        DOCUMENTS frame with one row per article, in the same order.
    """
    headlines = [normalise(title).text.strip() if title else "" for title in articles["title"].to_list()]
    rows = [
        _row(row, one, headline, _furniture(one, source, furniture), config)
        for row, ((one, source), headline) in enumerate(zip(_sourced(read, articles), headlines, strict=True))
    ]
    return DOCUMENTS.check(pl.DataFrame(rows, schema=DOCUMENTS.schema, orient="row"))


def _sourced(read: Sequence[Prepared], articles: pl.DataFrame) -> Iterator[tuple[Prepared, str | None]]:
    return zip(read, articles["source"], strict=True)


def _prepared(part: tuple[list[tuple[str, str | None]], TextConfig]) -> list[Prepared]:
    return [_prepare(text, lang, part[1]) for text, lang in part[0]]


def _prepare(text: str, given: str | None, config: TextConfig) -> Prepared:
    folded = normalise(text)
    spans = passages(sentences(text), _MAX_SENTENCES)
    written, places = placed_words(folded.text)
    lang = (given or config.default_lang or "").split("-")[0].lower() or identify(written)
    bounds = folded.bounds(spans)
    said = _by_piece(folded.text, written, places, bounds)
    marks = [xxhash.xxh64_intdigest(" ".join(found).encode()) for found in said]
    told = furniture(folded.text, bounds, said) if config.drop_boilerplate else ()
    return Prepared(lang or UNKNOWN, folded, spans, marks, frozenset(told), len(written))


def _by_piece(
    text: str, written: list[str], places: npt.NDArray[np.int32], bounds: list[tuple[int, int]]
) -> list[list[str]]:
    """The words of each piece of a folded text, given the words of all of it."""
    if not len(places):
        return [[] for _ in bounds]
    if not bounds:
        return []
    edges = np.asarray(bounds, dtype=np.int32)
    first, stop = np.searchsorted(places[:, 0], edges).T
    # A word over the edge of a piece, which only odd folds make, is cut by it.
    begun = np.concatenate([[0], places[:, 1]])[first] > edges[:, 0]
    unended = (stop > first) & (places[stop - 1, 1] > edges[:, 1])
    if begun.any() or unended.any():
        return [words(text[start:end]) for start, end in bounds]
    return [written[start:end] for start, end in zip(first.tolist(), stop.tolist(), strict=True)]


def _furniture(one: Prepared, source: str | None, lines: Collection[Line]) -> frozenset[int]:
    """Sentences of an article that are furniture, by what they say or as its outlet's."""
    marked = {at for at, mark in enumerate(one.marks) if source and (source, mark) in lines} | one.furniture
    # A template filled in with little (a dividend notice) would be furniture as a whole; then it is the article.
    return frozenset(marked) if len(marked) < len(one.marks) else one.furniture


def _row(row: int, one: Prepared, headline: str, furniture: frozenset[int], config: TextConfig) -> dict[str, Any]:
    matching, n_words = one.folded.text, one.n_words
    if furniture:
        kept = (one.folded.piece(start, end) for at, (start, end) in enumerate(one.spans) if at not in furniture)
        matching = " ".join(kept)
        n_words = len(words(matching))
    flags = {f"{fold.kind}" for fold in one.folded.folds if fold.kind not in _TYPOGRAPHY}
    if len(one.spans) >= _MAX_SENTENCES:
        flags.add("long")
    if n_words < config.min_words:
        flags.add("empty" if n_words == 0 else "short")
    return {
        "row": row,
        "lang": one.lang,
        "matching": matching,
        "headline": headline,
        "sentences": [{"start": start, "end": end} for start, end in one.spans],
        "boilerplate": sorted(furniture),
        "flags": sorted(flags),
        "folds": [
            {"start": fold.start, "end": fold.end, "raw": fold.raw, "folded": fold.folded, "kind": fold.kind}
            for fold in one.folded.folds
            if fold.kind not in _TYPOGRAPHY
        ],
        "n_words": n_words,
    }
