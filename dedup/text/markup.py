"""Tags, comments, scripts and entities that were left in a text.

In: a text as it was given. Out: where markup stands, and what a browser would show instead. Must not know what the page
looked like. Nothing here builds a tree: a text that was extracted badly is no document.
"""

from __future__ import annotations

import html
import re
from typing import Final

_TAG: Final = r"</?[A-Za-z][A-Za-z0-9]{0,15}(?:\s[^<>]{0,300})?/?>"
_ESCAPED: Final = r"(?:(?:amp|AMP|#0{0,4}38|#[xX]0{0,4}26);)*"  # an ampersand, escaped again and again
_ENTITY: Final = rf"&{_ESCAPED}((?:#\d{{1,7}}|#[xX][0-9a-fA-F]{{1,6}}|[A-Za-z]{{2,31}});)"
_MARKUP: Final = re.compile(rf"(?:{_TAG})+|{_ENTITY}")
_NAME: Final = re.compile(r"</?([A-Za-z][A-Za-z0-9]*)")
_INLINE: Final = frozenset(
    "a b i u s q em abbr bdi bdo big cite code del font ins mark nobr small span strong sub sup wbr".split()
)
"""Tags that a browser shows nothing for: one inside a word leaves it whole (a large first letter, T</span>he)."""
_BLOCK: Final = re.compile(r"<!--|<!DOCTYPE[^<>]{0,300}>|<(script|style)\b[^<>]{0,300}>", re.IGNORECASE)


def markup(text: str) -> list[tuple[int, int, str]]:
    """Where ``text`` is markup.

    Args:
        text: Any string.

    Returns:
        (start, end, what is read there) of each run of tags, comment, script or entity, by start; they may overlap, the
        earlier and longer one counts. Tags are read as a blank each, or as nothing inside a word.

    Examples:
        >>> markup("AT&amp;T<br/>T<b>i</b>red")
        [(2, 7, '&'), (8, 13, ' '), (14, 17, ''), (18, 22, '')]
        >>> markup("x <script>var y;</script> z"), markup("2 < 3 & 4 > 1")
        ([(2, 25, ' '), (2, 10, ' '), (16, 25, ' ')], [])
    """
    if "<" not in text and "&" not in text:
        return []
    found = _blocks(text)
    for match in _MARKUP.finditer(text):
        read = _tags(text, match) if match.group()[0] == "<" else _entity(match.group(), match.group(1))
        if read is not None:
            found.append((*match.span(), read))
    return found


def _blocks(text: str) -> list[tuple[int, int, str]]:
    """Comments, document types, and scripts and styles with what they hold; one without an end is none."""
    if "<" not in text:
        return []
    found: list[tuple[int, int, str]] = []
    lowered, endless, at = "", set[str](), 0
    while (match := _BLOCK.search(text, at)) is not None:
        at = match.end()
        name = (match.group(1) or "").lower()
        closing = f"</{name}>" if name else "-->"
        if match.group()[:3].lower() == "<!d":
            found.append((*match.span(), " "))
            continue
        if closing in endless:
            continue
        # NOTE: not str.lower, which may change the length of a text.
        lowered = lowered or re.sub("[A-Z]+", lambda capitals: capitals.group().lower(), text)
        end = lowered.find(closing, at)
        if end < 0:
            endless.add(closing)  # or a megabyte of openings would be searched to its end from each of them
            continue
        at = end + len(closing)
        found.append((match.start(), at, " "))
    return found


def _tags(text: str, match: re.Match[str]) -> str:
    names = _NAME.findall(match.group())
    inside = match.start() > 0 and text[match.start() - 1].isalpha()
    inside = inside and text[match.end() : match.end() + 1].isalpha()
    return "" if inside and all(name.lower() in _INLINE for name in names) else " " * match.group().count("<")


def _entity(raw: str, innermost: str) -> str | None:
    """What an entity stands for, however often its ampersand was escaped; None if it stands for itself."""
    decoded = f"&{innermost}"
    while (further := html.unescape(decoded)) != decoded:
        decoded = further
    return None if decoded == raw else decoded
