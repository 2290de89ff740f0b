"""The compiled evidence is the readable one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dedup.match.alignment import FEATURES
from dedup.match.evidence import evidence
from dedup.match.evidence_kernels import evidence_rows
from dedup.match.logistic import load_model
from dedup.match.parcels import packed
from dedup.match.sides import Side
from dedup.match.verdict import columns
from dedup.schemas import EVIDENCE
from tests.gold.corpora import as_articles, load
from tests.match.builders import LEAK, TOW, TOW_AGAIN, make_side, sides_of
from tests.text.strange import few, plain_texts, strange_texts

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
texts = st.one_of(plain_texts, strange_texts, st.sampled_from([TOW, TOW_AGAIN, LEAK]))
headlines = st.one_of(st.none(), strange_texts, st.sampled_from(["AMBERLIGHT TOWED OUT AT DAWN", "Grain ship, 9 hurt"]))
times = st.one_of(st.none(), st.integers(0, 10_000).map(lambda hours: NOON + timedelta(hours=hours)))
sides = st.builds(
    lambda text, lang, time, headline, furniture: make_side(text, lang, time, furniture, headline),
    *(texts, st.sampled_from(["en", "zh", "und"]), times, headlines, st.just(())),
)
DATED = (
    "The council met on Tuesday. It will vote on 3 May and again on 14 June 2026. "
    "“We said 12 percent, not 21,” Ilse Marchbane said on Monday."
)
REDATED = (
    "The council met on Friday. It will vote on 4 May and again on 14 June 2025. “We said 13 percent,” said Marchbane."
)


def compiled(pairs: list[tuple[int, int]], articles: list[Side]) -> dict[str, np.ndarray]:
    left, right = (np.asarray(side, dtype=np.int64) for side in zip(*pairs, strict=True))
    found = np.full((len(pairs), len(EVIDENCE)), -1.0)
    evidence_rows(packed(articles), left, right, load_model("links", FEATURES).packed, found)
    return dict(zip(EVIDENCE, found.T, strict=True))


def assert_same(pairs: list[tuple[int, int]], articles: list[Side]) -> None:
    found = compiled(pairs, articles)
    expected = columns([evidence(articles[left], articles[right]) for left, right in pairs])
    for name, values in expected.items():
        np.testing.assert_allclose(found[name], values, atol=1e-9, rtol=0, err_msg=name)


@few
@given(sides, sides)
@example(make_side(TOW), make_side(TOW_AGAIN))
@example(make_side(DATED, published_at=NOON), make_side(REDATED, published_at=NOON))
@example(make_side(DATED), make_side(REDATED))
@example(make_side(DATED, published_at=NOON), make_side(REDATED))
@example(make_side(TOW, furniture=[0, 2]), make_side(TOW, furniture=[1]))
@example(make_side("Sales rose by 3 to 12."), make_side("Sales rose by 4 to 13."))
@example(make_side(""), make_side(TOW))
def test_of_any_two_articles(left: Side, right: Side) -> None:
    assert_same([(0, 1), (1, 0), (0, 0)], [left, right])


@pytest.mark.parametrize("name", ["traps", "tongues", "lookalikes"])
def test_of_pairs_of_a_labelled_corpus(name: str) -> None:
    articles = sides_of(as_articles(load(name)))
    near = [(at, at + step) for at in range(len(articles) - 3) for step in (1, 3)]
    assert_same(near, articles)


def test_every_article_has_its_own_place() -> None:
    articles = [make_side(text) for text in (TOW, "", LEAK, TOW_AGAIN)]
    alone = compiled([(0, 1)], [articles[0], articles[3]])
    among = compiled([(0, 3)], articles)
    assert {name: float(values[0]) for name, values in among.items() if not np.isnan(values[0])} == {
        name: float(values[0]) for name, values in alone.items() if not np.isnan(values[0])
    }
