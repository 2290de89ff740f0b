"""The encoder that the settings name.

In: the branch ``stories.semantic`` of the settings. Out: the encoder, loaded once a process, what reads two articles
with it, and what ``run.json`` says of it. Must not know what is made of what was read.

The models that judge with an encoder were fitted with one of them. Another has another idea of what is like what, so
an encoder is recognised by how like it finds a few sentences: the same model in another export or precision passes,
another model is used all the same, and the run warns that the figures do not hold for it.
"""

from __future__ import annotations

import json
from functools import cache, lru_cache
from importlib import resources
from typing import Any, Final

import numpy as np

from dedup.config import SemanticConfig
from dedup.errors import UsageError
from dedup.match.likeness import Likeness, points
from dedup.match.profiles import Profile
from dedup.sketch.encoder import Encoder
from dedup.store.encoder_files import read_encoder
from dedup.text.language_tags import language_of

FITTED_WITH: Final = "models/encoder.json"
"""What is known of the encoder that the models were fitted with."""
_TOLERANCE: Final = 0.08
"""Cosines of the probes by which an export in another precision may differ: with weights of 8 bits by 0.057."""
_PROBES: Final = (
    "The court sent the minister to prison for six years.",
    "A judge jailed the politician until the end of the decade.",
    "The court acquitted the minister of all charges.",
    "Heavy rain flooded the harbour on Tuesday night.",
    "Shares of the shipyard rose by four percent.",
)


@lru_cache(maxsize=1)
def encoder_of(folder: str) -> Encoder:
    """The encoder in a folder.

    Raises:
        ConfigError: There is none, it cannot be loaded, or the extra is not installed.
    """
    return Encoder(*read_encoder(folder), where=folder)


def check_encoder(config: SemanticConfig, engine: str) -> None:
    """Make sure, before any work, that the encoder can be used, if there is to be one.

    Raises:
        ConfigError: As ``encoder_of``.
        UsageError: The engine knows no encoder.
    """
    if config.model is None:
        return
    if engine != "local":
        hint = "Use engine.name=local, or leave out --semantic and 'stories.semantic.model'."
        raise UsageError(f"the engine '{engine}' knows no encoder", where="stories.semantic.model", hint=hint)
    encoder_of(config.model)


def likeness_of(texts: tuple[str, str], source: Profile, variant: Profile, config: SemanticConfig) -> Likeness | None:
    """Have two articles read.

    Args:
        texts: The source and the variant as given.
        source: Profile of the one.
        variant: Profile of the other.
        config: Which encoder, and which languages it reads.

    Returns:
        How like they mean; None without an encoder, or if one is in a language that it does not read.
    """
    read = {language_of(lang) or lang for lang in config.langs}
    if config.model is None or not {source.lang, variant.lang} <= read:
        return None
    encoder = encoder_of(config.model)
    return Likeness(points(texts[1], variant, encoder), points(texts[0], source, encoder))


def probed(encoder: Encoder) -> list[float]:
    """How like the encoder finds every two of a few sentences, cosines with three decimals."""
    read = np.stack([encoder.tokens(probe).points.sum(axis=0) for probe in _PROBES])
    read /= np.linalg.norm(read, axis=1, keepdims=True)
    one, other = np.triu_indices(len(_PROBES), 1)
    return [round(float(like), 3) for like in (read @ read.T)[one, other]]


def described(config: SemanticConfig) -> tuple[dict[str, Any] | None, list[str]]:
    """What ``run.json`` says of the encoder, and warns of.

    Returns:
        The folder, its dimension, the languages and whether it is the one that the models were fitted with; None
        without an encoder. And a sentence if it is another.
    """
    if config.model is None:
        return None, []
    encoder = encoder_of(config.model)
    fitted = _fitted_with()
    found = probed(encoder)
    known = encoder.dimension == fitted["dimension"] and bool(
        np.allclose(found, fitted["probes"], rtol=0.0, atol=_TOLERANCE)
    )
    said = {"model": config.model, "langs": [*config.langs], "dimension": encoder.dimension, "as_fitted": known}
    warning = (
        f"The encoder in {config.model} is not {fitted['model']}, which the diff was fitted with: what it says inside "
        "reworded sentences is worth less than the documentation tells."
    )
    return said, [] if known else [warning]


@cache
def _fitted_with() -> dict[str, Any]:
    stored: dict[str, Any] = json.loads(resources.files("dedup.match").joinpath(FITTED_WITH).read_text("utf-8"))
    return stored
