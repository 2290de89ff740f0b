"""Signatures of the copy view for other programs.

In: a text, or a signature. Out: what a MinHash of that text is made over, or the signature as bytes of datasketch. Must
not know how either is computed fast. ``minhash.as_datasketch`` hands out a signature as an object of that library.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from dedup.sketch.hashes import shingle_elements, word_hashes
from dedup.text.normalise import normalise
from dedup.text.words import words


def elements(text: str, size: int = 5) -> list[bytes]:
    """The elements of a text's copy view, for any library that makes a MinHash of byte strings.

    This is the readable reference of the compiled signatures: ``datasketch.MinHash(num_perm, seed,
    hashfunc=xxhash.xxh32_intdigest)`` fed with these has their slots, bit for bit.

    Args:
        text: A text as it was given.
        size: Words a run.

    Returns:
        Every run of ``size`` words as ``4 * size`` bytes, in order; a shorter text is one run, one without words none.

    Examples:
        >>> import xxhash
        >>> from datasketch import MinHash
        >>> theirs = MinHash(num_perm=16, seed=1, hashfunc=xxhash.xxh32_intdigest)
        >>> theirs.update_batch(elements("Two tugs towed the carrier out at dawn."))
        >>> from dedup.sketch.hashes import element_hashes
        >>> from dedup.sketch.minhash import signature
        >>> ours = signature(element_hashes(elements("TWO TUGS towed the carrier out, at dawn")), 16, 1)
        >>> bool((ours == theirs.hashvalues).all())
        True
    """
    return shingle_elements(word_hashes(words(normalise(text).text)), size)


def as_lean_bytes(values: npt.ArrayLike, seed: int, byteorder: str = "@") -> bytes:
    """A signature as a serialised ``datasketch.LeanMinHash``, the form in which that library keeps them in stores.

    Args:
        values: (num_perm,) slots, at least one, such as a cell of the signatures frame.
        seed: Seed it was made with (``sketch.seed``).
        byteorder: As ``LeanMinHash.serialize`` takes it; ``"@"``, its default, is this machine's.

    Returns:
        Bytes for ``LeanMinHash.deserialize(..., byteorder)``.

    Examples:
        >>> import numpy as np
        >>> from datasketch import LeanMinHash
        >>> from dedup.sketch.minhash import signature
        >>> ours = signature(np.arange(100, dtype=np.uint32), 128, 1)
        >>> theirs = LeanMinHash.deserialize(as_lean_bytes(ours, 1))
        >>> theirs.seed, theirs.scheme, bool((theirs.hashvalues == ours).all())
        (1, 'affine32', True)
    """
    from datasketch import LeanMinHash

    lean = LeanMinHash(seed=seed, hashvalues=np.asarray(values, dtype=np.uint32), scheme="affine32")
    buffer = bytearray(lean.bytesize(byteorder))
    lean.serialize(buffer, byteorder)
    return bytes(buffer)
