"""Characters that nobody sees, and letters dressed up so that machines do not read them.

In: a text as it was given. Out: where such characters stand, what is read there, and whether somebody may have meant to
hide something. Must not know look-alikes of other scripts, nor other articles.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

INVISIBLE: Final = re.compile(
    "[\xad\u034f\u061c\u0640\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    "\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]+"
)
_JOINERS: Final = re.compile(
    "[\u034f\u0640\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200c\u200d\ufe00-\ufe0f\U000e0020-\U000e01ef]{1,8}"
)
"""What scripts other than Latin and pictures are written with; a Persian word may hold one, a flag holds seven."""
_DIRECTIONS: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202c\u2066-\u2069]{1,4}")
_OVERRIDES: Final = re.compile("[\u202d\u202e]")
_RIGHT_TO_LEFT: Final = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")

_OVERLAYS: Final = "\u0334-\u0338\u20d2\u20d3\u20d8-\u20db\u20dd-\u20e0\u20e2\u20e4-\u20e6\u20ea\u20eb"
_MARKS: Final = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20e2\u20e4-\u20f0\ufe20-\ufe2f"
MARK: Final = re.compile(f"[{_MARKS}]")
_MARKED: Final = re.compile(f"[^{_MARKS}][{_MARKS}]+")
_OVERLAY: Final = re.compile(f"[{_OVERLAYS}]")
_STACK: Final = 4
"""Marks on one letter from which they are noise; Vietnamese has two, ancient Greek three."""
_LONG: Final = 30
"""Marks beyond which they are not put in order first, which would cost their square."""

_STYLES: Final = (
    "\U0001d400-\U0001d7ff\u249c-\u24e9\U0001f110-\U0001f129\U0001f130-\U0001f149\U0001f150-\U0001f169"
    "\U0001f170-\U0001f189ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡʏᴢ"
)
"""Mathematical, circled, squared and small capital letters; a lone one is a symbol."""
STYLED: Final = re.compile(f"[{_STYLES}]")
_STYLED: Final = re.compile(f"[{_STYLES}]{{2,}}")


def invisible(text: str) -> list[tuple[int, int, str, str]]:
    """Runs of characters that nobody sees, all read as nothing.

    Args:
        text: Any string.

    Returns:
        (start, end, "", kind) of each, in order. Kinds: ``invisible``; ``direction`` for an override, which shows a
        text in another order than it is stored; ``hyphenation`` for soft hyphens; ``joiner`` where typography needs
        them: joiners of other scripts and pictures, directions in a text that runs from right to left, the mark that
        begins a file.

    Examples:
        >>> invisible("pass\u200bword, می\u200cخواهم, trans\u00adport"), invisible("file\u202etxt.exe")
        ([(4, 5, '', 'invisible'), (13, 14, '', 'joiner'), (26, 27, '', 'hyphenation')], [(4, 5, '', 'direction')])
    """
    return [(*match.span(), "", _kind(text, match)) for match in INVISIBLE.finditer(text)]


def _kind(text: str, match: re.Match[str]) -> str:
    raw = match.group()
    before = text[match.start() - 1] if match.start() else ""
    if raw == "\xad":
        return "hyphenation"
    if raw == "\ufeff" and not before:
        return "joiner"
    if before >= "\u0370" and _JOINERS.fullmatch(raw):
        return "joiner"
    if _OVERRIDES.search(raw):
        return "direction"
    after = text[match.end() : match.end() + 40]
    around = text[max(0, match.start() - 40) : match.start()] + after
    return "joiner" if _DIRECTIONS.fullmatch(raw) and _RIGHT_TO_LEFT.search(around) else "invisible"


def overlays(text: str) -> list[tuple[int, int, str]]:
    """Letters and blanks struck through, enclosed or heaped with marks, each read as the plain letter.

    Args:
        text: Any string.

    Returns:
        (start, end, reading) of each, in order. A symbol with a stroke (an inequality) is what it is, and up to three
        accents are spelling.

    Examples:
        >>> overlays("l\u0336e\u0336ase"), overlays("cafe\u0301, 2 =\u0338 3")
        ([(0, 2, 'l'), (2, 4, 'e')], [])
    """
    found: list[tuple[int, int, str]] = []
    for match in _MARKED.finditer(text):
        read = _without_overlays(match.group())
        if read is not None:
            found.append((*match.span(), read))
    return found


def _without_overlays(raw: str) -> str | None:
    base = raw[0]
    if not (base.isalnum() or base.isspace()):
        return None
    if len(raw) > _LONG:
        return unicodedata.normalize("NFD", base)[0]
    plain = unicodedata.normalize("NFD", raw)
    if len(MARK.findall(plain)) >= _STACK:
        return plain[0]
    return _OVERLAY.sub("", raw) if _OVERLAY.search(raw) else None


def styled(text: str) -> list[tuple[int, int]]:
    """Words in letters of another dress, which folding reads as plain ones.

    Args:
        text: Any string.

    Returns:
        (start, end) of each run of two and more, in order.

    Examples:
        >>> styled("the 𝐥𝐞𝐚𝐬𝐞, the ʟᴇᴀꜱᴇ, the field 𝐁")
        [(4, 9), (15, 20)]
    """
    return [match.span() for match in _STYLED.finditer(text)]
