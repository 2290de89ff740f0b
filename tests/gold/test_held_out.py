"""Stories from held-out confidences are put together as the product puts them together."""

from __future__ import annotations

import numpy as np

from dedup.config import Config
from dedup.match.verdict import confidences
from dedup.schemas import EVIDENCE
from tests.gold.builders import make_corpus
from tests.gold.cases import evidence_of
from tests.gold.gate import detect
from tests.gold.held_out import scored, stories_of
from tests.match.builders import LEAK, TOW, TOW_AGAIN

TEXTS = {"b": TOW, "a": TOW_AGAIN, "c": LEAK, "d": LEAK.replace("some ninety", "about ninety"), "e": f"{TOW} {LEAK}"}


def test_the_confidences_of_the_product_make_the_stories_of_the_product() -> None:
    corpus = make_corpus(TEXTS)
    members = detect(corpus.articles, Config()).members
    evidence = evidence_of(corpus, None)
    found = stories_of(corpus, evidence, confidences(evidence.select(*EVIDENCE).to_dicts()), Config())
    theirs = members.group_by("story_id").agg("article_id")["article_id"].to_list()
    assert {frozenset(group) for group in theirs} == {
        frozenset(one for one, name in found.items() if name == story) for story in found.values()
    }
    assert found["a"] == found["b"] == "a"
    assert set(found) == set(TEXTS)


def test_a_pair_is_together_from_the_threshold_on_and_a_story_is_named_by_its_first_article() -> None:
    corpus = make_corpus({"b": TOW, "a": TOW_AGAIN})
    evidence, config = evidence_of(corpus, None), Config()
    least = config.match.min_confidence
    assert stories_of(corpus, evidence, np.asarray([least]), config) == {"a": "a", "b": "a"}
    assert stories_of(corpus, evidence, np.asarray([least - 0.01]), config) == {"a": "a", "b": "b"}


def test_an_article_that_holds_two_others_does_not_chain_them() -> None:
    corpus = make_corpus({"a": TOW, "b": LEAK, "c": f"{TOW} {LEAK}"})
    evidence = evidence_of(corpus, None)
    chances = np.asarray([0.99 if "c" in pair else 0.01 for pair in evidence.select("left_id", "right_id").iter_rows()])
    assert chances.tolist() == [0.99, 0.99]
    found = stories_of(corpus, evidence, chances, Config())
    assert found["a"] != found["b"]


def test_the_table_has_a_row_for_every_corpus_that_was_judged() -> None:
    judged = []
    for name, chance in (("sure", 1.0), ("unsure", 0.0)):
        corpus = make_corpus({"b": TOW, "a": TOW_AGAIN}, name=name, truth={"a": "tow", "b": "tow"})
        judged.append((corpus, evidence_of(corpus, None), np.asarray([chance])))
    cells = {column.header: [*column.cells] for column in scored("stories", judged).columns}
    assert cells["corpus"] == ["sure", "unsure"]
    assert cells["pair P"] == ["1.000", "1.000"]
    assert cells["pair R"] == ["1.000", "0.000"]
    assert cells["B³ F1"] == ["1.000", "0.667"]
    assert cells["pairs found"] == cells["besides"] == ["", ""]
