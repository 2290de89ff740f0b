"""Compiled signatures and band keys are those of datasketch and of the readable stages, bit for bit."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.config import SketchConfig, ViewConfig
from dedup.schemas import SIGNATURES
from dedup.sketch.bands import bands
from dedup.sketch.exchange import elements
from dedup.sketch.hash_kernels import content_of
from dedup.sketch.hashes import element_hashes, word_hashes
from dedup.sketch.minhash import EMPTY, mix, permutations, signature
from dedup.sketch.sign_kernels import minhash
from tests.sketch.driving import band_keys, datasketch_slots, reference_words, sign
from tests.sketch.rough_texts import columns, make_column

sizes = st.sampled_from([1, 2, 3, 5, 8])
shapes = st.sampled_from([(32, 4), (16, 8), (5, 3), (1, 1), (128, 1)])
hash_sets = st.lists(st.integers(0, 2**32 - 1), max_size=60)


def reference_keys(slots: list[list[int]], n_bands: int, n_rows: int) -> list[list[int]]:
    """Keys of the stage ``bands``, a row for each signature."""
    view = ViewConfig(bands=n_bands, rows=n_rows)
    empty = [None] * len(slots)
    frame = pl.DataFrame({"row": range(len(slots)), "copy": slots, "story": empty}, SIGNATURES.schema)
    found = bands(frame, SketchConfig(copy_view=view, story_view=view)).sort("row", "band")["key"]
    keys: list[list[int]] = found.cast(pl.Int64).to_numpy().view(np.uint64).reshape(len(slots), n_bands).tolist()
    return keys


@given(hash_sets, st.sampled_from([1, 3, 16, 128, 384]), st.integers(0, 2**32 - 1))
def test_minhash_is_the_reference(values: list[int], num_perm: int, seed: int) -> None:
    hashes = np.asarray(values, dtype=np.uint32)
    slots = np.zeros(num_perm, np.uint32)
    minhash(mix(hashes), len(hashes), *permutations(num_perm, seed), slots)
    assert slots.tolist() == signature(hashes, num_perm, seed).tolist()


@settings(max_examples=150)
@given(columns(), sizes, st.sampled_from([1, 16, 128]), st.integers(0, 2**32 - 1))
def test_a_column_is_signed_as_datasketch_would(column: pl.Series, size: int, num_perm: int, seed: int) -> None:
    signed = sign(column, size, num_perm, seed)
    for at, text in enumerate(column.to_list()):
        words = reference_words(text or "")
        assert signed.n_words[at] in (-1, len(words))
        if signed.n_words[at] >= 0:
            assert signed.slots[at].tolist() == datasketch_slots(text or "", size, num_perm, seed)
            assert signed.contents[at] == content_of(word_hashes(words))


@given(columns(), sizes, shapes, st.integers(0, 2**32 - 1))
def test_a_column_has_the_keys_of_its_signatures(
    column: pl.Series, size: int, shape: tuple[int, int], seed: int
) -> None:
    n_bands, n_rows = shape
    keys, n_words = band_keys(column, size, n_bands, n_rows, seed)
    signed = np.flatnonzero(n_words > 0).tolist()
    slots = [signature(element_hashes(elements(column[at], size)), n_bands * n_rows, seed).tolist() for at in signed]
    assert keys[signed].tolist() == (reference_keys(slots, n_bands, n_rows) if slots else [])
    assert not keys[n_words <= 0].any()


def test_texts_without_words_have_the_empty_signature() -> None:
    signed = sign(make_column(["", None, " — !", "quay"]), 5, 8, 1)
    assert (signed.slots[:3] == EMPTY).all()
    assert (signed.slots[3] != EMPTY).any()
    assert signed.n_words.tolist() == [0, 0, 0, 1]


@pytest.mark.parametrize("n_words", [1, 4, 5, 6, 70, 5_000])
def test_a_long_text_is_signed_as_datasketch_would(n_words: int) -> None:
    text = " ".join(f"word{at % 700} Wörter" for at in range(n_words))
    signed = sign(make_column([text]), 5, 128, 1)
    assert signed.n_words.tolist() == [2 * n_words]
    assert signed.slots[0].tolist() == datasketch_slots(text, 5, 128, 1)
