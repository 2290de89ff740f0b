"""Strings that break programs, drawn by hypothesis.

In: nothing. Out: strategies of texts, from plain ones to those nobody should write. Must not know what reads them.
"""

from __future__ import annotations

from typing import Final

from hypothesis import settings
from hypothesis import strategies as st

# fmt: off
PIECES: Final = [
    "a", "B", "é", "ß", "İ", "ﬁ", "½", "㎏", "Ｆ", "𝐁", "ё", "²", "Å", "ǆ", "ŉ", "ẞ", "Σ", "ς", "\u0345", "ᾳ", "ﷺ",
    "а", "е", "Х", "ο", "օ", "Kеlvasti", "Москвa", "кm", "강", "가", "ᄀ", "ᅡ", "ᆨ", "\u09cb", "হ", "河", "ก", "\u0941",
    "\u0301", "\u0323", "\u0301" * 40, "\u200b", "\u00ad", "\u202e", "\ufeff", "\ufe0f", "\U000e007f", "ـ", "\x00",
    "\x1f", "“", "’", "„", "«", "—", "−", "…", "。", "”", "؟", ".", "!", "?", ",", ":", ";", "-", "_", "'", '"', "(",
    ")", "&amp;", "&lt;", "&", "#38;", "&#233;", "&#x1F9E8;", "&nbsp;", "&amp;amp;lt;b&amp;gt;", "amp;", "&#0;",
    "&#128;", "<b>", "</p>", "<", ">", "<br/>", "<a href='x'>", "<p", "Ã©", "â€™", "Ã", "ðŸ", "Â ", "©", "🧨",
    "👩\u200d🚒", "🇰🇿", " ", "  ", "\n", "\n\n", "\r\n", "-\n", "- \n ", "\t", " ", "\u2028", "\u2029", "\u3000",
    "\u0085", "\x0b", "Mr. ", "U.S. ", "J. K. ", "3.5", "8. Mai", "no. 7", "word", "Word ", "“He said.” ", "1. ",
    "0", "２", "٣", "Ⅷ",
    # Disguises: whole words of twins, styled and struck letters, Cherokee, Coptic, Deseret, joiners, overrides.
    "сосоа", "Рах ", "СССР", "α", "τо", "Ꭰ", "ⲟ", "𐐬", "ʟᴇᴀꜱᴇ", "𝐥𝐞", "ⓛⓔ", "🅰", "🅱", "l\u0336e\u0336", "\u0336",
    "\u20dd", "\u20e3", "=\u0338", "\u200d", "\u200c", "\u200f", "\u2066", "\U000e0041", "می\u200cخ",
    # What folds to a character that joins the one before it; hyphens at line ends; code pages; blocks of markup.
    "ㅏ", "ㄳ", "ﾞ", "か", "\u0f75", "‐\n", "\xad\n", "well-\nknown", "infor-\r\nmation", "РџРѕСЂС‚", "Рџ", "С‚",
    "<!--", "-->", "<script>", "</script>", "<STYLE x>", "<!DOCTYPE html>", "T</b>", "<i>", "<wbr>",
]
# fmt: on

characters = st.characters(exclude_categories=["Cs"])
"""Every code point but halves of surrogate pairs, astral ones included."""

strange_texts = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=25).map("".join),
    st.lists(st.one_of(st.sampled_from(PIECES), characters), max_size=25).map("".join),
    st.text(characters, max_size=40),
)

plain_words = st.sampled_from(
    "the harbour of Palisade was closed on Monday after a grain ship broke its moorings and two tugs towed her out to "
    "sea where Chancellor Sorvan Ildomar said nine people had been hurt by the hawser 31 14 2026 wheat flour "
    "loaves".split()
)
plain_sentences = st.lists(plain_words, min_size=3, max_size=12).map(lambda words: " ".join(words).capitalize() + ".")
plain_texts = st.lists(plain_sentences, max_size=8).map(" ".join)

THOROUGH: Final = settings().max_examples >= 1_000
"""Whether there is time for every case (``make fuzz``), where an ordinary run takes a sample of them."""
few: Final = settings(max_examples=settings().max_examples // 3)
"""For laws over whole articles, where an example costs a hundred times what one over a string does."""
