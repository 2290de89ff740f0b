"""Which words mean nearly the same."""

from __future__ import annotations

import hashlib
import tomllib

import numpy as np
import pytest

from dedup.sketch.kinship import kinship
from dedup.sketch.salience import term_id
from tests.gold.corpora import ROOT


def kin(left: str, right: str, lang: str = "en") -> float:
    return float(kinship(lang, np.array([term_id(left)]), lang, np.array([term_id(right)])).near.sum())


@pytest.mark.parametrize(
    ("left", "right"),
    [("aircraft", "plane"), ("jailed", "imprisoned"), ("purchase", "buy"), ("doctor", "physician")],
)
def test_words_of_like_meaning_are_kin(left: str, right: str) -> None:
    assert kin(left, right) > 0.3


@pytest.mark.parametrize(("left", "right"), [("aircraft", "cheese"), ("jailed", "weather"), ("doctor", "tariff")])
def test_words_of_other_fields_are_strangers(left: str, right: str) -> None:
    assert kin(left, right) == 0.0


def test_a_known_word_is_its_own_twin_and_kinship_has_no_direction() -> None:
    assert kin("river", "river") == 1.0
    assert kin("river", "stream") == pytest.approx(kin("stream", "river"))


def test_a_word_that_no_list_has_is_kin_to_nothing() -> None:
    assert kin("zqxwv", "zqxwv") == 0.0


def test_a_language_without_a_table_has_no_kin() -> None:
    assert kin("plane", "plane", "de") == 0.0


def test_nothing_has_no_kin() -> None:
    nothing, river = np.empty(0, dtype=np.int64), np.array([term_id("river")])
    for left, right in ((nothing, nothing), (nothing, river), (river, nothing)):
        assert kinship("en", left, "en", right).kin.shape == (2, 0)


def test_a_pair_is_told_once_however_often_its_words_stand() -> None:
    river, cheese, stream = map(term_id, ("river", "cheese", "stream"))
    found = kinship("en", np.array([river, cheese, river]), "en", np.array([stream, stream]))
    assert found.left[0] == found.left[2] != found.left[1]
    assert found.kin.tolist() == [[found.left[0]], [found.right[0]]]


def test_the_table_says_where_it_comes_from() -> None:
    about = tomllib.loads((ROOT / "dedup" / "sketch" / "kinship.toml").read_text(encoding="utf-8"))
    assert about["licence"] == "Apache-2.0"
    assert len(bytes.fromhex(about["sha256"])) == hashlib.sha256().digest_size
