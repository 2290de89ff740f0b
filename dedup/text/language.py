"""Which language a text is written in.

In: words of a folded text. Out: an ISO 639-1 code, or ``und``. Must not know what the code is used for.

Scripts that one language owns decide at once; for the rest a vote of function words does, in microseconds. Where the
vote is not clear (short texts, languages without a list here) the kept library ``py3langid`` is asked; it is not asked
first because loading its model costs more than a small run.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

UNKNOWN: Final = "und"

_FUNCTION_WORDS: Final[dict[str, str]] = {
    "en": "the of and to in that is was for on with as it by from at his are have which this had not were but they",
    "es": "de la que el en los del se las por un con una su para es al como más pero sus le ya fue este ha muy",
    "pt": "de a que o e do da em um para com não uma os no se na por mais as dos como mas ao foi das tem à seu pelo",
    "fr": "de la le et les des en un du une que est pour qui dans par plus pas au sur ne se ce il sont avec aux cette",
    "it": "di e il che la è per un in del non una i della le con da si al dei nel alla più ha anche gli sono come",
    "de": "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er",
    "nl": "de van het een en in is dat op te zijn met voor niet aan er om ook als dan bij maar uit nog naar heeft door",
    "sv": "och i att det som en på är av för med till den har de inte om ett han men var jag från vi så kan när",
    "da": "og i at det er en til på som de med af for ikke den har der et var han om men fra vi kan blev efter også",
    "nb": "og i det er på en til som at av for med de ikke har den et om var han fra men vi kan ble etter også seg",
    "pl": "w i na z się do nie że to jest o jak za po przez od przy tym ale jego tak już są ich dla był które",
    "cs": "a v se na je že s z do o to i za ve by pro jako po ale při jeho od který tak již není jsou podle byl",
    "tr": "ve bir bu için da de ile olarak çok daha olan gibi en kadar sonra ne ama var o olduğu ise her iki",
    "fi": "ja on ei se että oli hän mutta ovat myös kun mukaan jos kuin joka sen tai niin vain nyt hänen",
    "id": "yang dan di dengan untuk ini itu dari dalam tidak pada akan adalah juga ke karena oleh bisa ada mereka",
    "ro": "de și în a la cu nu care pe o un din să se mai este pentru că au fost prin ce după dar fi lui",
    "hu": "a az és hogy nem is egy meg ez de volt csak azt már még el ha mint vagy kell fel nagy lehet",
    "vi": "và của là có trong được cho không với các một những người đã này khi để từ ra vào đến tại",
    "ru": "и в не на что с по как это он но из за от то для его так все был же до бы о года при также",
    "uk": "і в не на що з за до як та це від але він про у його для був які так бути року також її",
    "bg": "и на да се за от в не са че по с е като ще до това но при един след която които има бъде",
    "ar": "في من على أن إلى التي عن ما لا هذا مع الذي هذه بعد كان قد كل بين ذلك قبل أو كما وقال",
    "fa": "و در به از که این را با است برای آن یک خود تا کرد بر هم نیز شده های می بود",
}
_SCRIPTS: Final = (
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
    ("ko", re.compile("[\uac00-\ud7a3]")),
    ("el", re.compile("[\u0370-\u03ff]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("hi", re.compile("[\u0900-\u097f]")),
    ("bn", re.compile("[\u0980-\u09ff]")),
    ("ta", re.compile("[\u0b80-\u0bff]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
)
_PLAUSIBLE: Final = (
    frozenset(_FUNCTION_WORDS)
    | {lang for lang, _ in _SCRIPTS}
    | frozenset(
        "ca eu gl hr sr bs sl sk lt lv et is mk be ka hy az kk ur ms sq mt ga cy eo sw af mr ne gu pa te kn ml".split()
    )
)
"""The library also answers with languages few newspapers are printed in (pcm, wa, oc) when a text has no sentences."""
SAMPLE: Final = 400
"""Words looked at; the vote is settled long before that in every list above."""


@lru_cache(maxsize=1)
def _voters() -> dict[str, tuple[tuple[str, float], ...]]:
    """Function word -> (language, weight); a word shared by many languages says little."""
    shared = Counter(word for listed in _FUNCTION_WORDS.values() for word in set(listed.split()))
    votes: dict[str, list[tuple[str, float]]] = {}
    for lang, listed in _FUNCTION_WORDS.items():
        for word in set(listed.split()):
            votes.setdefault(word, []).append((lang, 1.0 / shared[word]))
    return {word: tuple(entries) for word, entries in votes.items()}


def identify(words: Sequence[str]) -> str:
    """Identify the language of ``words``.

    Args:
        words: Words of a folded text in order (see ``dedup.text.words``); only the first 400 are looked at.

    Returns:
        ISO 639-1 code, ``und`` where nothing can be said (no words, or digits only).

    Examples:
        >>> identify("the council of the islets has ordered two of the jetties to shut".split())
        'en'
        >>> identify(list("澜河市住房和城乡建设局"))
        'zh'
        >>> identify(["2025"])
        'und'
    """
    sample = words[:SAMPLE]
    if not "".join(sample).isascii() and (lang := _by_script("".join(_undigited(sample)))):
        return lang
    votes: dict[str, float] = {}
    voters = _voters()
    for voter in filter(voters.__contains__, sample):
        for lang, weight in voters[voter]:
            votes[lang] = votes.get(lang, 0.0) + weight
    ranked = sorted(votes.items(), key=lambda item: (-item[1], item[0]))
    if ranked:
        lang, best = ranked[0]
        second = ranked[1][1] if len(ranked) > 1 else 0.0
        if best >= 2.0 and best > 1.6 * second:
            return lang
    told = _undigited(sample)
    return _ask_library(" ".join(told)) if told else UNKNOWN


def _undigited(words: Sequence[str]) -> list[str]:
    """Words that are no mere digits, which are no word of any language."""
    return [word for word in words if not word.isdigit()]


def _by_script(text: str) -> str:
    """The language whose script a text is in, where one of them alone is written in it; else nothing."""
    for lang, pattern in _SCRIPTS if text else ():
        if len(pattern.findall(text)) / len(text) > (0.1 if lang == "ja" else 0.3):
            return lang
    return ""


def _ask_library(text: str) -> str:
    import py3langid

    lang = str(py3langid.classify(text)[0])
    return lang if lang in _PLAUSIBLE else UNKNOWN
