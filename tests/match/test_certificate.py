"""A certificate counts what comparing all with all by hand counts, whatever was found."""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from datetime import timedelta
from itertools import combinations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.config import Config
from dedup.match import certificate as module
from dedup.match.certificate import Certificate, certificate
from dedup.match.copies import MIN_JACCARD
from dedup.schemas import CANDIDATES
from dedup.sketch.documents import documents
from dedup.sketch.shingles import shingle_size
from dedup.text.words import words
from tests.builders import FIRST_HOUR, Article, make_articles

Pair = tuple[int, int]

TEXTS = (
    "two tugs tow a grain ship out to sea",
    "two tugs tow a grain ship out to sea",
    "Two tugs tow a grain ship out to the sea",
    "two tugs tow a small grain ship out to sea",
    "sea to out ship grain a tow tugs two",
    "a harbour is closed",
    "a harbour is closed today",
    "a harbour is closed today",
    "closed",
    "两艘拖船把运粮船拖出海",
    "两艘拖船把运粮船拖出海 now",
    "两艘 tugs tow a ship",
    "…",
)
texts = st.lists(st.sampled_from(TEXTS), min_size=1, max_size=9)
places = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=14)
old = st.sets(st.integers(0, 8), max_size=4)


def make_config(*, size: int = 1, window_days: float | None = None, **sketch: int) -> Config:
    """Runs of few words, and no text too short to be matched."""
    return Config.model_validate(
        {
            "text": {"min_words": 1, "drop_boilerplate": False},
            "sketch": {"shingle_words": size, **sketch},
            "match": {"window_days": window_days},
        }
    )


def make_candidates(pairs: Collection[Pair]) -> pl.DataFrame:
    rows = [{"left": left, "right": right, "copy": True, "story": False, "anchor": False} for left, right in pairs]
    return CANDIDATES.check(pl.DataFrame(rows, CANDIDATES.schema).unique().sort("left", "right"))


def certified(
    articles: pl.DataFrame, pairs: Collection[Pair], config: Config, earlier: Collection[int] = ()
) -> Certificate:
    mask = pl.Series([row in earlier for row in range(articles.height)], dtype=pl.Boolean)
    return certificate(make_candidates(pairs), documents(articles, config.text), articles, config, mask)


def counted_by_hand(
    articles: pl.DataFrame, found: Collection[Pair], config: Config, earlier: Collection[int]
) -> tuple[int, set[Pair], int]:
    """Pairs, missed ones and articles that are not checked, by the readable way."""
    runs: dict[int, set[tuple[str, ...]]] = {}
    for row, document in enumerate(documents(articles, config.text).iter_rows(named=True)):
        read, size = words(document["matching"]), config.sketch.shingle_words
        unspaced = shingle_size(read, 0, 1) == 1 and size != config.sketch.shingle_characters
        if not {"short", "empty"} & {*document["flags"]} and not unspaced:
            runs[row] = {tuple(read[at : at + size]) for at in range(max(1, len(read) - size + 1))}
    alike = {(a, b) for a, b in combinations(runs, 2) if len(runs[a] & runs[b]) / len(runs[a] | runs[b]) >= MIN_JACCARD}
    group = {row: row for row in runs}
    for _ in runs:
        for a, b in alike & {*found}:
            group[a] = group[b] = min(group[a], group[b])
    lost = {(a, b) for a, b in alike if group[a] != group[b]}
    days, times = config.match.window_days, articles["published_at"].to_list()
    excused = {
        (a, b)
        for a, b in lost
        if days is not None
        and times[a]
        and times[b]
        and int(abs((times[a] - times[b]).total_seconds())) > days * 86_400
    }
    excused |= {(a, b) for a, b in lost if a in earlier and b in earlier}
    return len(alike - excused), lost - excused, articles.height - len(runs)


