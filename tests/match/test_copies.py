"""Copies are what the exact join finds, whatever the order, the threads and the shape of the column."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dedup.match.copies import Copies, all_copies, copies
from dedup.sketch import passes
from dedup.sketch.hashes import LONGEST
from dedup.text.normalise import normalise
from dedup.text.words import words
from tests.gold.corpora import WRITTEN, load
from tests.sketch.rough_texts import columns, make_column, rough_texts

SURE: Any = {"n_bands": 128, "n_rows": 1}
"""A table that misses a pair of similarity 0.3 once in 10**20: what is found is what there is."""

few_words = st.lists(st.sampled_from("the tug tows a ship".split()), max_size=9).map(" ".join)
corpora = st.lists(st.one_of(few_words, few_words, rough_texts, st.none()), max_size=12)
thresholds = st.one_of(st.sampled_from([0.3, 0.5, 0.55, 0.6, 0.7, 1.0]), st.floats(0.3, 1.0))


def read_words(text: str | None) -> list[bytes]:
    """The words of a text as far as they are looked at."""
    return [word.encode()[:LONGEST] for word in words(normalise(text or "").text)]


def run_sets(texts: Sequence[str | None], size: int) -> list[set[tuple[bytes, ...]]]:
    """The set of word runs of each text, by the readable way."""
    sets = []
    for text in texts:
        found = read_words(text)
        n_runs = max(1, len(found) - size + 1) if found else 0
        sets.append({tuple(found[at : at + size]) for at in range(n_runs)})
    return sets


def similar(texts: Sequence[str | None], size: int, min_jaccard: float) -> dict[tuple[int, int], float]:
    """Every pair of texts that reaches the least similarity, compared one by one."""
    sets = run_sets(texts, size)
    pairs = {(a, b): len(sets[a] & sets[b]) / len(sets[a] | sets[b])
             for a, b in combinations(range(len(texts)), 2) if sets[a] and sets[b]}  # fmt: skip
    return {pair: jaccard for pair, jaccard in pairs.items() if jaccard >= min_jaccard}


def groups(texts: Sequence[str | None], size: int, min_jaccard: float) -> list[int]:
    """The smallest row of each text's group."""
    first = list(range(len(texts)))
    pairs = similar(texts, size, min_jaccard)
    for _ in texts:
        for a, b in pairs:
            first[a] = first[b] = min(first[a], first[b])
    return first


def verified(found: Copies) -> dict[tuple[int, int], float]:
    return {(left, right): jaccard for left, right, jaccard in found.pairs.iter_rows()}


def make_articles(n: int, seed: int = 3) -> list[str]:
    """Articles of which every third is another with a word or a sentence changed, or as it is."""
    draw = random.Random(seed)
    names = [f"name{at}" for at in range(400)]
    articles = [" ".join(draw.choices(names, k=draw.randint(6, 60))) for _ in range(n)]
    for at in range(0, n, 3):
        changed = articles[draw.randrange(n)].split()
        if draw.random() < 0.7:
            place = draw.randrange(len(changed))
            changed[place : place + draw.randint(1, 3)] = ["edited"]
        articles[at] = " ".join(changed)
    return articles


class TestExact:
    @settings(max_examples=200)
    @given(corpora, st.sampled_from([1, 2, 3, 5]), thresholds, st.sampled_from([1, 3]))
    @example(["p" * 65, "p" * 65 + "a"], 1, 0.3, 1)  # words are looked at up to 64 bytes
    def test_groups_are_those_of_the_exact_join(
        self, texts: list[str | None], size: int, min_jaccard: float, threads: int
    ) -> None:
        found = copies(make_column(texts), min_jaccard=min_jaccard, size=size, threads=threads, **SURE)
        assert found.first.tolist() == groups(texts, size, min_jaccard)

    @given(corpora, st.sampled_from([1, 2, 3]))
    def test_a_pair_that_lies_on_the_least_similarity_is_in(self, texts: list[str | None], size: int) -> None:
        for min_jaccard in set(similar(texts, size, 0.3).values()):
            found = copies(make_column(texts), min_jaccard=min_jaccard, size=size, **SURE)
            assert found.first.tolist() == groups(texts, size, min_jaccard)

    @pytest.mark.parametrize(("n_shared", "n_all"), [(55, 100), (7, 10), (29, 50), (57, 100), (11, 20)])
    def test_even_where_the_product_would_be_rounded_up(self, n_shared: int, n_all: int) -> None:
        # 0.55 * 100 > 55, but 55 / 100 == 0.55.
        names = [f"name{at}" for at in range(n_all)]
        column = pl.Series([" ".join(names), " ".join(names[:n_shared])])
        assert copies(column, min_jaccard=n_shared / n_all, size=1, **SURE).first.tolist() == [0, 0]
        assert copies(column, min_jaccard=n_shared / n_all + 1e-9, size=1, **SURE).first.tolist() == [0, 1]

    @given(corpora, thresholds)
    def test_pairs_are_those_of_texts_that_repeat_no_other(self, texts: list[str | None], min_jaccard: float) -> None:
        found = copies(make_column(texts), min_jaccard=min_jaccard, size=2, **SURE)
        read = [tuple(read_words(text)) for text in texts]
        new = [row for row, one in enumerate(read) if one and one not in read[:row]]
        expected = {pair: jaccard for pair, jaccard in similar(texts, 2, min_jaccard).items() if {*pair} <= {*new}}
        assert verified(found) == expected
        assert found.n_candidates >= len(expected)
        assert found.n_same == sum(1 for one in read if one) - len(new)
        assert found.n_large == 0

    @given(columns(), thresholds)
    def test_of_columns_in_chunks_and_slices(self, column: pl.Series, min_jaccard: float) -> None:
        found = copies(column, min_jaccard=min_jaccard, size=2, **SURE)
        assert found.first.tolist() == groups(column.to_list(), 2, min_jaccard)

    @pytest.mark.parametrize("min_jaccard", [0.7, 0.8, 0.95, 1.0])
    def test_the_usual_table_finds_the_same(self, min_jaccard: float) -> None:
        articles = make_articles(300)
        found = copies(pl.Series(articles), min_jaccard=min_jaccard)
        assert found.first.tolist() == groups(articles, 5, min_jaccard)
        assert found.n_same > 0


