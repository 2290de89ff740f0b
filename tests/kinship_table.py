"""Make ``dedup/sketch/kinship.npz`` from the weights of a sentence encoder.

    python -m tests.kinship_table FOLDER     a folder with the files of all-MiniLM-L6-v2

In: the folder (``model.safetensors``, ``vocab.txt``). Out: for each of the commonest English words 64 numbers of eight
bits. Each word is encoded alone; the mean is taken away, then what all common words share (their first direction), and
the next 64 directions are kept (principal components; Mu and Viswanath 2018, "All-but-the-Top", for the first step).
The encoder (BERT: Devlin et al. 2019, six layers of twelve heads) is written out in NumPy, so that nothing is needed
but the weights; these are the ones whose SHA-256 is below.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import struct
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from dedup.sketch.salience import term_id
from tests.gold.corpora import ROOT

Floats = npt.NDArray[np.float32]

TABLE: Final = ROOT / "dedup" / "sketch" / "kinship.npz"
WEIGHTS: Final = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
N_WORDS: Final = 20_000
DIRECTIONS: Final = 64
_LAYERS, _HEADS, _WIDTH = 6, 12, 384
_CHUNK: Final = 100
_CLS, _SEP, _UNKNOWN = 101, 102, 100


class Encoder:
    """all-MiniLM-L6-v2 for single words."""

    def __init__(self, folder: Path) -> None:
        raw = (folder / "model.safetensors").read_bytes()
        if hashlib.sha256(raw).hexdigest() != WEIGHTS:
            raise SystemExit(f"{folder / 'model.safetensors'}: not the weights this table is made from")
        (length,) = struct.unpack("<Q", raw[:8])
        body = memoryview(raw)[8 + length :]
        self.weights: dict[str, Floats] = {
            name: np.frombuffer(body[slice(*one["data_offsets"])], np.float32).reshape(one["shape"])
            for name, one in json.loads(raw[8 : 8 + length]).items()
            if one.get("dtype") == "F32"
        }
        lines = (folder / "vocab.txt").read_text(encoding="utf-8").split("\n")
        self.pieces = {piece: at for at, piece in enumerate(lines)}

    def ids(self, word: str) -> list[int]:
        """Its word pieces, longest first from the left (WordPiece)."""
        found, start = [], 0
        while start < len(word):
            mark = "##" if start else ""
            end = next((end for end in range(len(word), start, -1) if mark + word[start:end] in self.pieces), 0)
            if not end:
                return [_CLS, _UNKNOWN, _SEP]
            found.append(self.pieces[mark + word[start:end]])
            start = end
        return [_CLS, *found, _SEP]

    def points(self, words: list[str]) -> Floats:
        """(n_words, 384) mean of the last layer over the pieces of each word, of length 1."""
        ids = [self.ids(word) for word in words]
        order = sorted(range(len(ids)), key=lambda at: len(ids[at]))
        result = np.zeros((len(words), _WIDTH), np.float32)
        for first in range(0, len(order), _CHUNK):
            chunk = order[first : first + _CHUNK]
            result[chunk] = self._encoded([ids[at] for at in chunk])
        return result

    def _encoded(self, ids: list[list[int]]) -> Floats:
        longest = max(map(len, ids))
        padded = np.array([[*one, *[0] * (longest - len(one))] for one in ids])
        mask = np.array([[1.0] * len(one) + [0.0] * (longest - len(one)) for one in ids], np.float32)
        get = self.weights
        state = (
            get["embeddings.word_embeddings.weight"][padded] + get["embeddings.position_embeddings.weight"][:longest]
        )
        state = self._norm(state + get["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
        for layer in range(_LAYERS):
            state = self._layer(state, mask, f"encoder.layer.{layer}.")
        mean: Floats = (state * mask[:, :, None]).sum(1) / mask.sum(1, keepdims=True)
        mean /= np.linalg.norm(mean, axis=1, keepdims=True)
        return mean

    def _layer(self, state: Floats, mask: Floats, at: str) -> Floats:
        n, length, _ = state.shape
        query, key, value = (
            self._linear(state, f"{at}attention.self.{name}").reshape(n, length, _HEADS, -1).transpose(0, 2, 1, 3)
            for name in ("query", "key", "value")
        )
        scores = query @ key.transpose(0, 1, 3, 2) / np.sqrt(np.float32(_WIDTH / _HEADS))
        scores += (1.0 - mask)[:, None, None, :] * np.float32(-1e4)
        shares = np.exp(scores - scores.max(-1, keepdims=True))
        shares /= shares.sum(-1, keepdims=True)
        seen = (shares @ value).transpose(0, 2, 1, 3).reshape(n, length, _WIDTH)
        state = self._norm(state + self._linear(seen, at + "attention.output.dense"), at + "attention.output.LayerNorm")
        inner = self._linear(state, at + "intermediate.dense")
        # GELU with the error function by tanh (Hendrycks and Gimpel 2016), good to three digits.
        inner *= np.float32(0.5) * (1.0 + np.tanh(np.float32(0.7978846) * (inner + np.float32(0.044715) * inner**3)))
        return self._norm(state + self._linear(inner, at + "output.dense"), at + "output.LayerNorm")

    def _linear(self, state: Floats, name: str) -> Floats:
        result: Floats = state @ self.weights[name + ".weight"].T + self.weights[name + ".bias"]
        return result

    def _norm(self, state: Floats, name: str) -> Floats:
        centred = state - state.mean(-1, keepdims=True)
        spread = np.sqrt((centred**2).mean(-1, keepdims=True) + np.float32(1e-12))
        result: Floats = centred / spread * self.weights[name + ".weight"] + self.weights[name + ".bias"]
        return result


def directions(points: Floats) -> Floats:
    """(n_words, 64) the words along the directions kept, of length 1."""
    centred = points - points.mean(axis=0)
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    kept = centred @ axes[1 : DIRECTIONS + 1].T
    result: Floats = kept / np.linalg.norm(kept, axis=1, keepdims=True)
    return result


def main() -> None:
    """Encode the words and write the table."""
    from wordfreq import top_n_list

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    words = [word for word in top_n_list("en", 2 * N_WORDS) if word.isalpha() and word.isascii() and len(word) > 1]
    words = words[:N_WORDS]
    point = directions(Encoder(folder).points(words))
    hashed = np.array([term_id(word) for word in words], dtype=np.int64)
    order = np.argsort(hashed)
    small = np.round(point / np.abs(point).max(axis=1, keepdims=True) * 127.0).astype(np.int8)
    np.savez_compressed(TABLE, word=hashed[order], point=small[order])
    print(f"{TABLE.relative_to(ROOT)}: {len(words):,} words, {TABLE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
