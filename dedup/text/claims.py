"""The claims of a text: its names, numbers, dates, quotations and attributions.

In: a text as it was given and its language. Out: claims with half-open code-point spans into that text and a value in
which two ways of saying one thing are equal. Must not know other articles: how claims of two articles compare is said
by ``dedup.stories.facts``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from dedup.text.dates import moments
from dedup.text.datings import Dated
from dedup.text.lexicon import Lexicon, lexicon
from dedup.text.listed import Listed
from dedup.text.moments import Moment
from dedup.text.names import Name, names
from dedup.text.numbers import quantities
from dedup.text.quotes import attributions, quotations, quoted_words
from dedup.text.ranges import Found
from dedup.text.tokens import Tokens, tokens
from dedup.text.units import Quantity

Kind = Literal["entity", "number", "date", "quote", "attribution"]
MAX_CHARACTERS: Final = 200_000
"""Claims behind this many characters are not read; no news text is longer, and archives of it need not be."""
_KEPT: Final = 16
"""Texts kept as they were read: the diff reads an article, and its headline, right behind its profile."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing a text states.

    Args:
        kind: What kind of thing.
        start: First code point in the text as given.
        end: One past the last code point.
        value: Its comparable form: the folded name; a ``Quantity``; a ``Moment``; the quoted words in lower case;
            (verb, "loaded" or "neutral", folded speaker or "").
        note: For an entity its title ("mr"), else empty.
    """

    kind: Kind
    start: int
    end: int
    value: str | Quantity | Moment | tuple[str, str, str]
    note: str = ""


def claims(text: str, lang: str, *, attributed: bool = True) -> list[Claim]:
    """Read the claims of ``text``.

    Args:
        text: Any string; what stands behind ``MAX_CHARACTERS`` is not read.
        lang: BCP 47 or ISO 639-1 code. A language without word lists still gives digits, numeric dates, capitals and
            quotations. Scripts without capitals give no names.
        attributed: Whether attributions are wanted, which take as long as the rest.

    Returns:
        Claims sorted by start, then end, then kind. Names, numbers and dates never overlap; quotations and attributions
        may enclose them. Empty text gives no claims.

    Examples:
        >>> text = "“It is enough,” Mr Dosymbek said on 14 February of the $74m."
        >>> for claim in claims(text, "en"):
        ...     print(claim.kind, repr(text[claim.start : claim.end]))
        quote '“It is enough,”'
        entity 'Dosymbek'
        attribution 'said'
        date '14 February'
        number '$74m'
    """
    read, told = stated(text, lang)
    lists = lexicon(lang)
    listed = Listed(read.lower, lists.stem(read.lower), lists) if attributed else None
    return claims_of(text[:MAX_CHARACTERS], read, told, listed, lists)


class Stated(NamedTuple):
    """What a text states, kind by kind, each in order: what ``claims`` are made of.

    Args:
        dates: Dates and times.
        numbers: Quantities.
        names: Names.
        quotes: Spans of quotations in the text as given.
    """

    dates: list[Dated]
    numbers: list[Found]
    names: list[Name]
    quotes: list[tuple[int, int]]


@dataclass(frozen=True)
class Cut:
    """How a text is cut into tokens; any way says the same as ``tokens``, so that all count as equal.

    Args:
        tokens: The tokens of a text for one who is about to look at them with a lexicon.
    """

    tokens: Callable[[str, Lexicon], Tokens] = field(default=lambda text, _: tokens(text), compare=False)


_READABLE: Final = Cut()


def stated(text: str, lang: str, cut: Cut = _READABLE) -> tuple[Tokens, Stated]:
    """Read a text, attributions aside; the last few are kept.

    Args:
        text: Any string; what stands behind ``MAX_CHARACTERS`` is not read.
        lang: BCP 47 or ISO 639-1 code.
        cut: How to cut it, if it was not read just now.

    Returns:
        Its tokens and what it states, not to be written to.

    Examples:
        >>> read, told = stated("Ada Byrne sold 12 boats in May.", "en")
        >>> [name.value for name in told.names], [found.value.magnitude for found in told.numbers], len(told.dates)
        (['ada byrne'], [12.0], 1)
    """
    return _stated(text, lang, cut)


@lru_cache(maxsize=_KEPT)
def _stated(text: str, lang: str, cut: Cut) -> tuple[Tokens, Stated]:
    lists, head = lexicon(lang), text[:MAX_CHARACTERS]
    read = cut.tokens(head, lists)
    dated = moments(read, lists)
    taken = {at for item in dated for at in range(item.first, item.last + 1)}
    numbered = quantities(read, lists, taken)
    taken.update(at for item in numbered for at in range(item.first, item.last + 1))
    return read, Stated(dated, numbered, names(read, lists, taken), quotations(head))


def claims_of(text: str, read: Tokens, told: Stated, listed: Listed | None, lists: Lexicon) -> list[Claim]:
    """``claims`` of a text that was read, and what is listed of it if attributions are wanted."""
    dated, numbered, named, quoted = told
    found = [Claim("date", *read.span(item.first, item.last), item.value) for item in dated]
    found.extend(Claim("number", *read.span(item.first, item.last), item.value) for item in numbered)
    found.extend(Claim("entity", *read.span(item.first, item.last), item.value, item.title) for item in named)
    found.extend(Claim("quote", start, end, quoted_words(text[start:end])) for start, end in quoted)
    for said in () if listed is None else attributions(read, listed, named, quoted, lists):
        value = (said.verb, "loaded" if said.loaded else "neutral", said.speaker)
        found.append(Claim("attribution", *read.span(said.first, said.last), value))
    return sorted(found, key=lambda claim: (claim.start, claim.end, claim.kind))
