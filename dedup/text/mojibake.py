"""UTF-8 that somebody read in another code page, put right.

In: a text as it was given. Out: where it is mojibake, and what it should read. Must not know where the text came from.

Two code pages are undone, those that news meets: Windows-1252 (“naÃ¯ve”, “donâ€™t”), sequence by sequence, and
Windows-1251 (“РџРѕСЂС‚” for “Порт”), word by word. This is the logic of the library ftfy where it is certain, done in
place so that offsets survive; what ftfy guesses from the looks of a whole line is left alone.
"""

from __future__ import annotations

import re
from typing import Final

_LEAD: Final = "\xc2-\xf4\u0192\u201a\u0160\u0152\u017d"
_TRAIL: Final = "\x80-\xbf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122"
MOJIBAKE: Final = re.compile(f"[{_LEAD}РС]")
"""What mojibake begins with; a text without has none."""
_LATIN: Final = re.compile(f"[{_LEAD}][{_TRAIL}]{{1,3}}")
_LATIN_LEAD: Final = re.compile(f"[{_LEAD}]")
_CYRILLIC_TRAIL: Final = "".join(
    "\x98" if byte == 0x98 else bytes([byte]).decode("cp1251") for byte in range(0x80, 0xC0)
)
_CYRILLIC: Final = re.compile(f"(?:[РС][{re.escape(_CYRILLIC_TRAIL)}]){{3,}}")
_TRAILING: Final = re.compile(f"[{_TRAIL}РС{re.escape(_CYRILLIC_TRAIL)}]")
_RUSSIAN: Final = re.compile("[А-яЁёІіЇїЄєҐґ]+")
_FOLLOWING_CYRILLIC: Final = 3
"""Characters that follow a Р or С of Cyrillic mojibake at the least."""


def mojibake(text: str) -> list[tuple[int, int, str]]:
    """Where ``text`` is mojibake.

    Args:
        text: Any string.

    Returns:
        (start, end, reading) of each sequence, in order.

    Examples:
        >>> mojibake("a naÃ¯ve man"), mojibake("РџРѕСЂС‚ закрыт")
        ([(4, 6, 'ï')], [(0, 8, 'Порт')])
        >>> mojibake("SÃO PAULO"), mojibake("Рі")
        ([], [])
    """
    found = [(*match.span(), read) for match in _LATIN.finditer(text) if (read := _latin(match.group())) is not None]
    more = [(*match.span(), read) for match in _CYRILLIC.finditer(text) if (read := _cyrillic(match.group()))]
    return sorted(found + more) if more else found


def _latin(raw: str) -> str | None:
    try:
        return _windows_1252(raw).decode("utf-8")
    except (UnicodeDecodeError, UnicodeEncodeError):
        return None


def _windows_1252(raw: str) -> bytes:
    """Encode as Windows-1252 with its five undefined bytes passed through, as browsers do."""
    return b"".join(bytes([ord(c)]) if 0x80 <= ord(c) <= 0x9F else c.encode("cp1252") for c in raw)


def _cyrillic(raw: str) -> str | None:
    try:
        read = b"".join(b"\x98" if c == "\x98" else c.encode("cp1251") for c in raw).decode("utf-8")
    except (UnicodeDecodeError, UnicodeEncodeError):
        return None
    return read if _RUSSIAN.fullmatch(read) else None


def mojibake_lead(character: str) -> int:
    """How many trailing characters a sequence of mojibake has at least that begins with this one; 0 if none does."""
    if character in {"Р", "С"}:
        return _FOLLOWING_CYRILLIC
    if not _LATIN_LEAD.match(character):
        return 0
    try:
        (byte,) = _windows_1252(character)
    except UnicodeEncodeError:
        return 0
    return 0 if byte < 0xC2 or byte > 0xF4 else 1 if byte < 0xE0 else 2 if byte < 0xF0 else 3


def mojibake_trail(character: str) -> bool:
    """Whether a character can stand in a sequence of mojibake behind the first."""
    return _TRAILING.match(character) is not None
