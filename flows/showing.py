"""What people watch while a flow runs and look at afterwards.

In: stages that ended, a finished run. Out: artifacts of the current flow run. Must not compute anything.
"""

from __future__ import annotations

from typing import cast
from uuid import UUID

import httpx
from prefect import get_run_logger
from prefect.artifacts import (
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)

from dedup import pipeline
from flows.artifacts import (
    framing_markdown,
    outlets_caption,
    outlets_table,
    stories_caption,
    stories_table,
    summary_markdown,
)
from flows.history_artifacts import changes_caption, changes_table


class Progress:
    """A progress artifact of the current flow run, moved on by one stage at a time.

    NOTE: A view that cannot be written must not cost a batch, so an API fault is a warning here and in ``publish``.

    Args:
        n_stages: Stages there will be.
    """

    def __init__(self, n_stages: int) -> None:
        self._done, self._n_stages = 0, n_stages
        self._artifact: UUID | None = None
        try:
            created = create_progress_artifact(0.0, key="dedup-progress", description="Reading articles")
            self._artifact = cast("UUID", created)  # a coroutine only where an event loop runs, and none does here
        except httpx.HTTPError as fault:
            get_run_logger().warning("No progress will be shown: %s", fault)

    def __call__(self, stage: str, /) -> None:
        """Show that ``stage`` is done."""
        self._done += 1
        if self._artifact is None:
            return
        share = min(100.0, 100 * self._done / self._n_stages)
        try:
            update_progress_artifact(self._artifact, progress=share, description=f"Last stage done: {stage}")
        except httpx.HTTPError as fault:
            get_run_logger().warning("Progress not shown after %s: %s", stage, fault)


def publish(run: pipeline.Run) -> None:
    """Attach what people look at to the current flow run.

    Args:
        run: A finished run; what it wrote is already on disk.
    """
    try:
        create_markdown_artifact(summary_markdown(run), key="dedup-summary", description="The run in numbers")
        table = stories_table(run.stories, run.articles)
        create_table_artifact(table, key="dedup-stories", description=stories_caption(run))
        if "known" in run.manifest["counts"]:
            create_table_artifact(changes_table(run), key="dedup-changes", description=changes_caption(run))
        told = outlets_table(run.outlets)
        create_table_artifact(told, key="dedup-outlets", description=outlets_caption(run))
        create_markdown_artifact(
            framing_markdown(run), key="dedup-framing", description="What each variant of the largest stories changed"
        )
    except httpx.HTTPError as fault:
        get_run_logger().warning("The run is complete in %s, but its artifacts are not: %s", run.out, fault)
