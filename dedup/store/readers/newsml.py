"""IPTC NewsML-G2: news items of agencies, alone or in a message.

In: ``.xml`` and ``.newsml`` files whose root is ``newsItem``, ``newsMessage`` or ``packageItem``. Out: the text items
among them. Must not know feeds. Elements are told by their local names; see iptc.org/standards/newsml-g2.
"""

from __future__ import annotations

from typing import Any, Final

from dedup.config import InputConfig
from dedup.store.files import SourceFile
from dedup.store.readers.batch import Gathering, gathered
from dedup.store.readers.markup import local_name, text_of, text_of_fragment, xml_tree
from dedup.store.readers.streams import read_whole

ROOTS: Final = ("newsitem", "newsmessage", "packageitem", "itemset", "knowledgeitem")
OTHER_ITEMS: Final = ("packageitem", "conceptitem", "knowledgeitem", "planningitem", "catalogitem")
XML_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"


def read_file(file: SourceFile, config: InputConfig, gathering: Gathering) -> None:
    """Read one document.

    | field | from |
    |---|---|
    | id | ``guid`` of the item |
    | title | ``contentMeta/headline``, else ``itemMeta/title``, else the headline in the text |
    | text | ``contentSet``: ``inlineXML`` (XHTML or NITF) or ``inlineData``, the longest |
    | published_at | ``itemMeta/firstCreated``, ``contentMeta/contentCreated``, ``itemMeta/versionCreated`` |
    | lang | ``contentMeta/language``, else ``xml:lang`` of content or item |
    | source | ``contentMeta/infoSource``, ``creditline``, ``itemMeta/provider``, ``rightsInfo/copyrightHolder`` |

    Args:
        file: The file.
        config: ``max_record_bytes`` limits a file.
        gathering: Where its items go, with places ``file:item``, items counted from 1. Items without text are
            rejections: pictures, packages and concepts as ``not_articles``, others as ``empty_text``; so are files that
            are no XML (``not_xml``) or without items (``empty_file``).

    Raises:
        LimitReachedError: The file is too large, or has entities of its own.
        OSError, EOFError, zlib.error: It cannot be read.
    """
    root = xml_tree(read_whole(file, config), where=file.origin)
    if root is None:
        gathering.reject(file.origin, "not_xml: there is no XML in it")
        return
    number = 0
    for element in root.iter():
        name = local_name(element)
        number += name == "newsitem" or name in OTHER_ITEMS
        place = f"{file.origin}:{number}"
        if name in OTHER_ITEMS:
            gathering.reject(place, f"not_articles: a {name} holds no text of its own")
        elif name == "newsitem":
            _read_item(element, place, gathering)
    if not number:
        gathering.reject(file.origin, "empty_file: a message without items")


read = gathered(read_file)


def _read_item(item: Any, place: str, gathering: Gathering) -> None:
    about, content = _child(item, "itemmeta"), _child(item, "contentmeta")
    kind = _attribute(_child(about, "itemclass"), "qcode").rpartition(":")[2].lower()
    text, inner = _content(_child(item, "contentset"))
    if not text.strip():
        odd = f"not_articles: an item of class '{kind[:40]}' without text"
        plain = "empty_text: the item has no text in its contentSet"
        gathering.reject(place, plain if kind in ("", "text", "composite") else odd)
        return
    gathering.add(
        place,
        id=item.get("guid"),
        text=text,
        title=_text(content, "headline") or _text(about, "title") or _headline(inner),
        url=_link(about),
        source=_outlet(item, about, content),
        published_at=(
            _text(about, "firstcreated") or _text(content, "contentcreated") or _text(about, "versioncreated")
        ),
        lang=_attribute(_child(content, "language"), "tag") or _language(inner) or item.get(XML_LANG),
    )


def _content(contents: Any) -> tuple[str, Any]:
    """The longest text of a content set, and the element it comes from."""
    found: list[tuple[str, Any]] = []
    for child in () if contents is None else contents:
        name = local_name(child)
        if name == "inlinexml":
            found.append((_body_text(child), child))
        elif name == "inlinedata":
            markup = "".join(child.itertext())
            is_plain = "plain" in (child.get("contenttype") or "")
            found.append((markup.strip() if is_plain else text_of_fragment(markup), child))
    return max(found, key=lambda pair: len(pair[0]), default=("", None))


def _body_text(inline: Any) -> str:
    """Text of the body of XHTML or NITF: ``body.content`` where there is one, without head and headline."""
    for wanted in ("body.content", "block", "body"):
        parts = [element for element in inline.iter() if local_name(element) == wanted]
        outer = [part for part in parts if part.getparent() not in parts]
        if text := "\n".join(filter(None, map(text_of, outer))):
            return text
    return text_of(inline)


def _headline(inline: Any) -> str | None:
    for wanted in ("hl1", "hedline", "title", "h1"):
        for element in () if inline is None else inline.iter():
            if local_name(element) == wanted and (text := " ".join("".join(element.itertext()).split())):
                return text
    return None


def _outlet(item: Any, about: Any, content: Any) -> str | None:
    rights = _child(item, "rightsinfo")
    for element in (
        *(_child(content, "infosource"), _child(content, "creditline"), _child(about, "provider")),
        _child(rights, "copyrightholder"),
    ):
        name = _text(element, "name") or " ".join("".join(element.itertext()).split()) if element is not None else ""
        if name or (name := _attribute(element, "literal") or _attribute(element, "uri")):
            return name
    return None


def _link(about: Any) -> str | None:
    addresses = (_attribute(child, "href") for child in (() if about is None else about))
    return next((one for one in addresses if one.startswith(("http://", "https://"))), None)


def _language(inline: Any) -> str | None:
    found = () if inline is None else (element.get(XML_LANG) or element.get("lang") for element in inline.iter())
    return next(filter(None, found), None)


def _child(element: Any, name: str) -> Any:
    return next((child for child in element if local_name(child) == name), None) if element is not None else None


def _text(element: Any, name: str) -> str | None:
    child = _child(element, name)
    text = "" if child is None else " ".join("".join(child.itertext()).split())
    return text or None


def _attribute(element: Any, name: str) -> str:
    return "" if element is None else (element.get(name) or "").strip()
