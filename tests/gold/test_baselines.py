"""The usual tools find what they are known to find, and no more."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.gold import baselines
from tests.gold.baselines import Story, joined, minhash, tfidf
from tests.gold.builders import make_corpus
from tests.gold.gate import of_stories, worth
from tests.match.builders import LEAK, TOW, TOW_AGAIN

OTHERS = {
    "orchard": "Frost killed the blossom of nine orchards above Vellin; the growers expect few pears.",
    "chess": "Seventeen-year-old Ilka Brandt beat the champion in 41 moves and leads the tournament by half a point.",
    "tram": "The new tram line to the hospital opens on Sunday, two years late and eleven million crowns dearer.",
}
BRIDGE = (
    "周三凌晨一场山洪冲垮了青石镇唯一的公路桥,六百多名居民被困。救援队用橡皮艇送去了饮用水和药品,三名老人被送往县医院。"
)
BRIDGE_EDITED = BRIDGE.replace("县医院", "市医院")
BRIDGE_AGAIN = "青石镇的公路桥被山洪冲垮后,救援队划着橡皮艇把药品送到被困居民手中,县医院收治了三名老人。"
UNSPACED = {
    "vote": "市议会以十二票对九票通过了新的垃圾分类条例,明年一月起施行。",
    "panda": "动物园的大熊猫产下一对双胞胎,预计秋天与游客见面。",
    "steel": "钢铁厂宣布停产两座高炉,工会要求与管理层谈判。",
}


def groups(story: Mapping[str, str]) -> set[frozenset[str]]:
    """Stories of more than one article."""
    found: dict[str, set[str]] = {}
    for one, name in story.items():
        found.setdefault(name, set()).add(one)
    return {frozenset(group) for group in found.values() if len(group) > 1}


class TestMinHash:
    def test_finds_a_copy_with_a_word_changed_and_no_paraphrase(self) -> None:
        texts = {
            "tow": TOW,
            "copy": TOW.replace("seven dockers", "eight dockers"),
            "told anew": TOW_AGAIN,
            "leak": LEAK,
        }
        assert groups(minhash(make_corpus(texts))) == {frozenset({"tow", "copy"})}

    def test_asks_for_more_than_half_the_word_runs(self) -> None:
        half = " ".join(TOW.split()[: len(TOW.split()) // 2])
        assert groups(minhash(make_corpus({"tow": TOW, "half": half}))) == set()

    def test_asks_for_runs_of_words_and_not_for_words(self) -> None:
        texts = {"tow": TOW, "the other way round": " ".join(reversed(TOW.split()))}
        assert groups(minhash(make_corpus(texts))) == set()

    def test_knows_capitals_and_punctuation_for_nothing(self) -> None:
        texts = {"tow": TOW, "loud": TOW.upper().replace(",", " -").replace(".", "!")}
        assert groups(minhash(make_corpus(texts))) == {frozenset(texts)}

    def test_reads_what_is_written_without_spaces_by_its_characters(self) -> None:
        texts = {"bridge": BRIDGE, "edited": BRIDGE_EDITED, "told anew": BRIDGE_AGAIN, **UNSPACED}
        assert groups(minhash(make_corpus(texts))) == {frozenset({"bridge", "edited"})}


class TestTfIdf:
    def test_finds_a_paraphrase_at_the_best_threshold(self) -> None:
        texts = {"tow": TOW, "told anew": TOW_AGAIN, "leak": LEAK, **OTHERS}
        corpus = make_corpus(texts, truth={one: "tow" if one == "told anew" else one for one in texts})
        story, threshold = tfidf(corpus, lambda tried: worth(of_stories(corpus, tried)))
        assert groups(story) == {frozenset({"tow", "told anew"})}
        assert 0.15 <= threshold <= 0.5

    def test_reads_what_is_written_without_spaces_by_pairs_of_characters(self) -> None:
        texts = {"bridge": BRIDGE, "told anew": BRIDGE_AGAIN, **UNSPACED}
        corpus = make_corpus(texts, truth={one: "bridge" if one == "told anew" else one for one in texts})
        story, _ = tfidf(corpus, lambda tried: worth(of_stories(corpus, tried)))
        assert groups(story) == {frozenset({"bridge", "told anew"})}


class TestTheBestThreshold:
    @pytest.mark.parametrize(
        ("truth", "threshold"), [("abcd", 0.2), ("abc d", 0.5), ("ab c d", 0.9), ("a b c d", 0.95)]
    )
    def test_is_the_highest_of_those_that_tell_the_stories_best(self, truth: str, threshold: float) -> None:
        corpus = make_corpus(dict.fromkeys("abcd", ""), truth={one: group for group in truth.split() for one in group})
        near = [(0.9, 0, 1), (0.5, 1, 2), (0.2, 2, 3)]
        story, best = baselines._best(corpus, near, lambda tried: worth(of_stories(corpus, tried)))
        assert best == threshold
        assert groups(story) == groups(corpus.truth)

    def test_is_the_one_that_is_worth_most_to_whoever_asks(self) -> None:
        corpus = make_corpus(dict.fromkeys("abcd", ""))
        near = [(0.9, 0, 1), (0.5, 1, 2), (0.2, 2, 3)]

        def stories(tried: Story) -> float:
            return len(set(tried.values()))

        assert baselines._best(corpus, near, stories)[1] == 0.95
        assert baselines._best(corpus, near, lambda tried: -stories(tried))[1] == 0.2


class TestNearPairs:
    def test_are_found_once_each_wherever_their_rows_lie(self) -> None:
        n = baselines._ROWS + 3
        vectors = np.eye(n, dtype=np.float32)
        vectors[n - 1] = vectors[0]
        vectors[n - 2] = vectors[n - 3]
        vectors[5] = 0.6 * vectors[5] + 0.8 * vectors[4]
        found = sorted((one, other, round(cosine, 3)) for cosine, one, other in baselines._near(vectors))
        assert found == [(0, n - 1, 1.0), (4, 5, 0.8), (n - 3, n - 2, 1.0)]

    def test_below_the_lowest_threshold_are_left_out(self) -> None:
        vectors = np.asarray([[1.0, 0.0], [0.14, 0.99], [0.16, 0.99]], dtype=np.float32)
        assert {(one, other) for _, one, other in baselines._near(vectors)} == {(0, 2), (1, 2)}


class TestJoined:
    @given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh")), max_size=12))
    def test_articles_are_in_one_story_if_a_chain_of_pairs_leads_from_one_to_the_other(
        self, pairs: list[tuple[str, str]]
    ) -> None:
        story = joined("abcdefgh", pairs)
        for one in "abcdefgh":
            reached = {one}
            for _ in "abcdefgh":
                reached |= {end for pair in pairs if reached.intersection(pair) for end in pair}
            assert story[one] == min(reached)
