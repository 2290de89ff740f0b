"""Every candidate verified."""

from __future__ import annotations

import polars as pl
import pytest

from dedup.config import Config, MatchConfig
from dedup.errors import SchemaError
from dedup.match.evidence import evidence
from dedup.match.pairs import pairs
from dedup.match.sides import Sides
from dedup.schemas import CANDIDATES, EVIDENCE, PAIRS
from dedup.sketch.documents import documents
from tests.builders import make_articles
from tests.match.builders import LEAK, TOW, TOW_AGAIN

TEXTS = (TOW, TOW_AGAIN, LEAK)
ALL = [(0, 1), (0, 2), (1, 2)]


def make_candidates(
    *given: tuple[int, int], copy: bool = False, story: bool = True, anchor: bool = False
) -> pl.DataFrame:
    rows = [(left, right, copy, story, anchor) for left, right in given]
    return CANDIDATES.check(pl.DataFrame(rows, CANDIDATES.schema, orient="row"))


def verify(candidates: pl.DataFrame, *texts: str, config: Config | None = None) -> pl.DataFrame:
    config = config or Config()
    articles = make_articles(*texts)
    return pairs(candidates, articles, documents(articles, config.text), config)


def test_every_candidate_is_verified_and_named_by_ids() -> None:
    found = PAIRS.check(verify(make_candidates(*ALL), *TEXTS))
    assert found.select("left_id", "right_id").rows() == [("a00", "a01"), ("a00", "a02"), ("a01", "a02")]
    assert found["decision"].to_list() == ["accepted", "rejected", "rejected"]


def test_the_evidence_is_that_of_the_two_articles_alone() -> None:
    config = Config()
    articles = make_articles(*TEXTS)
    prepared = documents(articles, config.text)
    sides = Sides(articles, prepared, config)
    found = pairs(make_candidates(*ALL), articles, prepared, config)
    for (left, right), row in zip(ALL, found.select(*EVIDENCE).iter_rows(named=True), strict=True):
        assert row == pytest.approx(evidence(sides[left], sides[right]), abs=1e-6)


@pytest.mark.parametrize("given", [[(0, 1)], [(0, 1), (1, 2)], [(1, 2), (0, 1), (0, 2)]])
def test_a_verdict_does_not_depend_on_the_other_candidates(given: list[tuple[int, int]]) -> None:
    whole = verify(make_candidates(*ALL), *TEXTS)
    part = verify(make_candidates(*given), *TEXTS)
    assert part.equals(whole.join(part, on=["left_id", "right_id"], how="semi").sort("left_id", "right_id"))


def test_a_pair_says_which_views_found_it() -> None:
    found = verify(make_candidates((0, 1), copy=True, story=False, anchor=True), *TEXTS)
    assert found["views"].to_list() == [["copy", "anchor"]]


@pytest.mark.parametrize(("min_confidence", "decision"), [(0.0, "accepted"), (1.0, "rejected")])
def test_the_threshold_is_the_users_and_inclusive(min_confidence: float, decision: str) -> None:
    config = Config(match=MatchConfig(min_confidence=min_confidence))
    found = verify(make_candidates((0, 2)), *TEXTS, config=config)
    assert found["decision"].to_list() == [decision]
    exact = float(found["confidence"][0])
    again = verify(make_candidates((0, 2)), *TEXTS, config=Config(match=MatchConfig(min_confidence=exact * 0.999)))
    assert again["decision"].to_list() == ["accepted"]


def test_many_pairs_by_the_compiled_kernel_are_what_few_are_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = verify(make_candidates(*ALL), *TEXTS)
    monkeypatch.setattr("dedup.match.pairs.COMPILED_FROM", 1)
    compiled = verify(make_candidates(*ALL), *TEXTS)
    for name in (*EVIDENCE, "confidence"):
        assert compiled[name].to_list() == pytest.approx(plain[name].to_list(), abs=1e-6), name
    assert compiled.drop(*EVIDENCE, "confidence").equals(plain.drop(*EVIDENCE, "confidence"))


def test_no_candidates_give_no_pairs() -> None:
    assert verify(CANDIDATES.empty(), *TEXTS).equals(PAIRS.empty())


def test_another_frame_is_refused() -> None:
    with pytest.raises(SchemaError, match="candidates: wrong columns"):
        verify(PAIRS.empty(), *TEXTS)
