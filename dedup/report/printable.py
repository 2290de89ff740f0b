"""Text that cannot command a terminal.

In: text that somebody else wrote. Out: text of the same length, in code points, that only shows. Must not know where it
is shown. Same length, so that spans into the one are spans into the other.
"""

from __future__ import annotations

from typing import Final

REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"

_SHOWN: Final[dict[int, str]] = {
    **{code: chr(0x2400 + code) for code in range(0x20)},  # pictures of the control characters, such as ␛ for escape
    0x7F: "\N{SYMBOL FOR DELETE}",
    **dict.fromkeys(range(0x80, 0xA0), REPLACEMENT),  # a terminal reads U+009B as the start of a command
    **dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)], REPLACEMENT),  # they reorder the rest of the line
    **dict.fromkeys(range(0xD800, 0xE000), REPLACEMENT),  # half a character cannot be encoded
    **dict.fromkeys([0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029], " "),
}

_ESCAPED: Final[dict[int, str]] = {
    code: f"\\u{code:04x}"
    for code in _SHOWN
    if code >= 0x7F  # below, JSON itself escapes
}


def printable(text: str) -> str:
    r"""Return ``text`` with every character that does something replaced by one that only shows.

    Line ends and tabs become spaces, other control characters their pictures, and what has no picture (C1 controls,
    overrides of the writing direction, halves of characters) the replacement character. All else, marks that Arabic
    and Hebrew need included, stays.

    Examples:
        >>> printable("red \x1b[31malert\n\u202egnorw")
        'red ␛[31malert �gnorw'
        >>> len(printable("a\r\nb\x9b2J")) == len("a\r\nb\x9b2J")
        True
    """
    return text.translate(_SHOWN)


def printable_json(text: str) -> str:
    r"""Return the JSON ``text`` with such characters as escapes: it means the same and does nothing.

    Args:
        text: JSON as ``json.dumps(..., ensure_ascii=False)`` writes it, without line breaks between tokens.

    Examples:
        >>> printable_json('{"title": "caf\u00e9 \x9b2J"}')
        '{"title": "café \\u009b2J"}'
    """
    return text.translate(_ESCAPED)
