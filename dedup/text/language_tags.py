"""Which language an article says it is in.

In: what stands where an article, a feed or a setting names its language, as people write it. Out: an ISO 639-1 code, or
nothing where it names none. Must not know the text.

Tags come from thousands of hands: "en_US", "eng", "English (US)", "fr,en;q=0.8", "en_GB.UTF-8", "unknown". Articles of
one language must come out with one code, or their words are stemmed and weighed differently and no pair of them is
found; and what is no language must come out as nothing, so that the text itself is asked.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

_CODES: Final = """
aa=aar ab=abk ae=ave af=afr ak=aka am=amh an=arg ar=ara as=asm av=ava ay=aym az=aze ba=bak be=bel bg=bul bh=bih
bi=bis bm=bam bn=ben bo=bod=tib br=bre bs=bos ca=cat ce=che ch=cha co=cos cr=cre cs=ces=cze cu=chu cv=chv cy=cym=wel
da=dan de=deu=ger dv=div dz=dzo ee=ewe el=ell=gre en=eng eo=epo es=spa et=est eu=eus=baq fa=fas=per ff=ful fi=fin
fj=fij fo=fao fr=fra=fre fy=fry ga=gle gd=gla gl=glg gn=grn gu=guj gv=glv ha=hau he=heb hi=hin ho=hmo hr=hrv ht=hat
hu=hun hy=hye=arm hz=her ia=ina id=ind ie=ile ig=ibo ii=iii ik=ipk io=ido is=isl=ice it=ita iu=iku ja=jpn jv=jav
ka=kat=geo kg=kon ki=kik kj=kua kk=kaz kl=kal km=khm kn=kan ko=kor kr=kau ks=kas ku=kur kv=kom kw=cor ky=kir la=lat
lb=ltz lg=lug li=lim ln=lin lo=lao lt=lit lu=lub lv=lav mg=mlg mh=mah mi=mri=mao mk=mkd=mac ml=mal mn=mon mr=mar
ms=msa=may mt=mlt my=mya=bur nd=nde ne=nep ng=ndo nl=nld=dut nn=nno nr=nbl nv=nav ny=nya oc=oci oj=oji om=orm or=ori
os=oss pa=pan pi=pli pl=pol ps=pus pt=por qu=que rm=roh rn=run ro=ron=rum ru=rus rw=kin sa=san sc=srd sd=snd se=sme
sg=sag si=sin sk=slk=slo sl=slv sm=smo sn=sna so=som sq=sqi=alb sr=srp ss=ssw st=sot su=sun sv=swe sw=swa ta=tam
te=tel tg=tgk th=tha ti=tir tk=tuk tn=tsn to=ton tr=tur ts=tso tt=tat tw=twi ty=tah ug=uig uk=ukr ur=urd uz=uzb
ve=ven vi=vie vo=vol wa=wln wo=wol xh=xho yi=yid yo=yor za=zha zh=zho=chi zu=zul
nb=nob=no=nor tl=tgl=fil
ar=arb et=ekk fa=pes=prs he=iw id=in jv=jw lv=lvs ms=zsm ro=mo=mol sr=sh=hbs=scc hr=scr sw=swh yi=ji zh=cmn
"""
"""ISO 639-1 code = its codes in ISO 639-2, terminological and bibliographic; in the last two lines codes for the same
language besides these. Newspapers in Norwegian are in Bokmål, as which a text is identified, too. ``na`` is left out:
those who write it mean "not available", not Nauruan."""
_NAMES: Final = """
ar=arabic=العربية  bg=bulgarian=български  bn=bengali=bangla=বাংলা  bs=bosnian=bosanski  ca=catalan=català
cs=czech=čeština=česky  da=danish=dansk  de=german=deutsch  el=greek=ελληνικά  en=english
es=spanish=español=castilian=castellano  et=estonian=eesti  eu=basque=euskara  fa=persian=farsi=فارسی
fi=finnish=suomi  fr=french=français  he=hebrew=עברית  hi=hindi=हिन्दी=हिंदी  hr=croatian=hrvatski
hu=hungarian=magyar  hy=armenian=հայերեն  id=indonesian=indonesia=bahasa indonesia  is=icelandic=íslenska
it=italian=italiano  ja=japanese=日本語  ko=korean=한국어  lt=lithuanian=lietuvių  lv=latvian=latviešu
mk=macedonian=македонски  ms=malay=melayu=bahasa melayu  nb=norwegian=norsk=bokmål  nl=dutch=flemish=nederlands
pl=polish=polski  pt=portuguese=português  ro=romanian=moldovan=română  ru=russian=русский=русский язык
sk=slovak=slovenčina  sl=slovenian=slovene=slovenščina  sr=serbian=српски=srpski  sv=swedish=svenska
ta=tamil=தமிழ்  tl=tagalog=filipino=pilipino  tr=turkish=türkçe  uk=ukrainian=українська  ur=urdu=اردو
vi=vietnamese=tiếng việt  zh=chinese=mandarin=中文=汉语=漢語=简体中文=繁體中文=繁体中文
"""
"""The same code = names in English and in itself, of the languages with lists of words or a stemmer; two blanks part
the languages."""
_VARIETIES: Final = re.compile("(?:american|british|brazilian|canadian|simplified|traditional|mandarin) ")
"""What stands before the name of a language and leaves it the same language."""
_END: Final = re.compile(r"[,;|/.@:()（）]")
"""What ends the first tag: lists, quality values, encodings, remarks."""
_AROUND: Final = " \t\r\n\ufeff\u200b\"'[]{}<>"
_TAG: Final = re.compile("([a-z]{2,3})(?:[-_][a-z0-9]{1,8})*[-_]?")
_LONGEST: Final = 80
"""Characters looked at; the first tag of a list is shorter."""


def language_of(tag: str | None) -> str:
    """The language that a tag names.

    Args:
        tag: Any string. Its parts are parted by ``-`` or ``_``, case does not matter; of a list the first tag counts.

    Returns:
        ISO 639-1 code; empty where the tag names no language that has one. What is well-formed and no code of the
        standard (``xx``) names none.

    Examples:
        >>> [language_of(tag) for tag in ("pt-BR", "en_GB.UTF-8", "GER", "fr,en;q=0.8", "English (US)", "中文")]
        ['pt', 'en', 'de', 'fr', 'en', 'zh']
        >>> [language_of(tag) for tag in (None, "", "unknown", "und", "x-klingon", "i-default", "*", "5", "C")]
        ['', '', '', '', '', '', '', '', '']
    """
    return _language_of(tag[:_LONGEST]) if tag else ""


@lru_cache(maxsize=1024)
def _language_of(tag: str) -> str:
    first = _END.split(_folded(tag).strip(_AROUND), maxsplit=1)[0].strip(_AROUND)
    if written := _TAG.fullmatch(first):
        return _codes().get(written[1]) or _names().get(first, "")
    name = _VARIETIES.sub("", " ".join(re.split(r"[\s_-]+", first)))
    return _names().get(name) or _names().get(name.partition(" ")[0], "")


def _folded(text: str) -> str:
    """Without case, accents and width: people leave them out."""
    parts = unicodedata.normalize("NFKD", text).casefold()
    return "".join(part for part in unicodedata.normalize("NFKD", parts) if not unicodedata.combining(part))


@lru_cache(maxsize=1)
def _codes() -> dict[str, str]:
    return {code: forms[0] for forms in _rows(_CODES, r"\s+") for code in forms}


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    return {_folded(name): code for code, *names in _rows(_NAMES, r"\s{2,}|\n") for name in names}


def _rows(table: str, between: str) -> Iterator[list[str]]:
    return (row.split("=") for row in re.split(between, table.strip()))
