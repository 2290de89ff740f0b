"""Chinese numerals.

In: characters. Out: the number written in Chinese numerals at a place. Must not know units or what is counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

_DIGITS: Final = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "兩": 2}
_SMALL: Final = {"十": 10, "百": 100, "千": 1000}
_LARGE: Final = {"万": 10_000, "萬": 10_000, "亿": 100_000_000, "億": 100_000_000}
_HALF: Final = "半"
NUMERALS: Final = frozenset(_DIGITS) | frozenset(_SMALL) | {_HALF}
"""Characters a numeral can begin with."""


def numeral(characters: Sequence[str], index: int) -> tuple[float, int] | None:
    """Value and last index of the numeral at ``index``; None where there is none.

    A lone 一 is an article more often than a number, and no numeral. 三成 is 30, of a hundred.

    Examples:
        >>> numeral("三百二十年", 0), numeral("四百六十万元", 0), numeral("十二", 0)
        ((320.0, 3), (4600000.0, 4), (12.0, 1))
        >>> numeral("一个", 0) is None
        True
    """
    total, section, digit = 0, 0, -1
    at = index
    while at < len(characters):
        character = characters[at]
        if character in _DIGITS:
            if digit > 0:
                break
            digit = _DIGITS[character]
        elif character in _SMALL:
            section += _SMALL[character] * (1 if digit < 0 else digit)
            digit = -1
        elif character in _LARGE and at > index:
            total += (section + max(digit, 0)) * _LARGE[character]
            section, digit = 0, -1
        else:
            break
        at += 1
    value = total + section + max(digit, 0)
    if at == index or value == 0 or (value == 1 and at == index + 1):
        return None
    return float(value), at - 1


def share(characters: Sequence[str], index: int) -> tuple[float, int] | None:
    """Percent and last index of the share at ``index``; None where there is none.

    Examples:
        >>> share("三分之二", 0), share("百分之二十点五", 0), share("一半", 0), share("三成五", 0)
        ((66.666667, 3), (20.5, 6), (50.0, 1), (35.0, 2))
        >>> share("三百", 0) is None
        True
    """
    if "".join(characters[index : index + 2]) in {"一半", "半数", "半數"}:
        return 50.0, index + 1
    below = _whole(characters, index)
    if below is None:
        return None
    at = below[1] + 1
    if "".join(characters[at : at + 1]) == "成" and below[0] < 10:
        more = _DIGITS.get(characters[at + 1], 0) if at + 1 < len(characters) else 0
        return 10.0 * below[0] + more, at + bool(more)
    if "".join(characters[at : at + 2]) != "分之" or at + 2 >= len(characters) or below[0] < 2:
        return None
    above = _whole(characters, at + 2)
    if above is None:
        return None
    value, last = above
    if "".join(characters[last + 1 : last + 2]) == "点":
        digits = ""
        while last + 2 + len(digits) < len(characters) and characters[last + 2 + len(digits)] in _DIGITS:
            digits += str(_DIGITS[characters[last + 2 + len(digits)]])
        if digits:
            value, last = float(f"{value:.0f}.{digits}"), last + 1 + len(digits)
    return round(100.0 * value / below[0], 6), last


def halved(characters: Sequence[str], index: int) -> tuple[float, int, str] | None:
    """What is counted in halves at ``index``: value, last index, and the unit of it where it is a year.

    Examples:
        >>> halved("半年", 0), halved("两年半", 0), halved("一个半小时", 0), halved("半个世纪", 0)
        ((0.5, 1, 'year'), (2.5, 2, 'year'), (1.5, 2, ''), (0.5, 1, ''))
        >>> halved("两年后", 0) is None
        True
    """
    rest = "".join(characters[index + 1 : index + 2])
    if characters[index] == _HALF:
        return (0.5, index + 1, "year" if rest == "年" else "") if rest in {"年", "个", "個"} else (0.5, index, "")
    whole = _whole(characters, index)
    if whole is None:
        return None
    value, last = whole
    behind = "".join(characters[last + 1 : last + 3])
    return (value + 0.5, last + 2, "year" if behind[0] == "年" else "") if behind in {"年半", "个半", "個半"} else None


def _whole(characters: Sequence[str], index: int) -> tuple[float, int] | None:
    """``numeral``, or 一, or a token of digits."""
    first = characters[index]
    if first == "一" and (index + 1 >= len(characters) or characters[index + 1] not in {*_SMALL, *_LARGE}):
        return 1.0, index
    if first.isascii() and first.replace(".", "", 1).isdecimal():
        return float(first), index
    return numeral(characters, index)
