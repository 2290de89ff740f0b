"""Where the place, day and agency in front of a report end.

In: the first sentence of a text, as given. Out: how many of its characters are a dateline. Must not know other texts.

An outlet that prints an agency's report word for word puts its own dateline in front, or leaves the agency's out; the
sentence behind it is the same all the same.
"""

from __future__ import annotations

import re
from typing import Final

_DATELINE: Final = re.compile(
    r"""
    (?:
        # LIMA, May 19 (CPA) -     ASHPORT, Ore. —     МОСКВА, 11 мар —
        [^\W\d_a-zà-ÿа-яё]{2,30}+(?:[ '’.-]{1,2}+[^\W\d_a-zà-ÿа-яё]{1,30}+){0,4}+\.?
        (?:,\ [^()\n–—]{1,40}?)?\s?(?:\([^()\n]{2,40}\)\s?)?(?:--|[–—]|(?<=\s)-)\s+
        # Lima (CPA) -    (Reuters) -
      | (?:[^\W\d_][^()\n–—]{1,40}\ )?\([^\W\d_a-zà-ÿа-яё][^()\n]{1,39}\)\s?(?:--|[–—-])\s+
        # 新华社北京1月13日电（记者 张三）    本报讯（记者 张三）    【東京時事】
      | [^\s。！？「」“”，、]{2,24}[电電讯訊](?:\s?[（(][^（()）\n]{1,30}[）)]|\s)\s*
      | [【\[][^】\]\n]{1,20}[】\]]\s*
    )
    """,
    re.VERBOSE,
)
_LONGEST: Final = 120
"""Characters that are looked at; no dateline is longer."""


def dateline(sentence: str) -> int:
    """Characters of a sentence that are its dateline; 0 where it has none.

    Args:
        sentence: A sentence as given.

    Examples:
        >>> lead = "Waste from a mine spilled into a river."
        >>> for line in ("LIMA, May 19 (CPA) - ", "ASHPORT, Ore. — ", "(Reuters) - ", "LA PAZ -- ", ""):
        ...     assert dateline(line + lead) == len(line), line
        >>> dateline("江南新闻网1月13日电（通讯员 顾晓）澜河市12日宣布，工程改道。")
        19
        >>> dateline("NATO said on Monday - and denied on Tuesday - that it would go."), dateline("本报讯息很多。")
        (0, 0)
    """
    found = _DATELINE.match(sentence, 0, _LONGEST)
    return found.end() if found and found.end() < len(sentence) else 0
