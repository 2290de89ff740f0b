"""Stage ``framing``: what each variant carries, rewords, adds, drops and contradicts.

In: stories, members, articles, documents. Out: the framing frame, one row per article that is not its story's
canonical. Must not know why the canonical was chosen.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from dedup.config import Config, SemanticConfig
from dedup.match.encoders import likeness_of
from dedup.match.new_words import MIN_NEW, NewWords
from dedup.match.parts import Part, part
from dedup.match.profiles import Profile, Words, words_of
from dedup.match.second_look import SecondLook, look_again
from dedup.match.sides import Sides
from dedup.places import MEMORY, Place, slices
from dedup.schemas import FRAMING, MEMBERS
from dedup.sketch.salience import CONTENT_WEIGHT
from dedup.stories.conflicts import conflicts
from dedup.stories.denials import Denials
from dedup.stories.facts import facts
from dedup.stories.signals import signals
from dedup.stories.speakers import speakers
from dedup.workers import Cut, shared

Flags = npt.NDArray[np.bool_]
Span = dict[str, int]
Time = datetime | None
_Part = tuple[Part, list[tuple[str, int, int]], bool]
"""Articles, stories with the rows of their canonical article and a variant, and whether to align by the kernel."""

_GAP_WORDS: Final = 3
"""Function words that two new words may have between them and still be one added passage."""

_AT_A_TIME: Final = 1_024
"""Variants whose diffs, some 10 kB each, are handed on at a time."""
_TOGETHER: Final = 8
"""Variants that are held against their canonical article, and sent to a worker, at a time."""

_MANY_EQUAL: Final = 100
"""Citations of one repeated sentence from which each is told apart: 1,000 equal lines would cite 1,000,000 times."""

_MIN_DENIED: Final = 0.1
"""Probability of a link from which a sentence that is not cited is asked whether it is denied."""
COMPILED_FROM: Final = 300
"""Variants from which the compiled alignment repays loading it."""


def framing(
    members: pl.DataFrame,
    articles: pl.DataFrame,
    documents: pl.DataFrame,
    config: Config,
    *,
    compiled: bool | None = None,
    place: Place = MEMORY,
) -> pl.DataFrame:
    """Hold every variant against its canonical article.

    Args:
        members: MEMBERS frame.
        articles: ARTICLES frame.
        documents: DOCUMENTS frame of the same articles.
        config: All settings.
        compiled: Whether the kernel aligns; None lets the number of variants decide.
        place: Where the frame is to lie.

    Returns:
        FRAMING frame, sorted by story_id and variant_id; empty where no story has two articles.
    """
    MEMBERS.check(members)
    canonical = members.filter(pl.col("relation") == "canonical").select("story_id", canonical_id="article_id")
    variants = (
        members.filter(pl.col("relation") != "canonical").join(canonical, on="story_id").sort("story_id", "article_id")
    )
    rows = articles.select("article_id").with_row_index("row")
    of, one = (
        variants.select(article_id=end).join(rows, on="article_id", maintain_order="left")["row"].to_list()
        for end in ("canonical_id", "article_id")
    )
    sides = Sides(articles, documents, config)
    pairs = [*zip(variants["story_id"].to_list(), of, one, strict=True)]
    compiled = variants.height >= COMPILED_FROM if compiled is None else compiled
    growing = place.growing(FRAMING.schema)
    # The first alone: should a kernel have to be compiled, it is compiled once, not by every worker.
    growing.append(_held(_part(sides, pairs[:1], compiled)))
    for some in slices(len(pairs) - 1, _AT_A_TIME):
        mine = pairs[some.start + 1 : some.stop + 1]
        growing.append(pl.concat(shared(_held, _parcels(sides, mine, compiled=compiled))))
    return FRAMING.check(growing.frame())


def _parcels(sides: Sides, pairs: list[tuple[str, int, int]], *, compiled: bool) -> Sequence[_Part]:
    return Cut(len(pairs), _TOGETHER, lambda at: _part(sides, pairs[at], compiled))


def _part(sides: Sides, pairs: list[tuple[str, int, int]], compiled: bool) -> _Part:
    rows = sorted({row for _, *ends in pairs for row in ends})
    place = {row: at for at, row in enumerate(rows)}
    return part(sides, rows), [(story, place[of], place[one]) for story, of, one in pairs], compiled


def _held(parcel: _Part) -> pl.DataFrame:
    """A row for every pair of a canonical article and a variant."""
    batch, pairs, compiled = parcel
    articles = batch.articles.select("article_id", "title", "text", "published_at").rows(named=True)
    profile, semantic = cache(batch.sides().profile), batch.config.stories.semantic
    rows = [
        _variant(story, articles[of], articles[one], profile(of), profile(one), semantic, compiled=compiled)
        for story, of, one in pairs
    ]
    return pl.DataFrame(rows, schema=FRAMING.schema, orient="row")


def _variant(
    story: str,
    canonical: dict[str, Any],
    variant: dict[str, Any],
    of: Profile,
    mine: Profile,
    semantic: SemanticConfig,
    *,
    compiled: bool,
) -> dict[str, Any]:
    texts = canonical["text"], variant["text"]
    look = look_again(of, mine, compiled=compiled, likeness=lambda: likeness_of(texts, of, mine, semantic))
    published = canonical["published_at"], variant["published_at"]
    sentences = _sentences(look, of, mine, texts, published)
    cited = {span["start"] for one in sentences for span in one["canonical"]}
    dropped = [span for span in _spans(of) if span["start"] not in cited]
    links = [(_bounds(one), [(span["start"], span["end"]) for span in one["canonical"]]) for one in sentences]
    counts = {
        kind: sum(one["kind"] == kind for one in sentences)
        for kind in ("verbatim", "reworded", "added", "contradicted")
    }
    return {
        "story_id": story,
        "canonical_id": canonical["article_id"],
        "variant_id": variant["article_id"],
        "counts": {**counts, "dropped": len(dropped)},
        "headline": _headline(canonical, variant, of),
        "sentences": sentences,
        "dropped": dropped,
        "facts": facts(
            *texts, links, lang=mine.lang, canonical_published_at=published[0], variant_published_at=published[1]
        ),
        "framing": signals(
            *texts, links, lang=mine.lang, canonical_published_at=published[0], variant_published_at=published[1]
        ),
        "speakers": speakers(*texts, mine.lang),
    }


def _spans(profile: Profile) -> list[Span]:
    return [{"start": start, "end": end} for start, end in profile.spans.tolist()]


def _bounds(sentence: dict[str, Any]) -> tuple[int, int]:
    return sentence["start"], sentence["end"]


def _sentences(
    look: SecondLook, of: Profile, mine: Profile, texts: tuple[str, str], published: tuple[Time, Time]
) -> list[dict[str, Any]]:
    """The variant's sentences in order with their kind, sources and added words."""
    result: list[dict[str, Any]] = []
    denials = Denials(*texts, lang=mine.lang)
    new = NewWords(texts[1], mine, of, look, look.near) if look.near else None
    of_spans, there = _spans(of), [(start, end) for start, end in of.spans.tolist()]
    verbatim = np.logical_or.reduce(look.first.verbatim, axis=0).tolist()
    same = _same([texts[0][span["start"] : span["end"]] for span in of_spans])
    denied_by = [_firsts(near, same) for near in _listed((look.cited >= _MIN_DENIED) & ~look.citations)]
    citations = apart(_listed(look.citations), same)
    scores = look.cited.max(axis=1, initial=0.0).tolist()
    for at, (span, sources) in enumerate(zip(_spans(mine), citations, strict=True)):
        cited = [of_spans[source] for source in sources]
        added: list[Span] = []
        if not sources:
            kind = "added"
            added = [span]
        elif verbatim[at]:
            kind = "verbatim"
        else:
            kind = "reworded"
            added = passages(mine, at, new.probabilities(at)) if new else strange_passages(of, sources, mine, at)

            here, carried = _bounds(span), [there[source] for source in sources]
            near = [there[source] for source in sorted(denied_by[at], key=lambda source: -look.cited[at, source])]
            if conflicts(*texts, carried, here, lang=mine.lang, published=published):
                kind = "contradicted"
            elif near and (denied := denials.first(carried, near, here)):
                kind = "contradicted"
                cited = [of_spans[source] for source in sorted([*sources, there.index(denied)])]
        result.append({**span, "kind": kind, "score": scores[at], "canonical": cited, "added": added})
    return result


