r"""Words broken over two lines, as a PDF leaves them.

In: a text as it was given. Out: where a hyphen stands at the end of a line, and whether it belongs to the word
("well-\nknown") or to the line ("infor-\nmation"). Must not know other articles.

Both words must come out as everybody else writes them, or five shingles are lost each. What decides, in this order: a
capital behind the hyphen (Franco-\nGerman); how this very text writes the word elsewhere; how common the word is in the
text's language with and without its halves. In doubt the halves are joined: names are in no list.
"""

from __future__ import annotations

import re
from typing import Final

from dedup.text.frequencies import zipf_frequencies
from dedup.text.language import identify

_BREAK: Final = re.compile("(?<=[^\\W\\d_])[-‐\xad][ \t]*\r?\n[ \t]*(?=[^\\W\\d_])")
_LETTER: Final = re.compile(r"[^\W\d_]")
_WORD: Final = re.compile(r"[^\W\d_]+(?:[-‐][^\W\d_]+)*")
_REACH: Final = 40
"""Letters looked at on either side of a break; longer words are joined."""
_KNOWN: Final = 2.995
"""Zipf frequency from which a word is one: 'wellknown' and 'infor' are in word lists too. Lists go by hundredths,
and the edge stands between two of them."""
_HALF: Final = 3.475
"""The same for half of a compound."""


def broken_words(text: str) -> list[tuple[int, int, str]]:
    r"""The breaks inside words of ``text``.

    Args:
        text: Any string.

    Returns:
        (start, end, reading) of each, in order; the reading is a hyphen or nothing.

    Examples:
        >>> broken_words("the infor-\nmation of a well-\nknown Franco-\nGerman Dosym-\nbek")
        [(9, 11, ''), (27, 29, '-'), (41, 43, '-'), (55, 57, '')]
        >>> broken_words("in 2020-\n21")
        []
    """
    matches = list(_BREAK.finditer(text))
    if not matches:
        return []
    lowered = text.lower()
    elsewhere = {word.replace("‐", "-") for word in _WORD.findall(lowered)}
    lang = identify(re.findall(r"[^\W_]+", lowered[:20_000]))
    return [(*match.span(), _reading(text, match, elsewhere, lang)) for match in matches]


def _reading(text: str, match: re.Match[str], elsewhere: set[str], lang: str) -> str:
    if match.group()[0] == "\xad":
        return ""  # a soft hyphen says of itself that it belongs to the line
    first, last = match.start(), match.end()
    while first > 0 and match.start() - first < _REACH and _LETTER.match(text[first - 1]):
        first -= 1
    while last < len(text) and last - match.end() < _REACH and _LETTER.match(text[last]):
        last += 1
    left, right = text[first : match.start()], text[match.end() : last]
    if right[0].isupper() and not left.isupper():
        return "-"
    left, right = left.lower(), right.lower()
    if left + right in elsewhere or f"{left}-{right}" in elsewhere:
        return "" if left + right in elsewhere else "-"
    known = zipf_frequencies(lang)
    # A few words may be taken for any language; English words are in all of them.
    if max(known.get(left + right, 0.0), zipf_frequencies("en").get(left + right, 0.0)) >= _KNOWN:
        return ""
    return "-" if min(known.get(left, 0.0), known.get(right, 0.0)) >= _HALF else ""