class TestStable:
    @given(corpora, thresholds, st.randoms(use_true_random=False))
    def test_the_order_of_articles_does_not_matter(
        self, texts: list[str | None], min_jaccard: float, shuffler: Any
    ) -> None:
        order = list(range(len(texts)))
        shuffler.shuffle(order)
        straight = copies(make_column(texts), min_jaccard=min_jaccard, size=2).first.tolist()
        shuffled = copies(make_column([texts[at] for at in order]), min_jaccard=min_jaccard, size=2).first.tolist()
        together = {frozenset(at for at, of in enumerate(straight) if of == one) for one in straight}
        again = {frozenset(order[at] for at, of in enumerate(shuffled) if of == one) for one in shuffled}
        assert together == again

    @pytest.mark.parametrize("threads", [2, 3, 8])
    def test_the_number_of_threads_does_not_matter(self, threads: int, monkeypatch: pytest.MonkeyPatch) -> None:
        # Chunks of a few texts, so that threads meet often.
        articles = [*make_articles(3_000), "Kеlvasti’s &amp; <b>cafe\u0301</b> " * 3, ""]
        column = pl.Series(articles)
        one = copies(column, min_jaccard=0.7)
        monkeypatch.setattr(passes, "_CHUNK", 4)
        interval = sys.getswitchinterval()
        sys.setswitchinterval(1e-6)
        try:
            many = copies(column, min_jaccard=0.7, threads=threads)
        finally:
            sys.setswitchinterval(interval)
        assert many.first.tolist() == one.first.tolist()
        assert many.pairs.equals(one.pairs)
        assert (many.n_candidates, many.n_same, many.n_large) == (one.n_candidates, one.n_same, one.n_large)

    def test_another_seed_draws_other_buckets_for_the_same_groups(self) -> None:
        articles = make_articles(200)
        first = [copies(pl.Series(articles), min_jaccard=0.8, seed=seed).first.tolist() for seed in (1, 2, 3)]
        assert first[0] == first[1] == first[2]


class TestEdges:
    @pytest.mark.parametrize("threads", [1, 2])
    @pytest.mark.parametrize("texts", [[], [None], ["", None, " — ", "\x00"], ["quay"]])
    def test_texts_without_words_have_no_copy(self, texts: list[str | None], threads: int) -> None:
        found = copies(make_column(texts), min_jaccard=0.5, threads=threads)
        assert found.first.tolist() == list(range(len(texts)))
        assert found.pairs.is_empty()
        assert found.pairs.columns == ["left", "right", "jaccard"]
        assert (found.n_candidates, found.n_same, found.n_large) == (0, 0, 0)

    def test_what_differs_in_case_quotes_and_markup_only_is_the_same(self) -> None:
        # The last two go the readable way.
        texts = ["It’s a “quay”", 'IT\'S A "QUAY"', "<p>it's a quay</p>", "it&#39;s a quay", "it's a qu\u00aday"]
        found = copies(pl.Series(texts), min_jaccard=1.0)
        assert found.first.tolist() == [0, 0, 0, 0, 0]
        assert found.n_same == 4

    def test_texts_shorter_than_a_run_are_compared_whole(self) -> None:
        found = copies(pl.Series(["two tugs", "Two tugs!", "tugs two", "two tugs tow"]), min_jaccard=0.3)
        assert found.first.tolist() == [0, 0, 2, 3]

    def test_a_text_that_must_be_read_with_its_context_meets_one_that_need_not(self) -> None:
        plain = "the harbour of palisade was closed on monday after a grain ship broke its moorings at dawn"
        odd = plain.replace("palisade", "pаlisade") + " today"  # a Cyrillic a
        assert copies(pl.Series([odd, plain]), min_jaccard=0.9).first.tolist() == [0, 0]

    def test_words_are_told_apart_by_their_first_64_bytes(self) -> None:
        texts = ["a" * 64 + "b", "a" * 64 + "c", "a" * 63 + "d"]
        assert copies(pl.Series(texts), min_jaccard=1.0).first.tolist() == [0, 0, 2]

    def test_a_book_among_notes(self) -> None:
        book = " ".join(f"word{at}" for at in range(60_000))
        texts = ["a note", book, "another note", book + " end", book.replace("word7 ", "edited ")]
        assert copies(pl.Series(texts), min_jaccard=0.9, threads=2).first.tolist() == [0, 1, 2, 1, 1]


