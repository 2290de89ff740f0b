"""Whose column is our field: configured names first, then our own, then the names that others use.

In: a frame with the columns of some file, all strings. Out: a frame with our seven fields. Must not know the format
of the file, nor judge any value.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Final

import polars as pl

from dedup.config import InputConfig

FIELDS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "id": ("id", "article_id", "_id", "guid", "doc_id", "uri", "url", "link"),
        "text": ("text", "body", "content", "articleBody", "maintext", "content_text", "full_text", "article_body"),
        "title": ("title", "headline", "heading"),
        "url": ("url", "link", "uri", "canonical_url"),
        "source": ("source", "domain", "outlet", "publisher", "source_domain", "source_name", "site_name"),
        "published_at": (
            *("published_at", "pubDate", "datePublished", "date_published", "published", "publishedAt"),
            *("dateTime", "versioncreated", "date_publish", "publish_date", "pub_date", "date", "timestamp"),
        ),
        "lang": ("lang", "language", "inLanguage", "language_code"),
    }
)
"""Our field to the columns it is looked for in, the first that has a value wins. From schema.org NewsArticle, IPTC
ninjs, RSS, JSON Feed, Event Registry, NewsAPI, mediastack, news-please and MongoDB exports."""

REQUIRED: Final = ("id", "text")


def candidates(config: InputConfig) -> dict[str, tuple[str, ...]]:
    """Columns in which each field is looked for, in order of preference.

    Args:
        config: Its ``fields`` come first.

    Examples:
        >>> candidates(InputConfig(fields={"title": "kop"}))["title"]
        ('kop', 'title', 'headline', 'heading')
    """
    return {
        field: tuple(dict.fromkeys((*([config.fields[field]] if field in config.fields else ()), *names)))
        for field, names in FIELDS.items()
    }


def missing_fields(columns: Collection[str], config: InputConfig) -> list[str]:
    """Required fields for which none of ``columns`` can stand.

    Examples:
        >>> missing_fields(["GUID", "Title"], InputConfig())
        ['text']
    """
    names, wanted = {column.casefold() for column in columns}, candidates(config)
    return [field for field in REQUIRED if not any(column.casefold() in names for column in wanted[field])]


def pick_fields(frame: pl.DataFrame, config: InputConfig) -> pl.DataFrame:
    """Give every row our fields, each from the first of its columns that has a value there.

    Names match whatever their case, an exact match before others. A blank value gives way to the next column; if all
    are blank, the first blank one stays, so that a blank text can be told from a missing one.

    Args:
        frame: Any columns, of type String where they bear a name that we look for.
        config: Its ``fields`` come first.

    Returns:
        As many rows, the columns of ``FIELDS`` in order, null where nothing was found.

    Examples:
        >>> rows = pl.DataFrame({"GUID": ["a", "b"], "headline": ["H", None], "content": ["C", " "], "Body": ["", "B"]})
        >>> pick_fields(rows, InputConfig()).select("id", "text", "title").rows()
        [('a', 'C', 'H'), ('b', 'B', None)]
    """
    expressions = []
    for field, names in candidates(config).items():
        columns = [column for name in names for column in _matching(name, frame.columns)]
        filled = [pl.when(has_value(name)).then(pl.col(name)) for name in columns]
        found = pl.coalesce([*filled, *map(pl.col, columns)]) if columns else pl.lit(None, pl.String)
        expressions.append(found.alias(field))
    return frame.select(expressions) if frame.width else pl.DataFrame(schema=dict.fromkeys(FIELDS, pl.String))


def has_value(*names: str) -> pl.Expr:
    r"""Whether strings have anything but white space; null where they are missing.

    A pattern stops at the first such character. Stripped texts would lie beside the given ones in memory.

    Examples:
        >>> pl.DataFrame({"text": ["a", " \u00a0", None]}).select(has_value("text"))["text"].to_list()
        [True, False, None]
    """
    return pl.col(names).str.contains(r"\S")


def fold(name: str) -> str:
    r"""What two keys have in common that differ only in case.

    An ASCII key has ASCII spellings only, so that all of them can be found in bytes: a long s is not an s.

    Examples:
        >>> (
        ...     fold("pubDate") == fold("PubDate"),
        ...     fold("Überschrift") == fold("überSchrift"),
        ...     fold("\u017fource") == "source",
        ... )
        (True, True, False)
    """
    folded = name.casefold()
    return folded if name.isascii() or not folded.isascii() else name


def spelled(name: str, keys: Collection[str]) -> str:
    """How a part of a dotted name is written among some keys: as it is, else otherwise in its case.

    Examples:
        >>> spelled("main", ["Main", "MAIN"]), spelled("main", ["MAIN", "main"]), spelled("main", [])
        ('MAIN', 'main', 'main')
    """
    return name if name in keys else min((key for key in keys if fold(key) == fold(name)), default=name)


def _matching(name: str, columns: Collection[str]) -> list[str]:
    folded = name.casefold()
    return sorted((column for column in columns if column.casefold() == folded), key=lambda column: column != name)
