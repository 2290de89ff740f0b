"""The files of an encoder: its graph and its tokenizer.

In: the folder that a user has them in. Out: what they hold. Must not know what is done with it; nothing is ever
downloaded.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from dedup.errors import ConfigError
from dedup.store.files import legal_text

GRAPHS: Final = ("model.onnx", "onnx/model.onnx")
"""Where the graph lies; as sentence-transformers publishes it, in a folder of its own."""
TOKENIZER: Final = "tokenizer.json"


def read_encoder(folder: str) -> tuple[bytes, str]:
    """The graph and the tokenizer of the encoder in a folder.

    Raises:
        ConfigError: There is no such folder, a file is missing or cannot be read.
    """
    base, where = Path(folder).expanduser(), legal_text(folder)
    graph = next((base / name for name in GRAPHS if (base / name).is_file()), None)
    if graph is None or not (base / TOKENIZER).is_file():
        missing = "such folder" if not base.is_dir() else "encoder in this folder"
        raise ConfigError(
            f"'stories.semantic.model' names no {missing}",
            where=where,
            expected=f"a folder with {GRAPHS[0]} (or {GRAPHS[1]}) and {TOKENIZER}",
            hint="Nothing is downloaded: put the files of an encoder there, as docs/semantic.md says.",
        )
    try:
        return graph.read_bytes(), (base / TOKENIZER).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"the encoder of 'stories.semantic.model' cannot be read: {error}", where=where) from error
