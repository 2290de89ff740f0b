"""What all groups of settings have in common.

In: nothing. Out: the base of every branch, and the way a validator says no. Must not know any setting.
"""

from __future__ import annotations

from typing import Any, Final

from pydantic import BaseModel, ConfigDict, GetJsonSchemaHandler, field_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, PydanticKnownError

MOST: Final = 10**15
"""Largest whole number in any setting: more articles, bytes and stories than there are. Stages count in 64 bits, so
that larger ones end in the middle of a run, some only after they were multiplied by a number of articles."""
MOST_DAYS: Final = 36_500
"""Largest number of days in any setting, a century: what lies so far before a date is a date, too."""


def refusal(
    what: str, below: str = "", *, got: object = None, expected: str = "", hint: str = ""
) -> PydanticCustomError:
    """What a validator raises when a value is well-formed and still makes no sense.

    Args:
        what: What is wrong, to be read after the name of the setting.
        below: The setting to blame, below the one validated; empty if it is that one.
        got: What was found there.
        expected: What would have been right.
        hint: What to do now.
    """
    context = {"below": below, "what": what, "got": got, "expected": expected, "hint": hint}
    return PydanticCustomError("refused", "{below} {what}" if below else "{what}", context)


class Branch(BaseModel):
    """A frozen group of settings in which an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @field_validator("*")
    @classmethod
    def _counts_are_bounded(cls, value: Any) -> Any:
        if isinstance(value, int) and value > MOST:
            raise PydanticKnownError("less_than_equal", {"le": MOST})
        return value

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """The schema that fields alone give, with the bound that all whole numbers have."""
        schema = handler(core_schema)
        for field in handler.resolve_ref_schema(schema)["properties"].values():
            for shape in (field, *field.get("anyOf", ())):
                if shape.get("type") == "integer":
                    shape.setdefault("maximum", MOST)
        return schema
