"""Words and tokens found by compiled code: those of the patterns, wherever they stand; and tables of what is known."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dedup.sketch import cutting, cutting_kernels
from dedup.sketch.cutting import Answers, Learned, first_of_each, placed
from dedup.sketch.kept import Kept
from dedup.text.tokens import as_read
from dedup.text.tokens import tokens as readable_tokens
from dedup.text.words import UNSPACED, word_spans, words
from tests.text.strange import plain_texts, strange_texts

pieces = st.lists(
    st.sampled_from(
        "l' qu' Dell' sull' all' dall' nell' d'A 's S' 'S a.b. U.S. p.m x- -y o'clock ten-year 1,250.5 3:04 "
        ". , ' - _ 河 ก ๑๒ ๑.๒ ٣٤ ¼ ² é \n \u2028 \xa0 \t \u0301 \ud800 Σ İ".split(" ")
    ),
    max_size=12,
).map("".join)
hashes = st.lists(st.integers(0, 2**64 - 1), unique=True, max_size=600)


@given(st.one_of(pieces, strange_texts, plain_texts))
def test_words_are_those_of_the_pattern(text: str) -> None:
    found = cutting.words(text)
    assert list(map(tuple, found.spans.tolist())) == word_spans(text)
    assert np.array_equal(found.hashes, placed(words(text))[0].hashes)


@given(st.one_of(pieces, strange_texts, plain_texts))
@example("a's's 's A'S l's's")
@example("Dell'arte dell'1 dell' qu'il Qu'河 quu'il ll'x all'ok")
def test_tokens_are_those_of_the_pattern(text: str) -> None:
    read = readable_tokens(text)
    (spans, hashes), breaks = cutting.tokens(as_read(text)[0])
    assert (spans[:, 0].tolist(), spans[:, 1].tolist(), breaks.tolist()) == (read.starts, read.ends, read.breaks)
    assert np.array_equal(hashes, placed(read.words)[0].hashes)


@given(st.one_of(pieces, strange_texts))
def test_words_are_joined_by_blanks_and_found_again(text: str) -> None:
    spans, written = cutting.words(text).spans, words(text)
    joined, begins = cutting.joined(text, spans)
    assert joined == "".join(f"{word} " for word in written)
    assert [joined[start : end - 1] for start, end in pairwise(begins.tolist())] == written


@given(st.one_of(pieces, strange_texts))
def test_kernels_called_bare_say_the_same(text: str) -> None:
    def all_of(kernels: dict[str, Callable[..., Any]]) -> list[Any]:
        with pytest.MonkeyPatch.context() as patch:
            for name, kernel in kernels.items():
                patch.setattr(cutting, f"_{name}", kernel)
            found, (cut, breaks), table = cutting.words(text), cutting.tokens(as_read(text)[0]), Learned()
            table.learn(np.unique(found.hashes), np.arange(len(np.unique(found.hashes))))
            joined, begins = cutting.joined(text, found.spans)
            return [*found, *cut, breaks, joined, begins, *placed(words(text))[0], *table.of(found.hashes)]

    names = ("words", "tokens", "join", "hashes", "find", "put")
    bare = all_of({name: Kept("dedup.sketch.cutting_kernels", name) for name in names})
    for one, other in zip(all_of({name: getattr(cutting_kernels, name) for name in names}), bare, strict=True):
        assert np.array_equal(one, other)


@given(st.lists(plain_texts, min_size=1, max_size=4), st.integers(1, 9))
def test_a_full_table_starts_anew_and_answers_the_same(texts: list[str], most: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cutting, "MOST", most)
        lengths = Answers(lambda words: list(map(len, words)))
        for text in texts:
            assert lengths.of(*cutting.words(text), text).tolist() == list(map(len, words(text)))
            assert len(lengths) <= max(most, *(len(set(words(text))) for text in texts))


def test_no_character_that_is_not_asked_for_its_kind_has_one() -> None:
    unasked = "".join(map(chr, range(cutting._PEOPLED, 0x110000)))
    assert re.search(rf"[\w\s{UNSPACED}]", unasked) is None


@given(strange_texts)
def test_other_words_have_other_hashes(text: str) -> None:
    written = [*{*words(text)}]
    assert len({*placed(written)[0].hashes.tolist()}) == len(written)


@given(hashes, st.integers(0, 600))
def test_what_was_learned_is_known_and_nothing_else(given_hashes: list[int], cut: int) -> None:
    learned, other = (np.asarray(part, dtype=np.uint64) for part in (given_hashes[:cut], given_hashes[cut:]))
    known = Learned()
    for part in np.array_split(np.arange(len(learned)), 3):  # grows while it is used
        known.learn(learned[part], part)
    for sought, expected in ((learned, [*range(len(learned))]), (other, [-1] * len(other))):
        found, n_unknown = known.of(sought)
        assert (found.tolist(), n_unknown) == (expected, expected.count(-1))
    assert len(known) == len(learned)


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans())))
def test_the_first_of_each_is_where_it_first_was_chosen(entries: list[tuple[int, bool]]) -> None:
    hashes = np.asarray([value for value, _ in entries], dtype=np.uint64)
    chosen = np.asarray([is_chosen for _, is_chosen in entries], dtype=np.bool_)
    first = {value: at for at, (value, is_chosen) in reversed([*enumerate(entries)]) if is_chosen}
    assert first_of_each(hashes, chosen).tolist() == sorted(first.values())
