"""RSS and Atom feeds: one entry, one article.

In: ``.rss``, ``.atom``, ``.rdf`` and ``.xml`` files. Out: their entries with their full text, or their summary where
that is all there is. Must not know pages or news agencies' formats.

RSS 0.9x, 1.0 and 2.0 and Atom 0.3 and 1.0 differ in names and namespaces, so elements are told by their local names;
where two spaces use one name (``media:title``), the feed's own counts first.
"""

from __future__ import annotations

from typing import Any, Final

from dedup.config import InputConfig
from dedup.store.files import SourceFile
from dedup.store.readers.batch import Gathering, gathered
from dedup.store.readers.html_files import host_of
from dedup.store.readers.markup import local_name, text_of, text_of_fragment, xml_tree
from dedup.store.readers.streams import read_whole

ROOTS: Final = ("rss", "rdf", "feed")
ENTRIES: Final = ("item", "entry")
FULL: Final = ("encoded", "content", "fulltext", "full-text", "body")
SHORT: Final = ("description", "summary", "subtitle", "abstract")
TIMES: Final = ("pubdate", "published", "issued", "date", "created", "updated", "modified")
XML_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
MEDIA: Final = "search.yahoo.com/mrss"
"""Part of a namespace whose title, description and content are those of a picture."""

MIN_SUMMARY_EXCESS: Final = 400
"""A description of at least so many characters counts as full text: many feeds put the whole article there."""


def read_file(file: SourceFile, config: InputConfig, gathering: Gathering) -> None:
    """Read one feed.

    The id is the entry's own (``guid``, ``id``, ``rdf:about``), else its link. The outlet is the entry's ``source``,
    else the title of the feed, else the host of the link; the language that of the entry, else of the feed.

    Args:
        file: The file.
        config: ``max_record_bytes`` limits a feed.
        gathering: Where its entries go, with places ``file:entry``, entries counted from 1. An entry without text is a
            rejection later; a feed without entries (``empty_file``) or of no XML (``not_xml``) is one here. Articles of
            which there is only a summary are noted as ``summary_only``.

    Raises:
        LimitReachedError: The feed is too large, or has entities of its own.
        OSError, EOFError, zlib.error: It cannot be read.
    """
    root = xml_tree(read_whole(file, config), where=file.origin)
    if root is None:
        gathering.reject(file.origin, "not_xml: there is no XML in it")
        return
    entries = [element for element in root.iter() if local_name(element) in ENTRIES]
    about = next((each for each in root if local_name(each) == "channel"), root)
    outlet = _child_text(about, ("title",))
    language = _child_text(about, ("language",)) or root.get(XML_LANG) or about.get(XML_LANG)
    for number, entry in enumerate(entries, 1):
        place = f"{file.origin}:{number}"
        link = _link(entry)
        text, is_full = _text(entry)
        gathering.add(
            place,
            *(() if is_full or not text.strip() else ("summary_only",)),
            id=_child_text(entry, ("guid", "id")) or _about(entry) or link,
            text=text,
            title=text_of_fragment(_child_text(entry, ("title",)) or ""),
            url=link,
            source=_source(entry) or outlet or host_of(link),
            published_at=_child_text(entry, TIMES),
            lang=_child_text(entry, ("language",)) or entry.get(XML_LANG) or language,
        )
    if not entries:
        name = local_name(root)
        what = "a feed without entries" if name in ROOTS else f"<{name[:40]}> is no feed of RSS or Atom, nor NewsML-G2"
        gathering.reject(file.origin, f"empty_file: {what}")


read = gathered(read_file)


def _children(element: Any, names: tuple[str, ...]) -> list[Any]:
    """Children by names, in the order of the names; those of pictures are left out."""
    found = [child for child in element if local_name(child) in names and MEDIA not in child.tag]
    return sorted(found, key=lambda child: names.index(local_name(child)))


def _child_text(element: Any, names: tuple[str, ...]) -> str | None:
    texts = ("".join(child.itertext()).strip() for child in _children(element, names))
    return next((" ".join(text.split()) for text in texts if text), None)


def _link(entry: Any) -> str | None:
    links = _children(entry, ("link", "origlink"))
    plain = [child for child in links if (child.get("rel") or "alternate") == "alternate"]
    addresses = ((child.get("href") or "".join(child.itertext())).strip() for child in plain)
    found = next((address for address in addresses if address), None)
    guid = next(iter(_children(entry, ("guid",))), None)
    if not found and guid is not None and (guid.get("isPermaLink") or "true").lower() == "true":
        found = (guid.text or "").strip()
    return found if found and found.startswith(("http://", "https://")) else None


def _about(entry: Any) -> str | None:
    return next((value for name, value in entry.attrib.items() if name.endswith("}about")), None)


def _source(entry: Any) -> str | None:
    for child in _children(entry, ("source",)):
        text = _child_text(child, ("title",)) or (child.text or "").strip()
        if text:
            return str(text)
    return None


def _text(entry: Any) -> tuple[str, bool]:
    """The text of an entry, and whether it is the full one."""
    full = [text for child in _children(entry, FULL) if (text := _plain(child)).strip()]
    short = [text for child in _children(entry, SHORT) if (text := _plain(child)).strip()]
    if full:
        best = max(full, key=len)
        return best, True
    best = max(short, key=len, default="")
    return best, len(best) >= MIN_SUMMARY_EXCESS


def _plain(element: Any) -> str:
    """The text of a content element: markup in it, or markup that was escaped."""
    if len(element):
        return text_of(element)
    kind = (element.get("type") or "html").lower()
    text = element.text or ""
    return text.strip() if kind in ("text", "text/plain") else text_of_fragment(text)
