"""What each variant added, as terms and framing signals with the places where they stand.

In: the framing frame and the articles' texts. Out: rows of terms, rows of signals, words added and dropped for each
variant. Must not know outlets, nor which terms tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from dedup.frames import SPAN, Sendable
from dedup.memory import mapped_pages_go
from dedup.places import MEMORY, arranged
from dedup.sketch.forms import forms
from dedup.sketch.salience import CONTENT_WEIGHT
from dedup.text.language import identify
from dedup.text.language_tags import language_of
from dedup.text.normalise import normalise
from dedup.text.words import placed_words
from dedup.workers import Cut, shared

Int32s = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]
Row = dict[str, Any]
Spans = Sequence[tuple[int, int]]

_Parcel = tuple[Sendable, Sendable]
"""Variants, and what is known of the articles that they name."""
_TOGETHER: Final = 32
"""Variants that are read, and sent to a worker, at a time."""

TERMS: Final = pl.Schema(
    {
        "variant_id": pl.String,
        "key": pl.Int64,
        "form": pl.String,
        "article_id": pl.String,
        "start": pl.UInt32,
        "end": pl.UInt32,
        "words": pl.String,
    }
)
"""A term that a variant added, once a variant: hashed stem, the word as matching reads it, and its first place."""

SIGNALS: Final = pl.Schema(
    {
        "variant_id": pl.String,
        "signal": pl.String,
        "change": pl.String,
        "article_id": pl.String,
        "start": pl.UInt32,
        "end": pl.UInt32,
        "words": pl.String,
    }
)
"""A framing signal of a variant, every one; what was removed stands in the canonical article."""

VARIANTS: Final = pl.Schema(
    {
        "variant_id": pl.String,
        "lang": pl.String,
        "n_kept": pl.UInt32,
        "n_words_added": pl.UInt32,
        "n_words_dropped": pl.UInt32,
    }
)
"""A variant: the language it was read in, terms it has from the canonical article, words it added, words of the
sentences it dropped."""


@dataclass(frozen=True)
class Additions:
    """What the variants added.

    Args:
        terms: Rows as ``TERMS``.
        signals: Rows as ``SIGNALS``.
        variants: Rows as ``VARIANTS``, one a variant.
    """

    terms: pl.DataFrame
    signals: pl.DataFrame
    variants: pl.DataFrame


@dataclass(frozen=True)
class _Words:
    """The words of an article outside its furniture: places in the text as given, terms, and which are content."""

    lang: str
    written: list[str]
    start: Int32s
    end: Int32s
    term: npt.NDArray[np.int64]
    is_term: Flags


def additions(framing: pl.DataFrame, articles: pl.DataFrame, documents: pl.DataFrame | None = None) -> Additions:
    """Gather what every variant added.

    Args:
        framing: FRAMING frame; variants whose text is not among the articles are passed over.
        articles: ARTICLES frame.
        documents: DOCUMENTS frame of exactly these articles, in the order of their ids; with it furniture is left out
            and languages are known. Without it the language is the article's own, else identified, and nothing counts
            as furniture.

    Returns:
        Terms, signals and words of the variants, by variant_id and place.
    """
    known = _known(articles, documents)
    told = framing.select("variant_id", "canonical_id", "sentences", "dropped", "framing")
    order = told.select("variant_id", "canonical_id").with_row_index("at").sort("canonical_id", "variant_id")
    place = known.select(pl.col("article_id").alias("id")).with_row_index("at")
    at = [
        order.select(id=column).join(place, on="id", how="left", maintain_order="left")["at"]
        for column in ("canonical_id", "variant_id")
    ]

    def parcel(some: slice) -> _Parcel:
        named = pl.concat([one[some] for one in at]).drop_nulls().unique().sort()
        chosen = Sendable(told[order["at"][some]]), Sendable(known[named])
        mapped_pages_go()
        return chosen

    found = shared(_added, Cut(order.height, _TOGETHER, parcel))
    mapped_pages_go()
    terms, signals, variants = (
        pl.concat([schema.to_frame(), *(parts[of].frame for parts in found)])
        for of, schema in enumerate((TERMS, SIGNALS, VARIANTS))
    )
    return Additions(
        terms.sort("variant_id", "start"),
        signals.sort("variant_id", "signal", "change", "start"),
        variants.sort("variant_id"),
    )


def _known(articles: pl.DataFrame, documents: pl.DataFrame | None) -> pl.DataFrame:
    """What is known of each article: id, text, language given and read, sentences and which of them are furniture."""
    given = arranged(articles, ["article_id"], MEMORY).select("article_id", "text", "lang")
    if documents is not None:
        read = arranged(documents, ["row"], MEMORY).select("sentences", "boilerplate", known_lang="lang")
        return pl.concat([given, read], how="horizontal")
    nothing = {"sentences": pl.List(SPAN), "boilerplate": pl.List(pl.UInt32)}
    empty = [pl.lit([], dtype=dtype).alias(name) for name, dtype in nothing.items()]
    return given.with_columns(*empty, known_lang=pl.lit(None, pl.String))


def _added(parcel: _Parcel) -> tuple[Sendable, Sendable, Sendable]:
    """Terms, signals and words of some variants."""
    framing, known = (part.frame for part in parcel)
    reader = _Reader(known)
    terms: list[tuple[Any, ...]] = []
    variants: list[tuple[str, str, int, int, int]] = []
    canonical: tuple[str, _Words | None] = ("", None)
    for variant_id, canonical_id, sentences, dropped, _ in framing.iter_rows():
        mine = reader.words(variant_id)
        if canonical_id != canonical[0]:
            canonical = canonical_id, reader.words(canonical_id)
        if mine is None or canonical[1] is None:
            continue
        new = _inside(mine.start, list(_added_spans(sentences)))
        lost = _inside(canonical[1].start, [(span["start"], span["end"]) for span in dropped])
        n_kept = len(np.unique(mine.term[mine.is_term & ~new]))
        variants.append((variant_id, mine.lang, n_kept, int(new.sum()), int(lost.sum())))
        terms += _terms(variant_id, mine, new, reader.text(variant_id))
    return (
        Sendable(pl.DataFrame(terms, TERMS, orient="row")),
        Sendable(_signals(framing, reader)),
        Sendable(pl.DataFrame(variants, VARIANTS, orient="row")),
    )


class _Reader:
    """Texts, languages and words of articles.

    Args:
        known: Columns as ``_known`` gives them.
    """

    def __init__(self, known: pl.DataFrame) -> None:
        furniture = pl.col("sentences").list.gather(pl.col("boilerplate"))
        rows = known.select("article_id", "text", "lang", "known_lang", furniture=furniture)
        self._rows: dict[str, Row] = {row["article_id"]: row for row in rows.iter_rows(named=True)}

    def text(self, article_id: str) -> str | None:
        """The text of an article, None where it is not at hand."""
        row = self._rows.get(article_id)
        return None if row is None else str(row["text"])

    def words(self, article_id: str) -> _Words | None:
        """The words of an article outside its furniture, None where its text is not at hand."""
        row = self._rows.get(article_id)
        if row is None:
            return None
        folded = normalise(row["text"])
        written, places = placed_words(folded.text)
        lang = row["known_lang"] or language_of(row["lang"]) or identify(written)
        known = forms(lang)
        at = known.places(written)
        term, weight = known.terms_of(written, at)
        raw = folded.spans(places)
        kept = ~_inside(raw[:, 0], [(span["start"], span["end"]) for span in row["furniture"]])
        unspaced = known.is_unspaced[at]
        # A character of a script without spaces is a term only with the next: alone it says nothing.
        paired = np.append(unspaced[:-1] & unspaced[1:], False) if len(at) else unspaced
        long = np.fromiter((len(word) > 1 for word in written), dtype=np.bool_, count=len(written))
        is_term = (weight >= CONTENT_WEIGHT) & ~known.is_digits[at] & (paired | (long & ~unspaced))
        for here in np.flatnonzero(paired).tolist():
            written[here] += written[here + 1]
            raw[here, 1] = raw[here + 1, 1]
        chosen = np.flatnonzero(kept)
        return _Words(
            lang, [written[at] for at in chosen.tolist()], raw[chosen, 0], raw[chosen, 1], term[chosen], is_term[chosen]
        )


def _added_spans(sentences: Sequence[Row]) -> Iterator[tuple[int, int]]:
    """The passages that a variant added: whole sentences, and passages inside those that carry something."""
    for sentence in sentences:
        spans = [sentence] if sentence["kind"] == "added" else sentence["added"]
        yield from ((span["start"], span["end"]) for span in spans)


def _inside(starts: Int32s, spans: Spans) -> Flags:
    """(n,) whether each word begins inside one of the spans."""
    if not spans:
        return np.zeros(len(starts), dtype=np.bool_)
    # NOTE: a comparison of all with all would take minutes for a text of 100,000 words; the ends are sorted instead.
    begun = np.searchsorted(np.sort([start for start, _ in spans]), starts, side="right")
    ended = np.searchsorted(np.sort([end for _, end in spans]), starts, side="right")
    inside: Flags = begun > ended
    return inside


def _terms(variant_id: str, mine: _Words, new: Flags, text: str | None) -> Iterator[tuple[Any, ...]]:
    at = np.flatnonzero(new & mine.is_term)
    _, first = np.unique(mine.term[at], return_index=True)
    for here in at[np.sort(first)].tolist():
        start, end = int(mine.start[here]), int(mine.end[here])
        words = (text or "")[start:end]
        yield variant_id, int(mine.term[here]), mine.written[here], variant_id, start, end, words


def _signals(framing: pl.DataFrame, reader: _Reader) -> pl.DataFrame:
    rows = []
    for variant_id, canonical_id, signals in framing.select("variant_id", "canonical_id", "framing").iter_rows():
        for one in signals:
            removed = one["change"] == "removed"
            place = one["canonical_span"] if removed else one["variant_span"]
            here = canonical_id if removed else variant_id
            text = reader.text(here)
            if place is None or place["start"] is None or text is None:
                continue
            start, end = place["start"], place["end"]
            rows.append((variant_id, one["signal"], one["change"], here, start, end, text[start:end]))
    return pl.DataFrame(rows, SIGNALS, orient="row")
