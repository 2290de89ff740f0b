"""An encoder reads sentences, each by itself."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given

from dedup.errors import ConfigError
from dedup.sketch.encoder import Encoder
from tests.sketch.encoders import DIMENSION, make_encoder
from tests.text.strange import few, strange_texts


def load(folder: Path) -> Encoder:
    return Encoder(
        (folder / "model.onnx").read_bytes(), (folder / "tokenizer.json").read_text("utf-8"), where=str(folder)
    )


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    return load(make_encoder(tmp_path_factory.mktemp("encoder")))


def pieces(text: str, spans: np.ndarray) -> list[str]:
    return [text[start:end] for start, end in spans.tolist() if end > start]


def test_every_token_has_its_place_and_its_point(encoder: Encoder) -> None:
    text = "Two tugs towed the Übersee at dawn."
    read = encoder.tokens(text)
    assert pieces(text, read.spans) == ["Two", "tugs", "towed", "the", "Übersee", "at", "dawn", "."]
    assert read.points.shape == (len(read.spans), DIMENSION) == (10, encoder.dimension)


def test_a_token_means_something_else_in_another_sentence(encoder: Encoder) -> None:
    one, other = (encoder.tokens(text).points[1] for text in ("Towed at dawn.", "Towed the carrier."))
    assert not np.allclose(one, other)


def test_a_long_sentence_is_read_in_pieces_and_nothing_is_lost(encoder: Encoder) -> None:
    text = " ".join(f"word{number}" for number in range(400))
    read = encoder.tokens(text)
    assert pieces(text, read.spans) == text.split()
    assert len(read.points) == len(read.spans)


def test_what_was_read_before_changes_nothing(tmp_path: Path, encoder: Encoder) -> None:
    fresh = load(make_encoder(tmp_path / "encoder"))
    for text in ("The vessel sank.", "x " * 300, "Both ships were hauled away at sunrise."):
        encoder.tokens(text)
    text = "Two tugs towed the carrier out."
    np.testing.assert_array_equal(encoder.tokens(text).points, fresh.tokens(text).points)


@few
@given(strange_texts)
def test_spans_lie_in_any_text_however_strange(encoder: Encoder, text: str) -> None:
    read = encoder.tokens(text)
    assert ((read.spans >= 0) & (read.spans <= len(text))).all()
    assert np.isfinite(read.points).all()


def test_an_encoder_need_not_take_types_of_tokens(tmp_path: Path, encoder: Encoder) -> None:
    bare = load(make_encoder(tmp_path / "bare", types=False))
    np.testing.assert_array_equal(bare.tokens("At dawn.").points, encoder.tokens("At dawn.").points)


def _no_graph(folder: Path) -> None:
    (folder / "model.onnx").write_bytes(b"no graph")


def _no_tokenizer(folder: Path) -> None:
    (folder / "tokenizer.json").write_text("{}")


def _one_point_a_text(folder: Path) -> None:
    make_encoder(folder, per_token=False)


def _another_tokenizer(folder: Path) -> None:
    make_encoder(folder.parent / "larger", synonyms=["x"] * 3 + [" ".join(f"w{at}" for at in range(40)) + " word"])
    (folder.parent / "larger" / "tokenizer.json").replace(folder / "tokenizer.json")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_no_graph, "cannot be loaded"),
        (_no_tokenizer, "cannot be loaded"),
        (_one_point_a_text, "does not take tokens and give each a point"),
        (_another_tokenizer, "cannot read a word"),
    ],
)
def test_what_is_no_encoder_is_refused_by_name(tmp_path: Path, spoil: Callable[[Path], None], said: str) -> None:
    folder = make_encoder(tmp_path / "encoder")
    spoil(folder)
    with pytest.raises(ConfigError, match=said) as refused:
        load(folder)
    assert refused.value.where == str(folder)


def test_without_the_extra_it_is_said_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = make_encoder(tmp_path / "encoder")
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(ConfigError, match=r"'onnxruntime' is not installed.*pip install 'newsdedup\[semantic\]'"):
        load(folder)
