"""What each variant added, as terms and framing signals with the places where they stand.

In: the framing frame and the articles' texts. Out: rows of terms, rows of signals, words added and dropped for each
variant. Must not know outlets, nor which terms tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from dedup.sketch.forms import forms
from dedup.sketch.salience import CONTENT_WEIGHT
from dedup.text.language import identify
from dedup.text.normalise import normalise
from dedup.text.words import placed_words

Int32s = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]
Row = dict[str, Any]
Spans = Sequence[tuple[int, int]]

_LANGUAGE: Final = re.compile("[a-z]{2,3}")
"""What a language given by an article must look like to be believed."""

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
    framing = framing.sort("variant_id")
    reader = _Reader(framing, articles, documents)
    terms: list[tuple[Any, ...]] = []
    variants: list[tuple[str, str, int, int, int]] = []
    canonical: tuple[str, _Words | None] = ("", None)
    columns = ("variant_id", "canonical_id", "sentences", "dropped")
    for variant_id, canonical_id, sentences, dropped in framing.select(columns).sort("canonical_id").iter_rows():
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
    return Additions(
        pl.DataFrame(terms, TERMS, orient="row").sort("variant_id", "start"),
        _signals(framing, reader),
        pl.DataFrame(variants, VARIANTS, orient="row").sort("variant_id"),
    )


class _Reader:
    """Texts, languages and words of the articles that the framing names."""

    def __init__(self, framing: pl.DataFrame, articles: pl.DataFrame, documents: pl.DataFrame | None) -> None:
        named = pl.concat([framing["variant_id"], framing["canonical_id"]]).unique()
        if documents is None:
            empty = pl.lit([], dtype=pl.List(pl.List(pl.UInt32)))
            known = articles.with_columns(known_lang=pl.lit(None, pl.String), furniture=empty)
        else:
            furniture = pl.col("sentences").list.gather(pl.col("boilerplate"))
            aside = documents.sort("row").select(known_lang="lang", furniture=furniture)
            known = pl.concat([articles.sort("article_id"), aside], how="horizontal")
        known = known.filter(pl.col("article_id").is_in(named.implode()))
        self._rows: dict[str, Row] = {
            row["article_id"]: row
            for row in known.select("article_id", "text", "lang", "known_lang", "furniture").iter_rows(named=True)
        }

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
        given = (row["lang"] or "").partition("-")[0].lower()
        lang = row["known_lang"] or (given if _LANGUAGE.fullmatch(given) else identify(written))
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
    return pl.DataFrame(rows, SIGNALS, orient="row").sort("variant_id", "signal", "change", "start")
