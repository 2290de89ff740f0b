"""Which files of a folder are an encoder."""

from __future__ import annotations

from pathlib import Path

import pytest

from dedup.errors import ConfigError
from dedup.store.encoder_files import GRAPHS, read_encoder


def make_files(folder: Path, *names: str) -> str:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    return str(folder)


@pytest.mark.parametrize("graph", GRAPHS)
def test_a_graph_lies_in_the_folder_or_where_it_is_published(tmp_path: Path, graph: str) -> None:
    assert read_encoder(make_files(tmp_path, graph, "tokenizer.json")) == (graph.encode(), "tokenizer.json")


@pytest.mark.parametrize("names", [(), ("model.onnx",), ("tokenizer.json",), ("model.safetensors", "tokenizer.json")])
def test_a_folder_without_one_of_them_is_refused(tmp_path: Path, names: tuple[str, ...]) -> None:
    with pytest.raises(ConfigError, match=r"names no encoder in this folder, expected a folder with model\.onnx"):
        read_encoder(make_files(tmp_path, *names))


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"missing: 'stories.semantic.model' names no such folder.*downloaded"):
        read_encoder(str(tmp_path / "missing"))


def test_a_tokenizer_that_is_no_text_is_refused(tmp_path: Path) -> None:
    folder = make_files(tmp_path, "model.onnx")
    (tmp_path / "tokenizer.json").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(ConfigError, match="cannot be read"):
        read_encoder(folder)
