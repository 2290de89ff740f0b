"""Recognise page furniture: navigation, cookie and subscription lines, credits, copyright.

In: one sentence of a text as it was given. Out: whether it is furniture. Must not know other articles; furniture that
only a batch reveals (the same footer under every article of an outlet) is found in ``dedup.sketch.documents``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from dedup.text.remembered import Remembered
from dedup.text.words import is_unspaced, words

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

_EVERYDAY: Final = frozenset("all also from here like more your".split())
_Rules = Mapping[str, Sequence[frozenset[str]]]


def _by_longest(needs: str) -> _Rules:
    """Each rule under its longest part, which is the rarest as a rule, or under one that is not in every other text."""
    rules: dict[str, list[frozenset[str]]] = {}
    for rule in (frozenset(need.split("+")) for need in needs.split()):
        rules.setdefault(max(rule, key=lambda part: (part not in _EVERYDAY, len(part), part)), []).append(rule)
    return rules


_NEEDED_ANYWHERE: Final = _by_longest(
    "© (c) (C) all+rights+reserved reproduction copyright cookies privacy+policy privacy+notice your+privacy "
    "terms+of terms+and sign+up subscribe newsletter free+read follow+us+on share+this facebook+| facebook+· "
    "facebook+• facebook+/ twitter+| twitter+· twitter+• twitter+/ whatsapp+| whatsapp+· whatsapp+• whatsapp+/ "
    "skip+content | · • originally+published originally+was supplied+was published+was+first files+from "
    "reporting+by editing+by also+like+may click+here tap+here download+app javascript enable+your disable+your "
    "turn+off+your journalism listen+this cookie abonne suscr inscreva iscriviti используем подпи 本网站 derechos "
    "direitos droits rechte diritti права 版权 责任编辑 扫码 未经 保留 著作 無断"
)
"""The first pattern needs one of these, all the parts of it. Most sentences have none, which takes next to nothing to
see, where the patterns take longer than all else that is done with an article."""
_NEEDED_WHOLE: Final = _by_longest(
    "read+more read+also read+next also+see related advertisement share menu home by+staff by+correspondent "
    "by+reporter by+writers by+agenc from+our+desk from+our+correspondent photo image picture foto source quelle "
    "fuente источник 来源 図 写真 by+editor by+news updated published posted most+read most+popular most+viewed "
    "load+more show+more back+top tag page | > › » comment accept+all scanned mehr+thema lesen+auch lire+aussi leia "
    "читайте también leggi+anche 相关 更多"
)
"""The same for the second."""
_ALL: Final = sorted(
    {part for rules in (_NEEDED_ANYWHERE, _NEEDED_WHOLE) for under in rules.values() for rule in under for part in rule}
)
_RAREST: Final = _NEEDED_ANYWHERE.keys() | _NEEDED_WHOLE.keys()
"""The part of each rule that it is found under."""
_SIGNS: Final = tuple(part for part in _ALL if not part.isalpha() or is_unspaced(part[0]))
"""What may stand across or outside words, and has no capitals."""
_LETTERS: Final = tuple(part for part in _ALL if part not in _SIGNS)
_SAME_TO_PATTERNS: Final = str.maketrans("ıİ", "ii")
_NOTHING: Final[frozenset[str]] = frozenset()


def _letters(word: str) -> frozenset[str]:
    folded = word.translate(_SAME_TO_PATTERNS).casefold()
    return frozenset(part for part in _LETTERS if part in folded) or _NOTHING


_held: Final = Remembered(_letters)


def tells(word: str) -> bool:
    """Whether a word may make its sentence furniture: a sentence without such a word is none by its words.

    Examples:
        >>> tells("newsletters"), tells("our"), tells("harbour")
        (True, False, False)
    """
    return not _RAREST.isdisjoint(_held[word])


def furniture(text: str, spans: Sequence[tuple[int, int]], said: Sequence[Sequence[str]]) -> set[int]:
    """Which sentences of a text are furniture of the page rather than part of the story.

    Args:
        text: A text.
        spans: Its sentences.
        said: The words of each; of one in which no word ``tells`` they need not be given.

    Examples:
        >>> furniture("It rained. Read more", [(0, 10), (11, 20)], [["It", "rained"], ["Read", "more"]])
        {1}
    """
    signs = [sign for sign in _SIGNS if sign in text]
    found = set()
    for at, ((start, end), written) in enumerate(zip(spans, said, strict=True)):
        if not (written or signs) or end - start > _MAX_CHARACTERS:
            continue
        parts = _NOTHING.union(*filter(None, map(_held.__getitem__, written)))
        if signs:
            parts = parts.union(sign for sign in signs if text.find(sign, start, end) >= 0)
        if parts and (
            (_holds(_NEEDED_ANYWHERE, parts) and _ANYWHERE.search(text[start:end]) is not None)
            or (_holds(_NEEDED_WHOLE, parts) and _WHOLE.match(text[start:end]) is not None)
        ):
            found.add(at)
    return found


def _holds(rules: _Rules, parts: frozenset[str]) -> bool:
    """Whether all that one of the rules needs is there."""
    return any(rule <= parts for part in parts for rule in rules.get(part, ()))


def is_boilerplate(sentence: str) -> bool:
    """Whether ``sentence`` is furniture of the page rather than part of the story.

    Args:
        sentence: One sentence.

    Examples:
        >>> is_boilerplate("© Harbour & Gulf News Agency 2025."), is_boilerplate("Read more: ten airlines to avoid")
        (True, True)
        >>> is_boilerplate("The regulator fined the firm for setting cookies without consent.")
        False
    """
    if len(sentence) > _MAX_CHARACTERS:
        return False
    return bool(furniture(sentence, [(0, len(sentence))], [words(sentence)]))
