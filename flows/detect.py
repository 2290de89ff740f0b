"""The batch as a Prefect flow.

In: paths to read, a folder to write, settings. Out: the same files that ``dedup run`` writes, a state with a message
for people, artifacts to look at. Must not know how stories are found: it calls ``dedup.pipeline.run`` with a runner of
its own. Only paths and settings go in as parameters and only a few numbers come out; frames stay in this process.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from prefect import State, flow, runtime, tags
from prefect.states import Completed

from dedup import pipeline
from dedup.config import Config
from dedup.errors import DedupError, SchemaError, UsageError
from dedup.runners import stages_of
from dedup.store.remote import place_of
from dedup.workers import at_work
from flows.artifacts import whole_of
from flows.catching_up import caught_up
from flows.limits import at_most, waiting_for_lock
from flows.notices import tell_failure
from flows.showing import Progress, publish
from flows.stages import StageTasks, failed

MAX_RUN_NAME_CHARACTERS = 120


def run_name(parameters: dict[str, Any], started: datetime) -> str:
    """What a run is called in Prefect: what it reads, where it writes, when it was due.

    Args:
        parameters: The flow's parameters.
        started: When it was due, with a time zone.

    Examples:
        >>> from datetime import UTC
        >>> run_name(
        ...     {"inputs": ["feeds/today", "wire.jsonl"], "out": "out/nightly"}, datetime(2026, 11, 5, 2, tzinfo=UTC)
        ... )
        'today and 1 more → nightly, 2026-11-05 02:00 UTC'
    """
    given = [parameters["inbox"]] if parameters.get("inbox") else parameters.get("inputs", [])
    inputs = [Path(each).name or str(each) for each in given] or ["nothing"]
    more = f" and {len(inputs) - 1:,} more" if len(inputs) > 1 else ""
    out = Path(str(parameters.get("out", ""))).name
    name = f"{inputs[0]}{more} → {out}"
    return f"{name[:MAX_RUN_NAME_CHARACTERS]}, {started:%Y-%m-%d %H:%M %Z}"


def _run_name() -> str:
    return run_name(runtime.flow_run.get_parameters(), runtime.flow_run.get_scheduled_start_time())


@flow(
    name="detect-stories",
    description="Finds rewritten and syndicated news in a batch of articles and shows what each variant changed.",
    flow_run_name=_run_name,
    retries=0,
    persist_result=False,
    on_failure=[tell_failure],
    on_crashed=[tell_failure],
    validate_parameters=True,
)
def detect(
    inputs: list[str],
    out: str,
    config: Config | None = None,
    certify: bool = False,
    store: str | None = None,
    inbox: str | None = None,
    again: list[str] | None = None,
) -> State[Any]:
    """Detect stories in a batch; each stage is a task run.

    Args:
        inputs: Files, folders or globs to read, as seen by the process that runs the flow.
        out: Folder to write; replaced as a whole when everything is ready, untouched until then.
        config: Settings that differ from the defaults, as in config.yaml.
        certify: Whether the candidates are held against an exact join, one more stage.
        store: Folder of the history that the batch is held against and added to; None for none.
        inbox: Folder of which every new file is a batch of its own, oldest first, in place of ``inputs``, which
            must be empty.
        again: Names of files of the inbox to run whatever became of them before.

    Returns:
        A completed state whose message names the stories found and the inputs rejected, and whose data are a few
        counts. Called directly, Prefect unpacks it to the counts.

    Raises:
        DedupError: Whatever stops the whole run; its text becomes the message of the failed state.
    """
    settings = config or Config()
    # A field of the form that was filled and emptied again is an empty text.
    store, inbox = store or None, inbox or None
    if not out:
        return failed(UsageError("is empty", where="out", expected="a folder", hint="The current folder is '.'."))
    if inbox is not None and inputs:
        said = "an inbox takes the place of inputs, and there are both"
        return failed(UsageError(said, where="inputs", got=", ".join(inputs), hint="Empty one of the two."))
    if inbox is not None or again:
        with at_work(settings.engine.n_threads):
            return caught_up(inbox, out, settings, store, again or [])
    progress = Progress(len(stages_of(certify=certify, with_store=store is not None)))
    history = None if store is None else Path(store)

    def batch() -> pipeline.Run:
        tasks = StageTasks(progress)
        return pipeline.run(inputs, place_of(out), settings, certify=certify, store=history, runner=tasks)

    try:
        with at_most(settings.schedule.timeout_minutes), at_work(settings.engine.n_threads):
            run = waiting_for_lock(batch)
    except SchemaError:  # a bug, and its traceback is wanted
        raise
    except DedupError as error:
        return failed(error)
    publish(run)
    whole = whole_of(run)
    summary = {
        "out": str(run.out),
        "run_id": run.manifest["run_id"],
        "articles": whole.n_articles,
        "stories": whole.n_stories,
        "rejected": whole.n_skipped,
    }
    return Completed(message=outcome(whole.n_articles, whole.n_stories, whole.n_skipped), data=summary)


def outcome(articles: int, stories: int, rejected: int) -> str:
    """The message of a completed run.

    Examples:
        >>> outcome(5, 3, 0)
        '5 articles, 3 stories.'
        >>> outcome(1, 1, 2)
        '1 article, 1 story. 2 inputs were rejected; skipped.jsonl says why.'
    """
    message = f"{articles:,} {'article' if articles == 1 else 'articles'}, "
    message += f"{stories:,} {'story' if stories == 1 else 'stories'}."
    if rejected:
        were = "input was" if rejected == 1 else "inputs were"
        message += f" {rejected:,} {were} rejected; skipped.jsonl says why."
    return message


def run_flow(
    inputs: Sequence[str],
    out: Path,
    config: Config,
    *,
    certify: bool = False,
    store: Path | None = None,
    inbox: Path | None = None,
    again: Sequence[str] = (),
) -> None:
    """Run the batch once as a flow in this process; ``out`` then holds what ``dedup run`` would have written.

    Without PREFECT_API_URL Prefect starts a temporary server for the run (some 10 seconds).

    Args:
        inputs: Files, folders or globs to read.
        out: Folder to write.
        config: All settings.
        certify: See ``detect``.
        store: Folder of the history; None for none.
        inbox: See ``detect``.
        again: See ``detect``.

    Raises:
        DedupError: As ``dedup.pipeline.run``.
    """
    with tags("dedup", "command-line"):
        detect(list(inputs), str(out), config, certify, _text(store), _text(inbox), list(again))


def _text(path: Path | None) -> str | None:
    return None if path is None else str(path)