def _same(sentences: Sequence[str]) -> list[int]:
    """For each sentence the first one of the same words."""
    first: dict[str, int] = {}
    return [first.setdefault(" ".join(words.split()), at) for at, words in enumerate(sentences)]


def _firsts(sources: list[int], same: list[int]) -> list[int]:
    """Of sources of the same words the first: what denies one denies the others."""
    return list({same[source]: source for source in reversed(sources)}.values())[::-1] if len(sources) > 1 else sources


def apart(citations: list[list[int]], same: list[int]) -> list[list[int]]:
    """Let sentences that cite all places of a much repeated one share them out, in order; none is lost.

    Args:
        citations: For each sentence of the variant its sources, in order.
        same: For each source the first one of the same words.

    Returns:
        The citations. Of a sentence that stands m times in the source and is cited by n sentences at most m + n are
        left; the last to cite it cites what is left over.

    Examples:
        >>> apart([list(range(30))] * 4, [0] * 30)[:3], len(apart([list(range(30))] * 4, [0] * 30)[3])
        ([[0], [1], [2]], 27)
        >>> apart([[0, 1], [0, 1]], [0, 0])
        [[0, 1], [0, 1]]
    """
    cited: dict[int, list[int]] = {}
    for at, sources in enumerate(citations):
        for source in sources:
            cited.setdefault(same[source], []).append(at)
    many = {first for first, rows in cited.items() if len(rows) > _MANY_EQUAL and len(set(rows)) > 1}
    if not many:
        return citations
    result = [[source for source in sources if same[source] not in many] for sources in citations]
    for first in many:
        rows = sorted(set(cited[first]))
        places = sorted({source for at in rows for source in citations[at] if same[source] == first})
        for order, at in enumerate(rows):
            is_last = order == len(rows) - 1
            result[at] += places[order:] if is_last and order < len(places) else [places[min(order, len(places) - 1)]]
    return [sorted(sources) for sources in result]


