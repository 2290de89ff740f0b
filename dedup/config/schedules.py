"""Settings of the scheduled batch.

In: nothing. Out: the branch ``schedule`` of the settings. Must not know how a batch is scheduled.
"""

from __future__ import annotations

from typing import Annotated, Final, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator, model_validator

from dedup.config.branch import Branch, refusal

CRON: Final = r"^(@(hourly|daily|midnight|weekly|monthly|yearly|annually)|[A-Za-z0-9*/,#?-]+( +[A-Za-z0-9*/,#?-]+){4})$"


class ScheduleConfig(Branch):
    """The scheduled batch in Prefect."""

    name: Annotated[
        str, Field(min_length=1, pattern=r"^[^/%&<>]+$", description="Name of the deployment, without / % & < >.")
    ] = "nightly"
    cron: Annotated[
        str, Field(pattern=CRON, description="When it runs, as cron: minute, hour, day of month, month, day of week.")
    ] = "0 2 * * *"
    timezone: Annotated[str, Field(description="Time zone of the cron expression, IANA name.")] = "UTC"
    inputs: Annotated[tuple[str, ...], Field(min_length=1, description="Files and folders to read.")] = ("seeds",)
    out: Annotated[str, Field(min_length=1, description="Folder to write.")] = "out-nightly"
    store: Annotated[
        str | None, Field(min_length=1, description="Folder of the history that each batch is added to; null for none.")
    ] = None
    inbox: Annotated[
        str | None,
        Field(
            min_length=1,
            description="Folder in which every file is a batch, done once; needs 'store', replaces 'inputs'. "
            "null for none.",
        ),
    ] = None
    settle_seconds: Annotated[
        float,
        Field(
            ge=0,
            description="A file of the inbox that changed less than so many seconds ago waits for the next time. "
            "Raising it is safer with slow uploads.",
        ),
    ] = 60.0
    timeout_minutes: Annotated[
        float | None,
        Field(
            gt=0,
            le=525_600,  # a year; a timer of the system holds no number whatever
            description="Minutes after which a scheduled batch is stopped, its store whole; null for never.",
        ),
    ] = None
    on_failure: Annotated[
        tuple[str, ...],
        Field(description="Command that 'dedup serve' runs when a batch failed, with its facts as JSON on stdin."),
    ] = ()

    @model_validator(mode="after")
    def _inbox_has_a_store(self) -> Self:
        if self.inbox is not None and self.store is None:
            raise refusal("needs schedule.store, which keeps what was done", got=self.inbox, expected="both or none")
        return self

    @field_validator("timezone")
    @classmethod
    def _timezone_exists(cls, timezone: str) -> str:
        try:
            # UTC needs no lookup: a slim container may have no time zone database at all.
            _ = timezone == "UTC" or ZoneInfo(timezone)
        except (OSError, ValueError, ZoneInfoNotFoundError):
            raise refusal("is not a time zone", got=timezone, expected="a name such as Europe/Berlin") from None
        return timezone
