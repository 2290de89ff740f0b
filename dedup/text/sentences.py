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

_ABBREVIATIONS: Final = frozenset(
    # English
    "mr mrs ms dr prof rev hon gov sen rep gen col lt sgt capt cmdr adm maj pres st mt ft nos vol pp eds vs v cf "
    "al inc ltd co corp bros dept univ approx ave blvd rd jr sr jan feb apr jun jul aug sept oct nov dec a.m p.m "
    "u.s u.k u.n e.g i.e "
    # Spanish, Portuguese, French, German, Italian
    "sra srta dra d dª ud uds ee.uu pág págs núm av avda art mme mlle m me ste env bzw ca usw z.b d.h u.a nr str tel "
    "hr fr hrn mio mrd abs dipl ing sig sigg dott dr.ssa"
    # Russian
    "г гг ул д кв стр им т.е т.д т.п тыс млн млрд руб коп см др пр проф акад".split()
)
_BEFORE_NUMBERS: Final = frozenset("no art fig mar nr núm num pág pag p s abs ст п №".split())
_GERMAN_MONTHS: Final = frozenset(
    "Januar Jänner Februar März April Mai Juni Juli August September Oktober November Dezember".split()
)
_NEVER_LAST: Final = frozenset(
    "mr mrs ms dr prof rev hon gov sen rep gen col lt sgt capt cmdr adm st mme mlle sra srta".split()
)
_SHORTENED: Final = _ABBREVIATIONS | _NEVER_LAST
_CLOSERS: Final = "\"'”’»)\\]」』】）›＂"
# Possessive and anchored to the start of a run of marks or blanks: a megabyte of dots or spaces costs one scan, not n.
_END: Final = re.compile(
    rf"(?P<strong>[。！？｡؟۔।॥‼⁇⁈⁉]+[{_CLOSERS}]*)"
    rf"|(?P<weak>(?:(?<![.!?])[.!?]++|…)[{_CLOSERS}“]*+)(?=\s|<|$)"
    rf"|(?P<glued>(?<=[a-zà-ÿ]{{3}})[.!?][{_CLOSERS}]?)(?=[A-ZÀ-Þ][a-zà-ÿ])"
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
    word = _last_word(text, start, match.start())
    if not word.isalpha():
        before = _WORD_BEFORE.search(word)
        word = before.group(1) if before else ""
    lowered = word.lower()
    if lowered in _NEVER_LAST:
        return False
    if len(word) == 1 and (word.isupper() or (small and word.islower())):
        return False  # an initial: J. K. Doe
    if lowered in _BEFORE_NUMBERS and first.isdigit():
        return False
    if (
        word.isdigit()
        and len(word) <= 2
        and (_opener(text, match.end()) in _GERMAN_MONTHS or not text[start : match.start()].strip(word))
    ):
        return False  # "am 8. Mai", and the number of a list item
    if lowered in _ABBREVIATIONS or ("." in word and not any(c.isdigit() for c in word)):
        # "in the U.S. The" ends, "U.S. Senate" does not: only a common sentence opener decides for an end.
        return _opener(text, match.end()) in _COMMON_OPENERS
    return True


def _opener(text: str, at: int) -> str:
    """The word that follows a mark."""
    match = _OPENER.match(text, at)
    return match.group(1) if match else ""


_OPENER: Final = re.compile(r"\W{0,8}([^\W\d_]+)")
_COMMON_OPENERS: Final = frozenset(
    "The A An It He She They We I You This That These Those In On At But And However Meanwhile There Its His Her Their "
    "El La Los Las Un Una En Pero Der Die Das Ein Eine Es Er Sie Wir Le Les Il Elle Ils O Os As Uma "
    "В На Но Это Он Она".split()
)