def _listed(flags: Flags) -> list[list[int]]:
    """The columns in which each row is true."""
    rows: list[list[int]] = [[] for _ in range(len(flags))]
    for row, column in np.argwhere(flags).tolist():
        rows[row].append(column)
    return rows


def passages(mine: Profile, at: int, probability: npt.NDArray[np.float64]) -> list[Span]:
    """Passages of a reworded sentence that say what the cited sentences do not.

    Args:
        mine: Profile of the variant.
        at: Index of the reworded sentence.
        probability: (n_words,) that each of its words is new.

    Returns:
        Spans of the variant's text, in order: new words with fewer than ``_GAP_WORDS`` others between them, at least
        one of them a content word.
    """
    found = np.flatnonzero(probability >= MIN_NEW)
    if not len(found):
        return []
    start = int(mine.bounds[at])
    runs = np.split(found, np.flatnonzero(np.diff(found) > _GAP_WORDS) + 1)
    return [
        {"start": int(mine.start[start + run[0]]), "end": int(mine.end[start + run[-1]])}
        for run in runs
        if (mine.weight[start + run[0] : start + run[-1] + 1] >= CONTENT_WEIGHT).any()
    ]


def strange_passages(of: Profile, sources: Sequence[int], mine: Profile, at: int) -> list[Span]:
    """Passages of a sentence of a book, where each word is judged by itself.

    A word is new if neither its stem nor its beginning occurs in the cited sentences; new words with at most three
    function words between them are one passage, trimmed to begin and end with new content.

    Args:
        of: Profile of the canonical article.
        sources: Indexes of the cited sentences.
        mine: Profile of the variant.
        at: Index of the reworded sentence.

    Returns:
        Spans of the variant's text, in order.
    """
    there = [slice(*of.bounds[source : source + 2].tolist()) for source in sources]
    said = {term for words in there for term in of.term[words].tolist()}
    begun = {prefix for words in there for prefix in of.prefix[words].tolist()} - {0}
    start, stop = mine.bounds[at : at + 2].tolist()
    words = zip(mine.term[start:stop].tolist(), mine.prefix[start:stop].tolist(), strict=True)
    known = np.array([term in said or prefix in begun for term, prefix in words], dtype=np.bool_)
    content = mine.weight[start:stop] >= CONTENT_WEIGHT
    return _passages((content & ~known).tolist(), (content & known).tolist(), mine, start)


def _passages(new: list[bool], known: list[bool], mine: Profile | Words, offset: int) -> list[Span]:
    """Join new words into passages; a known content word or a long gap ends one."""
    spans: list[Span] = []
    first = last = -1
    for at, is_new in enumerate(new):
        if first >= 0 and (known[at] or at - last > _GAP_WORDS + 1):
            spans.append({"start": int(mine.start[offset + first]), "end": int(mine.end[offset + last])})
            first = -1
        if is_new:
            first = at if first < 0 else first
            last = at
    if first >= 0:
        spans.append({"start": int(mine.start[offset + first]), "end": int(mine.end[offset + last])})
    return spans


def _headline(canonical: dict[str, Any], variant: dict[str, Any], of: Profile) -> dict[str, Any]:
    """Both headlines; added are the words of the variant's that the canonical article has nowhere."""
    headlines = {"canonical": canonical["title"], "variant": variant["title"]}
    if not variant["title"]:
        return {**headlines, "added": []}
    mine, source = words_of(variant["title"], of.lang), words_of(canonical["title"] or "", of.lang)
    there = {*source.term.tolist(), *source.prefix.tolist()} - {0}
    pairs = zip(mine.term.tolist(), mine.prefix.tolist(), strict=True)
    known = of.knows(mine) | np.array([term in there or prefix in there for term, prefix in pairs], dtype=np.bool_)
    content = mine.weight >= CONTENT_WEIGHT
    added = _passages((content & ~known).tolist(), (content & known).tolist(), mine, 0)
    return {**headlines, "added": added}
