"""Stage ``bands``: cut signatures into LSH bands.

In: signatures. Out: one row per article, view and band with the band's key. Must not know pairs.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from dedup.config import SketchConfig, ViewConfig
from dedup.places import MEMORY, Place, slices
from dedup.schemas import BANDS, SIGNATURES


def bands(signatures: pl.DataFrame, config: SketchConfig, place: Place = MEMORY) -> pl.DataFrame:
    """The band keys of every signature (Leskovec, Rajaraman and Ullman, "Mining of Massive Datasets", section 3.4).

    Two articles of Jaccard similarity ``s`` share a key in at least one of ``b`` bands of ``r`` rows with probability
    ``1 - (1 - s**r)**b``.

    Args:
        signatures: SIGNATURES frame.
        config: The ``sketch`` settings.
        place: Where the frame is to lie.

    Returns:
        BANDS frame; an article without a signature in a view has no rows in that view.
    """
    SIGNATURES.check(signatures)
    growing = place.growing(BANDS.schema)
    for some in slices(signatures.height):
        growing.append(_view_bands(signatures[some], "copy", config.copy_view))
        growing.append(_view_bands(signatures[some], "story", config.story_view))
    return BANDS.check(growing.frame())


def _view_bands(signatures: pl.DataFrame, view: str, config: ViewConfig) -> pl.DataFrame:
    signed = signatures.select("row", view).drop_nulls()
    if signed.is_empty():
        return BANDS.empty()
    flat = signed[view].list.explode().to_numpy()
    slots = flat.astype(np.uint64).reshape(signed.height, config.bands, config.rows)
    key = np.zeros((signed.height, config.bands), dtype=np.uint64)
    for at in range(config.rows):
        key = (key ^ slots[:, :, at]) * np.uint64(0x9E3779B97F4A7C15)
        key ^= key >> np.uint64(32)
    return pl.DataFrame(
        {
            "view": pl.repeat(view, key.size, dtype=BANDS.schema["view"], eager=True),
            "band": np.tile(np.arange(config.bands, dtype=np.uint16), signed.height),
            "key": key.view(np.int64).ravel(),
            "row": np.repeat(signed["row"].to_numpy(), config.bands),
        },
        schema=BANDS.schema,
    )
