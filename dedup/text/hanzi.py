"""Chinese numerals.

In: characters. Out: the number written in Chinese numerals at a place. Must not know units or what is counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

_DIGITS: Final = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "兩": 2}
_SMALL: Final = {"十": 10, "百": 100, "千": 1000}
_LARGE: Final = {"万": 10_000, "萬": 10_000, "亿": 100_000_000, "億": 100_000_000}
NUMERALS: Final = frozenset(_DIGITS) | frozenset(_SMALL)
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
