"""Markup as text, and XML that cannot harm.

In: HTML or XML that strangers wrote. Out: trees, and the text in them with a line a block. Must not know feeds, pages
or agencies' formats. Nothing is ever loaded from anywhere, and entities that a document declares itself are refused.
"""

from __future__ import annotations

import codecs
import html
import html.entities
import re
from contextlib import suppress
from typing import Any, Final

from dedup.store.readers.encodings import encoding_of
from dedup.store.readers.packages import needed
from dedup.store.readers.streams import LimitReachedError

BLOCKS: Final = frozenset(
    (
        "address article aside blockquote body br caption center dd div dl dt fieldset figcaption figure footer form "
        "h1 h2 h3 h4 h5 h6 header hedline hl1 hl2 hr li main nav ol p pre section table td th title tr ul block "
        "body.content body.head body.end byline dateline lede"
    ).split()
)
"""Elements of HTML and NITF that stand on lines of their own."""

SILENT: Final = frozenset("script style template noscript iframe object svg math head media".split())
"""Elements whose text is not meant to be read."""

XML_NAMES: Final = frozenset(("amp", "lt", "gt", "quot", "apos"))

_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{1,40})""", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"""^\s*<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.:-]{1,40})""")
_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]{1,8})|(\d{1,9}));?")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_BLANKS = re.compile(r"[ \t\r\f\v\u00a0]+")
# Controls are no characters of XML or HTML; lxml refuses a string that has one.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def decode_page(data: bytes, charset: str | None = None) -> tuple[str, bool]:
    r"""Turn the bytes of a page into text, as browsers do.

    A byte order mark counts first, then what the server said, what the page says, UTF-8 if it fits, and Windows-1252.

    Returns:
        The text, and whether every byte had a meaning; if not, U+FFFD stands there.

    Examples:
        >>> decode_page(b'<meta charset="iso-8859-2">\xb6'), decode_page(b"caf\xe9"), decode_page(b"\xff", "utf-8")
        (('<meta charset="iso-8859-2">ś', True), ('café', True), ('\ufffd', False))
    """
    said = [found[1].decode() for pattern in (_XML_ENCODING, _CHARSET) if (found := pattern.search(data[:4096]))]
    wide = encoding_of(data)
    names = [wide] if wide else [name for name in (charset, *said) if name and _is_known(name)]
    for name in (*names, "utf-8", *(() if names else ("cp1252",))):
        with suppress(UnicodeError, ValueError):
            return data.decode(_as_browsers(name)).removeprefix("\ufeff"), True
    return data.decode(_as_browsers(names[0]) if names else "cp1252", "replace").removeprefix("\ufeff"), False


def text_of_fragment(markup: str) -> str:
    r"""The text of a piece of HTML, a block a line, without what is not meant to be read.

    Text without any tag or entity comes back as it is.

    Examples:
        >>> text_of_fragment("<p>Rain &amp; <b>wind</b>.</p><script>x()</script><ul><li>One<li>Two</ul>")
        'Rain & wind.\nOne\nTwo'
        >>> text_of_fragment("It  rained.")
        'It  rained.'
    """
    if "<" not in markup:
        return html.unescape(markup) if "&" in markup else markup
    tree = html_tree(markup)
    return "" if tree is None else text_of(tree)


def html_tree(markup: str, *, where: str = "markup") -> Any:
    """The tree of a page or piece of HTML, or None where there is nothing in it."""
    etree = needed("lxml.etree", where=where, what="articles in markup")
    pages = needed("lxml.html", where=where, what="articles in markup")
    parser = pages.HTMLParser(encoding="utf-8", no_network=True, remove_pis=True, huge_tree=False)
    text = _legal(markup)
    if not text.strip():
        return None
    try:
        return etree.fromstring(text.encode("utf-8"), parser)
    except etree.XMLSyntaxError:
        return None


def text_of(tree: Any) -> str:
    """The text below an element, a block a line, blanks made single; a walk, not a recursion."""
    parts: list[str] = []
    silent: Any = None
    etree = needed("lxml.etree", where="markup", what="articles in markup")
    for event, element in etree.iterwalk(tree, events=("start", "end", "comment", "pi")):
        name = local_name(element)
        if event == "start" and silent is None:
            if name in SILENT:
                silent = element
                continue
            parts.append("\n" if name in BLOCKS else "")
            parts.append(_inline(element.text))
        elif event != "start":
            if event == "end" and silent is None and name in BLOCKS:
                parts.append("\n")
            if silent is element:
                silent = None
            if silent is None and element is not tree:
                parts.append(_inline(element.tail))
    lines = (_BLANKS.sub(" ", line).strip() for line in "".join(parts).split("\n"))
    return "\n".join(line for line in lines if line)


def xml_tree(data: bytes, *, where: str) -> Any:
    """The tree of an XML document, read as well as its errors allow.

    Names of HTML's characters (``&nbsp;``) are understood without being declared, since feeds write them everywhere.

    Args:
        data: The document.
        where: What to call it in an error.

    Returns:
        The root element, or None if there is none.

    Raises:
        LimitReachedError: It declares entities of its own: they can be bombs, or reach for files.
    """
    etree = needed("lxml.etree", where=where, what="articles in XML")
    text = _legal(decode_page(data)[0])
    parser = etree.XMLParser(
        recover=True,
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(_ENTITY.sub(_numbered, text).strip().encode("utf-8"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    if root is not None and (dtd := root.getroottree().docinfo.internalDTD) is not None and any(dtd.iterentities()):
        raise LimitReachedError("own_entities: the document declares entities of its own, which are never resolved")
    return root


def local_name(element: Any) -> str:
    """The name of an element in lower case without its namespace; empty for comments."""
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def root_name(head: bytes) -> str:
    r"""The name of the root element of a document, in lower case without prefix, from its first bytes.

    Examples:
        >>> root_name(b'<?xml version="1.0"?>\n<!-- x --><rdf:RDF xmlns="u">'), root_name(b"<!DOCTYPE html><p>")
        ('rdf', 'html')
        >>> root_name(b"{}")
        ''
    """
    text = head.decode(encoding_of(head) or "utf-8", "replace").lstrip("\ufeff \t\r\n")
    while text.startswith(("<?", "<!--")):
        end = "?>" if text.startswith("<?") else "-->"
        text = text.partition(end)[2].lstrip()
    if found := re.match(r"<!DOCTYPE\s+(?:[\w.-]+:)?([\w.-]+)", text, re.IGNORECASE):
        return found[1].lower()
    found = re.match(r"<(?:[\w.-]+:)?([\w.-]+)", text)
    return found[1].lower() if found else ""


def _inline(text: str | None) -> str:
    return text.replace("\n", " ") if text else ""


def _legal(markup: str) -> str:
    """Markup of which a parser makes legal text only, whatever it says of its encoding."""
    return _REFERENCE.sub(_checked, _CONTROLS.sub(" ", _DECLARATION.sub("", markup, count=1)))


def _checked(found: re.Match[str]) -> str:
    """A numbered character as it is, if it is one: libxml2 takes halves of surrogate pairs, which nobody can decode."""
    code = int(found[1], 16) if found[1] else int(found[2])
    return "\ufffd" if code > 0x10FFFF or _CONTROLS.match(chr(code)) else found[0]


def _numbered(found: re.Match[str]) -> str:
    character = None if found[1] in XML_NAMES else html.entities.html5.get(f"{found[1]};")
    return found[0] if character is None else "".join(f"&#{ord(one)};" for one in character)


def _as_browsers(name: str) -> str:
    # What calls itself Latin-1 or ASCII is Windows-1252 for every browser.
    return "cp1252" if codecs.lookup(name).name in ("iso8859-1", "ascii") else name


def _is_known(name: str) -> bool:
    try:
        return bool("a".encode(name)) and not name.lower().startswith("utf-16")
    except (LookupError, ValueError):  # Python also knows some that make no text, and one that fails always
        return False
