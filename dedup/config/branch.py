"""What all groups of settings have in common.

In: nothing. Out: the base of every branch, and the way a validator says no. Must not know any setting.
"""

from __future__ import annotations

from typing import Any, Final

from pydantic import BaseModel, ConfigDict, field_validator
from pydantic_core import PydanticCustomError

MOST: Final = 2**53
"""Largest whole number that a setting may be: what JSON keeps exactly, and what fits into 64 bits with all it meets."""


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
    def _is_bounded(cls, value: Any) -> Any:
        if isinstance(value, int) and value > MOST:
            raise refusal("is larger than a setting may be", got=value, expected=f"at most {MOST:,}")
        return value
