"""A tiny encoder in ONNX, made on the spot: real graph, real tokenizer, real run-time.

In: words that mean the same. Out: the folder of an encoder that knows them. Must not know what is read with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

SYNONYMS = ("towed hauled pulled dragged", "dawn sunrise", "carrier ship vessel", "two both", "bread loaf")
DIMENSION = 16
_CONTEXT = 0.2
"""How much of its sentence's mean a token takes on."""


def make_encoder(
    folder: Path, synonyms: Sequence[str] = SYNONYMS, *, seed: int = 7, types: bool = True, per_token: bool = True
) -> Path:
    """Write an encoder: words that mean the same share a point, and every word takes on a little of its sentence.

    Args:
        folder: Made, with ``model.onnx`` and ``tokenizer.json``.
        synonyms: Words that mean the same, separated by blanks; all other words mean the same unknown thing.
        seed: Another draws other points.
        types: Whether the graph takes ``token_type_ids``.
        per_token: Whether there is a point for each token; otherwise one for the text, as classifiers have it.
    """
    import onnx
    from onnx import TensorProto, helper, numpy_helper
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.normalizers import Lowercase
    from tokenizers.pre_tokenizers import Whitespace
    from tokenizers.processors import TemplateProcessing

    groups = [group.split() for group in synonyms]
    vocabulary = {word: 3 + at for at, word in enumerate(word for group in groups for word in group)}
    tokenizer = Tokenizer(WordLevel({"[UNK]": 0, "[CLS]": 1, "[SEP]": 2, **vocabulary}, unk_token="[UNK]"))
    tokenizer.normalizer, tokenizer.pre_tokenizer = Lowercase(), Whitespace()
    tokenizer.post_processor = TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 1), ("[SEP]", 2)])
    drawn = np.random.default_rng(seed).normal(size=(3 + len(groups), DIMENSION))
    meaning = [0, 1, 2, *(3 + at for at, group in enumerate(groups) for _ in group)]
    table = (drawn / np.linalg.norm(drawn, axis=1, keepdims=True))[meaning].astype(np.float32)

    constants = {"table": table, "context": np.float32(_CONTEXT), "across": np.array([1])}
    steps = [
        helper.make_node("Gather", ["table", "input_ids"], ["words"]),
        helper.make_node("ReduceMean", ["words", "across"], ["mean"], keepdims=1),
        helper.make_node("Mul", ["mean", "context"], ["taken"]),
        helper.make_node("Add", ["words", "taken"], ["last_hidden_state"]),
        helper.make_node("ReduceMean", ["last_hidden_state", "across"], ["pooled"], keepdims=0),
    ]
    shape: list[str | int | None] = ["batch", "sequence"]
    output = "last_hidden_state" if per_token else "pooled"
    wide: list[str | int | None] = [*shape, DIMENSION] if per_token else ["batch", DIMENSION]
    inputs = ["input_ids", "attention_mask", *(["token_type_ids"] if types else [])]
    graph = helper.make_graph(
        steps,
        "tiny",
        [helper.make_tensor_value_info(name, TensorProto.INT64, shape) for name in inputs],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, wide)],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()],
    )
    folder.mkdir(parents=True, exist_ok=True)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    onnx.save(model, str(folder / "model.onnx"))
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder
