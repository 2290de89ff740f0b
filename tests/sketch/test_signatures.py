"""Two signatures of every article."""

from __future__ import annotations

from collections import Counter

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dedup.config import SketchConfig, TextConfig, ViewConfig
from dedup.schemas import DOCUMENTS, SIGNATURES, TERMS
from dedup.sketch import passes
from dedup.sketch import signatures as module
from dedup.sketch.documents import documents
from dedup.sketch.hashes import element_hashes, shingle_elements, word_hashes
from dedup.sketch.minhash import as_datasketch, signature
from dedup.sketch.signatures import REPLICAS, replicate, signatures
from dedup.sketch.terms import terms
from dedup.text.normalise import normalise
from dedup.text.words import words
from tests.builders import make_articles
from tests.gold.corpora import as_articles, load
from tests.text.strange import few, plain_texts, strange_texts

UInt32s = npt.NDArray[np.uint32]

weighted = st.dictionaries(st.integers(-(2**63), 2**63 - 1), st.integers(0, REPLICAS), max_size=30)


def make_replicas(counts: dict[int, int]) -> UInt32s:
    """The replicas of terms whose weights are whole multiples of 1/32."""
    term = np.asarray(sorted(counts), dtype=np.int64)
    weight = np.asarray([counts[one] / REPLICAS for one in sorted(counts)], dtype=np.float32)
    return replicate(term, weight)


def sign(*texts: str, config: SketchConfig | None = None, min_words: int = 1) -> pl.DataFrame:
    prepared = documents(make_articles(*texts), TextConfig(min_words=min_words))
    return signatures(prepared, terms(prepared), config or SketchConfig())


class TestReplicas:
    @given(weighted)
    def test_a_term_stands_as_often_as_it_weighs(self, counts: dict[int, int]) -> None:
        assert len(make_replicas(counts)) == sum(counts.values())

    @given(weighted)
    def test_the_replicas_of_a_term_do_not_depend_on_its_neighbours(self, counts: dict[int, int]) -> None:
        alone = Counter(value for term, count in counts.items() for value in make_replicas({term: count}).tolist())
        assert Counter(make_replicas(counts).tolist()) == alone

    @given(st.integers(-(2**63), 2**63 - 1), st.integers(0, REPLICAS), st.integers(0, REPLICAS))
    def test_a_heavier_term_has_the_replicas_of_a_lighter_one_and_more(self, term: int, one: int, other: int) -> None:
        light, heavy = (make_replicas({term: count}).tolist() for count in sorted((one, other)))
        assert heavy[: len(light)] == light

    @given(weighted, weighted)
    def test_their_jaccard_similarity_is_the_weighted_one(self, left: dict[int, int], right: dict[int, int]) -> None:
        one, other = set(make_replicas(left).tolist()), set(make_replicas(right).tolist())
        keys = left.keys() | right.keys()
        smaller = sum(min(left.get(key, 0), right.get(key, 0)) for key in keys)
        larger = sum(max(left.get(key, 0), right.get(key, 0)) for key in keys)
        exact = smaller / larger if larger else 0.0
        found = len(one & other) / len(one | other) if one | other else 0.0
        # 32-bit hashes of at most 1,920 replicas collide once in two thousand draws, and then by one replica.
        assert found == pytest.approx(exact, abs=2 / max(1, larger))

    def test_no_terms_have_no_replicas(self) -> None:
        assert make_replicas({}).shape == (0,)
        assert make_replicas({}).dtype == np.uint32