def test_numba_is_loaded_only_until_its_kernels_are_kept() -> None:
    script = """
import sys
import polars as pl
from dedup.match.copies import copies
print(copies(pl.Series(["two tugs tow a ship out", "two tugs tow a ship out today"]), min_jaccard=0.5).first.tolist())
print("numba" in sys.modules)
"""
    said = [
        subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.splitlines()
        for _ in range(2)
    ]
    assert said[1] == ["[0, 0]", "False"]
    assert said[0][0] == "[0, 0]"


class TestLargeBuckets:
    def test_are_counted_and_their_articles_still_found(self) -> None:
        common = " ".join(f"word{at}" for at in range(100))
        texts = [f"{common} edition{at}" for at in range(300)]
        found = copies(pl.Series(texts), min_jaccard=0.7)
        assert found.n_large > 0
        assert found.first.tolist() == [0] * 300
        assert found.n_candidates < 300 * 299 // 2

    def test_copies_among_articles_of_one_template_are_found(self) -> None:
        # Hundreds share a third of their runs; every fifth is a close copy of the one before it.
        template = " ".join(f"form{at}" for at in range(60))
        texts = []
        for at in range(400):
            own = " ".join(f"own{at - at % 5}x{place}" if at % 5 < 2 else f"own{at}x{place}" for place in range(60))
            texts.append(f"{template} {own} edition{at}")
        found = copies(pl.Series(texts), min_jaccard=0.7)
        assert found.n_large > 0
        assert found.first.tolist() == [at - 1 if at % 5 == 1 else at for at in range(400)]

    def test_the_same_text_many_times_fills_no_bucket(self) -> None:
        found = copies(pl.Series(["two tugs towed the ship out to sea"] * 5_000), min_jaccard=0.7)
        assert (found.n_large, found.n_candidates, found.n_same) == (0, 0, 4_999)
        assert np.unique(found.first).tolist() == [0]


class TestAllWithAll:
    @settings(max_examples=200)
    @given(corpora, st.sampled_from([1, 2, 3, 5]), thresholds, st.sampled_from([1, 3]))
    def test_finds_what_one_by_one_comparison_finds(
        self, texts: list[str | None], size: int, min_jaccard: float, threads: int
    ) -> None:
        found = all_copies(make_column(texts), min_jaccard=min_jaccard, size=size, threads=threads)
        assert found.first.tolist() == groups(texts, size, min_jaccard)
        read = [tuple(read_words(text)) for text in texts]
        new = {row for row, one in enumerate(read) if one and one not in read[:row]}
        expected = {pair: jaccard for pair, jaccard in similar(texts, size, min_jaccard).items() if {*pair} <= new}
        assert verified(found) == expected

    @pytest.mark.parametrize("min_jaccard", [0.3, 0.5, 0.7, 0.95, 1.0])
    def test_of_articles_with_common_and_rare_words(self, min_jaccard: float) -> None:
        articles = make_articles(400, seed=8)
        found = all_copies(pl.Series(articles), min_jaccard=min_jaccard, size=2)
        assert found.first.tolist() == groups(articles, 2, min_jaccard)
        assert found.n_large == 0

    def test_a_run_that_hundreds_share_loses_nothing(self) -> None:
        # More sharers than the counters of the prefix filter can tell apart.
        articles = [f"the same opening words of all of them number {at} alone" for at in range(600)]
        found = all_copies(pl.Series(articles), min_jaccard=0.5, size=3)
        assert found.pairs.height == 600 * 599 // 2
        assert set(found.first.tolist()) == {0}

    @pytest.mark.parametrize("name", WRITTEN)
    def test_and_the_usual_search_finds_the_same_groups_in_the_labelled_corpora(self, name: str) -> None:
        column = load(name).articles["text"]
        found, exact = copies(column, min_jaccard=0.7), all_copies(column, min_jaccard=0.7)
        assert found.first.tolist() == exact.first.tolist()
        assert verified(found) == verified(exact)
