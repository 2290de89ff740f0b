"""What speaks for and against one story."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
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
SHARES = [name for name, column in EVIDENCE.items() if column.meaning.endswith("[0,1]")]
COUNTS = [name for name, column in EVIDENCE.items() if column.dtype == pl.UInt32]
OPEN = [name for name, column in EVIDENCE.items() if column.nullable and name not in {"names_left", "names_right"}]
"""What is unknown where either side has nothing to compare."""


def known(left: str, right: str, *names: str) -> tuple[float | None, ...]:
    """Some of the evidence about two texts."""
    found = evidence(make_side(left), make_side(right))
    return tuple(found[name] for name in names)


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
    def test_every_column_is_there_and_within_its_bounds(self, left: str, right: str) -> None:
        found = evidence(make_side(left), make_side(right, headline=left[:60]))
        assert list(found) == list(EVIDENCE)
        for name, value in found.items():
            assert value is not None or EVIDENCE[name].nullable, name
            assert value is None or value >= 0.0, name
            assert value is None or value <= 1.0 or name not in SHARES, name
            assert value is None or value == int(value) or name not in COUNTS, name

    @few
    @given(texts, texts)
    def test_shared_and_lonely_weight_make_up_the_poorer_side(self, left: str, right: str) -> None:
        one, other = make_side(left), make_side(right)
        found = evidence(one, other)
        shared, alone = found["salience_shared"], found["salience_alone"]
        assert shared is not None
        assert alone is not None
        assert shared + alone == pytest.approx(min(float(side.salience[1].sum()) for side in (one, other)))

    @few
    @given(texts, texts)
    def test_every_number_is_shared_or_alone_on_the_side_that_has_fewer(self, left: str, right: str) -> None:
        one, other = make_side(left), make_side(right)
        found = evidence(one, other)
        shared, alone = found["numbers_shared"], found["numbers_alone"]
        assert shared == len({*one.numbers[0].tolist()} & {*other.numbers[0].tolist()})
        assert alone == min(len(side.numbers[0]) for side in (one, other)) - (shared or 0)

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
        assert {name: found[name] for name in OPEN} == dict.fromkeys(OPEN)
        others = [name for name, column in EVIDENCE.items() if not column.nullable]
        assert {name: found[name] for name in others} == dict.fromkeys(others, 0.0)
        assert known("", TOW, "names_left", "names_right") == (None, 0.0)

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


class TestNames:
    def test_are_counted_by_their_words_and_shared_by_their_mentions(self) -> None:
        often = "Odran Kelvasti spoke. Kelvasti left. Then Kelvasti and Achterley met."
        left, right, shared, alone = known(
            often, "Nobody saw Kelvasti.", "names_left", "names_right", "names_shared", "names_alone"
        )
        seldom = known("Odran Kelvasti and Achterley met.", "Nobody saw Kelvasti.", "names_left")[0]
        assert (right, shared, alone) == (1.0, 1.0, 0.0)
        assert seldom == pytest.approx(1 / 3)
        assert left is not None
        assert 1 / 3 < left < 1.0

    def test_are_there_however_the_other_side_writes_them(self) -> None:
        for other in (TOW.upper(), TOW.lower()):
            assert known(TOW, other, "names_left", "names_exchanged")[0] == 1.0

    def test_of_which_one_side_has_none_are_unknown(self) -> None:
        nameless = "Two tugs towed the ship out at dawn, and nine people were hurt by a hawser."
        assert known(TOW, nameless, "names_left", "names_right", "names_exchanged") == (0.0, None, None)

    def test_that_both_sides_have_alone_in_linked_sentences_are_exchanged(self) -> None:
        one = "Two Calderholm tugs towed the grain carrier Amberlight out of Palisade at dawn."
        template = one.replace("Calderholm", "Brask").replace("Amberlight", "Vellmar").replace("Palisade", "Orvan")
        assert known(one, template, "names_exchanged", "names_alone", "names_shared") == (1.0, 3.0, 0.0)
        half = one.replace("Amberlight", "Vellmar")
        assert 0.0 < (known(one, half, "names_exchanged")[0] or 0.0) < 1.0
        without = one.replace("Calderholm ", "").replace("of Palisade ", "")
        assert known(one, without, "names_exchanged", "names_alone") == (0.0, 0.0)

    def test_besides_the_linked_sentences_stand_against_nobody(self) -> None:
        one, other = f"{TOW} Mayor Odran Kelvasti danced.", f"{TOW} Wheat is dear, says Brask of Vellmar Foods."
        assert known(one, other, "names_exchanged") == (0.0,)
        assert (known(one, other, "names_alone")[0] or 0.0) >= 2.0


class TestNumbers:
    def test_are_the_same_however_they_are_written(self) -> None:
        told = known(
            "The dam cost 74 million.", "It cost 74,000,000.", "numbers_agree", "numbers_shared", "numbers_alone"
        )
        assert told == (1.0, 1.0, 0.0)

    def test_that_both_sides_have_alone_in_linked_sentences_are_exchanged(self) -> None:
        one = "The ferry to Palisade carried 412 passengers and 87 cars on Monday."
        other = one.replace("412", "938").replace("87", "16")
        assert known(one, other, "numbers_exchanged", "numbers_alone", "numbers_shared") == (1.0, 2.0, 0.0)
        assert known(one, one.replace(" and 87 cars", ""), "numbers_exchanged", "numbers_alone") == (0.0, 0.0)

    def test_of_which_one_side_has_none_are_unknown(self) -> None:
        assert known(TOW, "The ship was towed.", "numbers_agree", "numbers_exchanged") == (None, None)


class TestDates:
    def test_stand_against_each_other_kind_by_kind(self) -> None:
        one = "The council met on Tuesday, 3 March 2026."
        assert known(one, one.replace("council", "board"), "dates_conflict") == (0.0,)
        assert known(one, "The council met on Friday, 3 March 2026.", "dates_conflict") == (0.25,)
        assert known(one, "The council met on Friday.", "dates_conflict") == (1.0,)
        assert known(one, "The council met in April 2026.", "dates_conflict") == (0.5,)
        assert known(one, "The council met.", "dates_conflict") == (None,)

    @pytest.mark.parametrize(
        ("other", "hours", "conflict"),
        [
            ("The council met on Monday.", 20, 0.0),
            ("The council met yesterday.", 20, 0.0),
            ("The council met on Tuesday.", 20, 0.0),
            ("The council met on Wednesday.", 60, 1.0),
            ("The council met yesterday.", 60, 1.0),
            ("The council met on 2 March.", 600, 0.0),
            ("The council met on 22 March.", 600, 1.0),
            ("The council met again.", 20, None),
        ],
    )
    def test_of_the_opening_are_days_of_the_calendar(self, other: str, hours: int, conflict: float | None) -> None:
        # NOON is a Monday; a day more or less is the other side of the world.
        first = make_side("The council met on Monday.", published_at=NOON)
        second = make_side(other, published_at=NOON + timedelta(hours=hours))
        assert evidence(first, second)["days_conflict"] == evidence(second, first)["days_conflict"] == conflict

    def test_without_times_of_publication_are_days_as_they_are_called(self) -> None:
        monday = "The council met on Monday."
        assert known(monday, "On Monday the council met.", "days_conflict") == (0.0,)
        assert known(monday, "The council met on Tuesday.", "days_conflict") == (1.0,)
        assert known(monday, "The council met yesterday.", "days_conflict") == (None,)

    def test_behind_the_opening_say_nothing_of_what_is_new(self) -> None:
        background = "The council met. It voted. Nobody spoke. The vote of Monday was annulled."
        assert known(background, background.replace("Monday", "Friday"), "days_conflict") == (None,)


class TestQuotations:
    def test_are_compared_where_both_sides_quote(self) -> None:
        one, other = "“We have had enough papers,” she said.", "“Enough papers,” she said."
        assert known(one, other, "quotes_agree") == (1.0,)
        assert known(one, "She has had enough papers.", "quotes_agree") == (None,)

    def test_are_counted_where_the_other_side_has_the_words_without_marks(self) -> None:
        told = known("“The hawser snapped,” he said.", "The hawser snapped.", "quoted_shared", "quoted_alone")
        assert told == (3.0, 0.0)
        told = known("“The hawser snapped,” he said.", "“The hawser held,” he said.", "quoted_shared", "quoted_alone")
        assert told == (2.0, 1.0)


class TestOrder:
    def test_of_a_copy_is_kept_and_of_the_same_backwards_lost(self) -> None:
        backwards = ". ".join(TOW.removesuffix(".").split(". ")[::-1]) + "."
        assert known(TOW, TOW.upper(), "order_kept") == (1.0,)
        assert known(TOW, backwards, "aligned_sentences", "order_kept") == (4.0, 0.0)

    def test_of_two_links_is_unknown(self) -> None:
        two = " ".join(TOW.split(". ")[:2])
        assert known(TOW, two, "order_kept") == (None,)

    def test_of_a_text_that_repeats_itself_fits_into_memory(self) -> None:
        # Each sentence is linked to each: held against each other, 40,000 links took 38 GB.
        again = "Two tugs towed the Amberlight from Palisade. " * 200
        n_links, order = known(again, again, "aligned_sentences", "order_kept")
        assert n_links == 40_000
        assert order == pytest.approx(0.5, abs=0.01)


class TestHeadlines:
    NEWS = "Nine people were hurt on the quay when a hawser snapped."

    def test_count_as_content_for_names_terms_and_numbers(self) -> None:
        other = make_side("The Amberlight was towed out of Palisade; 4,817 tonnes of wheat are aboard.")
        plain = evidence(make_side(self.NEWS), other)
        told = evidence(make_side(self.NEWS, headline="Amberlight towed from Palisade with 4,817 tonnes"), other)
        assert (plain["names_left"], plain["names_shared"]) == (None, 0.0)
        assert (told["names_left"], told["names_right"], told["names_shared"]) == (1.0, 1.0, 2.0)
        assert (told["salience_shared"] or 0.0) > (plain["salience_shared"] or 0.0) + 0.5
        assert (told["numbers_shared"] or 0.0) > (plain["numbers_shared"] or 0.0)
        for name in ("shingle_jaccard", "aligned_left", "length_ratio", "words"):
            assert told[name] == plain[name], name

    def test_in_capitals_name_whom_they_name(self) -> None:
        one, other = (
            make_side(self.NEWS, headline=headline)
            for headline in ("Amberlight towed from Palisade", "AMBERLIGHT LEAVES PALISADE")
        )
        assert evidence(one, other)["names_exchanged"] == 0.0
        assert evidence(one, other)["names_left"] == evidence(one, other)["names_right"] == 1.0

    @pytest.mark.parametrize(
        ("headline", "least", "most"),
        [
            ("Nine hurt as Amberlight leaves Palisade", 1.0, 1.0),
            ("Amberlight and Vellmar leave Palisade", 0.5, 0.9),
            ("Vellmar buys Brask Shipping", 0.0, 0.0),
        ],
    )
    def test_agree_as_far_as_the_other_has_the_rare_words_of_the_one_that_is_carried_less(
        self, headline: str, least: float, most: float
    ) -> None:
        one, other = make_side(TOW, headline="Amberlight towed from Palisade"), make_side(self.NEWS, headline=headline)
        agreed = evidence(one, other)["headline_agree"]
        assert agreed is not None
        assert least <= agreed <= most

    def test_that_are_missing_or_say_nothing_rare_are_unknown(self) -> None:
        one = make_side(TOW, headline="Amberlight towed from Palisade")
        assert evidence(one, make_side(TOW))["headline_agree"] is None
        common = make_side(TOW, headline="What we know so far")
        assert evidence(common, common)["headline_agree"] is None


class TestLength:
    def test_is_that_of_the_shorter_without_its_furniture(self) -> None:
        assert known("Two tugs came.", TOW, "words") == (3.0,)
        assert evidence(make_side("Two tugs came. Sign up.", furniture=[1]), make_side(TOW))["words"] == 3.0

    def test_knows_scripts_that_write_no_spaces(self) -> None:
        chinese = "这座桥长1200米，造价3亿元。"
        both = evidence(make_side(chinese, "zh"), make_side(chinese, "zh"))["unspaced"] or 0.0
        assert 0.5 < both < 1.0
        assert evidence(make_side(chinese, "zh"), make_side(TOW))["unspaced"] == 0.0


class TestFurniture:
    @pytest.mark.parametrize(
        "footer",
        [
            "Sign up for the Amberlight newsletter of Tavra Vision at Quillon Point.",
            "First published on Monday 2 February 2024 with 17 pictures, “so they say”.",
        ],
    )
    def test_is_left_out_of_all_evidence_but_the_alignment(self, footer: str) -> None:
        other = make_side(f"{TOW_AGAIN} It was Tuesday, 3 March 2026, “the longest of days”.")
        mine = f"On Tuesday it was “the longest of days”. {TOW}"
        plain, furnished = (
            evidence(make_side(mine), other),
            evidence(make_side(f"{mine} {footer}", furniture=[5]), other),
        )
        aligned = {"aligned_left", "aligned_right", "aligned_sentences", "lead_similarity", "order_kept"}
        rest = [name for name in EVIDENCE if name not in aligned]
        assert {name: furnished[name] for name in rest} == pytest.approx({name: plain[name] for name in rest})


class TestTime:
    def test_hours_apart_do_not_depend_on_the_order(self) -> None:
        early, late = make_side(TOW, published_at=NOON), make_side(TOW, published_at=NOON + timedelta(minutes=90))
        assert evidence(early, late)["hours_apart"] == evidence(late, early)["hours_apart"] == 1.5

    def test_an_unknown_time_is_no_distance(self) -> None:
        assert evidence(make_side(TOW, published_at=NOON), make_side(TOW))["hours_apart"] is None
