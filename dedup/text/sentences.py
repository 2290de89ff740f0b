"""Split a text into sentences by spans.

In: a text as it was given. Out: half-open code-point spans, in order, that together cover every non-blank character.
Must not know languages beyond their punctuation, nor any other article.

A rule splitter of our own, because the kept libraries either change offsets, join "m. Mr. J. K. Doe", or need 2.4 ms a
kilobyte (pysbd), which is more than the rest of the pipeline together.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from dedup.text.words import UNSPACED

_ABBREVIATIONS: Final = frozenset(
    # English
    "mr mrs ms dr prof rev hon gov sen rep gen col lt sgt capt cmdr adm maj pres st mt ft nos vol pp eds vs v cf "
    "al inc ltd co corp bros dept univ approx ave blvd rd jr sr jan feb apr jun jul aug sept oct nov dec a.m p.m "
    "u.s u.k u.n e.g i.e "
    # Spanish, Portuguese, French, German, Italian
    "sra srta dra d dª ud uds ee.uu pág págs núm av avda art mme mlle m me ste env bzw ca usw z.b d.h u.a nr str tel "
    "hr fr hrn mio mrd abs dipl ing sig sigg dott dr.ssa ee uu sres dres gral lic mons sto aprox mm tsd ggf evtl inkl "
    "zzgl bzgl vgl geb gest hbf messrs supt insp brig cpl pvt"
    # Russian
    "г гг ул д кв стр им т.е т.д т.п тыс млн млрд руб коп см др пр проф акад "
    "обл пл св долл чел мин сек тел тов корп рис гр оз".split()
)
_BEFORE_NUMBERS: Final = frozenset("no art fig mar nr núm num pág pag p s abs ст п №".split())
_GERMAN_MONTHS: Final = frozenset(
    "Januar Jänner Februar März April Mai Juni Juli August September Oktober November Dezember".split()
)
_NEVER_LAST: Final = frozenset(
    "mr mrs ms dr prof rev hon gov sen rep gen col lt sgt capt cmdr adm st mme mlle sra srta messrs supt insp brig cpl "
    "pvt gral lic mons".split()
)
_LETTERED: Final = frozenset(
    "group plan vitamin class section category block terminal gate type grade appendix hepatitis series serie division "
    "schedule exhibit side zone gruppe klasse typ anlage teil grupo clase sección vitamina categoría groupe classe "
    "catégorie vitamine gruppo classe categoria группа группе группы класс класса план плану витамин корпус".split()
)
"""What letters name: Group B."""
_PLACES: Final = frozenset(
    "am im zum zur der die das den dem des vom beim ab seit ihr ihre ihrem ihren ihrer sein seine seinem seinen seiner "
    "jeder jede jedes jeden ein eine einen einem einer kein keine unser unsere ins ans".split()
)
"""German words behind which digits with a full stop are an ordinal: am 3. Tag."""
_PLACED: Final = _PLACES | {word.capitalize() for word in _PLACES}
_LONGEST_PLACED: Final = 2 + max(map(len, _PLACED))
_OF_HOURS: Final = frozenset({"a.m", "p.m"})
_BEHIND_HOURS: Final = frozenset(
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday Mon Tue Wed Thu Fri Sat Sun Eastern Central Pacific "
    "Mountain Moscow London Beijing Tokyo Paris Berlin Kyiv Greenwich "
    "ET EST EDT CT CST CDT MT MST PT PST PDT GMT UTC BST CET CEST "
    "January February March April May June July August September October November December Jan Feb Mar Apr Jun Jul Aug "
    "Sept Sep Oct Nov Dec".split()
)
"""What goes on behind an hour: 5 p.m. Monday."""
_SHORTENED: Final = _ABBREVIATIONS | _NEVER_LAST
_TOLD: Final = _SHORTENED | _BEFORE_NUMBERS
_MONTH_INITIALS: Final = frozenset(month[0] for month in _GERMAN_MONTHS)
_CLOSERS: Final = "\"'”’»)\\]」』】）›＂"
# Possessive and anchored to the start of a run of marks or blanks: a megabyte of dots or spaces costs one scan, not n.
_END: Final = re.compile(
    rf"(?P<strong>[。！？｡؟۔।॥‼⁇⁈⁉]+[{_CLOSERS}]*)"
    # A French quotation is closed behind a blank: « Il pleut. »
    rf"|(?P<weak>(?:(?<![.!?])[.!?]++|…)(?:[{_CLOSERS}“«]*+(?![ \xa0\u202f]»(?:[\s<,.;:!?]|$))|[ \xa0\u202f]»)"
    r"(?=\s|<|$))"
    rf"|(?P<glued>(?=[.!?])(?:(?<=[a-zà-ÿ]{{3}}).[{_CLOSERS}]?(?=[A-ZÀ-Þ][a-zà-ÿ])|(?<=[{UNSPACED}]).(?=[{UNSPACED}])))"
    r"|(?P<paragraph>\n[^\S\n]*+\n\s*+)"
    r"|(?P<line>(?:\n|\u2028|\u2029)[^\S\n]*+)"
    r"|(?P<tag><(?:br|p|li|div|h[1-6])\b[^<>]{0,200}>|</(?:p|li|div|h[1-6])>)"
)
_MARK: Final = re.compile("[。！？｡؟۔।॥‼⁇⁈⁉.!?…\n\u2028\u2029<]")
"""What every end above begins with: looking for these alone takes a tenth of the time."""
_WORD_BEFORE: Final = re.compile(r"([^\W_]+(?:\.[^\W_]+)*)\.?$")
_BLANK: Final = re.compile(r"\s*")


def sentences(text: str) -> list[tuple[int, int]]:
    r"""Spans of the sentences of ``text``.

    Full stops end a sentence unless they belong to an abbreviation, an initial, a number or an ellipsis in mid-flow;
    Chinese, Japanese, Arabic and Indic marks always do, with the closing quotes behind them. A blank line always
    ends one; a single line break does unless the text is hard-wrapped (as from a PDF) and the line breaks off
    mid-sentence.

    Args:
        text: Any string.

    Returns:
        Spans in order, without surrounding blanks, none empty; every non-blank character lies in exactly one.

    Examples:
        >>> text = "Mr. J. K. Doe paid $1.5 m. in the U.S. last year. “It rained,” he said. Headline\nNext line."
        >>> [text[start:end] for start, end in sentences(text)]  # doctest: +NORMALIZE_WHITESPACE
        ['Mr. J. K. Doe paid $1.5 m. in the U.S. last year.', '“It rained,” he said.', 'Headline', 'Next line.']
        >>> [text[start:end] for text in ["水不等人。“我停下了。”他说。"] for start, end in sentences(text)]
        ['水不等人。', '“我停下了。”他说。']
        >>> sentences("  \n ")
        []
    """
    # A text without capitals tells by its full stops alone where a sentence ends.
    small = text == text.lower()
    wrapped = _is_hard_wrapped(text)
    spans: list[tuple[int, int]] = []
    start = last = _skip_blank(text, 0)
    for mark in _MARK.finditer(text):
        at = mark.start()
        if at < last:
            continue
        if _plainly_ends(text, start, at):
            spans.append((start, at + 1))
            start = last = at + 2
            continue
        match = _END.match(text, at)
        if match is None:
            continue
        last = match.end()
        if last <= start or not _ends_sentence(text, start, match, wrapped=wrapped, small=small):
            continue
        end = match.start() if match.lastgroup in {"paragraph", "line", "tag"} else match.end()
        if match.lastgroup == "tag":
            end = match.end()
        end = _trim(text, start, end)
        if end > start:
            spans.append((start, end))
            start = _skip_blank(text, match.end())
    end = _trim(text, start, len(text))
    if end > start:
        spans.append((start, end))
    return spans


def _plainly_ends(text: str, start: int, at: int) -> bool:
    """Whether a mark is the full stop behind a word that is none of the short ones, with a capital behind one blank.

    Nine of ten sentences end so; the rest of what is asked about an end takes ten times as long.
    """
    if text[at : at + 2] != ". " or not "A" <= text[at + 2 : at + 3] <= "Z":
        return False
    word = _last_word(text, start, at)
    return len(word) > 1 and word.isalpha() and word.lower() not in _SHORTENED


def _last_word(text: str, start: int, end: int) -> str:
    """What stands behind the last blank of a sentence so far."""
    return text[max(start, end - 24) : end].rpartition(" ")[2]


def passages(spans: list[tuple[int, int]], most: int) -> list[tuple[int, int]]:
    """Join neighbouring sentences so that at most ``most`` spans remain.

    A sentence alignment costs the product of both sides; a text of forty thousand sentences is compared by passages.

    Examples:
        >>> passages([(0, 4), (5, 9), (10, 14), (15, 19), (20, 24)], 2)
        [(0, 14), (15, 24)]
        >>> passages([(0, 4), (5, 9)], 2)
        [(0, 4), (5, 9)]
    """
    size = -(-len(spans) // most)
    return [(spans[at][0], spans[min(at + size, len(spans)) - 1][1]) for at in range(0, len(spans), max(1, size))]


def _skip_blank(text: str, at: int) -> int:
    if text[at : at + 1] == " " and not text[at + 1 : at + 2].isspace():  # one blank, as nearly always
        return at + 1
    match = _BLANK.match(text, at)
    return match.end() if match else at


def _trim(text: str, start: int, end: int) -> int:
    while end > start and text[end - 1].isspace():
        end -= 1
    return end


def _is_hard_wrapped(text: str) -> bool:
    """Whether lines were broken by width: many lines of like length that stop in mid-sentence."""
    lines = [line.rstrip() for line in text.split("\n") if line.strip()]
    broken = sum(
        1 for line, after in pairwise(lines) if (line[-1].isalnum() or line[-1] in ",-") and after.lstrip()[0].islower()
    )
    return broken * 4 > len(lines)


def _ends_sentence(text: str, start: int, match: re.Match[str], *, wrapped: bool, small: bool) -> bool:
    kind = match.lastgroup
    if kind in {"paragraph", "glued"}:
        return True
    after = _skip_blank(text, match.end())
    following = text[after : after + 3]
    if kind == "tag":
        return not following[:1].islower()
    if kind == "strong":
        # A quotation that ends inside its sentence: “我停下了。”他说。
        closed_quote = match.group()[-1] in '”」』’"' and following[:1] not in {"", "\n"}
        return not (
            closed_quote
            and following[:1].isalnum()
            and "\n" not in text[match.end() : match.end() + 2]
            and not following[:1].isascii()
        )
    if kind == "line":
        end = _trim(text, start, match.start())
        before = text[max(start, end - 1) : end]
        if before in {"-", "‐", "\xad"} and text[max(start, end - 2) : end - 1].isalpha() and following[:1].isalpha():
            return False  # a word broken over two lines is one word to ``normalise``, so it lies in one sentence
        if not wrapped:
            return True
        return before in '.!?:”"’…' and not following[:1].islower()
    return _full_stop_ends(text, start, match, following, small=small)


def _full_stop_ends(text: str, start: int, match: re.Match[str], following: str, *, small: bool) -> bool:
    mark = match.group()
    if not following:
        return True
    first = following[0]
    if not first.isalpha():
        first = following.lstrip("\"'“‘«([¿¡‹—–- ")[:1] or first
    if mark != ".":  # a question, a call, an ellipsis; a closing quote or bracket behind the full stop
        return not first.islower()
    if first.islower() and not small:
        return False
    word = raw = _last_word(text, start, match.start())
    if not word.isalpha():
        if not word.isdigit():
            before = _WORD_BEFORE.search(word)
            word = before.group(1) if before else ""
        if word.isdigit():
            # No ordinal has four digits or groups of them.
            return len(word) > 3 or (len(word) == 3 != len(raw)) or _number_ends(text, start, match, word, first)
    lowered = word.lower()
    if len(word) > 1 and word.isalpha() and lowered not in _TOLD:
        return True
    if lowered in _NEVER_LAST or (lowered in _BEFORE_NUMBERS and first.isdigit()):
        return False
    if len(word) == 1:
        return _letter_ends(text, start, match, raw, small=small)
    if lowered in _ABBREVIATIONS or ("." in word and not any(c.isdigit() for c in word)):
        # "in the U.S. The" ends, "U.S. Senate" does not: only a common sentence opener decides for an end.
        opener = _opener(text, match.end())
        return opener in _COMMON_OPENERS or (lowered in _OF_HOURS and opener != "" and opener not in _BEHIND_HOURS)
    return True


def _number_ends(text: str, start: int, match: re.Match[str], word: str, first: str) -> bool:
    """Whether a full stop behind a number ends a sentence: not in "am 8. Mai" and "am 3. Tag", nor behind a list's."""
    at = match.start() - len(word)
    if len(word) <= 2:
        if at == start:
            return False
        if first in _MONTH_INITIALS and _opener(text, match.end()) in _GERMAN_MONTHS:
            return False
    near = max(start, at - _LONGEST_PLACED)
    if text[max(near, text.rfind(" ", near, at - 1) + 1) : at - 1] not in _PLACED:
        return True
    return not first.isalpha() or _opener(text, match.end()) in _COMMON_OPENERS


