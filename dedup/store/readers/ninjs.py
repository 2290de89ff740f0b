"""IPTC ninjs, versions 1, 2 and 3: news items in JSON.

In: one JSON object. Out: the same with our names beside its own. Must not know where it comes from.

Version 1 writes ``headline``, ``body_text`` or ``body_xhtml`` (profiles add others), versions 2 and 3 lists:
``headlines`` and ``bodies`` of objects with ``role``, ``contenttype`` and ``value``. See iptc.org/standards/ninjs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dedup.store.readers.markup import text_of_fragment

MARKS: Final = ("body_text", "body_xhtml", "body_html", "bodies", "headlines")
"""Keys by which an item is known."""

MAIN_ROLES: Final = ("main", "full", "body", "")
"""Roles of the body or headline to prefer, best first; a missing role is as good as any."""


def is_ninjs(record: Mapping[str, Any]) -> bool:
    """Whether an object is a news item of ninjs: it has a key that nothing else has.

    Examples:
        >>> is_ninjs({"uri": "u", "body_text": "It rained."}), is_ninjs({"text": "It rained."})
        (True, False)
    """
    return any(mark in record for mark in MARKS)


def from_ninjs(record: Mapping[str, Any]) -> dict[str, Any]:
    """Add our names to a news item; those it has already stay.

    Text comes from the plain body if there is one, else from the marked-up one, and of several bodies or headlines from
    the main one. An outlet is looked for in ``infosources`` and ``copyrightholder``.

    Examples:
        >>> item = {"uri": "u", "headlines": [{"value": "Rain"}], "bodies": [{"value": "<p>It rained.</p>"}]}
        >>> found = from_ninjs(item)
        >>> found["id"], found["title"], found["text"]
        ('u', 'Rain', 'It rained.')
    """
    found = {
        "id": record.get("uri"),
        "title": record.get("headline") or _chosen(record.get("headlines")),
        "text": _body(record),
        "published_at": record.get("versioncreated") or record.get("firstcreated"),
        "lang": record.get("language"),
        "source": _outlet(record),
    }
    return {**{name: value for name, value in found.items() if value is not None}, **record}


def _body(record: Mapping[str, Any]) -> object:
    if record.get("body_text"):
        return record["body_text"]
    for name in ("body_xhtml", "body_html"):
        if isinstance(markup := record.get(name), str) and markup.strip():
            return text_of_fragment(markup)
    return _chosen(record.get("bodies"), is_body=True)


def _chosen(items: object, *, is_body: bool = False) -> str | None:
    """The value of the main item of a list; of bodies as plain text."""
    listed = items if isinstance(items, list) else [{"value": items}]
    objects: list[dict[str, Any]] = [item for item in listed if isinstance(item, dict)]
    usable = [item for item in objects if isinstance(item.get("value"), str) and item["value"].strip()]
    if not usable:
        return None
    best = min(usable, key=lambda item: (_rank(item), is_body and not _is_plain(item)))
    value: str = best["value"]
    return value if not is_body or _is_plain(best) else text_of_fragment(value)


def _rank(item: Mapping[str, Any]) -> int:
    role = str(item.get("role") or "").rpartition(":")[2].lower()
    return MAIN_ROLES.index(role) if role in MAIN_ROLES else len(MAIN_ROLES)


def _is_plain(item: Mapping[str, Any]) -> bool:
    kind = str(item.get("contenttype") or item.get("contentType") or "").lower()
    return "plain" in kind or ("html" not in kind and "<" not in item["value"])


def _outlet(record: Mapping[str, Any]) -> str | None:
    sources = record.get("infosources")
    listed = sources if isinstance(sources, list) else record.get("organisation")
    for item in listed if isinstance(listed, list) else ():
        if isinstance(item, dict) and isinstance(item.get("name"), str) and item["name"].strip():
            return str(item["name"])
    holder = record.get("copyrightholder")
    return holder if isinstance(holder, str) and holder.strip() else None
