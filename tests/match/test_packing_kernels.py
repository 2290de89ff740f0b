"""What an article is compared by, compiled, is what the readable reference says."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dedup.match.packing import DATE_KIND, HEADLINE
from dedup.match.packing_kernels import ordered, ranks, runs
from dedup.match.parcels import packed
from dedup.match.profiles import run_hashes
from dedup.match.sides import RARE_HEADLINE, Side, heaviest, told_in_headline
from dedup.sketch.salience import term_id
from dedup.text.sentences import sentences
from tests.match.builders import LEAK, TOW, make_side
from tests.text.strange import few, plain_texts, strange_texts

QUOTED = "LIMA, May 19 - “We lost 12 of the 12 boats,” said Ada Byrne. “12 boats,” Byrne said; Lima paid 12.5 million."
texts = st.one_of(plain_texts, strange_texts, st.sampled_from([TOW, LEAK, QUOTED]))
headlines = st.one_of(
    st.none(), strange_texts, st.sampled_from(["AMBERLIGHT TOWED OUT AT DAWN", "Byrne lost 12 boats"])
)
times = st.sampled_from([None, datetime(2026, 3, 2, 12, tzinfo=UTC)])
sides = st.builds(
    lambda text, lang, headline, first, time: make_side(
        text, lang, time, (0,) if first and sentences(text) else (), headline
    ),
    *(texts, st.sampled_from(["en", "zh"]), headlines, st.booleans(), times),
)
hashes = st.lists(st.integers(-3, 3), max_size=12).map(lambda values: np.asarray(values, dtype=np.int64))


def distinct_words(side: Side) -> tuple[list[int], list[bool], list[int]]:
    """The distinct words of each sentence, whether they are digits, and where those of each sentence end."""
    profile = side.profile
    found: list[tuple[int, bool]] = []
    ends = []
    for at in range(profile.n_sentences):
        mine = slice(*profile.bounds[at : at + 2].tolist())
        seen: dict[int, bool] = {}
        for word, digits in zip(profile.word[mine].tolist(), profile.is_digits[mine].tolist(), strict=True):
            seen.setdefault(word, digits)
        found += sorted(seen.items())
        ends.append(len(found))
    return [word for word, _ in found], [digits for _, digits in found], ends


def mentions(side: Side) -> dict[str, np.ndarray]:
    """Every mention of a name and of a number outside furniture, those of the headline last."""
    profile, head = side.profile, side.headline
    named, stated = profile.is_name & side.content, side.stated
    of_names: list[list[np.ndarray]] = [
        [column[named]] for column in (profile.term, profile.sentence, profile.weight, profile.prefix)
    ]
    of_numbers: list[list[np.ndarray]] = [
        [column[stated]] for column in (profile.amount, profile.amount_sentence, profile.amount_weight)
    ]
    if head is not None:
        told, there = told_in_headline(head), np.full(len(head.amount), HEADLINE)
        more: list[np.ndarray] = [
            head.term[told],
            np.full(int(told.sum()), HEADLINE),
            head.weight[told],
            head.prefix[told],
        ]
        of_names = [[*column, values] for column, values in zip(of_names, more, strict=True)]
        amounts: list[np.ndarray] = [head.amount, there, head.amount_weight]
        of_numbers = [[*column, values] for column, values in zip(of_numbers, amounts, strict=True)]
    name, *of_name = map(np.concatenate, of_names)
    number, *of_number = map(np.concatenate, of_numbers)
    return {
        "mention_name": np.searchsorted(side.names.term, name),
        **dict(zip(("mention_sentence", "mention_weight", "mention_prefix"), of_name, strict=True)),
        "stated_number": np.searchsorted(side.numbers[0], number),
        **dict(zip(("stated_sentence", "stated_weight"), of_number, strict=True)),
    }


@given(
    st.one_of(hashes, st.lists(st.integers(-(2**63), 2**63 - 1), max_size=40).map(np.array)),
    st.integers(1, 3),
)
@example(np.arange(300), 1)
@example(-np.arange(300), 1)  # as far from hashes as can be
def test_hashes_are_put_in_order_as_any_sort_that_keeps_equals_does(values: np.ndarray, times: int) -> None:
    values = np.tile(values.astype(np.int64), times)
    assert np.array_equal(ordered(values), np.argsort(values, kind="stable"))


@few
@given(sides)
@example(make_side(QUOTED, headline="Byrne lost 12 boats", furniture=(1,)))
@example(make_side("", headline="Byrne lost 12 boats"))
def test_arrays_are_the_readable_reference(side: Side) -> None:
    found, units, profile = packed([side])._asdict(), side.profile.units, side.profile
    words, is_digits, ends = distinct_words(side)
    head = side.headline
    rare = (np.empty(0), np.empty(0)) if head is None else heaviest(head.term, head.weight)
    expected = {
        "unit_sentence": units.sentence,
        "unit_index": units.index,
        "unit_root": units.root,
        "unit_kinds": units.kinds,
        "term": units.vocabulary,
        "term_count": units.count,
        "term_strength": units.strength,
        "mass": side.mass,
        "word": words,
        "word_is_digits": is_digits,
        "word_end": ends,
        "shingle": side.shingles,
        "has": side.salience[0],
        "has_weight": side.salience[1],
        "begins": side.begins,
        "name": side.names.term,
        "number": side.numbers[0],
        "number_weight": side.numbers[1],
        "quoted": side.quoted[0],
        "quoted_weight": side.quoted[1],
        "headline": rare[0][rare[1] >= RARE_HEADLINE],
        "headline_weight": rare[1][rare[1] >= RARE_HEADLINE],
        "n_words": profile.n_words,
        "fingerprint": profile.fingerprints,
        "date": sorted(
            DATE_KIND * ("weekday", "day", "month", "year").index(kind) + value
            for kind, values in side.dates.items()
            for value in values
        ),
        "day": [term_id(day) if isinstance(day, str) else day for day in sorted(side.lead_days, key=str)],
        "day_is_text": [isinstance(day, str) for day in sorted(side.lead_days, key=str)],
        "n_content": [side.content.sum()],
        "unspaced": [side.unspaced],
        "hours": [np.nan if side.published_at is None else side.published_at.timestamp() / 3600],
        "has_headline": [head is not None],
        **mentions(side),
    }
    for name, values in expected.items():
        np.testing.assert_array_equal(found[name], values, name)


@given(hashes, st.integers(1, 4))
def test_runs_are_hashed_alike(word: np.ndarray, size: int) -> None:
    np.testing.assert_array_equal(runs(word, np.ones(len(word), np.bool_), size), run_hashes(word, size))


@given(hashes)
def test_ranks_are_places_among_the_distinct(values: np.ndarray) -> None:
    distinct, place = ranks(values)
    assert distinct.tolist() == sorted(set(values.tolist()))
    np.testing.assert_array_equal(distinct[place], values)


@pytest.mark.parametrize("text", ["", "12", "澜河市"])
def test_a_text_of_hardly_anything_has_arrays(text: str) -> None:
    assert packed([make_side(text, "zh")]).term.tolist() == make_side(text, "zh").profile.units.vocabulary.tolist()
