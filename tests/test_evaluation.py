"""Scores: small cases counted by hand, and what must be true of every clustering."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.evaluation import f1, score_alignment, score_clusters

ids = st.sampled_from("abcdefgh")
clusterings = st.dictionaries(ids, st.integers(0, 3), min_size=1)
both = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=12).map(
    lambda rows: (
        {str(n): one for n, (one, _) in enumerate(rows)},
        {str(n): other for n, (_, other) in enumerate(rows)},
    )
)
"""Two clusterings of the same articles."""


def stories(text: str) -> dict[str, str]:
    """Articles by story: ``"ab c"`` is a story of a and b, and one of c."""
    return {one: group for group in text.split() for one in group}


class TestStories:
    def test_of_which_one_article_went_astray_are_counted_by_hand(self) -> None:
        # Found pairs: ab, ac, bc, de; true pairs: ab, cd, ce, de; in both: ab, de.
        scores = score_clusters(stories("abc de"), stories("ab cde"))
        assert (scores.articles, scores.missing, scores.most_mixed) == (5, 0, 2)
        assert (scores.pair_precision, scores.pair_recall, scores.pair_f1) == (0.5, 0.5, 0.5)
        # a and b share 2 of their 3, c is alone of its story among 3, d and e are whole.
        assert scores.bcubed_precision == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1 + 1) / 5)
        # a and b are whole, c has 1 of 3, d and e have 2 of 3.
        assert scores.bcubed_recall == pytest.approx((1 + 1 + 1 / 3 + 2 / 3 + 2 / 3) / 5)
        # By chance 4 * 4 of 10 pairs would be in both: (2 - 1.6) / (4 - 1.6).
        assert scores.ari == pytest.approx(1 / 6)

    def test_thrown_together_lose_precision_alone(self) -> None:
        scores = score_clusters(stories("abcd"), stories("ab cd"))
        assert scores.pair_precision == pytest.approx(2 / 6)
        assert scores.pair_recall == 1.0
        assert (scores.bcubed_precision, scores.bcubed_recall) == (0.5, 1.0)
        assert (scores.ari, scores.most_mixed) == (0.0, 2)

    def test_torn_apart_lose_recall_alone(self) -> None:
        scores = score_clusters(stories("a b c d"), stories("ab cd"))
        assert (scores.pair_precision, scores.pair_recall) == (1.0, 0.0)
        assert (scores.bcubed_precision, scores.bcubed_recall) == (1.0, 0.5)
        assert (scores.ari, scores.most_mixed) == (0.0, 1)

    def test_an_article_that_was_not_found_is_a_story_of_its_own(self) -> None:
        scores = score_clusters(stories("ab"), stories("abc"))
        assert (scores.missing, scores.pair_precision) == (1, 1.0)
        assert scores.pair_recall == pytest.approx(1 / 3)

    def test_two_that_were_not_found_are_not_together(self) -> None:
        assert score_clusters({}, stories("ab")).pair_recall == 0.0

    def test_articles_without_a_label_have_no_say(self) -> None:
        assert score_clusters(stories("abxy cz"), stories("ab c")) == score_clusters(stories("ab c"), stories("ab c"))

    def test_of_nobody_are_perfect(self) -> None:
        scores = score_clusters(stories("ab"), {})
        assert (scores.articles, scores.pair_f1, scores.bcubed_f1, scores.ari, scores.most_mixed) == (0, 1, 1, 1, 0)

    @given(clusterings)
    def test_found_as_they_are_score_one_by_whatever_name(self, truth: dict[str, int]) -> None:
        scores = score_clusters({one: f"story {group}" for one, group in truth.items()}, truth)
        assert {scores.pair_f1, scores.bcubed_f1, scores.ari, float(scores.most_mixed)} == {1.0}

    @given(both)
    def test_exchange_precision_and_recall_when_exchanged_with_the_truth(
        self, pair: tuple[dict[str, int], dict[str, int]]
    ) -> None:
        there, back = score_clusters(*pair), score_clusters(*reversed(pair))
        assert (there.pair_precision, there.pair_recall) == (back.pair_recall, back.pair_precision)
        assert there.bcubed_precision == pytest.approx(back.bcubed_recall)
        assert there.bcubed_recall == pytest.approx(back.bcubed_precision)
        assert there.ari == pytest.approx(back.ari)

    @given(clusterings, clusterings)
    def test_score_within_bounds(self, found: dict[str, int], truth: dict[str, int]) -> None:
        scores = score_clusters(found, truth)
        shares = {name: value for name, value in scores.as_dict().items() if name.startswith(("pair", "bcubed"))}
        assert all(0 <= value <= 1 + 1e-12 for value in shares.values())
        assert -1 <= scores.ari <= 1
        assert 1 <= scores.most_mixed <= len({*truth.values()})
        assert scores.bcubed_precision > 0  # at the least, every article is with itself
        assert scores.bcubed_recall > 0

    @given(both)
    def test_agree_with_a_count_of_every_pair(self, pair: tuple[dict[str, int], dict[str, int]]) -> None:
        found, truth = pair
        pairs = [(one, other) for one in truth for other in truth if one < other]
        in_found = {(one, other) for one, other in pairs if found[one] == found[other]}
        in_truth = {(one, other) for one, other in pairs if truth[one] == truth[other]}
        scores = score_clusters(found, truth)
        hits = len(in_found & in_truth)
        assert scores.pair_precision == pytest.approx(hits / len(in_found) if in_found else 1)
        assert scores.pair_recall == pytest.approx(hits / len(in_truth) if in_truth else 1)


@given(st.floats(0, 1), st.floats(0, 1))
def test_f1_lies_between_what_it_is_made_of_and_near_the_lower(precision: float, recall: float) -> None:
    low, high = sorted((precision, recall))
    assert low - 1e-12 <= f1(precision, recall) <= min(high, 2 * low) + 1e-12


SOURCE = [(0, 10), (11, 30), (31, 40)]
"""Where the three sentences of a source stand."""


def make_found(
    *sentences: tuple[int, int, str, list[tuple[int, int]]],
    source: str = "s",
    variant: str = "v",
    added: Sequence[tuple[int, int]] = (),
) -> Any:
    """A diff: start, end, kind and cited canonical spans of each sentence, and the added words of the first."""
    return {
        "variant_id": variant,
        "canonical_id": source,
        "sentences": [
            {
                "start": start,
                "end": end,
                "kind": kind,
                "canonical": [{"start": b, "end": e} for b, e in cited],
                "added": [{"start": b, "end": e} for b, e in added] if at == 0 else [],
            }
            for at, (start, end, kind, cited) in enumerate(sentences)
        ],
    }


def make_label(*sentences: tuple[int, int, str, list[int]], boiler: int = -1) -> Mapping[str, Any]:
    """A labelled diff: start, end, kind and indexes of source sentences; ``boiler`` is the one that is furniture."""
    return {
        "variant": "v",
        "source": "s",
        "source_sentences": SOURCE,
        "sentences": [
            {"start": start, "end": end, "kind": kind, "from": sources, "boiler": at == boiler}
            for at, (start, end, kind, sources) in enumerate(sentences)
        ],
    }


class TestDiffs:
    def test_are_counted_by_hand(self) -> None:
        found = make_found(
            (0, 10, "verbatim", [(0, 10)]),
            (11, 20, "added", []),
            (21, 30, "reworded", [(11, 30)]),
            (31, 40, "added", []),
        )
        label = make_label(
            (0, 10, "verbatim", [0]), (11, 20, "added", []), (21, 30, "reworded", [1, 2]), (31, 40, "reworded", [2])
        )
        scores = score_alignment([found], [label])
        assert (scores.variants, scores.elsewhere) == (1, 0)
        assert (scores.added_precision, scores.added_recall) == (0.5, 1.0)
        assert (scores.link_precision, scores.link_recall) == (1.0, 0.5)  # 0 and 1 found, 2 missed twice
        assert scores.as_dict()["kinds"] == {
            "verbatim": {"verbatim": 1},
            "added": {"added": 1},
            "reworded": {"reworded": 1, "added": 1},
        }
        assert (scores.as_dict()["added_f1"], scores.as_dict()["link_f1"]) == (scores.added_f1, scores.link_f1)

    def test_that_are_right_score_one(self) -> None:
        found = make_found((0, 10, "verbatim", [(0, 10)]), (11, 20, "added", []))
        scores = score_alignment([found], [make_label((0, 10, "verbatim", [0]), (11, 20, "added", []))])
        assert (scores.added_f1, scores.link_f1) == (1.0, 1.0)

    def test_against_another_canonical_are_not_scored_but_counted(self) -> None:
        label = make_label((0, 10, "added", []))
        elsewhere = score_alignment([make_found((0, 10, "added", []), source="another")], [label])
        absent = score_alignment([make_found((0, 10, "added", []), variant="another")], [label])
        assert (elsewhere.variants, elsewhere.elsewhere, elsewhere.added_f1) == (0, 1, 0.0)
        assert absent == elsewhere

    def test_leave_furniture_out(self) -> None:
        found = make_found((0, 10, "added", []), (11, 20, "added", []))
        scores = score_alignment([found], [make_label((0, 10, "added", []), (11, 20, "verbatim", [0]), boiler=1)])
        assert (scores.added_precision, dict(scores.kinds)) == (1.0, {("added", "added"): 1})

    def test_take_the_sentence_that_covers_most_of_a_labelled_one(self) -> None:
        found = make_found((0, 4, "added", []), (4, 10, "verbatim", [(0, 10)]))
        scores = score_alignment([found], [make_label((0, 10, "verbatim", [0]))])
        assert dict(scores.kinds) == {("verbatim", "verbatim"): 1}

    def test_say_none_where_no_sentence_covers_a_labelled_one(self) -> None:
        scores = score_alignment([make_found((0, 10, "added", []))], [make_label((50, 60, "verbatim", [0]))])
        assert dict(scores.kinds) == {("verbatim", "none"): 1}
        assert scores.link_recall == 0.0

    def test_a_citation_counts_from_more_than_half_of_the_shorter(self) -> None:
        # Of the second source sentence, 19 characters, a citation of 12 covers 6, then 7.
        half = score_alignment([make_found((0, 10, "reworded", [(5, 17)]))], [make_label((0, 10, "reworded", [1]))])
        more = score_alignment([make_found((0, 10, "reworded", [(6, 18)]))], [make_label((0, 10, "reworded", [1]))])
        assert (half.link_recall, more.link_recall) == (0.0, 1.0)

    def test_count_the_characters_of_what_is_added_inside_a_sentence(self) -> None:
        label = make_label((0, 10, "reworded", [0]))
        label["sentences"][0]["adds"] = [[2, 6]]
        scores = score_alignment([make_found((0, 10, "reworded", [(0, 10)]), added=[(4, 8), (9, 12)])], [label])
        # 4 and 5 are right, 6, 7 and 9 are not (10 and 11 lie outside the sentence), 2 and 3 are missed.
        assert (scores.words_precision, scores.words_recall) == (2 / 5, 2 / 4)
        assert scores.words_f1 == pytest.approx(4 / 9)

    def test_tell_contradictions_found_from_sentences_accused(self) -> None:
        found = make_found(
            (0, 10, "contradicted", [(0, 10)]), (11, 20, "reworded", [(11, 30)]), (21, 30, "contradicted", [(11, 30)])
        )
        label = make_label(
            (0, 10, "contradicts", [0]),
            (11, 20, "contradicts", [1]),
            (21, 30, "reworded", [1]),
            (31, 40, "verbatim", [2]),
        )
        scores = score_alignment([found], [label])
        assert (scores.contradictions_found, scores.contradictions_false) == (0.5, 0.5)
        assert scores.verbatim_found == 0.0
