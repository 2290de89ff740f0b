"""The look-alikes that a story shows."""

from __future__ import annotations

import pytest

from dedup.report.lookalikes import MAX_LOOKALIKES
from dedup.report.page_data import page_data
from tests.report.frames import MadeRun, Plan, Row, make_article, make_pair, make_run, shown_in


def lookalikes_of(run: MadeRun, max_stories: int = 10_000) -> dict[str, Row]:
    data = page_data(shown_in(run, max_stories))
    of_story = zip((row[0] for row in data.index), data.details, strict=True)
    return {story_id: detail for story_id, detail in of_story if "lookalikes" in detail}


def make_apart(*pairs: Row, stories: str = "AB") -> MadeRun:
    """Stories of two articles each: A of a1 and a2, B of b1 and b2, ..."""
    plans = [
        Plan(
            name,
            [
                make_article(f"{name.lower()}{n}", title=f"About {name.lower()}{n}", source=f"Paper {name}")
                for n in (1, 2)
            ],
        )
        for name in stories
    ]
    return make_run(plans, pairs=pairs)


def test_a_rejected_pair_is_seen_from_both_stories() -> None:
    found = lookalikes_of(make_apart(make_pair("a1", "b2", confidence=0.31, reason="other names")))
    assert found["A"]["lookalikes"] == [
        {
            "own": "a1",
            "other": "b2",
            "heading": "About b2",
            "source": "Paper B",
            "story": "B",
            "confidence": pytest.approx(0.31, abs=1e-4),
            "relation": "related",
            "decision": "rejected",
            "reason": "other names",
        }
    ]
    assert [pair["other"] for pair in found["B"]["lookalikes"]] == ["a1"]


def test_only_the_most_confident_pair_with_another_story_is_kept() -> None:
    run = make_apart(make_pair("a1", "b1", confidence=0.2), make_pair("a2", "b2", confidence=0.4))
    found = lookalikes_of(run)["A"]
    assert [(pair["own"], pair["other"]) for pair in found["lookalikes"]] == [("a2", "b2")]
    assert found["n_lookalikes"] == 1


def test_the_most_confident_come_first_and_all_are_counted() -> None:
    names = "ABCDEFGHIJKL"
    pairs = [make_pair("a1", f"{name.lower()}1", confidence=n / 100) for n, name in enumerate(names) if n]
    found = lookalikes_of(make_apart(*pairs, stories=names))["A"]
    assert [pair["story"] for pair in found["lookalikes"]] == list("LKJIHGFEDCB")[:MAX_LOOKALIKES]
    assert found["n_lookalikes"] == 11


def test_pairs_inside_a_story_and_accepted_pairs_are_no_lookalikes() -> None:
    run = make_apart(make_pair("a1", "a2"), make_pair("a1", "b1", decision="accepted", reason="same text"))
    assert lookalikes_of(run) == {}


def test_a_cut_bridge_is_shown_as_one() -> None:
    found = lookalikes_of(make_apart(make_pair("a1", "b1", decision="bridge_cut", confidence=0.8)))
    assert found["A"]["lookalikes"][0]["decision"] == "bridge_cut"


def test_a_story_that_is_not_shown_is_still_told_of_as_a_lookalike() -> None:
    run = make_apart(make_pair("a1", "b2"), make_pair("b1", "c1"))
    found = lookalikes_of(run, max_stories=1)
    assert [*found] == ["A"]
    (pair,) = found["A"]["lookalikes"]
    assert (pair["story"], pair["heading"], pair["source"]) == ("B", "About b2", "Paper B")
