"""The frames that flow between stages, each declared once.

In: nothing. Out: ``Frame`` objects that name their columns, types, key and meaning, and check a data frame at a stage
boundary (see ``dedup.frames``). Must not know how any frame is computed.

``row`` is an article's position when articles are sorted by ``article_id``; inside the pipeline it stands for the
article because a 32-bit integer joins faster than a string. ``left`` and ``right`` of a pair always satisfy
``left < right``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

import polars as pl

from dedup.frames import SPAN, TIME, Column, Frame
from dedup.outlet_frames import FLOWS_BETWEEN_OUTLETS, OUTLETS

SCHEMA_VERSION: Final = 1

ARTICLES: Final = Frame(
    "articles",
    "an article as it was given; sorted by article_id",
    ("article_id",),
    {
        "article_id": Column(pl.String, "the id given, or a .txt file's stem; unique"),
        "text": Column(pl.String, "the full text, untouched"),
        "title": Column(pl.String, "headline", nullable=True),
        "url": Column(pl.String, "address", nullable=True),
        "source": Column(pl.String, "outlet", nullable=True),
        "published_at": Column(TIME, "publication time, UTC", nullable=True),
        "lang": Column(pl.String, "language as given, BCP 47", nullable=True),
        "origin": Column(pl.String, "file, or file:line, that it was read from"),
    },
)

SKIPPED: Final = Frame(
    "skipped",
    "a rejected input",
    ("where", "reason"),
    {
        "where": Column(pl.String, "file, or file:line"),
        "reason": Column(pl.String, "why, as 'code: sentence'; the code is what run.json counts by"),
    },
)

FOLD: Final = pl.Struct(
    {"start": pl.UInt32, "end": pl.UInt32, "raw": pl.String, "folded": pl.String, "kind": pl.String}
)

ODD: Final[Mapping[str, Column]] = {
    "flags": Column(pl.List(pl.String), "what is odd about the article, e.g. 'homoglyph', 'transliteration', 'short'"),
    "folds": Column(pl.List(FOLD), "what matching reads otherwise and may hide something (docs/cleaning.md)"),
}
ODDITIES: Final = Frame(
    "oddities",
    "what is odd about an article; columns of articles.parquet",
    ("article_id",),
    {"article_id": ARTICLES.columns["article_id"], **ODD},
)

LINES: Final = pl.Schema({"source": pl.String, "mark": pl.UInt64})
"""A line of an outlet: the outlet, and the mark of the line (see READINGS)."""

KEYS: Final = pl.Schema({"row": pl.UInt32, "term": pl.Int64, "value": pl.Int32, "anchor": pl.Boolean})
"""A salient term of an article with its value, and whether it leads to the article; as a history keeps it."""

BUCKETS: Final = pl.Schema({"row": pl.UInt32, "copy": pl.Boolean, "bucket": pl.Int64})
"""An LSH bucket of an article, of the copy view or the story view; as a history keeps it."""

VOTES: Final = pl.Schema({"voter": pl.UInt32, "other": pl.UInt32, "score": pl.Float64})
"""One of the best partners of an article: both by their places among names that go with the frame, and their score."""


class Best(NamedTuple):
    """The best partners of some articles, and of these partners.

    Args:
        elsewhere: Ids of those that are not among the articles themselves.
        votes: Columns as in VOTES, by place in the articles, then ``elsewhere``.
        last: Columns row, n, score: how many best partners the articles have that have any, and the score of the last;
            partners that are matched anew count as all others do.
    """

    elsewhere: pl.Series
    votes: pl.DataFrame
    last: pl.DataFrame


READINGS: Final = Frame(
    "readings",
    "an article that was read by itself, in the order of articles",
    (),
    {
        "lang": Column(pl.String, "language used for words and rarity, ISO 639-1 ('und' if unknown)"),
        "folded": Column(pl.String, "normalised text; never shown to anybody"),
        "headline": Column(pl.String, "normalised headline, empty where there is none; never shown to anybody"),
        "sentences": Column(pl.List(SPAN), "sentences that cover all non-blank text, as spans of the text as given"),
        "pieces": Column(pl.List(SPAN), "the same sentences, as spans of folded"),
        "marks": Column(pl.List(pl.UInt64), "a hash of each sentence's words: equal marks are the same line"),
        "boilerplate": Column(pl.List(pl.UInt32), "indexes of sentences that are furniture by what they say"),
        "flags": Column(pl.List(pl.String), "kinds of what is folded and may hide something"),
        "folds": Column(pl.List(FOLD), "what matching reads otherwise and may hide something"),
        "n_words": Column(pl.UInt32, "words of folded"),
    },
)

DOCUMENTS: Final = Frame(
    "documents",
    "an article prepared for matching, in the order of articles",
    ("row",),
    {
        "row": Column(pl.UInt32, "position of the article in articles"),
        "lang": Column(pl.String, "language used for words and rarity, ISO 639-1 ('und' if unknown)"),
        "matching": Column(pl.String, "normalised text without boilerplate; never shown to anybody"),
        "headline": Column(pl.String, "normalised headline, empty where there is none; never shown to anybody"),
        "sentences": Column(pl.List(SPAN), "sentences that cover all non-blank text, as spans of the text as given"),
        "boilerplate": Column(pl.List(pl.UInt32), "indexes of sentences that are furniture, not content"),
        **ODD,
        "n_words": Column(pl.UInt32, "words of the matching text"),
    },
)

TERMS: Final = Frame(
    "terms",
    "a salient term of an article",
    ("row", "term"),
    {
        "row": Column(pl.UInt32, "position of the article in articles"),
        "term": Column(pl.Int64, "hashed stem, number or character pair"),
        "weight": Column(pl.Float32, "rarity in the language, [0,1]"),
    },
)

SIGNATURES: Final = Frame(
    "signatures",
    "an article's MinHash signatures; a view without shingles has no signature",
    ("row",),
    {
        "row": Column(pl.UInt32, "position of the article in articles"),
        "copy": Column(pl.List(pl.UInt32), "MinHash over word shingles, loadable as datasketch.MinHash", nullable=True),
        "story": Column(pl.List(pl.UInt32), "MinHash over weighted salient terms", nullable=True),
    },
)

BANDS: Final = Frame(
    "bands",
    "one band of one signature",
    ("view", "band", "row"),
    {
        "view": Column(pl.Enum(["copy", "story"]), "which signature"),
        "band": Column(pl.UInt16, "number of the band"),
        "key": Column(pl.Int64, "hash of the band's rows; equal keys share a bucket"),
        "row": Column(pl.UInt32, "position of the article in articles"),
    },
)

CANDIDATES: Final = Frame(
    "candidates",
    "a pair of articles that shares a bucket or enough anchors",
    ("left", "right"),
    {
        "left": Column(pl.UInt32, "row of the smaller article_id"),
        "right": Column(pl.UInt32, "row of the larger article_id"),
        "copy": Column(pl.Boolean, "found by the copy view"),
        "story": Column(pl.Boolean, "found by the story view"),
        "anchor": Column(pl.Boolean, "found by shared anchors, the rarest terms of the batch"),
    },
)


def _share(meaning: str, *, nullable: bool = False) -> Column:
    """A column of shares."""
    return Column(pl.Float32, f"{meaning}, [0,1]", nullable)


EVIDENCE: Final[Mapping[str, Column]] = {
    "shingle_jaccard": _share("exact Jaccard similarity of the word shingles"),
    "containment_left": _share("share of the left article's shingles found in the right one"),
    "containment_right": _share("share of the right article's shingles found in the left one"),
    "salience_jaccard": _share("weighted Jaccard similarity of the salient terms"),
    "salience_left": _share("share of the left article's salience found in the right one"),
    "salience_right": _share("share of the right article's salience found in the left one"),
    "salience_shared": Column(pl.Float32, "weight of the salient terms that both have, from 0"),
    "salience_alone": Column(pl.Float32, "weight of the salient terms that the poorer side has alone, from 0"),
    "aligned_left": _share("share of the left article's content carried by sentences of the right"),
    "aligned_right": _share("share of the right article's content carried by sentences of the left"),
    "aligned_sentences": Column(pl.UInt32, "sentence links of the alignment"),
    "order_kept": _share("share of the pairs of sure links in the same order on both sides", nullable=True),
    "lead_similarity": _share("how well the other carries the weaker side's first sentences"),
    "headline_agree": _share("share of the weaker headline's rare terms that the other article has", nullable=True),
    "names_left": _share("share of the left article's names, by mentions, that the right one has", nullable=True),
    "names_right": _share("share of the right article's names, by mentions, that the left one has", nullable=True),
    "names_shared": Column(pl.UInt32, "words of names that both have"),
    "names_alone": Column(pl.UInt32, "words of names that a side has alone, of the side with fewer"),
    "names_exchanged": _share("how far names of linked sentences stand against other names", nullable=True),
    "names_conflict": _share("share of aligned sentences where names stand against other names"),
    "numbers_agree": _share("share of the poorer side's numbers and dates that the other has", nullable=True),
    "numbers_shared": Column(pl.UInt32, "numbers and dated days that both have"),
    "numbers_alone": Column(pl.UInt32, "numbers and dated days that a side has alone, of the side with fewer"),
    "numbers_exchanged": _share("how far numbers of linked sentences stand against other numbers", nullable=True),
    "numbers_conflict": _share("share of aligned sentences where numbers stand against numbers"),
    "dates_conflict": _share("share of the kinds of date both state in which they share none", nullable=True),
    "days_conflict": Column(
        pl.Float32, "1 where the opening sentences speak of other days, 0 where they share one", nullable=True
    ),
    "quotes_agree": _share("share of the poorer side's quoted words that the other side quotes", nullable=True),
    "quoted_shared": Column(pl.UInt32, "quoted words of a side that the other has anywhere, of the side with more"),
    "quoted_alone": Column(pl.UInt32, "quoted words of a side that the other has nowhere, of the side with fewer"),
    "length_ratio": _share("words of the shorter article by words of the longer"),
    "unspaced": _share("share of characters of scripts without spaces among the words, of the smaller"),
    "words": Column(pl.UInt32, "words of the shorter article, furniture aside"),
    "hours_apart": Column(pl.Float32, "hours between the publication times", nullable=True),
}
"""The evidence about a pair, one column each, in the order in which people read it."""

RELATIONS: Final = pl.Enum(["copy", "light_edit", "rewrite", "partial", "same_event", "related", "unrelated"])
DECISIONS: Final = pl.Enum(["accepted", "rejected", "bridge_cut"])

PAIRS: Final = Frame(
    "pairs",
    "a verified candidate; sorted by left_id, right_id",
    ("left_id", "right_id"),
    {
        "left_id": Column(pl.String, "the smaller article_id"),
        "right_id": Column(pl.String, "the larger article_id"),
        "views": Column(pl.List(pl.String), "views that found the pair: copy, story, anchor"),
        **EVIDENCE,
        "relation": Column(RELATIONS, "what the two are to each other"),
        "confidence": Column(pl.Float32, "calibrated probability that both tell one story from one text, [0,1]"),
        "decision": Column(DECISIONS, "accepted into one story, rejected, or accepted and cut as a weak bridge"),
        "reason": Column(pl.String, "the decision in one sentence"),
    },
)

MEMBERS: Final = Frame(
    "members",
    "an article in its story; sorted by article_id",
    ("article_id",),
    {
        "article_id": Column(pl.String, "as given"),
        "story_id": Column(pl.String, "the story it is in; exactly one"),
        "relation": Column(
            pl.Enum(["canonical", "copy", "light_edit", "rewrite", "partial"]), "what it is to the canonical article"
        ),
        "similarity": Column(pl.Float32, "share of its content that the canonical carries, [0,1]"),
        "confidence": Column(pl.Float32, "confidence of the strongest chain to the canonical: its weakest link, [0,1]"),
        "title": Column(pl.String, "headline", nullable=True),
        "source": Column(pl.String, "outlet", nullable=True),
        "published_at": Column(TIME, "publication time, UTC", nullable=True),
        "url": Column(pl.String, "address", nullable=True),
    },
)

CANONICAL_REASON: Final = pl.Struct(
    {
        "policy": pl.String,
        "scores": pl.Struct(
            {
                "completeness": pl.Float32,
                "earliness": pl.Float32,
                "centrality": pl.Float32,
                "preference": pl.Float32,
                "total": pl.Float32,
            }
        ),
        "runner_up_id": pl.String,
        "margin": pl.Float32,
    }
)

STORIES: Final = Frame(
    "stories",
    "a story; sorted by story_id",
    ("story_id",),
    {
        "story_id": Column(pl.String, "stable name of the story"),
        "size": Column(pl.UInt32, "articles in it, at least 1"),
        "n_sources": Column(pl.UInt32, "distinct outlets named by its articles"),
        "first_seen": Column(TIME, "earliest publication time", nullable=True),
        "last_seen": Column(TIME, "latest publication time", nullable=True),
        "canonical_id": Column(pl.String, "the article that speaks for the story"),
        "canonical_title": Column(pl.String, "its headline", nullable=True),
        "canonical_source": Column(pl.String, "its outlet", nullable=True),
        "canonical_published_at": Column(TIME, "its publication time", nullable=True),
        "canonical_reason": Column(CANONICAL_REASON, "why it was chosen"),
        "cohesion_min": Column(pl.Float32, "lowest confidence among the story's accepted pairs, 1 for a story of one"),
        "cohesion_mean": Column(pl.Float32, "mean confidence of the story's accepted pairs, 1 for a story of one"),
        "related": Column(pl.List(pl.String), "story_ids that belong together with it but are not the same story"),
        "lineage": Column(
            pl.List(pl.Struct({"op": pl.String, "story_id": pl.String})), "how it came from earlier stories"
        ),
    },
)

SENTENCE: Final = pl.Struct(
    {
        "start": pl.UInt32,
        "end": pl.UInt32,
        "kind": pl.String,
        "score": pl.Float32,
        "canonical": pl.List(SPAN),
        "added": pl.List(SPAN),
    }
)
_BOTH_SPANS: Final = {"canonical_span": SPAN, "variant_span": SPAN}
FACT: Final = pl.Struct({**dict.fromkeys(("kind", "status", "canonical", "variant"), pl.String), **_BOTH_SPANS})
SIGNAL: Final = pl.Struct({**dict.fromkeys(("signal", "change", "before", "after"), pl.String), **_BOTH_SPANS})
SPEAKER: Final = pl.Struct({"speaker": pl.String, "canonical_words": pl.UInt32, "variant_words": pl.UInt32})

FRAMING: Final = Frame(
    "framing",
    "a variant against the canonical article of its story; sorted by story_id, variant_id",
    ("variant_id",),
    {
        "story_id": Column(pl.String, "the story"),
        "canonical_id": Column(pl.String, "the article it is held against"),
        "variant_id": Column(pl.String, "the article it is about"),
        "counts": Column(
            pl.Struct(dict.fromkeys(("verbatim", "reworded", "added", "contradicted", "dropped"), pl.UInt32)),
            "sentences of each kind; dropped ones are the canonical's",
        ),
        "headline": Column(
            pl.Struct({"canonical": pl.String, "variant": pl.String, "added": pl.List(SPAN)}),
            "both headlines; added are spans of the variant's",
        ),
        "sentences": Column(pl.List(SENTENCE), "the variant's sentences in order; they cover all its non-blank text"),
        "dropped": Column(pl.List(SPAN), "canonical sentences that no variant sentence cites"),
        "facts": Column(pl.List(FACT), "names, numbers, dates, quotes and attributions that differ"),
        "framing": Column(pl.List(SIGNAL), "hedges, intensifiers, loaded words, attribution verbs, relabels, negation"),
        "speakers": Column(pl.List(SPEAKER), "quoted words per speaker on both sides"),
    },
)

COPIES: Final = Frame(
    "copies",
    "an article and the first of its near-duplicates, of 'dedup copies'; sorted by article_id",
    ("article_id",),
    {
        "article_id": Column(pl.String, "as given"),
        "story_id": Column(pl.String, "what a story of its group is called"),
        "similar_to": Column(pl.String, "the group's smallest article_id; null for that article", nullable=True),
    },
)

FRAMES: Final = (
    *(ARTICLES, SKIPPED, ODDITIES, DOCUMENTS, TERMS, SIGNATURES, BANDS, CANDIDATES, PAIRS, MEMBERS, STORIES, FRAMING),
    *(OUTLETS, FLOWS_BETWEEN_OUTLETS, COPIES),
)
