"""Names that an article of a story transcribes in another way than the story's canonical article.

In: the framing diffs of a batch and its documents. Out: the documents, in which both articles say so: a flag, and for
each name a fold with what stands there and how the other writes it. Must not know how names are found or compared: the
ledger of facts says which names changed, ``dedup.text.transcriptions`` which changes are ways to write one name.

Only two articles side by side show it, so it cannot be said before stories are known; matching has read both spellings
as one all along.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from dedup.places import MEMORY, Place, slices
from dedup.schemas import DOCUMENTS, FRAMING, ODD
from dedup.text.normalise import normalise
from dedup.text.transcriptions import transcribed_alike
from dedup.text.words import words

KIND: Final = "transliteration"
"""The flag, and the kind of the fold."""

Fold = dict[str, Any]
Transcribed = tuple[int, int, str, str]
"""Bounds of a name, how it stands there, and how the other article writes it."""


def with_transliterations(
    documents: pl.DataFrame, articles: pl.DataFrame, framing: pl.DataFrame, place: Place = MEMORY
) -> pl.DataFrame:
    """Note in the documents which names their story spells in several ways.

    Args:
        documents: The DOCUMENTS frame.
        articles: The ARTICLES frame of the same articles.
        framing: The FRAMING frame.
        place: Where flags and folds may lie.

    Returns:
        The DOCUMENTS frame. An article with such a name has the flag ``transliteration`` and folds of that kind, by
        start: ``raw`` is the name as it writes it, ``folded`` as the other does. A canonical article has one fold for
        each name and each other spelling, however many variants share it.
    """
    FRAMING.check(framing)
    found: defaultdict[str, set[Transcribed]] = defaultdict(set)
    for row in framing.select("canonical_id", "variant_id", "facts").iter_rows(named=True):
        for fact in row["facts"]:
            if fact["kind"] != "entity" or fact["status"] != "changed":
                continue
            ours, theirs = fact["canonical"], fact["variant"]
            if _transcribed(ours, theirs):
                found[row["canonical_id"]].add((*_bounds(fact["canonical_span"]), ours, theirs))
                found[row["variant_id"]].add((*_bounds(fact["variant_span"]), theirs, ours))
    if not found:
        return documents
    ids = articles["article_id"]
    noted = place.growing(pl.Schema({name: documents.schema[name] for name in ODD}))
    for rows in slices(documents.height):
        noted.append(_noted(documents[rows].select(*ODD), ids[rows].to_list(), found))
    return DOCUMENTS.check(documents.with_columns(noted.frame().get_columns()))


def _noted(odd: pl.DataFrame, ids: list[str], found: Mapping[str, set[Transcribed]]) -> pl.DataFrame:
    """Flags and folds of some articles, with what was found added to theirs."""
    if found.keys().isdisjoint(ids):
        return odd
    flags, folds = odd["flags"].to_list(), odd["folds"].to_list()
    for at, article_id in enumerate(ids):
        if article_id in found:
            more: list[Fold] = [
                {"start": start, "end": end, "raw": raw, "folded": folded, "kind": KIND}
                for start, end, raw, folded in found[article_id]
            ]
            flags[at] = sorted({*flags[at], KIND})
            folds[at] = sorted([*folds[at], *more], key=lambda fold: (fold["start"], fold["end"], fold["folded"]))
    return pl.DataFrame({"flags": flags, "folds": folds}, schema=odd.schema)


def _transcribed(ours: str, theirs: str) -> bool:
    """Whether two names as written are one in two transcriptions, and not merely one with its first name left out.

    Examples:
        >>> _transcribed("Yevgeny Kaddour", "Evgeni Qaddur"), _transcribed("Yevgeny Kaddour", "Kaddour")
        (True, False)
        >>> _transcribed("Sjöwall", "Sjövall"), _transcribed("Kelvasti", "Kelvatsi")
        (True, False)
    """
    left, right = (words(normalise(name).text) for name in (ours, theirs))
    n_words = min(len(left), len(right))
    return transcribed_alike(left, right) and left[len(left) - n_words :] != right[len(right) - n_words :]


def _bounds(span: dict[str, int]) -> tuple[int, int]:
    return span["start"], span["end"]
