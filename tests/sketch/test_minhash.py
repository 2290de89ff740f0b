"""Signatures of ours are signatures of datasketch, and estimate what they should."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
import xxhash
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.sketch.hashes import element_hashes
from dedup.sketch.minhash import EMPTY, as_datasketch, mix, permutations, signature

UInt32s = npt.NDArray[np.uint32]

element_sets = st.sets(st.text(st.characters(exclude_categories=["Cs"]), max_size=12), max_size=40)
hash_sets = st.sets(st.integers(0, 2**32 - 1), max_size=60)
num_perms = st.sampled_from([1, 3, 16, 64, 128, 384])
seeds = st.integers(0, 2**32 - 1)


def make_hashes(values: set[int]) -> UInt32s:
    return np.asarray(sorted(values), dtype=np.uint32)


def encoded(elements: set[str]) -> list[bytes]:
    return [element.encode() for element in sorted(elements)]


def datasketch_slots(elements: set[str], num_perm: int, seed: int) -> list[int]:
    from datasketch import MinHash

    theirs = MinHash(num_perm=num_perm, seed=seed, hashfunc=xxhash.xxh32_intdigest)
    theirs.update_batch([element.encode() for element in elements])
    slots: list[int] = theirs.hashvalues.tolist()
    return slots


class TestSameAsDatasketch:
    @given(num_perms, seeds)
    def test_permutations_are_drawn_as_numpy_draws_them(self, num_perm: int, seed: int) -> None:
        generator = np.random.RandomState(seed)
        drawn = generator.randint(0, 1 << 31, num_perm, dtype=np.uint32)
        multipliers, offsets = permutations(num_perm, seed)
        assert multipliers.tolist() == (2 * drawn + 1).tolist()
        assert offsets.tolist() == generator.randint(0, 1 << 32, num_perm, dtype=np.uint32).tolist()

    @pytest.mark.parametrize("seed", [-1, 2**32])
    def test_other_seeds_are_refused_as_there(self, seed: int) -> None:
        with pytest.raises(ValueError, match="seed"):
            permutations(4, seed)

    @settings(max_examples=200)
    @given(element_sets, num_perms, seeds)
    def test_bit_for_bit(self, elements: set[str], num_perm: int, seed: int) -> None:
        ours = signature(element_hashes(encoded(elements)), num_perm, seed)
        assert ours.tolist() == datasketch_slots(elements, num_perm, seed)

    @pytest.mark.parametrize("seed", [0, 1, 42, 2**32 - 1])
    def test_bit_for_bit_for_an_article_of_many_blocks(self, seed: int) -> None:
        elements = {f"run {number}" for number in range(40_000)}
        ours = signature(element_hashes(encoded(elements)), 64, seed)
        assert ours.tolist() == datasketch_slots(elements, 64, seed)

    @given(element_sets, element_sets, num_perms, seeds)
    def test_loads_merges_and_compares_there(self, left: set[str], right: set[str], num_perm: int, seed: int) -> None:
        one, other, both = (
            as_datasketch(signature(element_hashes(encoded(elements)), num_perm, seed), seed)
            for elements in (left, right, left | right)
        )
        assert one.hashvalues.tolist() == datasketch_slots(left, num_perm, seed)
        one.merge(other)
        assert one == both

    @given(element_sets, st.text(max_size=10), seeds)
    def test_takes_further_elements_there(self, elements: set[str], further: str, seed: int) -> None:
        loaded = as_datasketch(signature(element_hashes(encoded(elements)), 32, seed), seed)
        loaded.update(further.encode("utf-8", "replace"))
        expected = elements | {further.encode("utf-8", "replace").decode()}
        assert loaded.hashvalues.tolist() == datasketch_slots(expected, 32, seed)

    def test_a_cell_of_a_frame_is_enough(self) -> None:
        slots = signature(make_hashes({1, 2, 3}), 16, 1)
        assert as_datasketch(slots.tolist(), 1).hashvalues.tolist() == slots.tolist()


class TestLaws:
    @given(st.lists(st.integers(0, 2**32 - 1), max_size=60), st.randoms(use_true_random=False))
    def test_order_and_repeats_do_not_matter(self, values: list[int], random: object) -> None:
        shuffled = values + values[: len(values) // 2]
        getattr(random, "shuffle")(shuffled)  # noqa: B009 - hypothesis types its random as object
        one = signature(np.asarray(values, dtype=np.uint32), 32, 1)
        assert (one == signature(np.asarray(shuffled, dtype=np.uint32), 32, 1)).all()

    @given(hash_sets, hash_sets)
    def test_a_union_has_the_smaller_slot_of_both(self, left: set[int], right: set[int]) -> None:
        one, other = signature(make_hashes(left), 32, 1), signature(make_hashes(right), 32, 1)
        assert (signature(make_hashes(left | right), 32, 1) == np.minimum(one, other)).all()

    def test_nothing_has_the_empty_signature(self) -> None:
        assert (signature(make_hashes(set()), 8, 1) == EMPTY).all()

    @given(hash_sets)
    def test_mixing_loses_nothing(self, values: set[int]) -> None:
        assert len(set(mix(make_hashes(values)).tolist())) == len(values)

    @given(num_perms, seeds)
    def test_every_permutation_is_one(self, num_perm: int, seed: int) -> None:
        multipliers, offsets = permutations(num_perm, seed)
        assert multipliers.shape == offsets.shape == (num_perm,)
        assert (multipliers % 2 == 1).all()


class TestEstimate:
    @pytest.mark.parametrize("jaccard", [0.0, 0.05, 0.2, 0.5, 0.8, 0.95, 1.0])
    def test_lies_within_four_standard_errors_of_the_jaccard_similarity(self, jaccard: float) -> None:
        num_perm, n_sets, size = 256, 20, 1_000
        draw = np.random.default_rng(7)
        errors = []
        for _ in range(n_sets):
            n_common = round(2 * size * jaccard / (1 + jaccard))
            drawn = draw.choice(2**32, 2 * size - n_common, replace=False).astype(np.uint32)
            left, right = drawn[:size], drawn[size - n_common :]
            exact = n_common / (2 * size - n_common)
            equal = signature(left, num_perm, 1) == signature(right, num_perm, 1)
            errors.append(float(equal.mean()) - exact)
        bound = 4 * np.sqrt(jaccard * (1 - jaccard) / num_perm) + 0.002
        assert np.abs(errors).max() <= bound
        assert abs(np.mean(errors)) <= bound / np.sqrt(n_sets)
