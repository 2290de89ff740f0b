"""What could bring two articles together, against what the stages find."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.config import AnchorConfig, Config, MatchConfig, SketchConfig, ViewConfig
from dedup.match.anchors import anchors
from dedup.match.candidates import candidates
from dedup.match.discovery import Discovery, SharedAnchor, SharedAnchors, ViewOdds, chance, discovery, misses
from dedup.match.keys import UNIT
from dedup.sketch.bands import bands
from dedup.sketch.documents import documents
from dedup.sketch.minhash import signature
from dedup.sketch.signatures import signatures
from dedup.sketch.terms import terms
from tests.builders import make_articles

WORDS = "tugs towed the grain ship Amberlight from the quay in Palisade while dockers and pickets watched".split()


def make_text(first: int, n_words: int = 30) -> str:
    """Words of a small language that begins anywhere; near beginnings share most of them."""
    return " ".join(f"{WORDS[at % len(WORDS)]} kelvasti{at}" for at in range(first, first + n_words // 2)) + "."


def make_batch(*texts: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    prepared = documents(make_articles(*texts), Config().text)
    return prepared, terms(prepared)


def make_discovery(n_shared: int = 0, n_counted: int = 0, score: float = 0.0, jaccard: float | None = 0.2) -> Discovery:
    """What was found out about a pair, the same in both views."""
    views = tuple(ViewOdds(view, jaccard, 32, 4, 0.05, n_shared) for view in ("copy", "story"))
    shared = tuple(SharedAnchor((at,), 0.5, 2, leads_left=True, leads_right=False) for at in range(n_counted))
    return Discovery(views, SharedAnchors(shared, 10, 10, score))


class TestChance:
    @given(st.floats(0, 1), st.integers(1, 256), st.integers(1, 16))
    def test_is_a_probability_that_grows_with_bands_and_falls_with_rows(
        self, jaccard: float, n: int, rows: int
    ) -> None:
        odds = chance(jaccard, n, rows)
        assert 0.0 <= odds <= 1.0
        assert chance(jaccard, n + 1, rows) >= odds >= chance(jaccard, n, rows + 1)

    def test_is_how_often_sets_of_that_similarity_share_a_bucket(self) -> None:
        # 30 and 30 elements, 20 in common: Jaccard 0.5. 400 seeds give a standard error of 0.025.
        import numpy as np

        left, right = np.arange(30, dtype=np.uint32), np.arange(10, 40, dtype=np.uint32)
        met = 0
        for seed in range(400):
            slots = [signature(side, 12, seed).reshape(4, 3) for side in (left, right)]
            met += bool((slots[0] == slots[1]).all(axis=1).any())
        assert met / 400 == pytest.approx(chance(0.5, 4, 3), abs=0.08)


class TestDiscovery:
    @pytest.mark.parametrize("first", [0, 3, 8, 60])
    def test_shares_the_buckets_that_the_stages_find(self, first: int) -> None:
        config = Config(sketch=SketchConfig(copy_view=ViewConfig(bands=16, rows=2)))
        prepared, salient = make_batch(make_text(200), make_text(0), make_text(first))
        found = discovery(1, 2, prepared, salient, config)
        banded = bands(signatures(prepared, salient, config.sketch), config.sketch)
        for odds in found.views:
            mine = banded.filter((pl.col("view") == odds.view) & pl.col("row").is_in([1, 2]))
            assert odds.n_shared == mine.group_by("band", "key").len().filter(pl.col("len") == 2).height

    def test_finds_all_of_identical_articles_alike(self) -> None:
        prepared, salient = make_batch(make_text(0), make_text(0))
        found = discovery(0, 1, prepared, salient, Config())
        assert [(odds.jaccard, odds.chance, odds.n_shared) for odds in found.views] == [(1.0, 1.0, 32), (1.0, 1.0, 128)]
        assert found.anchors.score == pytest.approx(1.0)
        assert len(found.anchors.shared) == found.anchors.n_left == found.anchors.n_right

    def test_counts_a_term_that_too_many_articles_have_only_beside_another(self) -> None:
        prepared, salient = make_batch(make_text(0), make_text(0), make_text(0))
        apart, joined = (
            discovery(
                0, 1, prepared, salient, Config(match=MatchConfig(anchors=AnchorConfig(max_articles=2, joined=n)))
            )
            for n in (0, 3)
        )
        assert apart.anchors == SharedAnchors((), 0, 0, 0.0)
        assert {(len(anchor.terms), anchor.n_articles) for anchor in joined.anchors.shared} == {(2, 3)}
        assert joined.anchors.n_counted == 3, "three terms, two by two"

    def test_an_anchor_leads_to_whom_it_is_an_anchor_of(self) -> None:
        # The long article has more rare terms than it can have anchors; what the short one shares are all of its own.
        long, short = make_text(0, 60), make_text(20, 8)
        prepared, salient = make_batch(long, short, long.replace("kelvasti2", "kelvasti9"), make_text(100))
        config = Config(match=MatchConfig(anchors=AnchorConfig(per_text=10)))
        told = discovery(0, 1, prepared, salient, config).anchors
        back = discovery(1, 0, prepared, salient, config).anchors
        assert all(anchor.leads_left or anchor.leads_right for anchor in told.shared)
        assert told.n_counted == sum(anchor.leads_right for anchor in told.shared) == told.n_right
        assert sum(anchor.leads_left for anchor in told.shared) < told.n_counted
        assert told.score == 1.0
        assert (back.n_counted, back.score) == (told.n_counted, told.score)
        assert [anchor.leads_left for anchor in back.shared] == [anchor.leads_right for anchor in told.shared]

    def test_the_values_of_shared_anchors_add_up_to_the_score(self) -> None:
        prepared, salient = make_batch(make_text(20), make_text(26), make_text(14), make_text(32))
        told = discovery(0, 1, prepared, salient, Config()).anchors
        left, right = (anchors(salient, 4, AnchorConfig()).totals / UNIT)[:2]
        of_left = sum(anchor.value for anchor in told.shared if anchor.leads_left)
        of_right = sum(anchor.value for anchor in told.shared if anchor.leads_right)
        assert told.score == pytest.approx(max(of_left / left, of_right / right))
        assert 0 < told.score < 1
        values = [anchor.value for anchor in told.shared]
        assert values == sorted(values, reverse=True)

    def test_knows_which_views_found_every_candidate(self) -> None:
        config = Config()
        articles = make_articles(*(make_text(first) for first in (0, 3, 60, 64, 120, 200)))
        prepared = documents(articles, config.text)
        salient = terms(prepared)
        banded = bands(signatures(prepared, salient, config.sketch), config.sketch)
        kept = candidates(banded, salient, articles, config.match).frame
        assert kept.height > 0
        for row in kept.iter_rows(named=True):
            found = discovery(row["left"], row["right"], prepared, salient, config)
            by_anchor = found.anchors.n_counted >= config.match.anchors.min_shared
            by_bucket = [odds.n_shared > 0 for odds in found.views]
            assert [*by_bucket, by_anchor] == [row["copy"], row["story"], row["anchor"]]
            assert row["copy"] or found.anchors.score >= config.match.anchors.min_score

    def test_an_article_too_short_to_be_matched_shares_nothing(self) -> None:
        prepared, salient = make_batch(make_text(0), "Two tugs towed.")
        found = discovery(0, 1, prepared, salient, Config())
        assert [(odds.jaccard, odds.chance, odds.n_shared) for odds in found.views] == [(None, 0.0, 0)] * 2
        assert found.anchors == SharedAnchors((), found.anchors.n_left, 0, 0.0)


class TestMisses:
    def test_lay_with_the_buckets_and_the_number_of_anchors(self) -> None:
        told = misses(make_discovery(n_counted=1), None, MatchConfig())
        assert told["copy"] == told["story"] == "no bucket in common at a similarity of 0.200"
        assert told["anchor"] == "only 1 of either article's anchors in common, 2 are needed"

    def test_lay_with_anchors_of_little_value(self) -> None:
        told = misses(make_discovery(1, 5, 0.01), 48.0, MatchConfig(anchors=AnchorConfig(min_score=0.08)))
        assert told["story"] == told["anchor"]
        assert told["anchor"] == "only 1.0% of either article's anchor value is shared, 8.0% is needed"

    def test_lay_with_better_partners(self) -> None:
        told = misses(make_discovery(1, 5, 0.9), None, MatchConfig(max_bucket=64, anchors=AnchorConfig(per_article=30)))
        assert "over 64 articles" in told["copy"]
        assert told["story"] == told["anchor"]
        assert "the best 30 of both" in told["anchor"]

    def test_lay_with_an_article_too_short(self) -> None:
        told = misses(make_discovery(jaccard=None), None, MatchConfig())
        assert told["story"] == "an article is too short to be signed"

    def test_lay_with_the_time_between_the_two(self) -> None:
        told = misses(make_discovery(3, 5, 0.9), 60.0, MatchConfig(window_days=2))
        assert told == dict.fromkeys(("copy", "story", "anchor"), "published 2.5 days apart, at most 2 are compared")
        assert "days" not in "".join(misses(make_discovery(3, 5, 0.9), 48.0, MatchConfig(window_days=2)).values())
