"""Letters that look like Latin ones, and the words that hide behind them.

In: a text as it was given. Out: which of its words are written with look-alikes, and how they read. Must not know other
articles, nor any other way to disguise a word.

The table is that of Unicode's security mechanisms (UTS #39, confusables, version 17.0), restricted to letters of the
scripts below whose twin is one letter of ASCII; capitals that the standard reads as a small l read as I here. A few
letters that the standard keeps apart and readers do not (к, т, м in small type) are listed by themselves: they count
inside a word that mixes scripts, never as evidence that a whole word is disguised.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from dedup.text.words import UNSPACED

FOREIGN_LETTER: Final = re.compile(
    "[\u0370-\u058f\u13a0-\u13ff\u2c80-\u2cff\ua4d0-\ua4ff\ua640-\ua69f\U00010400-\U0001044f]"
)
"""Greek, Cyrillic and Armenian, Cherokee, Coptic, Lisu, more Cyrillic, Deseret: where twins are taken from."""

EXACT_TWIN: Final = {
    **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϒϜϹϺͿ", "ABEZHIKMNOPTYXYFCMJ", strict=True)),
    **dict(zip("αγινορσυϱϲϳ", "ayivopoupcj", strict=True)),
    **dict(zip("ЅІЈАВЕКМНОРСТУХѴҮԌԜӀ", "SIJABEKMHOPCTYXVYGWI", strict=True)),
    **dict(zip("аеорсухѕіјѡѵүһҽӏԁԛԝꙇ", "aeopcyxsijwvyheldqwi", strict=True)),
    **dict(zip("ՍՏՕագզհոռսցքօ", "USOwqqhnnugfo", strict=True)),
    **dict(zip("ᎠᎡᎢᎥᎩᎪᎫᎬᎳᎷᎻᎽᏀᏂᏃᏏᏒᏔᏕᏙᏚᏞᏟᏢᏦᏧᏳᏴ", "DRTiYAJEWMHYGhZbRWSVSLCPKdGB", strict=True)),
    **dict(zip("ⲅⲎⲒⲔⲘⲚⲞⲟⲢⲣⲤⲥⲦⲨⲬⳐ", "rHIKMNOoPpCcTYXL", strict=True)),
    **dict(zip("ꓐꓑꓒꓓꓔꓖꓗꓙꓚꓜꓝꓟꓠꓡꓢꓣꓦꓧꓪꓫꓬꓮꓰꓲꓳꓴ", "BPdDTGKJCZFMNLSRVHWXYAEIOU", strict=True)),
    **dict(zip("𐐄𐐕𐐛𐐠𐐬𐐽𐑈", "OCLSocs", strict=True)),
}
"""Letters that a reader cannot tell from the Latin one."""
_LOOSE_TWIN: Final = {
    **dict(zip("ԝкмтвнгпиьӓѐёїӧӱ", "wkmtbhrnubaeeioy", strict=True)),
    **dict(zip("βεηκτχω", "benktxw", strict=True)),
    **dict(zip("յլ", "jl", strict=True)),
}
_LATIN_TWIN: Final = {**EXACT_TWIN, **_LOOSE_TWIN}
_CYRILLIC_TWIN: Final = dict(zip("aeopcyxijsABEKMHOPCTYXkmt", "аеорсухіјѕАВЕКМНОРСТУХкмт", strict=True))

_ACCENTS: Final = re.compile("[\u0300-\u036f]")
_WORD: Final = re.compile(rf"[^\W\d_{UNSPACED}]+")
_ACCENTED: Final = re.compile(rf"(?:[^\W\d_{UNSPACED}][\u0300-\u036f]*+)+")
"""The same where accents stand beside their letters: α with an accent is ά, which has no twin."""
_CYRILLIC: Final = re.compile("[\u0400-\u052f\ua640-\ua69f]")
_LATIN: Final = re.compile("[A-Za-z\xc0-\u024f]")
_LONG: Final = 200
"""Letters and accents of a word up to which accents are put in order, which costs their square."""
_MIN_DISGUISED: Final = 2
"""Letters of a word that can be a disguise as a whole; a lone Greek letter is a symbol."""
_DISGUISED_TO_GENUINE: Final = 2
"""Words of twins only, for each word of the script with other letters, from which none of the former is a real word. In
running text 0.5 % of the Russian words of two letters and more are of twins only, 4 % of the Bulgarian and 7 % of the
Greek (by wordfreq), so a text that quotes a sentence stays far below."""
_LATIN_TO_FOREIGN: Final = 2
"""Latin letters for each foreign one from which a text is Latin."""


def homoglyphs(text: str) -> list[tuple[int, int, str]]:
    """The words of ``text`` that are written with look-alikes.

    A word that mixes scripts is read in one of them: Latin if all its foreign letters have a Latin twin, Cyrillic if
    it is mostly that. A word that is all of exact twins is read as Latin only where it cannot well be a real word of
    its script: the text is mostly Latin, and such words outnumber the words of foreign letters with no twin two to one.

    Args:
        text: Any string.

    Returns:
        (start, end, reading) of each, in order.

    Examples:
        >>> homoglyphs("Kеlvasti"), homoglyphs("Москвa")  # a Cyrillic e; a Latin a
        ([(0, 8, 'Kelvasti')], [(0, 6, 'Москва')])
        >>> homoglyphs("The сосоа crop failed in Palisade."), homoglyphs("The daily Оса (оса means wasp, жало sting).")
        ([(4, 9, 'cocoa')], [])
    """
    found: list[tuple[int, int, str]] = []
    whole: list[tuple[int, int, str]] = []
    genuine = n_foreign = 0
    accented = _ACCENTS.search(text) is not None
    for match in (_ACCENTED if accented else _WORD).finditer(text):
        word = (
            unicodedata.normalize("NFC", match.group()) if accented and len(match.group()) <= _LONG else match.group()
        )
        if word.isascii() or not FOREIGN_LETTER.search(word):
            continue
        if _LATIN.search(word):
            read = _read_mixed(word)
            if read is not None:
                found.append((*match.span(), read))
            continue
        n_foreign += len(word)
        if not all(letter in EXACT_TWIN for letter in word):
            genuine += 1
        elif len(word) >= _MIN_DISGUISED:
            whole.append((*match.span(), "".join(EXACT_TWIN[letter] for letter in word)))
    if len(whole) > _DISGUISED_TO_GENUINE * genuine and len(_LATIN.findall(text)) >= _LATIN_TO_FOREIGN * n_foreign:
        found = sorted(found + whole)
    return found


def _read_mixed(word: str) -> str | None:
    """A word that mixes Latin with look-alikes, in one script; None where nothing is hidden."""
    latin = sum(1 for c in word if c.isascii() or "\xc0" <= c <= "\u024f")
    twins = sum(1 for c in word if c in _LATIN_TWIN)
    foreign = len(word) - latin - len(_ACCENTS.findall(word))
    if twins == foreign and (latin >= foreign or foreign <= 2):
        return "".join(_LATIN_TWIN.get(c, c) for c in word)
    if foreign > latin and _CYRILLIC.search(word) and all(c in _CYRILLIC_TWIN for c in word if c.isascii()):
        return "".join(_CYRILLIC_TWIN.get(c, c) for c in word)
    if twins == foreign:
        return "".join(_LATIN_TWIN.get(c, c) for c in word)
    return None
