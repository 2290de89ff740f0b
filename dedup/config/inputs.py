"""Settings of what is read.

In: nothing. Out: the branch ``input``. Must not know how anything is read.
"""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field, field_validator

from dedup.config.branch import Branch, refusal

FIELD_NAMES: Final = ("id", "text", "title", "url", "source", "published_at", "lang")
"""The fields of an article, as a user names them in ``input.fields``."""


class InputConfig(Branch):
    """What is read and what is refused."""

    fields: Annotated[
        dict[str, str],
        Field(
            description="Our field name (id, text, title, url, source, published_at, lang) to your column name, e.g. "
            "{text: body}; a dot leads into an object, {source: source.title}. Unlisted fields are matched by their "
            "own names and common synonyms.",
        ),
    ] = {}  # noqa: RUF012 - pydantic hands every instance a copy
    max_article_bytes: Annotated[
        int, Field(ge=1_000, description="Largest article read, in bytes of UTF-8. Raising it lets longer texts in.")
    ] = 10_000_000
    max_record_bytes: Annotated[
        int,
        Field(
            ge=1_000, description="Largest line, row, page, feed or response held, in bytes. Raising it needs memory."
        ),
    ] = 32_000_000
    max_expansion: Annotated[
        float,
        Field(
            ge=2,
            description="How many times its size a compressed file may grow, from 32 MB on. Raising it lets bombs in.",
        ),
    ] = 200.0
    max_page_elements: Annotated[
        int,
        Field(ge=1_000, description="Elements of the largest web page read. Raising it lets larger ones in, slower."),
    ] = 50_000
    max_nesting: Annotated[
        int, Field(ge=2, le=180, description="Deepest nesting of JSON. Raising it lets deeper records in.")
    ] = 100
    max_files: Annotated[
        int, Field(ge=1, description="Files a run reads; more stop it. Raising it lets larger folders in.")
    ] = 1_000_000
    max_articles: Annotated[
        int, Field(ge=1, description="Articles a run reads; more stop it. Raising it lets larger batches in.")
    ] = 5_000_000
    max_text_bytes: Annotated[
        int,
        Field(
            ge=1_000, description="Bytes of text a run reads; more stop it. Raising it needs several times that memory."
        ),
    ] = 20_000_000_000
    memory_mb: Annotated[
        int | None,
        Field(
            ge=630,
            description="Memory a run may take, in MB: what does not fit waits on the disk, and a batch that would "
            "take more in spite of that stops it before the work begins. Raising it lets larger batches in, and is "
            "faster. null for no limit.",
        ),
    ] = None
    max_skipped_share: Annotated[
        float,
        Field(
            ge=0,
            le=1,
            description="Share of inputs, from 20 on, whose being unusable stops a run. Raising it stops fewer.",
        ),
    ] = 0.5

    @field_validator("fields")
    @classmethod
    def _fields_exist(cls, fields: dict[str, str]) -> dict[str, str]:
        for name, column in fields.items():
            if name not in FIELD_NAMES:
                raise refusal("is not a field of an article", name, expected=f"one of {', '.join(FIELD_NAMES)}")
            if not column.strip():
                raise refusal("names no column", name, got=column, expected="the name of one of your columns")
        return fields
