"""Stage ``pairs``: verify every candidate.

In: candidates, articles and documents. Out: the evidence, confidence, relation and decision of each pair. Must not know
stories.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from dedup.config import Config
from dedup.match.alignment import FEATURES
from dedup.match.evidence import evidence
from dedup.match.logistic import load_model
from dedup.match.parts import Part, in_parts, part
from dedup.match.sides import Sides
from dedup.match.verdict import Columns, Evidence, columns, confidences, same_event, verdict
from dedup.schemas import CANDIDATES, EVIDENCE, PAIRS
from dedup.workers import is_shared, shared

if TYPE_CHECKING:
    from dedup.match.packing import Packed

COMPILED_FROM: Final = 1_000
"""Pairs from which compiled code repays loading it; below, a small run stays quick."""
_CHUNK: Final = 256
"""Pairs a thread takes at a time."""
_TOGETHER: Final = 64
"""Articles that are read, and sent to a worker, at a time."""
_PAIRS_TOGETHER: Final = 16
"""Pairs that are held against each other one by one, and sent to a worker, at a time."""
_VIEWS: Final = ("copy", "story", "anchor")


def pairs(
    candidates: pl.DataFrame,
    articles: pl.DataFrame,
    documents: pl.DataFrame,
    config: Config,
    *,
    compiled: bool | None = None,
    parcels: Mapping[str, bytes] | None = None,
) -> pl.DataFrame:
    """Verify every candidate pair by exact evidence.

    Args:
        candidates: CANDIDATES frame.
        articles: ARTICLES frame.
        documents: DOCUMENTS frame.
        config: All settings.
        compiled: Whether the kernels do it; None lets the number of candidates decide.
        parcels: The articles of all candidates ready for the kernels, by id, as ``parcels_of`` makes them; None where
            nobody has kept any.

    Returns:
        PAIRS frame, sorted by left_id and right_id; decision is accepted or rejected.
    """
    found = gathered(candidates, articles, documents, config, compiled=compiled, parcels=parcels)
    return judged(found, candidates, articles["article_id"], config)


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
    views = [
        [view for view, has in zip(_VIEWS, row, strict=True) if has] for row in candidates.select(_VIEWS).iter_rows()
    ]
    frame = known.with_columns(
        left_id=ids.gather(candidates["left"]),
        right_id=ids.gather(candidates["right"]),
        views=pl.Series(views, dtype=pl.List(pl.String)),
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
    parcels: Mapping[str, bytes] | None = None,
) -> Columns:
    """The evidence about every candidate pair, in their order, before anything is judged.

    Two paths give the same: article by article here, and the kernels in ``evidence_kernels`` for batches that repay
    loading them.

    Returns:
        One (n,) array a column of ``schemas.EVIDENCE``, NaN where a value is unknown.
    """
    CANDIDATES.check(candidates)
    sides = Sides(articles, documents, config)
    if not (candidates.height >= COMPILED_FROM if compiled is None else compiled):
        return columns(each_evidence(sides, candidates.select("left", "right").rows()))
    return _compiled(candidates, sides, config.engine.n_threads, parcels)


def parcels_of(
    candidates: pl.DataFrame, articles: pl.DataFrame, documents: pl.DataFrame, config: Config, known: Collection[str]
) -> dict[str, bytes]:
    """The articles of candidate pairs ready for the kernels, to be kept: reading an article is most of comparing it.

    Args:
        candidates: CANDIDATES frame.
        articles: ARTICLES frame.
        documents: DOCUMENTS frame.
        config: All settings.
        known: Ids of articles whose parcel is there already.

    Returns:
        The parcels of the others by id; none where there are too few candidates for the kernels.
    """
    if candidates.height < COMPILED_FROM:
        return {}
    ids = articles["article_id"]
    missing = [
        row for row in np.unique(candidates.select("left", "right").to_numpy()).tolist() if ids[row] not in known
    ]
    made = shared(_parcels, in_parts(Sides(articles, documents, config), missing, _TOGETHER)) if missing else []
    return dict(zip(ids.gather(missing), (parcel for part in made for parcel in part), strict=True))


def _parcels(articles: Part) -> list[bytes]:
    from dedup.match.packing import packed, parcel

    sides = articles.sides()
    return [parcel(packed([sides.once(row)])) for row in range(articles.articles.height)]


def each_evidence(sides: Sides, ends: Sequence[tuple[int, int]]) -> list[Evidence]:
    """The evidence about some pairs of rows, pair by pair, by the readable reference."""
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


def _compiled(candidates: pl.DataFrame, sides: Sides, threads: int, parcels: Mapping[str, bytes] | None) -> Columns:
    from dedup.match.packing import joined, unpacked

    rows = np.unique(candidates.select("left", "right").to_numpy())
    if parcels is None:
        articles = joined(shared(_packed, in_parts(sides, rows.tolist(), _TOGETHER)))
    else:
        articles = unpacked([parcels[one] for one in sides.frames[0]["article_id"].gather(rows)])
    return compared(candidates, articles, rows, threads)


def compared(candidates: pl.DataFrame, articles: Packed, rows: npt.NDArray[Any], threads: int) -> Columns:
    """The evidence about every candidate pair, from articles that are ready for the kernels.

    Args:
        candidates: CANDIDATES frame.
        articles: The articles of the pairs.
        rows: (n_articles,) the row of each, ascending.
        threads: Threads.

    Returns:
        As ``gathered``.
    """
    from dedup.match.evidence_kernels import evidence_rows

    ends = candidates.select("left", "right").to_numpy()
    left, right = (np.searchsorted(rows, column).astype(np.int64) for column in ends.T)
    model = load_model("links", FEATURES).packed
    found: npt.NDArray[np.float64] = np.empty((candidates.height, len(EVIDENCE)))

    def fill(start: int) -> None:
        chunk = slice(start, start + _CHUNK)
        evidence_rows(articles, left[chunk], right[chunk], model, found[chunk])

    fill(0)  # compiles, if that was not done before
    with ThreadPoolExecutor(threads) as pool:
        # The list makes an error in a thread an error here.
        list(pool.map(fill, range(_CHUNK, candidates.height, _CHUNK)))
    return dict(zip(EVIDENCE, np.ascontiguousarray(found.T), strict=True))


def _packed(articles: Part) -> Packed:
    from dedup.match.packing import packed

    sides = articles.sides()
    return packed(sides.once(row) for row in range(articles.articles.height))