class TestCounts:
    @settings(max_examples=200)
    @given(texts, places, st.sampled_from([1, 2, 8]), st.sampled_from([None, 0.05, 0.125]), st.integers(1, 20), old)
    def test_are_those_of_comparing_all_with_all_by_hand(
        self, drawn: list[str], pairs: list[Pair], size: int, window_days: float | None, block: int, earlier: set[int]
    ) -> None:
        given_articles: list[Article] = [{"text": text} for text in drawn]
        given_articles[0]["published_at"] = None
        articles, config = make_articles(*given_articles), make_config(size=size, window_days=window_days)
        found = {(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1] and max(pair) < len(drawn)}
        with pytest.MonkeyPatch.context() as changed:
            changed.setattr(module, "_BLOCK", block)
            told = certified(articles, found, config, earlier)
        n_pairs, missed, n_not_checked = counted_by_hand(articles, found, config, earlier)
        assert (told.n_pairs, told.n_missed, told.n_not_checked) == (n_pairs, len(missed), n_not_checked)
        ids = articles["article_id"].to_list()
        assert len(told.missed) == min(5, len(missed))
        assert {*told.missed} <= {(ids[a], ids[b]) for a, b in missed}

    def test_of_many_repeats_need_no_list_of_their_pairs(self) -> None:
        # A chain, as large buckets are compared: twenty thousand articles, two hundred million pairs.
        articles = make_articles(*[TEXTS[0]] * 20_000)
        told = certified(articles, [(row, row + 1) for row in range(19_999)], make_config())
        assert (told.n_pairs, told.n_missed) == (20_000 * 19_999 // 2, 0)
        # Cut in the middle.
        told = certified(articles, [(row, row + 1) for row in range(19_999) if row != 99], make_config())
        assert (told.n_missed, len(told.missed)) == (100 * 19_900, 5)

    @pytest.mark.parametrize("articles", [[], ["…"], ["one article alone says this"]])
    def test_of_next_to_nothing_are_none(self, articles: list[str]) -> None:
        told = certified(make_articles(*articles), [], make_config())
        assert (told.n_pairs, told.n_missed, told.warnings) == (0, 0, [])


class TestChecked:
    def test_are_not_articles_too_short_to_be_matched(self) -> None:
        config = Config.model_validate({"text": {"min_words": 8}})
        told = certified(make_articles("a harbour is closed", "a harbour is closed", TEXTS[0]), [], config)
        assert (told.n_pairs, told.n_missed, told.n_not_checked) == (0, 0, 2)

    def test_are_not_articles_whose_runs_are_of_characters(self) -> None:
        articles = make_articles(*["两艘拖船把运粮船拖出海，港口星期一关闭。"] * 2, *[TEXTS[0]] * 2)
        assert certified(articles, [(2, 3)], make_config()) == Certificate(MIN_JACCARD, 1, 0, 2)
        told = certified(articles, [(2, 3)], make_config(size=4, shingle_characters=4))
        assert (told.n_pairs, told.n_missed, told.n_not_checked) == (2, 1, 0)

    @given(st.lists(st.sampled_from([*"a b 河 市 ท カ ー 々 한 Ⅳ 3 é".split()]), min_size=1).map(" ".join))
    def test_are_told_apart_as_signatures_are(self, text: str) -> None:
        frame = documents(make_articles(text), make_config().text)
        spaced = shingle_size(words(frame["matching"][0]), 5, 8) == 5
        assert frame.filter(module._is_checked(make_config(size=5).sketch)).height == int(spaced)


class TestJoined:
    def test_is_a_pair_through_copies_of_both(self) -> None:
        base = [f"word{at}" for at in range(40)]
        chain = [" ".join([*base[:at], f"new{at}", *base[at + 1 :]]) for at in (3, 20, 30)]
        told = certified(make_articles(*chain), [(0, 1), (1, 2)], make_config())
        assert (told.n_pairs, told.n_missed) == (3, 0)

    def test_is_none_through_an_article_that_is_no_copy(self) -> None:
        told = certified(make_articles(TEXTS[0], TEXTS[0], "quite another matter"), [(0, 2), (1, 2)], make_config())
        assert (told.n_pairs, told.n_missed, told.missed) == (1, 1, (("a00", "a01"),))
        warning = (
            "1 of 1 pairs alike by 0.7 or more were never compared, such as 'a00' and 'a01'. Raise "
            "sketch.copy_view.bands or match.max_bucket."
        )
        assert told.warnings == [warning]


def test_articles_that_nobody_wanted_compared_are_not_missed() -> None:
    times = [FIRST_HOUR, FIRST_HOUR + timedelta(days=1, milliseconds=900), FIRST_HOUR + timedelta(days=3)]
    articles = make_articles(*[Article(text=TEXTS[0], published_at=time) for time in times])
    assert certified(articles, [], make_config(window_days=1)).n_missed == 1  # whole seconds, as the search counts
    assert certified(articles, [], make_config(window_days=0.9)).n_missed == 0
    assert certified(articles, [], make_config(window_days=9)).n_missed == 3


def test_the_order_of_candidates_and_threads_do_not_matter() -> None:
    draw = random.Random(5)
    names = [f"name{at}" for at in range(90)]
    bodies: Sequence[str] = [" ".join(names[at : at + 12]) for at in draw.choices(range(70), k=300)]
    found = [(a, b) for a, b in combinations(range(300), 2) if draw.random() < 0.05]
    articles = make_articles(*bodies)
    once = certified(articles, found, make_config())
    assert 0 < once.n_missed < once.n_pairs
    threads = Config.model_validate({**make_config().model_dump(), "engine": {"threads": 2}})
    assert certified(articles, found, threads) == once
