"""Untrusted text as Markdown that shows it and does nothing else.

In: article text, titles, addresses, as strings. Out: GitHub-flavoured Markdown that renders as exactly these characters
in Prefect's pages: no markup, no HTML, no link of its own. Must not know frames or Prefect.
"""

from __future__ import annotations

import re
import string
from typing import Final
from urllib.parse import quote, urlsplit

WORD_JOINER: Final = "\u2060"
"""An invisible character that joins; it keeps pages from seeing a link or a word boundary where we want none."""

_ESCAPES: Final = str.maketrans({mark: f"\\{mark}" for mark in string.punctuation})
# Controls have no shape, and the bidirectional ones would turn the rest of the line around.
_UNSHOWABLE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
# What pages turn into links by themselves. Escaping does not stop remark, which looks at the text after unescaping.
_LINK_LIKE: Final = re.compile(r"(?:(?<=:)(?=//))|(?:(?<=www)(?=\.))|(?:(?<=@)(?=\w))", re.IGNORECASE)
_HTML_LIKE: Final = re.compile("(?<=[<&])")
_PLAIN_HOST: Final = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*")
_URL_SAFE: Final = "/:?#=&%+,.~-_@!$*"


def escape(text: str) -> str:
    r"""Text as inline Markdown, on one line.

    Args:
        text: Anything.

    Returns:
        Markdown that renders as ``text``: every ASCII punctuation mark escaped, white space made single spaces, control
        and direction characters shown as the replacement character, addresses kept from becoming links.

    Examples:
        >>> print(escape("<b>1. *Port*\nstrike</b> | a"))
        \<b\>1\. \*Port\* strike\<\/b\> \| a
    """
    return _LINK_LIKE.sub(WORD_JOINER, _shown(text)).translate(_ESCAPES)


def shorten(text: str, max_characters: int) -> str:
    """Text cut to a length, with an ellipsis that says so.

    Examples:
        >>> shorten("a long headline", 7), shorten("short", 7)
        ('a long…', 'short')
    """
    return text if len(text) <= max_characters else text[: max_characters - 1].rstrip() + "…"


def strong(text: str) -> str:
    """Text in bold.

    Examples:
        >>> strong("added words")
        '**added words**'
    """
    return _wrapped("**", text)


def struck(text: str) -> str:
    """Text struck through.

    Examples:
        >>> struck("dropped words")
        '~~dropped words~~'
    """
    return _wrapped("~~", text)


def _wrapped(mark: str, text: str) -> str:
    inner = text.strip()
    if not inner:
        return escape(text)
    # Marks beside punctuation are often not read as marks; beside a joiner, which is neither space nor punctuation,
    # they always are.
    before = "" if inner[0].isalnum() else WORD_JOINER
    after = "" if inner[-1].isalnum() else WORD_JOINER
    left = " " if text[0].isspace() else ""
    right = " " if text[-1].isspace() else ""
    return f"{left}{mark}{before}{escape(inner)}{after}{mark}{right}"


def emphasised(text: str, spans: list[tuple[int, int]]) -> str:
    """Text with some ranges in bold.

    Args:
        text: The whole text.
        spans: Half-open ranges of code points in ``text``, in any order; what lies outside the text is ignored, and
            ranges with nothing but white space between them become one.

    Examples:
        >>> emphasised("The angry dockers walked out", [(4, 9)])
        'The **angry** dockers walked out'
    """
    joined: list[tuple[int, int]] = []
    for start, end in sorted((max(0, start), min(len(text), end)) for start, end in spans):
        if start >= end:
            continue
        if joined and not text[joined[-1][1] : start].strip():
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    parts: list[str] = []
    position = 0
    for start, end in joined:
        parts += [_spaced(text[position:start]), strong(text[start:end])]
        position = end
    return "".join([*parts, _spaced(text[position:])]).strip()


def _spaced(text: str) -> str:
    """Escaped text that keeps one space where it began or ended with any."""
    if not text.strip():
        return " " if text else ""
    return f"{' ' if text[0].isspace() else ''}{escape(text)}{' ' if text[-1].isspace() else ''}"


def link(url: str | None) -> str:
    """A link to a web page, labelled with the host it really leads to.

    Args:
        url: An address as given by the input.

    Returns:
        The link, or an empty string when there is no address, it is not http or https, or its host is not a plain name.

    Examples:
        >>> link("https://example.org/port(1)")
        '[example.org](<https://example.org/port%281%29>)'
        >>> link("javascript:alert(1)"), link(None)
        ('', '')
    """
    if not url:
        return ""
    address = "".join(url.split())
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").encode("idna").decode("ascii")
    except ValueError:
        return ""
    # The label is not escaped: the older of Prefect's pages shows escapes inside a link as they stand.
    if parts.scheme.lower() not in {"http", "https"} or not _PLAIN_HOST.fullmatch(host):
        return ""
    return f"[{host}](<{quote(address, safe=_URL_SAFE)}>)"


def cell(text: str) -> str:
    """Text for a cell of a table artifact, which is not Markdown.

    The newer of Prefect's pages shows cells as text, the older as HTML (seen in 3.8.8: an image tag was loaded). So
    nothing is escaped, which the newer would show; what would begin a tag or an entity is kept from doing so.

    Args:
        text: Anything.

    Examples:
        >>> cell("<b>AT&amp;T</b>").replace(WORD_JOINER, "·")
        '<·b>AT&·amp;T<·/b>'
    """
    return _HTML_LIKE.sub(WORD_JOINER, _shown(text))


def _shown(text: str) -> str:
    return _UNSHOWABLE.sub("\ufffd", " ".join(text.split()))
