"""What a news page says of itself: headline, time, language, address, outlet.

In: the tree of a page. Out: our optional fields, as written there. Must not know where the page comes from nor what its
text is.

Sources, in order of trust: JSON-LD (schema.org NewsArticle and its kin), OpenGraph and article tags, other meta
elements, the page's own elements. Extractors of main text lose the time of day and often the language, so both are read
here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from pydantic_core import from_json

from dedup.store.times import MAX_CHARACTERS, parse_time

ARTICLE_TYPES: Final = re.compile(r"article|report|posting|review|interview|analysis|opinion", re.IGNORECASE)
TIMES: Final = (
    *("article:published_time", "og:published_time", "datepublished", "article:published", "og:article:published_time"),
    *("parsely-pub-date", "sailthru.date", "pubdate", "publishdate", "publish_date", "publication_date"),
    *("dc.date.issued", "dcterms.created", "dcterms.date", "dc.date", "dc.date.created", "date", "article.published"),
)
"""Names of meta elements with a publication time, best first."""

TITLES: Final = ("og:title", "twitter:title", "dc.title", "headline", "title")
OUTLETS: Final = ("og:site_name", "application-name", "dc.publisher", "publisher", "twitter:site")
LANGUAGES: Final = ("content-language", "og:locale", "dc.language", "language")
MAX_NODES: Final = 5_000
"""Objects of JSON-LD looked at on a page; news pages have dozens."""

_HAS_CLOCK = re.compile(r"\d:\d\d|T\d\d|^\d{9,}$")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")


@dataclass(frozen=True)
class Metadata:
    """What a page says of itself; None where it says nothing.

    Args:
        title: Headline.
        published_at: Publication time as written, with its time of day where any source has one.
        lang: Language, BCP 47.
        url: Canonical address.
        source: Outlet.
        text: The article as JSON-LD repeats it.
    """

    title: str | None = None
    published_at: str | None = None
    lang: str | None = None
    url: str | None = None
    source: str | None = None
    text: str | None = None


def metadata_of(tree: Any, *, address: str | None = None) -> Metadata:
    """Read what a page says of itself.

    Args:
        tree: Root element of the page.
        address: Where it was fetched from; relative addresses in it start there.

    Examples:
        >>> from dedup.store.readers.markup import html_tree
        >>> page = html_tree(
        ...     '<html lang="en"><title>Port shut</title><link rel="canonical" href="https://n.example/port">'
        ...     '<meta property="article:published_time" content="2025-03-04T10:00:00+01:00"><p>The port is shut.'
        ... )
        >>> found = metadata_of(page)
        >>> found.title, found.published_at, found.lang, found.url
        ('Port shut', '2025-03-04T10:00:00+01:00', 'en', 'https://n.example/port')
    """
    metas = _metas(tree)
    linked = [node for node in _linked_data(tree) if ARTICLE_TYPES.search(_text(node.get("@type")) or "")]
    data = linked[0] if linked else {}
    return Metadata(
        title=_first(
            _text(data.get("headline")), *map(metas.get, TITLES[:4]), _element(tree, "h1"), _element(tree, "title")
        ),
        published_at=_time([_text(data.get("datePublished")), *map(metas.get, TIMES), *_time_elements(tree)]),
        lang=_language([_text(data.get("inLanguage")), tree.get("lang"), *map(metas.get, LANGUAGES)]),
        url=_address([*_canonical_links(tree), metas.get("og:url"), _text(data.get("url"))], address),
        source=_first(_text(data.get("publisher")), *map(metas.get, OUTLETS)),
        text=_first(_text(data.get("articleBody"))),
    )


def _metas(tree: Any) -> dict[str, str]:
    """Contents of meta elements under their names in lower case, the first of each that is not blank."""
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        content = (element.get("content") or "").strip()
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            if content and (name := element.get(attribute)):
                found.setdefault(name.strip().lower(), content)
    return found


def _linked_data(tree: Any) -> Iterator[dict[str, Any]]:
    """Every object of JSON-LD on the page, outer ones before inner ones."""
    n_left = MAX_NODES
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        try:
            level: list[Any] = [from_json((script.text or "").strip().removeprefix("<!--").removesuffix("-->"))]
        except ValueError:
            continue
        while level and n_left > 0:
            objects = [node for node in level if isinstance(node, dict)]
            yield from objects[:n_left]
            n_left -= len(level)
            below = [node[key] for node in objects for key in ("@graph", "mainEntity", "hasPart") if key in node]
            below += [node for node in level if isinstance(node, list)]
            level = [inner for value in below for inner in (value if isinstance(value, list) else [value])]


def _text(value: object) -> str | None:
    """A value of JSON-LD as text: objects have names, lists a first element."""
    for _ in range(4):
        if isinstance(value, list):
            value = next(iter(value), None)
        elif isinstance(value, dict):
            value = value.get("name") or value.get("@id") or value.get("@value") or value.get("alternateName")
    return value if isinstance(value, str) else None


def _first(*values: str | None) -> str | None:
    return next((text for value in values if value and (text := " ".join(value.split()))), None)


def _element(tree: Any, name: str) -> str | None:
    element = next(tree.iter(name), None)
    return None if element is None else "".join(element.itertext())


def _time_elements(tree: Any) -> list[str]:
    named = [element for element in tree.iter("time") if element.get("pubdate") is not None or element.get("itemprop")]
    return [element.get("datetime") or "" for element in (*named, *tree.iter("time"))][:20]


def _time(candidates: list[str | None]) -> str | None:
    """The first time that can be read and has a time of day, else the first that can be read, else the first."""
    given = [text for value in candidates if value and (text := value.strip()) and len(text) <= MAX_CHARACTERS]
    readable = [text for text in given if not isinstance(parse_time(text), str)]
    return next((text for text in readable if _HAS_CLOCK.search(text)), next(iter(readable or given), None))


def _language(candidates: list[str | None]) -> str | None:
    given = [value.strip().partition(",")[0] for value in candidates if value]
    return next((value.replace("_", "-") for value in given if _LANGUAGE.fullmatch(value)), None)


def _canonical_links(tree: Any) -> list[str]:
    links = (element for element in tree.iter("link") if "canonical" in (element.get("rel") or "").lower().split())
    return [element.get("href") or "" for element in links]


def _address(candidates: list[str | None], base: str | None) -> str | None:
    for value in candidates:
        try:
            joined = urljoin(base or "", (value or "").strip())
            if value and urlsplit(joined).scheme in ("http", "https") and urlsplit(joined).netloc:
                return joined
        except ValueError:
            continue
    return base
