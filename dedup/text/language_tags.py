"""What people write to name a language, read as a code.

In: a tag as an article, a feed or a page gives it. Out: an ISO 639-1 code, or nothing. Must not know texts.

Tags come as ``en``, ``pt-BR``, ``en_GB.UTF-8``, ``ENG``, ``English (US)`` or ``fr,en``. Two articles in one language
need one code, or the words of one say nothing of the other; and no tag, whatever it is, may end a run. What names no
language says nothing: then the text itself is asked.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_CODES: Final = (
    "aa:aar ab:abk ae:ave af:afr ak:aka am:amh an:arg ar:ara:arb as:asm av:ava ay:aym az:aze ba:bak be:bel bg:bul "
    "bh:bih bi:bis bm:bam bn:ben bo:bod:tib br:bre bs:bos ca:cat ce:che ch:cha co:cos cr:cre cs:ces:cze cu:chu cv:chv "
    "cy:cym:wel da:dan de:deu:ger dv:div dz:dzo ee:ewe el:ell:gre en:eng eo:epo es:spa et:ekk:est eu:baq:eus "
    "fa:fas:per:pes:prs ff:ful fi:fin fj:fij fo:fao fr:fra:fre fy:fry ga:gle gd:gla gl:glg gn:grn gu:guj gv:glv "
    "ha:hau he:heb:iw hi:hin ho:hmo hr:hrv ht:hat hu:hun hy:arm:hye hz:her ia:ina id:in:ind ie:ile ig:ibo ii:iii "
    "ik:ipk io:ido is:ice:isl it:ita iu:iku ja:jpn jv:jav:jw ka:geo:kat kg:kon ki:kik kj:kua kk:kaz kl:kal km:khm "
    "kn:kan ko:kor kr:kau ks:kas ku:kur kv:kom kw:cor ky:kir la:lat lb:ltz lg:lug li:lim ln:lin lo:lao lt:lit lu:lub "
    "lv:lav:lvs mg:mlg mh:mah mi:mao:mri mk:mac:mkd ml:mal mn:mon mr:mar ms:may:msa:zsm mt:mlt my:bur:mya na:nau "
    "nb:no:nob:nor nd:nde ne:nep ng:ndo nl:dut:nld nn:nno nr:nbl nv:nav ny:nya oc:oci oj:oji om:orm or:ori os:oss "
    "pa:pan pi:pli pl:pol ps:pus pt:por qu:que rm:roh rn:run ro:mo:mol:ron:rum ru:rus rw:kin sa:san sc:srd sd:snd "
    "se:sme sg:sag si:sin sk:slk:slo sl:slv sm:smo sn:sna so:som sq:alb:sqi sr:hbs:sh:srp ss:ssw st:sot su:sun "
    "sv:swe sw:swa:swh ta:tam te:tel tg:tgk th:tha ti:tir tk:tuk tl:fil:tgl tn:tsn to:ton tr:tur ts:tso tt:tat tw:twi "
    "ty:tah ug:uig uk:ukr ur:urd uz:uzb ve:ven vi:vie vo:vol wa:wln wo:wol xh:xho yi:ji:yid yo:yor za:zha "
    "zh:chi:cmn:nan:wuu:yue:zho zu:zul "
)
"""ISO 639-1, each with its codes in ISO 639-2 and 3, older ones, and those of its varieties that are written alike."""
_NAMES: Final = (
    "en english; de german deutsch; fr french français francais; es spanish español espanol castellano; it "
    "italian italiano; pt portuguese português portugues; ru russian русский; zh chinese mandarin 中文 汉语 漢語 "
    "简体中文 繁體中文 繁体中文; ja japanese 日本語; ko korean 한국어; nl dutch nederlands; pl polish polski; uk "
    "ukrainian українська; tr turkish türkçe; ar arabic العربية; fa persian farsi فارسی; sv swedish svenska; da "
    "danish dansk; nb norwegian norsk bokmål; fi finnish suomi; cs czech čeština; sk slovak slovenčina; hu "
    "hungarian magyar; ro romanian română; bg bulgarian български; el greek ελληνικά; he hebrew עברית; hi hindi; "
    "bn bengali; id indonesian; vi vietnamese; th thai ไทย; ca catalan català; hr croatian hrvatski; sr serbian "
    "српски srpski; ur urdu اردو "
)
"""Languages that feeds name by their name, in English or in their own."""
_FIRST: Final = re.compile(r"[^\W\d_]+(?![^\W_])")


@lru_cache(maxsize=1)
def _known() -> dict[str, str]:
    """Code by what stands for it."""
    listed = [codes.split(":") for codes in _CODES.split()]
    named = [names.split() for names in _NAMES.split(";")]
    return {name: names[0] for names in [*named, *listed] for name in names}


@lru_cache(maxsize=1_024)
def language_of(tag: str | None) -> str:
    """The language that a tag names.

    Args:
        tag: Any string, or nothing.

    Returns:
        ISO 639-1 code of the first language it names; empty where it names none.

    Examples:
        >>> [language_of(tag) for tag in ("en", "pt-BR", "en_GB.UTF-8", "ger", "fr,en", "English (US)", "日本語")]
        ['en', 'pt', 'en', 'de', 'fr', 'en', 'ja']
        >>> [language_of(tag) for tag in ("x-klingon", "unknown", "5", "", None)]
        ['', '', '', '', '']
    """
    first = _FIRST.match((tag or "").strip().casefold())
    return _known().get(first.group(), "") if first else ""
