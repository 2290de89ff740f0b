"""How like two articles mean, word for word where it stands, as an encoder has read them.

In: two articles by text and profile, an encoder. Out: how like every word of the one is to every word of the other, and
every sentence to every sentence. Must not know what follows from it, nor where the encoder comes from.

A word by itself says little of what it means in its sentence: "bent the knee" shares no stem and no synonym with
"signed". An encoder gives each word a point that depends on its whole sentence; a clause whose words lie far from all
points of the cited sentences says something else. (Scores of this kind: BERTScore, Zhang and others 2020.)
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from dedup.match.alignment import best_other
from dedup.match.kin import Kin, nearest_of
from dedup.match.profiles import Profile
from dedup.sketch.encoder import Encoder

Matrix = npt.NDArray[np.float64]
Floats = npt.NDArray[np.float32]

_STRANGERS: Final = 0.3
"""Cosine up to which two words in their sentences are of one subject at best."""
_TWINS: Final = 0.9
"""Cosine from which they say the same."""
_DIGITS: Final = 4
"""Decimals of a cosine that count: the last bits of a sum differ from processor to processor."""

LIKENESS: Final = (
    "meant_max",
    "meant_min",
    "meant_both",
    "meant_margin_max",
    "meant_margin_min",
    "sentence_likeness",
    "sentence_margin_max",
    "sentence_margin_min",
)
"""What a sentence pair's likeness says; the first five as in ``kin.KIN``."""


@dataclass(frozen=True)
class Points:
    """An article as an encoder reads it.

    Args:
        profile: Its profile.
        words: (n_words, dimension) a unit vector for every word, zeros for one that the encoder does not see.
        sentences: (n_sentences, dimension) the same for every sentence.
    """

    profile: Profile
    words: Floats
    sentences: Floats


def points(text: str, profile: Profile, encoder: Encoder) -> Points:
    """Have an article read, sentence by sentence, so that what a sentence means does not depend on the others.

    Args:
        text: The text as given.
        profile: Its profile.
        encoder: What reads it.
    """
    words = np.zeros((len(profile.start), encoder.dimension), dtype=np.float32)
    sentences = np.zeros((profile.n_sentences, encoder.dimension), dtype=np.float32)
    for at, (start, end) in enumerate(profile.spans.tolist()):
        mine = slice(*profile.bounds[at : at + 2].tolist())
        if mine.start == mine.stop:
            continue
        read = encoder.tokens(text[start:end])
        first, stop = profile.start[mine] - start, profile.end[mine] - start
        inside = (read.spans[None, :, 0] < stop[:, None]) & (read.spans[None, :, 1] > first[:, None])
        words[mine] = inside.astype(np.float32) @ read.points
        sentences[at] = read.points.sum(axis=0)
    return Points(profile, _unit(words), _unit(sentences))


@dataclass(frozen=True)
class Likeness:
    """How like a variant and its source mean.

    Args:
        variant: One article.
        source: The other.
    """

    variant: Points
    source: Points

    @cached_property
    def words(self) -> Matrix:
        """(n_variant_words, n_source_words) cosines."""
        return _cosines(self.variant.words, self.source.words)

    @cached_property
    def pairs(self) -> Matrix:
        """(n_variant, n_source, len(LIKENESS)) per sentence pair."""
        near = np.clip((self.words - _STRANGERS) / (_TWINS - _STRANGERS), 0.0, 1.0)
        sides = self.variant.profile, self.source.profile
        carried = Kin(*sides, nearest_of(near, *sides)).pairs
        like = _cosines(self.variant.sentences, self.source.sentences)
        margins = like - best_other(like, 1), like - best_other(like, 0)
        return np.concatenate([carried, np.stack([like, np.maximum(*margins), np.minimum(*margins)], axis=-1)], axis=-1)


def _cosines(left: Floats, right: Floats) -> Matrix:
    """Of unit vectors."""
    cosines: Matrix = (left @ right.T).astype(np.float64)
    return cosines.round(_DIGITS)


def _unit(vectors: Floats) -> Floats:
    """The same directions with length 1; zeros stay zeros."""
    length: Floats = np.linalg.norm(vectors, axis=1, keepdims=True).astype(np.float32)
    result: Floats = np.divide(vectors, length, out=np.zeros_like(vectors), where=length > 0.0)
    return result
