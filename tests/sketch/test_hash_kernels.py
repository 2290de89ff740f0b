"""Compiled hashes are those of xxhash."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
import xxhash
from hypothesis import given
from hypothesis import strategies as st

from dedup.sketch.hash_kernels import content_of, hash_words, shingle_hashes
from dedup.sketch.hashes import element_hashes, shingle_elements, word_hashes
from dedup.sketch.minhash import mix
from tests.text.strange import characters

UInt32s = npt.NDArray[np.uint32]
UInt64s = npt.NDArray[np.uint64]

SCRATCH = 64
"""Bytes behind the last word that a kernel may read; what lies there must not matter."""
word_lists = st.one_of(
    st.lists(st.sampled_from("abc"), max_size=5), st.lists(st.text(characters, min_size=1, max_size=20), max_size=5)
)
hash_lists = st.lists(st.integers(0, 2**64 - 1), max_size=40).map(lambda values: np.asarray(values, dtype=np.uint64))


def compiled_word_hashes(words: list[bytes], filler: bytes = b"\xff") -> UInt64s:
    """Hashes of words that lie one behind the other, with ``filler`` in between."""
    edges, at = [], 0
    for word in words:
        edges += [at, at + len(word)]
        at += len(word) + len(filler)
    folded = np.frombuffer(filler.join(words) + filler + b"\xee" * SCRATCH, np.uint8)
    hashes = np.zeros(len(words), np.uint64)
    hash_words(folded.ctypes.data, np.asarray(edges, np.int32), len(words), hashes)
    return hashes


def compiled_shingles(hashes: UInt64s, size: int) -> UInt32s:
    made = np.zeros(len(hashes) + 1, np.uint32)
    return made[: shingle_hashes(hashes, len(hashes), size, made)]


class TestWords:
    @pytest.mark.parametrize("n_bytes", range(1, 131))
    def test_of_every_length(self, n_bytes: int) -> None:
        word = bytes(np.random.default_rng(n_bytes).integers(1, 256, n_bytes, dtype=np.uint8))
        expected = xxhash.xxh3_64_intdigest(word[:64].ljust(16, b"\0"))
        assert compiled_word_hashes([word]).tolist() == [expected]
        assert compiled_word_hashes([word, word], b"").tolist() == [expected, expected]

    @given(st.lists(st.text(characters, min_size=1, max_size=70), max_size=6), st.binary(max_size=3))
    def test_are_the_reference_whatever_lies_between_them(self, words: list[str], filler: bytes) -> None:
        found = compiled_word_hashes([word.encode() for word in words], filler)
        assert found.tolist() == word_hashes(words).tolist()

    @given(
        st.lists(st.sampled_from(["河", "が", "강", "abc", "é", "x", "harbour", "ы" * 9]), max_size=40),
        st.binary(max_size=1),
    )
    def test_of_words_of_three_bytes_side_by_side(self, words: list[str], filler: bytes) -> None:
        text = [word.encode() for word in ["河"] * 9 + words + ["大"] * 8]
        expected = [xxhash.xxh3_64_intdigest(word.ljust(16, b"\0")) for word in text]
        assert compiled_word_hashes(text, filler).tolist() == expected

    @given(st.lists(st.sampled_from(["河", "が", "abc", "é", "harbour", "ы" * 9]), max_size=40), st.integers(0, 255))
    def test_of_characters_that_stand_where_their_edges_would(self, words: list[str], behind: int) -> None:
        edges, folded = [], b""
        for word in words:
            if len(word) == 1 and len(word.encode()) == 3:
                edges += [int.from_bytes(word.encode() + bytes([behind]), "little"), 0]
            else:
                edges += [len(folded), len(folded) + len(word.encode())]
                folded += word.encode()
        text, hashes = np.frombuffer(folded + b"\xee" * SCRATCH, np.uint8), np.zeros(len(words), np.uint64)
        hash_words(text.ctypes.data, np.asarray(edges, np.uint32).view(np.int32), len(words), hashes)
        assert hashes.tolist() == word_hashes(words).tolist()

    def test_a_letter_cut_in_two_at_the_64th_byte_counts_with_its_first_half(self) -> None:
        long = "x" + "é" * 40
        assert compiled_word_hashes([long.encode()]).tolist() == word_hashes([long]).tolist()


class TestShingles:
    @given(hash_lists, st.integers(1, 12))
    def test_are_the_mixed_reference(self, hashes: UInt64s, size: int) -> None:
        expected = mix(element_hashes(shingle_elements(hashes, size)))
        assert compiled_shingles(hashes, size).tolist() == expected.tolist()

    @pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 17])
    @pytest.mark.parametrize("n_words", [0, 1, 2, 4, 5, 6, 63, 64, 65, 1000])
    def test_of_every_size_and_length(self, n_words: int, size: int) -> None:
        hashes = np.random.default_rng(n_words).integers(0, 2**64, n_words, dtype=np.uint64)
        expected = mix(element_hashes(shingle_elements(hashes, size)))
        assert compiled_shingles(hashes, size).tolist() == expected.tolist()


class TestContent:
    @given(word_lists, word_lists)
    def test_is_the_same_for_the_same_words_in_the_same_order_only(self, one: list[str], other: list[str]) -> None:
        assert (content_of(word_hashes(one)) == content_of(word_hashes(other))) == (one == other)

    def test_of_nothing_is_nothing(self) -> None:
        assert content_of(np.zeros(0, np.uint64)) == 0

    @given(st.lists(st.text("abcdé", min_size=1, max_size=20), max_size=6))
    def test_comes_with_the_hashes_of_the_words(self, words: list[str]) -> None:
        encoded = [word.encode() for word in words]
        ends = np.cumsum([0, *map(len, encoded)])
        edges = np.stack([ends[:-1], ends[1:]], axis=1).astype(np.int32).ravel()
        folded = np.frombuffer(b"".join(encoded) + b"\0" * SCRATCH, np.uint8)
        content = hash_words(folded.ctypes.data, edges, len(words), np.zeros(len(words), np.uint64))
        assert content == content_of(word_hashes(words))
