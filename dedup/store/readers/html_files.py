"""Web pages: one file, one article.

In: ``.html``, ``.htm`` and ``.xhtml`` files. Out: the main text of each, without navigation and comments, and what the
page says of itself. Must not know archives, which hand over pages of their own.

The main text is found by trafilatura; a page of which it finds nothing gives what JSON-LD repeats as ``articleBody``.
"""

from __future__ import annotations

import functools
import importlib
import logging
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Final
from urllib.parse import urlsplit

from dedup.config import InputConfig
from dedup.store.files import SourceFile, legal_text
from dedup.store.readers.batch import Gathering, gathered
from dedup.store.readers.html_metadata import Metadata, metadata_of
from dedup.store.readers.markup import decode_page, html_tree, text_of_fragment
from dedup.store.readers.packages import needed
from dedup.store.readers.streams import LimitReachedError, over, read_whole
from dedup.store.readers.text_files import stem

ROOTS: Final = ("html", "head", "body", "article", "div", "p", "main", "meta", "title")
"""Names of first elements by which a page, or a piece of one, is told."""

MANY_ELEMENTS: Final = 5_000
"""From here on a second opinion is not asked for (trafilatura's ``fast``): the time it takes grows with the square of
the paragraphs, 15 s for 3 MB of them. Common news pages have 500 to 3,000 elements."""

FOLDER_PAGES: Final = ("index", "default")
"""Stems of pages that are called by their folder; they would all have one id."""


@dataclass(frozen=True)
class Page:
    """An article found on a page.

    Args:
        text: Its main text; blank where none was found.
        about: What the page says of itself.
        notes: What is odd about it, see ``Batch.notes``.
    """

    text: str
    about: Metadata
    notes: tuple[str, ...] = ()


def read_file(file: SourceFile, config: InputConfig, gathering: Gathering) -> None:
    """Read one page.

    The id is the file's name without its ending; of a page called index.html its address, if it says one, else the
    name of its folder. The outlet is what the page says, else the host of its address.

    Args:
        file: The file.
        config: ``max_record_bytes`` and ``max_page_elements`` limit a page.
        gathering: Where the article goes; a page without main text is a rejection (``empty_text``).

    Raises:
        LimitReachedError: The page is too large.
        OSError, EOFError, zlib.error: It cannot be read.
    """
    page = read_page(read_whole(file, config), config, where=file.origin)
    name = stem(file.path.name)
    if name.lower() in FOLDER_PAGES:
        name = page.about.url or legal_text(file.path.resolve().parent.name) or name
    if page.text.strip():
        gathering.add(file.origin, *page.notes, id=name, **fields_of(page))
    else:
        gathering.reject(file.origin, "empty_text: no main text was found on this page")


read = gathered(read_file)


def fields_of(page: Page) -> dict[str, str | None]:
    """Our fields of a page, without an id; the outlet is the host where nothing else is known."""
    about = page.about
    return {
        "text": page.text,
        "title": about.title,
        "url": about.url,
        "source": about.source or host_of(about.url),
        "published_at": about.published_at,
        "lang": about.lang,
    }


def read_page(
    data: bytes, config: InputConfig, *, where: str, charset: str | None = None, address: str | None = None
) -> Page:
    """Find the article on a page.

    Args:
        data: The page.
        config: ``max_page_elements`` limits it.
        where: What to call it in an error.
        charset: Its encoding as the server said it.
        address: Where it was fetched from.

    Returns:
        The article; its text is blank where none was found.

    Raises:
        InputError: trafilatura is not installed.
        LimitReachedError: The page has too many elements.
    """
    needed("trafilatura", where=where, what="web pages")
    extract = _extractor()
    markup, is_whole = decode_page(data, charset)
    tree = html_tree(markup, where=where)
    if tree is None:
        return Page("", Metadata())
    n_elements = sum(1 for _ in islice(tree.iter(), config.max_page_elements + 1))
    if n_elements > config.max_page_elements:
        raise LimitReachedError(over("too_large: a page of more elements", "max_page_elements", config))
    about = metadata_of(tree, address=address)
    headlines = {about.title, *(" ".join("".join(each.itertext()).split()) for each in tree.iter("h1"))}
    found = extract(tree, include_comments=False, with_metadata=False, fast=n_elements > MANY_ELEMENTS)
    text = found or text_of_fragment(about.text or "")
    first, _, rest = text.partition("\n")
    if rest.strip() and first.strip() in headlines:
        text = rest.lstrip()  # the headline is a field of its own
    return Page(text, replace(about, text=None), () if is_whole else ("replaced_bytes",))


def host_of(address: str | None) -> str | None:
    """The host of an address without ``www.``, None where there is none.

    Examples:
        >>> host_of("https://www.n.example:443/port"), host_of("port")
        ('n.example', None)
    """
    try:
        host = urlsplit(address or "").hostname
    except ValueError:
        return None
    return host.removeprefix("www.") if host else None


@functools.cache
def _extractor() -> Any:
    """What finds main text, kept from writing to the terminal what strangers wrote."""
    for name in ("trafilatura", "htmldate", "courlan", "justext"):
        logging.getLogger(name).addHandler(logging.NullHandler())
    return importlib.import_module("trafilatura").extract
