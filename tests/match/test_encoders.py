"""Which encoder the settings name, and whether it is the one that the models were fitted with."""

from __future__ import annotations

from pathlib import Path

import pytest

from dedup.config import SemanticConfig
from dedup.errors import ConfigError, UsageError
from dedup.match.encoders import check_encoder, described, likeness_of
from tests.match.builders import TOW, TOW_AGAIN, make_profile_of
from tests.sketch.encoders import DIMENSION, make_encoder


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> SemanticConfig:
    return SemanticConfig(model=str(make_encoder(tmp_path_factory.mktemp("encoder"))))


@pytest.mark.parametrize(
    ("source", "variant", "is_read"), [("en", "en", True), ("en", "fr", False), ("de", "en", False)]
)
def test_only_languages_that_it_reads_are_read(tiny: SemanticConfig, source: str, variant: str, is_read: bool) -> None:
    profiles = make_profile_of(TOW, source), make_profile_of(TOW_AGAIN, variant)
    assert (likeness_of((TOW, TOW_AGAIN), *profiles, tiny) is not None) == is_read


def test_the_languages_that_it_reads_may_be_named_as_those_of_articles(tiny: SemanticConfig) -> None:
    norwegian = make_profile_of(TOW, "nb"), make_profile_of(TOW_AGAIN, "nb")
    for lang in ("no", "nor", "nb"):
        named = tiny.model_copy(update={"langs": ("eng", lang)})
        assert likeness_of((TOW, TOW_AGAIN), *norwegian, named) is not None


def test_without_a_model_nothing_is_read_or_said() -> None:
    profile = make_profile_of(TOW)
    assert likeness_of((TOW, TOW), profile, profile, SemanticConfig()) is None
    assert described(SemanticConfig()) == (None, [])
    check_encoder(SemanticConfig(), "spark")


def test_another_encoder_than_the_fitted_one_is_used_with_a_warning(tiny: SemanticConfig) -> None:
    said, [warning] = described(tiny)
    assert said == {"model": tiny.model, "langs": ["en"], "dimension": DIMENSION, "as_fitted": False}
    assert f"The encoder in {tiny.model} is not all-MiniLM-L6-v2" in warning


def test_a_folder_without_one_is_refused_before_any_work(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"'stories.semantic.model' names no encoder in this folder"):
        check_encoder(SemanticConfig(model=str(tmp_path)), "local")


def test_spark_is_refused_by_name(tiny: SemanticConfig) -> None:
    with pytest.raises(UsageError, match="the engine 'spark' knows no encoder"):
        check_encoder(tiny, "spark")


def test_the_encoder_of_the_models_is_recognised(fitted_encoder: str) -> None:
    said, warnings = described(SemanticConfig(model=fitted_encoder))
    assert said is not None
    assert said["as_fitted"]
    assert warnings == []
