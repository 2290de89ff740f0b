"""The articles of a batch, each with what every comparison of it needs.

In: profiles, headlines and publication times. Out: sides, whose word runs, names, numbers, dates and quotations are
computed once, when they are first asked for. Must not know what an article is compared with.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from dedup.config import Config
from dedup.match.profiles import Profile, headline_profile, make_profile
from dedup.schemas import ARTICLES, DOCUMENTS
from dedup.text.moments import Moment, resolved

Floats = npt.NDArray[np.float64]
Int64s = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Weighted = tuple[Int64s, Floats]
"""Sorted distinct terms and the weight of each."""

LEAD_SENTENCES: Final = 3
RARE_HEADLINE: Final = 0.2
"""Weight from which a word of a headline is a name or an odd word (Zipf 2.5), which a rewriter keeps."""
_NO_WORD: Final = 0.35
"""Weight from which a word of a headline is no word of the language (Zipf 1.8), so a name."""
_UNSPACED_LANGS: Final = frozenset({"zh", "ja", "th", "lo", "km", "my", "yue"})


class Names(NamedTuple):
    """The name words of an article.

    Args:
        term: (n,) sorted distinct terms.
        prefix: (n,) their word beginnings, 0 where there is none.
        weight: (n,) rarity times log(1 + mentions): an article is about whom it keeps naming.
    """

    term: Int64s
    prefix: Int64s
    weight: Floats


@dataclass(frozen=True)
class Side:
    """An article with what every comparison of it needs.

    Args:
        profile: The article.
        shingle_size: Words a shingle.
        published_at: Publication time, if known.
        headline: Its headline as a profile of one sentence, if it has one.
    """

    profile: Profile
    shingle_size: int
    published_at: datetime | None = None
    headline: Profile | None = None

    @cached_property
    def shingles(self) -> Int64s:
        """Sorted distinct shingle hashes."""
        return self.profile.shingles(self.shingle_size)

    @cached_property
    def content(self) -> Flags:
        """(n_tokens,) words outside furniture."""
        profile = self.profile
        return ~profile.furniture[profile.sentence] if len(profile.sentence) else np.zeros(0, dtype=np.bool_)

    @cached_property
    def unspaced(self) -> float:
        """Share of the words that are characters of a script written without spaces."""
        return float(self.profile.is_unspaced.mean()) if len(self.profile.is_unspaced) else 0.0

    @cached_property
    def has(self) -> Int64s:
        """Sorted distinct terms of the content and the headline."""
        mine = self.profile.term[self.content]
        return np.unique(mine if self.headline is None else np.concatenate([mine, self.headline.term]))

    @cached_property
    def begins(self) -> Int64s:
        """Sorted distinct word beginnings of the content and the headline; 0 is none."""
        mine = self.profile.prefix[self.content]
        return np.unique(mine if self.headline is None else np.concatenate([mine, self.headline.prefix]))

    @cached_property
    def salience(self) -> Weighted:
        """Sorted distinct terms of the content and the headline, with their weight."""
        term, weight = self.profile.term[self.content], self.profile.weight[self.content]
        if self.headline is not None:
            term, weight = (
                np.concatenate([term, self.headline.term]),
                np.concatenate([weight, self.headline.weight]),
            )
        return heaviest(term, weight)

    @cached_property
    def mass(self) -> Floats:
        """(n_sentences,) content weight of each sentence, 0 for furniture."""
        weight = np.where(self.content, np.sqrt(self.profile.weight), 0.0)
        mass: Floats = np.bincount(self.profile.sentence, weight, minlength=self.profile.n_sentences).astype(np.float64)
        return mass

    def kind(self, flags: Flags) -> Weighted:
        """Sorted distinct terms of the flagged tokens with their weight."""
        chosen = flags & self.content
        return heaviest(self.profile.term[chosen], self.profile.weight[chosen])

    @cached_property
    def names(self) -> Names:
        """Name words of the content and the headline."""
        return self.names_in(np.ones(self.profile.n_sentences, dtype=np.bool_))

    def names_in(self, sentences: Flags) -> Names:
        """Name words of some sentences; of the headline those that are names or no words of the language."""
        profile = self.profile
        chosen = profile.is_name & self.content
        chosen = chosen & sentences[profile.sentence] if len(chosen) else chosen
        term, weight, prefix = profile.term[chosen], profile.weight[chosen], profile.prefix[chosen]
        if self.headline is not None:
            head = self.headline
            told = told_in_headline(head)
            term, weight, prefix = (
                np.concatenate([term, head.term[told]]),
                np.concatenate([weight, head.weight[told]]),
                np.concatenate([prefix, head.prefix[told]]),
            )
        distinct, first, mentions = np.unique(term, return_index=True, return_counts=True)
        return Names(distinct, prefix[first], weight[first].astype(np.float64) * np.log1p(mentions))

    @cached_property
    def numbers(self) -> Weighted:
        """Numbers and dated days of the content and the headline."""
        return self.numbers_in(np.ones(self.profile.n_sentences, dtype=np.bool_))

    def numbers_in(self, sentences: Flags) -> Weighted:
        """Numbers and dated days of some sentences and the headline."""
        kept = self.stated & sentences[self.profile.amount_sentence]
        amount, weight = self.profile.amount[kept], self.profile.amount_weight[kept]
        if self.headline is not None:
            amount = np.concatenate([amount, self.headline.amount])
            weight = np.concatenate([weight, self.headline.amount_weight])
        return heaviest(amount, weight)

    @cached_property
    def stated(self) -> Flags:
        """(n_amounts,) numbers and dates outside furniture."""
        return ~self.profile.furniture[self.profile.amount_sentence]

    @cached_property
    def dates(self) -> dict[str, set[int]]:
        """The parts of all dates outside furniture: weekdays, days of the year, months, years."""
        parts: dict[str, set[int]] = {}
        for sentence, moment in self.profile.moments:
            if self.profile.furniture[sentence]:
                continue
            day = 100 * moment.month + moment.day if moment.month and moment.day else None
            stated = {"weekday": moment.weekday, "day": day, "month": moment.month, "year": moment.year}
            for kind, value in stated.items():
                if value is not None:
                    parts.setdefault(kind, set()).add(value)
        return parts

    @cached_property
    def lead_days(self) -> set[int | str]:
        """Days that the opening sentences speak of: numbered where the time of publication is known, else as stated."""
        published = None if self.published_at is None else self.published_at.date()
        days: set[int | str] = set()
        for sentence, moment in self.profile.moments:
            if sentence not in self.lead or moment.bounded:
                continue
            told = resolved(moment, published)
            if told.month and told.day:
                days.add(_numbered(told, published) or f"{told.month}-{told.day}")
            elif told.weekday:
                days.add(f"w{told.weekday}")
        return days

    @cached_property
    def lead(self) -> frozenset[int]:
        """The first content sentences."""
        return frozenset(np.flatnonzero(self.mass > 0)[:LEAD_SENTENCES].tolist())

    @cached_property
    def quoted(self) -> Weighted:
        """Quoted terms."""
        return self.kind(self.profile.is_quoted)


def _numbered(moment: Moment, published: date | None) -> int | None:
    """The number of a day, of the year nearest to publication where none is stated; None if that is unknown."""
    if published is None or moment.month is None or moment.day is None:
        return None
    near: list[int] = []
    for year in [moment.year] if moment.year else [published.year - 1, published.year, published.year + 1]:
        try:
            near.append(date(year, moment.month, moment.day).toordinal())
        except ValueError:  # 29 February of another year, 31 June
            continue
    return min(near, key=lambda day: abs(day - published.toordinal()), default=None)


def told_in_headline(headline: Profile) -> Flags:
    """(n_tokens,) words of a headline that are names, or no words of the language, and so names in capitals."""
    named: Flags = headline.is_name | (headline.weight >= _NO_WORD)
    return named & ~headline.is_digits & ~headline.is_unspaced


def heaviest(term: Int64s, weight: npt.NDArray[np.float32]) -> Weighted:
    """Distinct sorted terms, each with the largest weight it has."""
    order = np.lexsort((-weight, term))
    sorted_terms = term[order]
    first = np.ones(len(term), dtype=np.bool_)
    first[1:] = sorted_terms[1:] != sorted_terms[:-1]
    return sorted_terms[first], weight[order][first].astype(np.float64)


class Sides:
    """The articles of a batch made ready for comparison, each when it is first asked for.

    Args:
        articles: ARTICLES frame.
        documents: DOCUMENTS frame of the same articles.
        config: All settings.

    Attributes:
        frames: All three.
    """

    def __init__(self, articles: pl.DataFrame, documents: pl.DataFrame, config: Config) -> None:
        ARTICLES.check(articles)
        DOCUMENTS.check(documents)
        self.frames = articles, documents, config
        self._text = articles["text"]
        self._title = articles["title"]
        self._published_at = articles["published_at"]
        edges = [  # lists of numbers, not of records, of which Python would make a dictionary each
            pl.col("sentences").list.eval(pl.element().struct.field(edge)).alias(edge) for edge in ("start", "end")
        ]
        self._documents = documents.select("lang", "boilerplate", *edges)
        self._config = config
        self._ready: dict[int, Side] = {}

    def __getitem__(self, row: int) -> Side:
        """The article in ``row``."""
        ready = self._ready.get(row)
        if ready is None:
            ready = self._ready[row] = self._make(row)
        return ready

    def once(self, row: int) -> Side:
        """The same, not kept: a batch of sides does not fit into memory."""
        return self._ready.get(row) or self._make(row)

    def profile(self, row: int) -> Profile:
        """The profile of the article in ``row``, made anew: all that is needed of articles known to tell one story."""
        lang, furniture, starts, ends = self._documents.row(row)
        return make_profile(self._text[row], list(zip(starts, ends, strict=True)), furniture, lang)

    def _make(self, row: int) -> Side:
        profile, sketch = self.profile(row), self._config.sketch
        size = sketch.shingle_characters if profile.lang in _UNSPACED_LANGS else sketch.shingle_words
        title = (self._title[row] or "").strip()
        headline = headline_profile(title, profile.lang) if title else None
        return Side(profile, size, self._published_at[row], headline)
