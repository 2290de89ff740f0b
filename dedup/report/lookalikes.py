"""What the pairs say about a story: why its members are in it, and which look-alikes were kept out.

In: the PAIRS and MEMBERS frames. Out: plain values by story or by pair. Must not know how they are shown.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final

import polars as pl

MAX_LOOKALIKES: Final = 8
"""Rejected look-alikes kept per story; the page says how many there were."""

Row = dict[str, Any]


def number(value: float | None) -> float | None:
    """``value`` rounded to four places, None if it is no finite number.

    Examples:
        >>> number(0.12345678), number(1.0), number(float("nan")), number(None)
        (0.1235, 1, None, None)
    """
    if value is None or not math.isfinite(value):
        return None
    rounded = round(value, 4)
    return int(rounded) if rounded == int(rounded) else rounded


def accepted_reasons(pairs: pl.DataFrame) -> dict[tuple[str, str], str]:
    """Why two articles were accepted as one story, by their ids in order."""
    accepted = pairs.filter(pl.col("decision") == "accepted").select("left_id", "right_id", "reason")
    return {(left, right): reason for left, right, reason in accepted.iter_rows()}


def rejected_lookalikes(pairs: pl.DataFrame, members: pl.DataFrame, heading_of: Mapping[str, str]) -> dict[str, Row]:
    """Per story the best pair with each other story that was compared and kept apart, most alike first.

    Args:
        pairs: The PAIRS frame.
        members: The MEMBERS frame.
        heading_of: What to call each article, by id.

    Returns:
        By ``story_id``: ``n_lookalikes``, how many other stories it was compared with and kept apart from, and
        ``lookalikes``, the most confident ``MAX_LOOKALIKES`` of them; ties go to the smaller ids. A story that was
        never compared is absent.
    """
    apart = pairs.filter(pl.col("decision") != "accepted").select(
        "left_id", "right_id", "confidence", "relation", "decision", "reason"
    )
    home = members.select("article_id", "story_id")
    other_home = members.select(pl.col("article_id", "source"), pl.col("story_id").alias("other_story"))
    seen_from_both = pl.concat(
        [
            apart.rename({"left_id": "own", "right_id": "other"}),
            apart.rename({"right_id": "own", "left_id": "other"}).select(
                "own", "other", "confidence", "relation", "decision", "reason"
            ),
        ]
    )
    best = (
        seen_from_both.join(home, left_on="own", right_on="article_id")
        .join(other_home, left_on="other", right_on="article_id")
        .filter(pl.col("story_id") != pl.col("other_story"))
        .sort("story_id", "confidence", "own", "other", descending=[False, True, False, False])
        .unique(["story_id", "other_story"], keep="first", maintain_order=True)
    )
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in best.iter_rows(named=True):
        found[row["story_id"]].append(row)
    return {
        story_id: {
            "n_lookalikes": len(rows),
            "lookalikes": [
                {
                    "own": row["own"],
                    "other": row["other"],
                    "heading": heading_of[row["other"]],
                    "source": row["source"],
                    "story": row["other_story"],
                    "confidence": number(row["confidence"]),
                    "relation": row["relation"],
                    "decision": row["decision"],
                    "reason": row["reason"],
                }
                for row in rows[:MAX_LOOKALIKES]
            ],
        }
        for story_id, rows in found.items()
    }
