"""Compiled signatures are objects and bytes of datasketch."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.sketch.exchange import as_lean_bytes, elements
from dedup.sketch.minhash import as_datasketch
from tests.sketch.driving import datasketch_slots, sign
from tests.sketch.rough_texts import make_column, rough_texts

SHIP = "Two Calderholm tugs, escorted by the Tavrennese harbour guard, towed the carrier Amberlight out at dawn."


@given(rough_texts, st.sampled_from([1, 16, 128]), st.integers(0, 2**32 - 1))
def test_a_signature_loads_as_the_minhash_that_datasketch_makes(text: str, num_perm: int, seed: int) -> None:
    signed = sign(make_column([text]), 5, num_perm, seed)
    if signed.n_words[0] < 0:
        return
    loaded = as_datasketch(signed.slots[0], seed)
    assert loaded.hashvalues.tolist() == datasketch_slots(text, 5, num_perm, seed)
    assert loaded.jaccard(loaded) == 1.0


def test_a_loaded_signature_takes_further_elements_and_is_indexed_there() -> None:
    from datasketch import MinHashLSH

    other = SHIP.replace("dawn", "dusk, and nobody was hurt")
    one, two, both = (as_datasketch(slots, 1) for slots in sign(make_column([SHIP, other, SHIP]), 5, 128, 1).slots)
    both.update_batch(elements(other))
    one.merge(two)
    assert one == both
    index = MinHashLSH(threshold=0.5, num_perm=128)
    index.insert("ship", two)
    assert index.query(as_datasketch(sign(make_column([SHIP]), 5, 128, 1).slots[0], 1)) == ["ship"]


@pytest.mark.parametrize("byteorder", ["@", "=", "<", ">", "!"])
@pytest.mark.parametrize("seed", [0, 1, 2**32 - 1])
def test_lean_bytes_are_those_of_datasketch(byteorder: str, seed: int) -> None:
    from datasketch import LeanMinHash

    slots = sign(make_column([SHIP]), 5, 64, seed).slots[0]
    theirs = LeanMinHash(as_datasketch(datasketch_slots(SHIP, 5, 64, seed), seed))
    buffer = bytearray(theirs.bytesize(byteorder))
    theirs.serialize(buffer, byteorder)
    assert as_lean_bytes(slots, seed, byteorder) == bytes(buffer)
    loaded = LeanMinHash.deserialize(as_lean_bytes(slots, seed, byteorder), byteorder)
    assert loaded == theirs
    assert loaded.jaccard(as_datasketch(slots, seed)) == 1.0


def test_nothing_has_no_elements() -> None:
    assert elements("") == elements(" — ") == []
    assert [len(element) for element in elements("two tugs")] == [8]
