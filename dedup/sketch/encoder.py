"""An encoder that reads sentences: every token of them becomes a point that depends on its sentence.

In: the graph and the tokenizer of a model. Out: tokens with their points. Must not know files, nor articles.

The one room that knows the run-time (``onnxruntime`` and ``tokenizers``, the extra ``semantic``), and it is loaded only
when an encoder is made. A text is read by itself, on one thread: batches would be padded, and sums be split, so that
the last bits depended on what else is read and by whom.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from dedup.errors import ConfigError

Floats = npt.NDArray[np.float32]
Int64s = npt.NDArray[np.int64]

_MAX_TOKENS: Final = 128
"""Tokens that are read at a time; a longer sentence is read in pieces. Encoders of sentences are trained on as many."""
_KEPT: Final = 1_024
"""Sentences whose tokens are kept, about 50 MB: all variants of a story are held against the same article."""
_INPUTS: Final = ("input_ids", "attention_mask", "token_type_ids")
_EXPECTED: Final = "a sentence encoder as sentence-transformers publishes them in ONNX"


@dataclass(frozen=True)
class Tokens:
    """A sentence as it was read.

    Args:
        spans: (n_tokens, 2) half-open spans of the text; empty for the marks that an encoder puts around it.
        points: (n_tokens, dimension) what each token means where it stands.
    """

    spans: Int64s
    points: Floats


class Encoder:
    """A model that is ready to read.

    Args:
        graph: The model in ONNX: input_ids, attention_mask and, where it wants them, token_type_ids in, a point for
            every token out.
        tokenizer: Its ``tokenizer.json``.
        where: What to name in errors.

    Attributes:
        dimension: Numbers that a point has.

    Raises:
        ConfigError: The extra is not installed, or the model is none of sentences.
    """

    def __init__(self, graph: bytes, tokenizer: str, where: str) -> None:
        runtime, tokenizers = _extra("onnxruntime", where), _extra("tokenizers", where)
        options = runtime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            self._tokenizer = tokenizers.Tokenizer.from_str(tokenizer)
            self._session = runtime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        except Exception as error:
            raise _no_model(where, f"cannot be loaded: {error}") from error
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(_MAX_TOKENS)
        self._inputs = [one.name for one in self._session.get_inputs()]
        outputs = [one.name for one in self._session.get_outputs() if len(one.shape or ()) == 3]
        if not {"input_ids"} <= set(self._inputs) <= set(_INPUTS) or not outputs:
            raise _no_model(where, "does not take tokens and give each a point")
        self._output = outputs[0]
        try:
            self.dimension = int(self._read(self._tokenizer.encode("word")).shape[1])
        except Exception as error:
            raise _no_model(where, f"cannot read a word: {error}") from error
        self._kept = lru_cache(maxsize=_KEPT)(self._tokens)

    def tokens(self, text: str) -> Tokens:
        """Read a sentence; the result is the same whatever was read before."""
        return self._kept(text)

    def _tokens(self, text: str) -> Tokens:
        whole = self._tokenizer.encode(text)
        pieces = [whole, *whole.overflowing]
        return Tokens(
            np.concatenate([np.asarray(piece.offsets, dtype=np.int64).reshape(-1, 2) for piece in pieces]),
            np.concatenate([self._read(piece) for piece in pieces]),
        )

    def _read(self, piece: Any) -> Floats:
        """(n_tokens, dimension) of one piece."""
        given = dict(zip(_INPUTS, (piece.ids, piece.attention_mask, piece.type_ids), strict=True))
        batch = {name: np.asarray([given[name]], dtype=np.int64) for name in self._inputs}
        result: Floats = self._session.run([self._output], batch)[0][0]
        return result


def _extra(name: str, where: str) -> Any:
    """A library of the extra."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise ConfigError(
            f"names an encoder, but '{name}' is not installed",
            where=where,
            hint="Install the extra: pip install 'newsdedup[semantic]'.",
        ) from error


def _no_model(where: str, what: str) -> ConfigError:
    return ConfigError(what, where=where, expected=_EXPECTED, hint="docs/semantic.md says which files that takes.")
