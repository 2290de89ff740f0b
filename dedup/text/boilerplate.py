"""Recognise page furniture: navigation, cookie and subscription lines, credits, copyright.

In: one sentence of a text as it was given. Out: whether it is furniture. Must not know other articles; furniture that
only a batch reveals (the same footer under every article of an outlet) is found in ``dedup.sketch.documents``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

_MAX_CHARACTERS: Final = 260
"""Furniture is short; a long sentence with the word 'cookies' in it is about cookies."""

_ANYWHERE: Final = re.compile(
    r"""(?ix)
    ©|\(c\)\s?(?:19|20)\d\d|all\s+rights\s+reserved|reproduction\s+(?:without|is\s+prohibited)|copyright\s+(?:\d{4}|the\b|©)
    |(?:accept|manage|reject)\s+(?:all\s+)?cookies|we\s+(?:use|value)\s+(?:cookies|your\s+privacy)|privacy\s+(?:policy|notice)
    |terms\s+(?:of\s+(?:use|service)|and\s+conditions)
    |sign\s+up\s+(?:for|to)\s+(?:our|the)|subscribe\s+(?:now|today|to\s+(?:our|the))|(?:daily|weekly|our)\s+newsletter
    |read\s+[^.!?]{1,60}\s+ad-free|follow\s+us\s+on|share\s+this|(?:facebook|twitter|whatsapp)\s*[|·•/]
    |skip\s+to\s+(?:main\s+)?content|log\s*in\s*[|·•]|sign\s+in\s*[|·•]|min(?:ute)?s?\s+read\s*[|·•]|[|·•]\s*[\d.,]+k?\s+shares
    |originally\s+published\s+(?:by|in|on|at)|this\s+(?:report|article|story)\s+was\s+(?:supplied|first\s+published|originally)
    |with\s+files\s+from|additional\s+reporting\s+by|(?:reporting|editing)\s+by\s+\w|you\s+may\s+also\s+like
    |(?:click|tap)\s+here\s+to|download\s+(?:our|the)\s+(?:free\s+)?app|(?:enable|disable|turn\s+off)\s+(?:javascript|your\s+ad)
    |support\s+our\s+journalism|listen\s+to\s+this\s+(?:article|story)|this\s+(?:site|website|page)\s+uses\s+cookies
    |(?:wir\s+(?:verwenden|nutzen)|nous\s+utilisons\s+des|utilizamos|utilizziamo(?:\s+i)?|wij\s+gebruiken)\s+cookies
    |newsletter\s+(?:abonnieren|bestellen)|abonnez-vous\s+[àa]|suscr[íi]bete\s+a|inscreva-se\s+(?:na|em)|iscriviti\s+alla
    |мы\s+используем\s+(?:файлы\s+)?cookies?|подпи(?:шитесь|сывайтесь)\s+на\s+(?:наш|рассылку)|本网站使用
    |todos\s+los\s+derechos\s+reservados|reservados\s+todos\s+los\s+derechos|derechos\s+reservados|todos\s+os\s+direitos\s+reservados
    |tous\s+droits\s+r[ée]serv[ée]s|alle\s+rechte\s+vorbehalten|tutti\s+i\s+diritti\s+riservati
    |все\s+права\s+защищены|版权所有|责任编辑|扫码关注|未经授权|保留所有权利|著作権|無断転載
    """
)
_WHOLE: Final = re.compile(
    r"""(?ix)^\W*(?:
    read\s+(?:more|also|next)\b.{0,120} | see\s+also\b.{0,120} | related\s*:.{0,120} | advertisement | share
    | menu | home
    | by\s+(?:our\s+)?(?:staff|correspondent|reporter|writers|agenc)[\w\s,.&’'-]{0,80}
    | from\s+our\s+(?:news\s?desk|correspondent).{0,80}
    | (?:photo|image|picture|foto|source|quelle|fuente|источник|来源|図|写真)\s*[:/：].{0,100}
    | by\s+[^\W\d_]{2,20}(?:[ -][^\W\d_]{1,20}\.?){1,2}(?:\s+and\s+[^\W\d_]{2,20}\s[^\W\d_]{2,20})?
      \s*[|,·•-][\w\s&’'-]{0,40}\b(?:editor|correspondent|reporter|news)
    | (?:last\s+)?(?:updated|published|posted)\s*:?\s+(?:[^.!?]{0,20}\d[^.!?]{0,40}|\d+\s+[a-z]{3,8}\s+ago)
    | most\s+(?:read|popular|viewed) | (?:load|show)\s+more | back\s+to\s+top | print\s+this\s+page | tags?\s*:.{0,100}
    | (?:turn\s+to|continued\s+(?:on|from))\s+page.{0,40} | page\s+\d+(?:\s+of\s+\d+)? | .{0,40}\bpage\s+\d{1,3}
    | [^.!?]{0,60}(?:\s*[|>›»]\s*[^.!?|>]{1,40}){2,} | comments?\s*\(?\d*\)? | accept\s+all | \d+\s+comments?
    | scanned\s+by.{0,60} | mehr\s+zum\s+thema.{0,80} | lesen\s+sie\s+auch.{0,120} | lire\s+aussi.{0,120}
    | leia\s+(?:também|mais).{0,120}
    | читайте\s+также.{0,120} | le[ea]\s+también.{0,120} | leggi\s+anche.{0,120} | 相关阅读.{0,60} | 更多资讯.{0,60}
    )\W*$"""
)

_HINTS: Final = tuple(
    "© (c) rights reproduction copyright cookies privacy terms sign subscribe newsletter ad-free "
    "follow share facebook twitter whatsapp skip log read originally supplied published files "
    "reporting editing like derechos direitos droits rechte diritti права 版权 责任编辑 扫码 未经 保留 著作 無断 also "
    "related advertisement menu home staff correspondent reporter writers agenc desk photo image "
    "picture foto source quelle fuente источник 来源 図 写真 page | > › » comment accept scanned mehr "
    "lesen lire leia читайте también leggi 相关 更多 "
    "click tap download enable disable turn support listen site abonn suscr inscreva iscriviti мы подпи 本网站 "
    "editor news updated posted most load show back print tag".split()
)
"""Each pattern above needs one of these. Looking for them takes a fiftieth of the time; most sentences have none."""
_SAME_TO_PATTERNS: Final = str.maketrans("ıİ", "ii")


def hints(text: str) -> tuple[str, ...]:
    """What in a text hints at furniture: a part of it without one of these holds none.

    Examples:
        >>> hints("The harbour was closed. Read more: ten airlines to avoid")
        ('read',)
    """
    folded = text.translate(_SAME_TO_PATTERNS).casefold()
    return tuple(hint for hint in _HINTS if hint in folded)


def is_boilerplate(sentence: str, hinted: Sequence[str] = _HINTS) -> bool:
    """Whether ``sentence`` is furniture of the page rather than part of the story.

    Args:
        sentence: One sentence.
        hinted: The ``hints`` of a text that it is part of, if they are at hand: a text has few of them.

    Examples:
        >>> is_boilerplate("© Harbour & Gulf News Agency 2025."), is_boilerplate("Read more: ten airlines to avoid")
        (True, True)
        >>> is_boilerplate("The regulator fined the firm for setting cookies without consent.")
        False
    """
    if not hinted or len(sentence) > _MAX_CHARACTERS:
        return False
    folded = sentence.translate(_SAME_TO_PATTERNS).casefold()
    for hint in hinted:
        if hint in folded:
            return _ANYWHERE.search(sentence) is not None or _WHOLE.match(sentence) is not None
    return False
