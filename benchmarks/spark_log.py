"""What Spark's event log says of each stage of the pipeline.

In: an event log whose jobs are described by the stage that asked for them. Out: for every stage its tasks, their
seconds, and the rows and bytes that were shuffled and written. Must not know who ran it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

DESCRIPTION: Final = "spark.job.description"
_ELSEWHERE: Final = "elsewhere"


@dataclass
class Moved:
    """What one stage of the pipeline cost the cluster.

    Args:
        stage: Its name.
        tasks: Tasks that ended well.
        failed: Tasks that did not.
        task_s: Seconds that tasks held a core, Python included.
        shuffled_rows: Records written for a shuffle.
        shuffled_bytes: Bytes written for a shuffle, compressed.
        kept_rows: Records written to the work folder or the output.
        kept_bytes: Bytes of them, compressed.
        spilled_bytes: Bytes that did not fit into memory, as they lay on disk.
    """

    stage: str
    tasks: int = 0
    failed: int = 0
    task_s: float = 0.0
    shuffled_rows: int = 0
    shuffled_bytes: int = 0
    kept_rows: int = 0
    kept_bytes: int = 0
    spilled_bytes: int = 0


def moved(events: Iterable[str]) -> list[Moved]:
    """Sum an event log by the stages of the pipeline, in the order in which they first come.

    Args:
        events: Lines of the log, a JSON object each.

    Examples:
        >>> moved([
        ...     '{"Event": "SparkListenerJobStart", "Stage IDs": [0], "Properties": '
        ...     '{"spark.job.description": "terms"}}',
        ...     '{"Event": "SparkListenerTaskEnd", "Stage ID": 0, "Task End Reason": {"Reason": "Success"}, '
        ...     '"Task Metrics": {"Executor Run Time": 1500}}',
        ... ])
        [Moved(stage='terms', tasks=1, failed=0, task_s=1.5, shuffled_rows=0, shuffled_bytes=0, kept_rows=0, \
kept_bytes=0, spilled_bytes=0)]
    """
    asked_by: dict[int, str] = {}
    found: dict[str, Moved] = {}
    for line in events:
        # A log has an event for every accumulator of every task: only two kinds are worth being read.
        if '"SparkListenerJobStart"' in line:
            event = json.loads(line)
            name = (event.get("Properties") or {}).get(DESCRIPTION, _ELSEWHERE)
            for one in event["Stage IDs"]:
                asked_by.setdefault(one, name)
        elif '"SparkListenerTaskEnd"' in line:
            event = json.loads(line)
            name = asked_by.get(event["Stage ID"], _ELSEWHERE)
            _add(found.setdefault(name, Moved(name)), event)
    return list(found.values())


def _add(to: Moved, event: dict[str, Any]) -> None:
    if event["Task End Reason"]["Reason"] != "Success":
        to.failed += 1
    else:
        to.tasks += 1
    metrics = event.get("Task Metrics") or {}
    shuffled, kept = metrics.get("Shuffle Write Metrics", {}), metrics.get("Output Metrics", {})
    to.task_s += metrics.get("Executor Run Time", 0) / 1_000
    to.shuffled_rows += shuffled.get("Shuffle Records Written", 0)
    to.shuffled_bytes += shuffled.get("Shuffle Bytes Written", 0)
    to.kept_rows += kept.get("Records Written", 0)
    to.kept_bytes += kept.get("Bytes Written", 0)
    to.spilled_bytes += metrics.get("Disk Bytes Spilled", 0)
