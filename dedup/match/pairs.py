"""Stage ``pairs``: verify every candidate.

In: candidates, articles and documents. Out: the evidence, confidence, relation and decision of each pair. Must not know
stories.
"""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from dedup.config import Config
from dedup.match.evidence import Side, evidence
from dedup.match.profiles import make_profile
from dedup.match.verdict import confidences, verdict
from dedup.schemas import ARTICLES, CANDIDATES, DOCUMENTS, PAIRS

_UNSPACED_LANGS: Final = frozenset({"zh", "ja", "th", "lo", "km", "my", "yue"})
_VIEWS: Final = ("copy", "story", "anchor")


COMPILED_FROM: Final = 300
"""Pairs from which the compiled kernel repays loading it (0.7 s); below, a small run stays quick."""


class Sides:
    """The articles of a batch made ready for comparison, each when it is first asked for.

    Args:
        articles: ARTICLES frame.
        documents: DOCUMENTS frame of the same articles.
        config: All settings.
    """

    def __init__(self, articles: pl.DataFrame, documents: pl.DataFrame, config: Config) -> None:
        ARTICLES.check(articles)
        DOCUMENTS.check(documents)
        self._text = articles["text"]
        self._title = articles["title"]
        self._published_at = articles["published_at"]
        self._documents = documents.select("lang", "sentences", "boilerplate")
        self._config = config
        self._ready: dict[int, Side] = {}

    def __getitem__(self, row: int) -> Side:
        """The article in ``row``."""
        ready = self._ready.get(row)
        if ready is None:
            ready = self._ready[row] = self._make(row)
        return ready

    def _make(self, row: int) -> Side:
        document = self._documents.row(row, named=True)
        lang = document["lang"]
        spans = [(span["start"], span["end"]) for span in document["sentences"]]
        sketch = self._config.sketch
        size = sketch.shingle_characters if lang in _UNSPACED_LANGS else sketch.shingle_words
        profile = make_profile(self._text[row], spans, document["boilerplate"], lang)
        title = (self._title[row] or "").strip()
        headline = make_profile(title, [(0, len(title))], [], lang) if title else None
        return Side(profile, size, self._published_at[row], headline)


def pairs(candidates: pl.DataFrame, articles: pl.DataFrame, documents: pl.DataFrame, config: Config) -> pl.DataFrame:
    """Verify every candidate pair by exact evidence.

    Args:
        candidates: CANDIDATES frame.
        articles: ARTICLES frame.
        documents: DOCUMENTS frame.
        config: All settings.

    Returns:
        PAIRS frame, sorted by left_id and right_id; decision is accepted or rejected.
    """
    CANDIDATES.check(candidates)
    sides = Sides(articles, documents, config)
    compiled = candidates.height >= COMPILED_FROM
    found = [
        evidence(sides[left], sides[right], compiled=compiled)
        for left, right in candidates.select("left", "right").iter_rows()
    ]
    chances = confidences(list(found))
    ids = articles["article_id"]
    rows: list[dict[str, Any]] = []
    for candidate, known, chance in zip(candidates.iter_rows(named=True), found, chances.tolist(), strict=True):
        judged = verdict(known, chance, config.match.min_confidence)
        rows.append(
            {
                "left_id": ids[candidate["left"]],
                "right_id": ids[candidate["right"]],
                "views": [view for view in _VIEWS if candidate[view]],
                **known,
                "relation": judged.relation,
                "confidence": judged.confidence,
                "decision": "accepted" if judged.accepted else "rejected",
                "reason": judged.reason,
            }
        )
    return PAIRS.check(pl.DataFrame(rows, schema=PAIRS.schema, orient="row").sort("left_id", "right_id"))