class TestStage:
    @few
    @given(st.lists(st.one_of(strange_texts, plain_texts), max_size=4))
    def test_every_article_has_a_row_and_signatures_of_the_right_length(self, texts: list[str]) -> None:
        config = SketchConfig(copy_view=ViewConfig(bands=4, rows=2), story_view=ViewConfig(bands=5, rows=3))
        found = SIGNATURES.check(sign(*texts, config=config))
        assert found["row"].to_list() == list(range(len(texts)))
        assert set(found["copy"].drop_nulls().list.len()) <= {8}
        assert set(found["story"].drop_nulls().list.len()) <= {15}

    def test_the_copy_view_is_a_minhash_over_runs_of_words(self) -> None:
        text = "Nine people, most of them dockers, were hurt when a hawser parted under the load."
        expected = signature(element_hashes(shingle_elements(word_hashes(words(normalise(text).text)), 5)), 128, 1)
        assert sign(text)["copy"][0].to_list() == expected.tolist()

    def test_the_story_view_is_a_minhash_over_replicas_of_terms(self) -> None:
        text = "Nine people, most of them dockers, were hurt when a hawser parted under the load."
        prepared = documents(make_articles(text), TextConfig(min_words=1))
        salient = terms(prepared)
        expected = signature(replicate(salient["term"].to_numpy(), salient["weight"].to_numpy()), 384, 1)
        assert signatures(prepared, salient, SketchConfig())["story"][0].to_list() == expected.tolist()

    def test_cells_load_as_datasketch_and_estimate_similarity(self) -> None:
        text = " ".join(f"word{number} of the harbour" for number in range(200))
        one, other = sign(text, text.replace("word7 ", "word_seven "))["copy"].to_list()
        assert as_datasketch(one, 1).jaccard(as_datasketch(other, 1)) > 0.9

    def test_case_typography_and_hidden_characters_do_not_matter(self) -> None:
        text = 'The minister\'s lease: nine of the dockers said "no" to Kelvasti at the harbour - twice.'
        other = text.upper().replace('"', "“").replace("'", "’").replace(" - ", " – ").replace("K", "К")
        found = sign(text, other.replace("LEASE", "LE\u00adASE"))
        assert found["copy"][0].to_list() == found["copy"][1].to_list()
        assert found["story"][0].to_list() == found["story"][1].to_list()

    def test_the_order_of_sentences_matters_to_the_copy_view_only(self) -> None:
        one, other = "The hawser parted under the load.", "Kelvasti spoke of looms."
        found = sign(f"{one} {other}", f"{other} {one}")
        assert found["copy"][0].to_list() != found["copy"][1].to_list()
        assert found["story"][0].to_list() == found["story"][1].to_list()

    def test_short_articles_have_no_signature(self) -> None:
        found = sign("Two words.", "Nine people were hurt when a hawser parted under the load.", min_words=5)
        assert found["copy"].is_null().to_list() == [True, False]
        assert found["story"].is_null().to_list() == [True, False]

    def test_another_seed_draws_other_permutations(self) -> None:
        text = "Nine people were hurt when a hawser parted under the load."
        one, other = sign(text), sign(text, config=SketchConfig(seed=2))
        assert one["copy"][0].to_list() != other["copy"][0].to_list()
        assert one["story"][0].to_list() != other["story"][0].to_list()

    def test_no_documents_give_no_signatures(self) -> None:
        assert signatures(DOCUMENTS.empty(), TERMS.empty(), SketchConfig()).is_empty()


class TestCompiled:
    """The kernels sign as the readable way does."""

    @few
    @given(st.lists(st.one_of(strange_texts, plain_texts, st.text("河市a ", max_size=30)), max_size=6))
    @example(["河市政府周二宣布东湖路改道古樟将予保留", "", "Nine people were hurt.", "e\u0301te\u0301 mar\u0327e"])
    def test_any_texts(self, texts: list[str]) -> None:
        config = SketchConfig(copy_view=ViewConfig(bands=4, rows=2), story_view=ViewConfig(bands=5, rows=3))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, "COMPILED_FROM", 0)
            compiled = sign(*texts, config=config)
        assert compiled.equals(sign(*texts, config=config))

    @pytest.mark.parametrize("name", ["traps", "tongues"])
    @pytest.mark.parametrize("threads", [1, 3])
    def test_a_labelled_corpus(self, name: str, threads: int, monkeypatch: pytest.MonkeyPatch) -> None:
        prepared = documents(as_articles(load(name)), TextConfig())
        salient = terms(prepared)
        readable = signatures(prepared, salient, SketchConfig())
        monkeypatch.setattr(module, "COMPILED_FROM", 0)
        monkeypatch.setattr(passes, "_CHUNK", 7)
        assert signatures(prepared, salient, SketchConfig(), threads).equals(readable)
