"""What speaks for and against one story."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dedup.match.alignment import align
from dedup.match.evidence import evidence
from dedup.schemas import EVIDENCE
from tests.match.builders import LEAK, TOW, TOW_AGAIN, make_side
from tests.text.strange import few, plain_texts, strange_texts

texts = st.one_of(plain_texts, strange_texts, st.sampled_from([TOW, TOW_AGAIN, LEAK]))
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SHARES = [name for name, column in EVIDENCE.items() if name != "aligned_sentences" and not column.nullable]


def swapped(name: str) -> str:
    """The column that says of the right article what ``name`` says of the left one, and the other way round."""
    stem, _, side = name.rpartition("_")
    return {"left": f"{stem}_right", "right": f"{stem}_left"}.get(side, name)


class TestLaws:
    @few
    @given(texts, texts)
    @example(TOW, TOW_AGAIN)
    def test_swapping_the_sides_exchanges_left_and_right_and_nothing_else(self, left: str, right: str) -> None:
        one, other = make_side(left), make_side(right, published_at=NOON)
        there, back = evidence(one, other), evidence(other, one)
        assert {swapped(name): value for name, value in back.items()} == pytest.approx(there, abs=1e-9)

    @few
    @given(texts, texts)
    def test_every_column_is_there_and_every_share_is_one(self, left: str, right: str) -> None:
        found = evidence(make_side(left), make_side(right))
        assert list(found) == list(EVIDENCE)
        for name in SHARES:
            value = found[name]
            assert value is not None
            assert 0.0 <= value <= 1.0, name

    @few
    @given(texts, texts)
    def test_containment_and_jaccard_agree(self, left: str, right: str) -> None:
        one, other = make_side(left), make_side(right)
        found = evidence(one, other)
        jaccard = found["shingle_jaccard"] or 0.0
        assert jaccard <= min(found["containment_left"] or 0.0, found["containment_right"] or 0.0) + 1e-12
        common = len({*one.shingles.tolist()} & {*other.shingles.tolist()})
        union = len({*one.shingles.tolist()} | {*other.shingles.tolist()})
        assert jaccard == pytest.approx(common / union if union else 0.0)

    @few
    @given(texts, texts)
    def test_a_ready_alignment_changes_nothing(self, left: str, right: str) -> None:
        one, other = make_side(left), make_side(right)
        assert evidence(one, other, align(one.profile, other.profile)) == evidence(one, other)


class TestExtremes:
    def test_a_copy_agrees_in_everything(self) -> None:
        found = evidence(make_side(TOW), make_side(TOW.upper()))
        for name in ("shingle_jaccard", "containment_left", "salience_jaccard", "aligned_left", "lead_similarity"):
            assert found[name] == pytest.approx(1.0), name
        assert found["length_ratio"] == 1.0
        assert found["aligned_sentences"] == 4
        assert (found["names_conflict"], found["numbers_conflict"]) == (0.0, 0.0)

    def test_another_story_agrees_in_nothing_that_matters(self) -> None:
        found = evidence(make_side(TOW), make_side(LEAK))
        assert found["shingle_jaccard"] == 0.0
        assert found["aligned_sentences"] == 0
        assert (found["salience_jaccard"] or 0.0) < 0.1

    @pytest.mark.parametrize(("left", "right"), [("", ""), ("", TOW), ("* * *", "...")])
    def test_a_share_of_nothing_is_nothing(self, left: str, right: str) -> None:
        found = evidence(make_side(left), make_side(right))
        assert {found[name] for name in SHARES if name != "order_kept"} == {0.0}
        assert found["order_kept"] == 0.5, "too few links to tell an order"

    def test_an_excerpt_is_contained_and_carried_though_the_whole_is_not(self) -> None:
        excerpt = " ".join(TOW.split(". ")[:2]) + "."
        found = evidence(make_side(excerpt), make_side(f"{TOW} {LEAK}"))
        assert (found["containment_left"] or 0.0) > 0.8
        assert (found["containment_right"] or 0.0) < 0.4
        assert (found["salience_left"] or 0.0) > 0.9
        assert (found["length_ratio"] or 0.0) < 0.5


class TestConflicts:
    TEMPLATE = (
        "{name} said on Monday that quarterly revenue rose to {revenue} million crowns. "
        "Net profit of {name} was {profit} million crowns. "
        "Shares of {name} closed {price} crowns higher."
    )

    def test_a_template_filled_in_twice_conflicts(self) -> None:
        one = self.TEMPLATE.format(name="Brask Shipping", revenue=4817, profit=312.4, price=17.35)
        other = self.TEMPLATE.format(name="Vellmar Foods", revenue=962.8, profit=51.6, price=84.2)
        found = evidence(make_side(one), make_side(other))
        assert (found["names_conflict"] or 0.0) > 0.5
        assert (found["numbers_conflict"] or 0.0) > 0.5

    def test_leaving_names_and_numbers_out_is_no_conflict(self) -> None:
        found = evidence(make_side(TOW), make_side(TOW.replace("Calderholm ", "").replace(" by 31 to 14", "")))
        assert (found["names_conflict"], found["numbers_conflict"]) == (0.0, 0.0)


class TestFurniture:
    def test_is_left_out_of_all_evidence(self) -> None:
        footer = "Sign up for the Amberlight newsletter of Tavra Vision at Quillon Point."
        plain = evidence(make_side(TOW), make_side(TOW_AGAIN))
        furnished = evidence(make_side(f"{TOW} {footer}", furniture=[4]), make_side(TOW_AGAIN))
        for name in ("shingle_jaccard", "salience_jaccard", "salience_left", "names_agree", "length_ratio"):
            assert furnished[name] == pytest.approx(plain[name]), name


class TestTime:
    def test_hours_apart_do_not_depend_on_the_order(self) -> None:
        early, late = make_side(TOW, published_at=NOON), make_side(TOW, published_at=NOON + timedelta(minutes=90))
        assert evidence(early, late)["hours_apart"] == evidence(late, early)["hours_apart"] == 1.5

    def test_an_unknown_time_is_no_distance(self) -> None:
        assert evidence(make_side(TOW, published_at=NOON), make_side(TOW))["hours_apart"] is None
