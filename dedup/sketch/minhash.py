"""MinHash signatures with the semantics of datasketch 2.

In: 32-bit element hashes. Out: signatures that ``datasketch.MinHash`` accepts as ``hashvalues`` under its default
scheme ``affine32``. Must not know what the elements are.

The scheme is re-stated here in NumPy because importing datasketch loads SciPy (0.7 s); ``as_datasketch`` imports it
only for a user who asks, and the tests hold both against each other bit for bit.
"""

from __future__ import annotations

from functools import lru_cache
from random import Random
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from datasketch import MinHash

UInt32s = npt.NDArray[np.uint32]

EMPTY: Final = np.uint32(0xFFFFFFFF)
"""The value of every slot of a signature over no elements."""
_BLOCK: Final = 1 << 14


@lru_cache(maxsize=8)
def permutations(num_perm: int, seed: int) -> tuple[UInt32s, UInt32s]:
    """Multipliers (odd) and offsets of ``num_perm`` affine permutations of the 32-bit integers.

    Returns:
        Two (num_perm,) arrays, those of ``datasketch.MinHash(num_perm, seed).permutations``.
    """
    drawn = _drawn(seed, 2 * num_perm)
    return drawn[:num_perm] << np.uint32(1) | np.uint32(1), drawn[num_perm:]


def _drawn(seed: int, n: int) -> UInt32s:
    """The first numbers of 32 bits that ``np.random.RandomState(seed)`` draws, without the time to import it.

    Python's generator is the same Mersenne twister (Matsumoto and Nishimura 1998); only its seeds are others.
    """
    if not 0 <= seed < 1 << 32:
        raise ValueError("a seed is a whole number of 32 bits")
    key = [seed]
    for at in range(1, 624):
        key.append((1_812_433_253 * (key[-1] ^ key[-1] >> 30) + at) & 0xFFFFFFFF)
    generator = Random()  # noqa: S311 - nothing is kept secret by it
    generator.setstate((3, (*key, 624), None))
    return np.asarray([generator.getrandbits(32) for _ in range(n)], dtype=np.uint32)


def mix(hashes: UInt32s) -> UInt32s:
    """The MurmurHash3 32-bit finaliser, element by element."""
    mixed = hashes ^ (hashes >> np.uint32(16))
    mixed = mixed * np.uint32(0x85EBCA6B)
    mixed = mixed ^ (mixed >> np.uint32(13))
    mixed = mixed * np.uint32(0xC2B2AE35)
    result: UInt32s = mixed ^ (mixed >> np.uint32(16))
    return result


def signature(hashes: UInt32s, num_perm: int, seed: int) -> UInt32s:
    """The MinHash signature of a set (Broder 1997, "On the resemblance and containment of documents").

    Args:
        hashes: (n,) hashes of the elements; repeats and order do not matter.
        num_perm: Slots of the signature.
        seed: Seed of the permutations.

    Returns:
        (num_perm,) smallest permuted hash per permutation; every slot ``EMPTY`` for no elements.
    """
    multipliers, offsets = permutations(num_perm, seed)
    smallest = np.full(num_perm, EMPTY, dtype=np.uint32)
    mixed = mix(np.unique(hashes))
    for start in range(0, len(mixed), _BLOCK):
        permuted = mixed[start : start + _BLOCK, None] * multipliers + offsets
        np.minimum(smallest, permuted.min(axis=0), out=smallest)
    return smallest


def as_datasketch(values: npt.ArrayLike, seed: int) -> MinHash:
    """A signature of ours as a ``datasketch.MinHash``, to compare, merge or index with that library.

    Args:
        values: (num_perm,) slots, such as a cell of the signatures frame.
        seed: Seed it was made with (``sketch.seed``).

    Examples:
        >>> import numpy as np
        >>> ours = signature(np.arange(100, dtype=np.uint32), 128, 1)
        >>> as_datasketch(ours, 1).jaccard(as_datasketch(ours, 1))
        1.0
    """
    import xxhash
    from datasketch import MinHash

    slots = np.asarray(values, dtype=np.uint32)
    return MinHash(num_perm=len(slots), seed=seed, hashfunc=xxhash.xxh32_intdigest, hashvalues=slots, scheme="affine32")
