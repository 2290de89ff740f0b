"""The hashes of the copy view are what anybody makes with xxhash."""

from __future__ import annotations

import struct

import numpy as np
import xxhash
from hypothesis import given
from hypothesis import strategies as st

from dedup.sketch.hashes import LONGEST, PADDED, element_hashes, shingle_elements, word_hash, word_hashes
from tests.text.strange import characters

word_texts = st.text(characters, min_size=1, max_size=80)
hash_lists = st.lists(st.integers(0, 2**64 - 1), max_size=20)


@given(word_texts)
def test_a_word_is_padded_and_cut(word: str) -> None:
    encoded = word.encode()
    seen = encoded[:LONGEST] if len(encoded) > PADDED else encoded + bytes(PADDED - len(encoded))
    assert word_hash(word) == xxhash.xxh3_64_intdigest(seen)


@given(st.lists(word_texts, max_size=6))
def test_words_are_hashed_one_by_one_in_order(words: list[str]) -> None:
    assert word_hashes(words).tolist() == [word_hash(word) for word in words]


def test_known_values_never_change() -> None:
    # Stored signatures depend on them.
    assert word_hash("quay") == 0x115470B3389D572B
    assert element_hashes(shingle_elements(word_hashes(["two", "tugs"]), 5)).tolist() == [1812090005]


@given(hash_lists, st.integers(1, 8))
def test_elements_are_the_low_halves_of_runs(hashes: list[int], size: int) -> None:
    found = shingle_elements(np.asarray(hashes, dtype=np.uint64), size)
    size = min(size, len(hashes))
    n_runs = len(hashes) - size + 1 if hashes else 0
    assert found == [
        struct.pack(f"<{size}I", *(h & 0xFFFFFFFF for h in hashes[at : at + size])) for at in range(n_runs)
    ]


@given(st.lists(st.binary(max_size=40), max_size=10))
def test_elements_are_hashed_by_xxh32(elements: list[bytes]) -> None:
    assert element_hashes(elements).tolist() == [xxhash.xxh32_intdigest(element) for element in elements]