def _word_before(text: str, start: int, match: re.Match[str], raw: str) -> str:
    """The word before the last one of a sentence so far, in lower case."""
    end = match.start() - len(raw)
    return text[max(start, end - 24) : end].rstrip().rpartition(" ")[2].lower()


def _letter_ends(text: str, start: int, match: re.Match[str], raw: str, *, small: bool) -> bool:
    """Whether a full stop behind a single letter ends a sentence: behind 6 °C and Group B, not behind J. K. or z. B."""
    letter = raw[-1]
    if raw[-2:-1] == "°" or raw[-2:-1].isdigit():
        return True
    if _ANOTHER_LETTER.match(text, match.end()):
        return False  # z. B., т. е.
    if not (letter.isupper() or (small and letter.islower())):
        return letter.lower() not in _ABBREVIATIONS or _opener(text, match.end()) in _COMMON_OPENERS
    behind = _word_before(text, start, match, raw)
    return letter.isupper() and (
        behind in _LETTERED or (behind.isalpha() and len(behind) > 1 and _opener(text, match.end()) in _PLAIN_OPENERS)
    )


def _opener(text: str, at: int) -> str:
    """The word that follows a mark."""
    match = _OPENER.match(text, at)
    return match.group(1) if match else ""


_OPENER: Final = re.compile(r"\W{0,8}([^\W\d_]+)")
_ANOTHER_LETTER: Final = re.compile(r"[ \xa0\u202f][^\W\d_]\.")
_PLAIN_OPENERS: Final = frozenset(
    "The It They This That These Those But And However Meanwhile There Its His Her Their Pero Die Ein Eine Elle Ils "
    "Uma На Но Это Она".split()
)
"""Those of the openers that are nobody's surname: Malcolm X. The, but J. An."""
_COMMON_OPENERS: Final = frozenset(
    "The A An It He She They We I You This That These Those In On At But And However Meanwhile There Its His Her Their "
    "El La Los Las Un Una En Pero Der Die Das Ein Eine Es Er Sie Wir Le Les Il Elle Ils O Os As Uma "
    "В На Но Это Он Она".split()
)
