"""What a framing diff and its labels must look like to be scored.

In: an object of a JSON Lines file. Out: the same, cut down to what is declared here, or an error that names the line
and the field. Must not know files, nor scores.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, ValidationError

from dedup.errors import InputError

Name = Annotated[str, Field(min_length=1)]


class _Shape(BaseModel):
    model_config = ConfigDict(coerce_numbers_to_str=True, extra="ignore", populate_by_name=True)

    @classmethod
    def read(cls, row: dict[str, Any], where: str) -> dict[str, Any]:
        """Return ``row`` cut down to this shape.

        Args:
            row: An object as it was read.
            where: ``file:line``, for the error.

        Raises:
            InputError: Something is missing or of another type.

        Examples:
            >>> Span.read({"start": 0, "end": 4, "more": 1}, "x.jsonl:1")
            {'start': 0, 'end': 4}
            >>> Span.read({"start": 0, "end": "?"}, "x.jsonl:1")
            Traceback (most recent call last):
                ...
            dedup.errors.InputError: x.jsonl:1: 'end' is not as it should be, got '?', expected a whole number.
        """
        try:
            return cls.model_validate(row).model_dump(by_alias=True)
        except ValidationError as error:
            raise _described(error, where) from None


class Span(_Shape):
    """Half-open, in code points of a text."""

    start: NonNegativeInt
    end: NonNegativeInt


class FoundSentence(Span):
    """A sentence of a variant and the canonical sentences it was told to come from."""

    kind: Name
    canonical: list[Span]
    added: list[Span] = Field(default_factory=list)


class FoundDiff(_Shape):
    """A row of ``framing.jsonl``."""

    variant_id: Name
    canonical_id: Name
    sentences: list[FoundSentence]


class LabelledSentence(Span):
    """A sentence of a variant: kind, indexes of its source sentences, spans of new words, whether it is furniture."""

    kind: Name
    sources: list[NonNegativeInt] = Field(default_factory=list, alias="from")
    adds: list[tuple[NonNegativeInt, NonNegativeInt]] = Field(default_factory=list)
    boiler: bool = False


class LabelledDiff(_Shape):
    """A row of an ``alignment.jsonl``."""

    variant: Name
    source: Name
    source_sentences: list[tuple[NonNegativeInt, NonNegativeInt]]
    sentences: list[LabelledSentence]


def _described(error: ValidationError, where: str) -> InputError:
    """The first thing that is wrong, with its place in the object."""
    first = error.errors(include_url=False)[0]
    place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in first["loc"]).removeprefix(".")
    if first["type"] == "missing":
        return InputError(f"'{place}' is missing", where=where)
    expected = {
        "int_parsing": "a whole number",
        "int_type": "a whole number",
        "int_from_float": "a whole number",
        "greater_than_equal": "0 or more",
        "string_type": "a string",
        "string_too_short": "a string that is not empty",
        "list_type": "a list",
    }.get(first["type"], first["msg"])
    held = first["input"]
    got = held if isinstance(held, str | int | float | None) else type(held).__name__
    return InputError(
        f"'{place}' is not as it should be", where=where, got="null" if got is None else got, expected=expected
    )
