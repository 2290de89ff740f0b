"""Signatures cut into bands: who shares a bucket, and how often."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.config import SketchConfig, ViewConfig
from dedup.schemas import BANDS, SIGNATURES
from dedup.sketch.bands import bands
from dedup.sketch.minhash import signature


def make_config(n_bands: int, n_rows: int) -> SketchConfig:
    view = ViewConfig(bands=n_bands, rows=n_rows)
    return SketchConfig(copy_view=view, story_view=view)


def make_signatures(copies: list[list[int] | None], stories: list[list[int] | None] | None = None) -> pl.DataFrame:
    nothing: list[list[int] | None] = [None] * len(copies)
    columns = {"row": range(len(copies)), "copy": copies, "story": stories or nothing}
    return SIGNATURES.check(pl.DataFrame(columns, SIGNATURES.schema))


def shared_bands(found: pl.DataFrame, view: str = "copy") -> int:
    """Bands in which the articles 0 and 1 share a bucket."""
    mine = found.filter(pl.col("view") == view)
    return mine.filter(pl.col("row") == 0).join(mine.filter(pl.col("row") == 1), on=["band", "key"]).height


slots = st.lists(st.integers(0, 2**32 - 1), min_size=12, max_size=12)


@given(slots, st.lists(st.booleans(), min_size=12, max_size=12), st.sampled_from([(12, 1), (6, 2), (4, 3), (1, 12)]))
def test_a_bucket_is_shared_exactly_where_a_whole_band_is_equal(
    left: list[int], kept: list[bool], shape: tuple[int, int]
) -> None:
    n_bands, n_rows = shape
    right = [slot if keep else slot ^ 1 for slot, keep in zip(left, kept, strict=True)]
    expected = sum(all(kept[band * n_rows : (band + 1) * n_rows]) for band in range(n_bands))
    assert shared_bands(bands(make_signatures([left, right]), make_config(*shape))) == expected


@given(slots)
def test_the_order_of_slots_in_a_band_matters(left: list[int]) -> None:
    found = bands(make_signatures([left, left[::-1]]), make_config(1, 12))
    assert shared_bands(found) == (left == left[::-1])


def test_views_never_share_a_row_they_do_not_have() -> None:
    found = bands(make_signatures([[1, 2], None], [None, [1, 2]]), make_config(2, 1))
    assert found.select("view", "row").unique().sort("view").rows() == [("copy", 0), ("story", 1)]
    assert BANDS.check(found).height == 4


def test_no_signature_gives_no_band() -> None:
    assert bands(make_signatures([None, None]), make_config(2, 2)).is_empty()
    assert bands(SIGNATURES.empty(), make_config(2, 2)).is_empty()


def test_an_empty_set_shares_buckets_with_nothing_but_empty_sets() -> None:
    # The stages leave such articles without a signature; this is what would happen otherwise.
    empty = signature(np.empty(0, np.uint32), 4, 1).tolist()
    full = signature(np.arange(9, dtype=np.uint32), 4, 1).tolist()
    assert shared_bands(bands(make_signatures([empty, full]), make_config(2, 2))) == 0


@pytest.mark.parametrize(("n_bands", "n_rows"), [(32, 4), (128, 3), (16, 8)])
@pytest.mark.parametrize("jaccard", [0.1, 0.3, 0.5, 0.7])
def test_pairs_collide_as_often_as_theory_says(n_bands: int, n_rows: int, jaccard: float) -> None:
    draw = np.random.default_rng(11)
    n_pairs, size = 300, 400
    n_common = round(2 * size * jaccard / (1 + jaccard))
    exact = n_common / (2 * size - n_common)
    signed: list[list[int] | None] = []
    for _ in range(n_pairs):
        drawn = draw.integers(0, 2**32, 2 * size - n_common, dtype=np.uint32)
        signed.append(signature(drawn[:size], n_bands * n_rows, 1).tolist())
        signed.append(signature(drawn[size - n_common :], n_bands * n_rows, 1).tolist())
    found = bands(make_signatures(signed), make_config(n_bands, n_rows)).with_columns(pair=pl.col("row") // 2)
    met = found.group_by("pair", "band", "key").len().filter(pl.col("len") > 1)["pair"].n_unique()
    expected = 1 - (1 - exact**n_rows) ** n_bands
    spread = 4 * np.sqrt(max(expected * (1 - expected), 1 / n_pairs) / n_pairs)
    assert abs(met / n_pairs - expected) <= spread
