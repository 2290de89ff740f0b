"""Texts and columns on which a reader of bytes stumbles, drawn by hypothesis.

In: the strange texts of ``tests.text``. Out: strategies of texts and of columns. Must not know what reads them.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import polars as pl
from hypothesis import strategies as st

from tests.text.strange import PIECES, characters, plain_texts, strange_texts

# fmt: off
CONTEXT: Final = [
    # Full-width and half-width forms that a second reading takes for markup, kana and Hangul letters that compose.
    "＜", "＆", "；", "＞", "／", "ａ", "１", "ｱ", "ﾞ", "ㄱ", "ㅏ", "ﾡ", "ￂ", "゛", "－\n", "—\n",
    # Letters to the folds of look-alikes that are none when folded, and the other way round.
    "ʼ", "½", "²", "①", "⒜", "Ɛ", "ŉ", "ͺ", "µ", "ж", "ѕ", "ა", "ἀ", "ⓐ", "℀",
    # What may begin, continue or end mojibake, a tag, an entity.
    "À", "Å", "ᴭ", "￠", "·", "<b/", "<i ", "</", "/>", "<b<i>>", "&#", "&a", "R&D’s", "2;", "lt;",
    # Words of every length that is hashed in its own way.
    "x" * 7, "y" * 8, "z" * 9, "q" * 16, "v" * 17, "w" * 32, "k" * 33, "j" * 63, "p" * 65, "é" * 33, "𝐁" * 20,
]
# fmt: on

padding = st.integers(0, 130).map(lambda length: "x " * (length // 2) + "y" * (length % 2))
rough_texts = st.one_of(
    strange_texts,
    plain_texts,
    padding,
    st.lists(st.one_of(st.sampled_from(PIECES + CONTEXT), characters), max_size=20).map("".join),
    st.lists(st.sampled_from(CONTEXT + list("aх ;>")), max_size=8).map("".join),
    st.tuples(padding, st.lists(st.sampled_from(PIECES + CONTEXT), max_size=4).map("".join), padding).map("".join),
)
inlined_texts = st.text(st.sampled_from("ab é河"), max_size=7)
"""Around the twelve bytes up to which Arrow keeps a text in its view."""


def make_column(
    texts: Sequence[str | None], cuts: Sequence[int] = (), start: int = 0, stop: int | None = None
) -> pl.Series:
    """A column of ``texts`` in several chunks, of which a part is taken.

    Args:
        texts: All texts.
        cuts: Where chunks end, in any order.
        start: First row taken.
        stop: One past the last row taken.
    """
    edges = [0, *sorted(min(cut, len(texts)) for cut in cuts), len(texts)]
    chunks = [pl.Series("text", texts[first:last], dtype=pl.String) for first, last in pairwise(edges)]
    return pl.concat(chunks, rechunk=False)[start:stop]


@st.composite
def columns(draw: st.DrawFn) -> pl.Series:
    """Columns with missing, short, long and strange texts, in chunks and slices."""
    texts = draw(st.lists(st.one_of(st.none(), inlined_texts, rough_texts), max_size=8))
    cuts = draw(st.lists(st.integers(0, 8), max_size=3))
    start = draw(st.integers(0, 3))
    return make_column(texts, cuts, start, draw(st.one_of(st.none(), st.integers(start, 8))))
