"""Stage ``pairs``: verify every candidate.

In: candidates, articles and documents. Out: the evidence, confidence, relation and decision of each pair. Must not know
stories.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Final

import polars as pl

from dedup.config import Config
from dedup.match.comparing import COMPILED_FROM, compared_in_blocks, compared_pairs, in_one
from dedup.match.evidence import evidence
from dedup.match.parts import Part, part
from dedup.match.sides import Sides
from dedup.match.verdict import Columns, Evidence, columns, confidences, same_event, verdict
from dedup.places import MEMORY, Place, Shelf
from dedup.schemas import CANDIDATES, EVIDENCE, PAIRS
from dedup.workers import is_shared, shared

_PAIRS_TOGETHER: Final = 16
"""Pairs that are held against each other one by one, and sent to a worker, at a time."""
_VIEWS: Final = ("copy", "story", "anchor")


def pairs(  # noqa: PLR0913  what is compared, and where what is not at hand lies
    candidates: pl.DataFrame,
    articles: pl.DataFrame,
    documents: pl.DataFrame,
    config: Config,
    *,
    compiled: bool | None = None,
    parcels: Shelf[str] | None = None,
    shelf: Shelf[int] | None = None,
    place: Place = MEMORY,
) -> pl.DataFrame:
    """Verify every candidate pair by exact evidence.

    Args:
        candidates: CANDIDATES frame.
        articles: ARTICLES frame.
        documents: DOCUMENTS frame.
        config: All settings.
        compiled: Whether the kernels do it; None lets the number of candidates decide.
        parcels: Where the articles of all candidates are ready for the kernels, by id, as ``shelved`` puts them there;
            None where nobody has kept any.
        shelf: Where articles that are ready for the kernels wait by row, if there are more than a few; None keeps all
            in memory.
        place: Where the pairs may lie.

    Returns:
        PAIRS frame, sorted by left_id and right_id; decision is accepted or rejected.
    """
    ids, sides = articles["article_id"], Sides(articles, documents, config)
    growing = place.growing(pl.Schema(PAIRS.schema))
    for block, found in _found(candidates, sides, compiled=compiled, parcels=parcels, shelf=shelf):
        growing.append(judged(found, block, ids, config))
    verified = growing.frame()
    # Of articles in the order of their ids the pairs are in order, too; to sort them would hold them all twice.
    return PAIRS.check(verified if ids.is_sorted() else verified.sort("left_id", "right_id"))


def judged(found: Columns, candidates: pl.DataFrame, ids: pl.Series, config: Config) -> pl.DataFrame:
    """Decide about pairs whose evidence is known.

    Args:
        found: As ``gathered`` returns it.
        candidates: CANDIDATES frame of the same pairs.
        ids: The article's id by row.
        config: All settings.

    Returns:
        PAIRS frame, as ``pairs`` returns it.
    """
    known = pl.DataFrame(dict(found), schema=dict.fromkeys(EVIDENCE, pl.Float64)).fill_nan(None)
    verdicts = [
        verdict(row, chance, event, config.match.min_confidence)
        for row, chance, event in zip(
            known.iter_rows(named=True), confidences(found).tolist(), same_event(found).tolist(), strict=True
        )
    ]
    named = (pl.when(view).then(pl.lit(view)) for view in _VIEWS)
    views = candidates.select(pl.concat_list(*named).list.drop_nulls().alias("views"))["views"]
    frame = known.with_columns(
        left_id=ids.gather(candidates["left"]),
        right_id=ids.gather(candidates["right"]),
        views=views,
        relation=pl.Series([one.relation for one in verdicts], dtype=pl.String),
        confidence=pl.Series([one.confidence for one in verdicts], dtype=pl.Float64),
        decision=pl.Series(["accepted" if one.accepted else "rejected" for one in verdicts], dtype=pl.String),
        reason=pl.Series([one.reason for one in verdicts], dtype=pl.String),
    )
    return PAIRS.check(frame.select(*PAIRS.columns).cast(pl.Schema(PAIRS.schema)).sort("left_id", "right_id"))


def gathered(
    candidates: pl.DataFrame,
    articles: pl.DataFrame,
    documents: pl.DataFrame,
    config: Config,
    *,
    compiled: bool | None = None,
) -> Columns:
    """The evidence about every candidate pair, in their order, before anything is judged.

    Two paths give the same: article by article here, and the kernels in ``evidence_kernels`` for batches that repay
    loading them.

    Returns:
        One (n,) array a column of ``schemas.EVIDENCE``, NaN where a value is unknown.
    """
    return in_one([found for _, found in _found(candidates, Sides(articles, documents, config), compiled=compiled)])


def _found(
    candidates: pl.DataFrame,
    sides: Sides,
    *,
    compiled: bool | None = None,
    parcels: Shelf[str] | None = None,
    shelf: Shelf[int] | None = None,
) -> Iterator[tuple[pl.DataFrame, Columns]]:
    """Candidates some at a time, with the evidence about them."""
    CANDIDATES.check(candidates)
    if compiled if compiled is not None else candidates.height >= COMPILED_FROM:
        yield from compared_in_blocks(candidates, sides, parcels, shelf)
    else:
        yield candidates, columns(each_evidence(sides, candidates.select("left", "right").rows()))


def each_evidence(sides: Sides, ends: Sequence[tuple[int, int]], *, compiled: bool = False) -> list[Evidence]:
    """The evidence about some pairs of rows, pair by pair.

    Args:
        sides: Articles.
        ends: Pairs of their rows.
        compiled: Whether the kernels do it, where they are loaded anyway; else the readable reference.
    """
    if compiled and ends:
        found = compared_pairs(sides, ends)
        known = zip(*(found[name].tolist() for name in EVIDENCE), strict=True)
        return [
            {name: None if math.isnan(value) else value for name, value in zip(EVIDENCE, row, strict=True)}
            for row in known
        ]
    if not is_shared():
        return [evidence(sides[left], sides[right]) for left, right in ends]
    parts = []
    for at in range(0, len(ends), _PAIRS_TOGETHER):
        chosen = ends[at : at + _PAIRS_TOGETHER]
        rows = sorted({row for pair in chosen for row in pair})
        place = {row: at for at, row in enumerate(rows)}
        parts.append((part(sides, rows), [(place[left], place[right]) for left, right in chosen]))
    return [one for known in shared(_evidence, parts) for one in known]


def _evidence(chosen: tuple[Part, list[tuple[int, int]]]) -> list[Evidence]:
    sides = chosen[0].sides()
    return [evidence(sides[left], sides[right]) for left, right in chosen[1]]
