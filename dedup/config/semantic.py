"""Settings of the encoder that may read what reworded sentences mean.

In: nothing. Out: the branch ``stories.semantic`` of the settings. Must not know what an encoder is made of.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from dedup.config.branch import Branch


class SemanticConfig(Branch):
    """An encoder that reads what sentences mean, for a sharper diff; off without a model."""

    model: Annotated[
        str | None,
        Field(
            min_length=1,
            description="Folder of a sentence encoder in ONNX, as all-MiniLM-L6-v2; needs the extra 'semantic', "
            "nothing is downloaded. null compares words without one.",
        ),
    ] = None
    langs: Annotated[
        tuple[Annotated[str, Field(pattern=r"^[a-z]{2,3}$")], ...],
        Field(
            min_length=1,
            description="Languages that it reads, as codes such as en; texts in others are compared without it.",
        ),
    ] = ("en",)
