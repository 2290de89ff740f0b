"""Stage ``documents``: prepare every article for matching.

In: articles. Out: language, sentences, furniture, folds and the matching text of each. Must not know pairs.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any, Final

import polars as pl
import xxhash

from dedup.config import TextConfig
from dedup.schemas import ARTICLES, DOCUMENTS
from dedup.text.boilerplate import is_boilerplate
from dedup.text.language import UNKNOWN, identify
from dedup.text.normalise import Normalised, normalise
from dedup.text.sentences import passages, sentences
from dedup.text.words import words

_FURNITURE_ARTICLES: Final = 3
"""A sentence under this many articles of one outlet that otherwise differ is the outlet's, not the story's."""
_MAX_SENTENCES: Final = 2_000
"""Units of comparison an article is cut into at most: beyond some forty thousand words they become passages."""
_EVIDENT_FOLDS: Final = frozenset({"homoglyph", "invisible", "mojibake", "markup"})


@dataclass(frozen=True)
class _Prepared:
    lang: str
    folded: Normalised
    spans: list[tuple[int, int]]
    marks: list[int]
    furniture: set[int]


def documents(articles: pl.DataFrame, config: TextConfig) -> pl.DataFrame:
    """Prepare articles for matching.

    Args:
        articles: ARTICLES frame; row numbers follow its order.
        config: The ``text`` settings.

    Returns:
        DOCUMENTS frame with one row per article, in the same order.
    """
    ARTICLES.check(articles)
    prepared = [_prepare(text, lang, config) for text, lang in articles.select("text", "lang").iter_rows()]
    if config.drop_boilerplate:
        _mark_outlet_furniture(prepared, articles["source"].to_list())
    headlines = [normalise(title).text.strip() if title else "" for title in articles["title"].to_list()]
    rows = [
        _row(row, one, headline, config) for row, (one, headline) in enumerate(zip(prepared, headlines, strict=True))
    ]
    return DOCUMENTS.check(pl.DataFrame(rows, schema=DOCUMENTS.schema, orient="row"))


def _prepare(text: str, given: str | None, config: TextConfig) -> _Prepared:
    folded = normalise(text)
    spans = passages(sentences(text), _MAX_SENTENCES)
    lang = (given or config.default_lang or "").split("-")[0].lower() or identify(words(folded.text))
    pieces = [folded.piece(start, end) for start, end in spans]
    marks = [xxhash.xxh64_intdigest(" ".join(words(piece)).encode()) for piece in pieces]
    furniture = {at for at, piece in enumerate(pieces) if config.drop_boilerplate and is_boilerplate(piece)}
    return _Prepared(lang or UNKNOWN, folded, spans, marks, furniture)


def _mark_outlet_furniture(prepared: list[_Prepared], sources: list[str | None]) -> None:
    """Mark sentences that one outlet prints under articles which otherwise share little.

    A sentence that several articles of one outlet share is furniture only if those articles are not versions of each
    other: the rest of their sentences must mostly differ.
    """
    holders: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
    for row, (one, source) in enumerate(zip(prepared, sources, strict=True)):
        if source:
            for mark in set(one.marks):
                holders[source, mark].append(row)
    shared_by = {key: rows for key, rows in holders.items() if len(rows) >= _FURNITURE_ARTICLES}
    outlets: defaultdict[int, set[int]] = defaultdict(set)
    for (_, mark), rows in shared_by.items():
        counts = Counter(other for row in rows[:20] for other in set(prepared[row].marks))
        own = sum(1 for row in rows[:20] for other in set(prepared[row].marks) if counts[other] == 1)
        total = sum(len(set(prepared[row].marks)) for row in rows[:20])
        if own * 3 >= total:
            for row in rows:
                outlets[row].update(at for at, here in enumerate(prepared[row].marks) if here == mark)
    for row, marked in outlets.items():
        # A template filled in with little (a dividend notice) would be furniture as a whole; then it is the article.
        if len(marked | prepared[row].furniture) < len(prepared[row].marks):
            prepared[row].furniture.update(marked)


def _row(row: int, one: _Prepared, headline: str, config: TextConfig) -> dict[str, Any]:
    matching = one.folded.text
    if one.furniture:
        kept = (one.folded.piece(start, end) for at, (start, end) in enumerate(one.spans) if at not in one.furniture)
        matching = " ".join(kept)
    n_words = len(words(matching))
    flags = {f"{fold.kind}" for fold in one.folded.folds if fold.kind in _EVIDENT_FOLDS}
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
        "boilerplate": sorted(one.furniture),
        "flags": sorted(flags),
        "folds": [
            {"start": fold.start, "end": fold.end, "raw": fold.raw, "folded": fold.folded, "kind": fold.kind}
            for fold in one.folded.folds
            if fold.kind in _EVIDENT_FOLDS
        ],
        "n_words": n_words,
    }
