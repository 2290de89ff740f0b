"""A batch that differs from the last ones of its store says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from dedup.config import HistoryConfig
from dedup.increment.drift import drifted
from dedup.pipeline import run
from tests.histories import WIDE
from tests.runs import write_lines

NIGHT = {"shared": 0.5, "caps": ["copy_buckets_chained"], "recall": 0.99}


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"shared": 0.2}, "share of articles in stories of several is 20%, against 50%"),
        ({"shared": 0.9}, "is 90%"),
        ({"recall": 0.9}, "recall"),
        ({"caps": ["groups_left_open"]}, "'groups_left_open' was met"),
    ],
)
def test_what_changed_is_said_once(changed: dict[str, object], words: str) -> None:
    (told,) = drifted({**NIGHT, **changed}, [NIGHT] * 3, HistoryConfig())
    assert words in told


def test_small_changes_better_recall_and_too_few_runs_say_nothing() -> None:
    assert drifted({**NIGHT, "shared": 0.6, "recall": 1.0}, [NIGHT] * 3, HistoryConfig()) == []
    assert drifted({**NIGHT, "shared": 0.0}, [NIGHT] * 2, HistoryConfig()) == []
    assert drifted({**NIGHT, "shared": None, "recall": None}, [NIGHT] * 3, HistoryConfig()) == []


def test_a_store_remembers_what_it_is_held_against(tmp_path: Path) -> None:
    town = "The harbour of {0} was closed on Monday after the grain ship {0} broke its moorings, the port of {0} said."
    names = ("Palisade", "Skarrel", "Verhoven", "Ottoline")
    warned = []
    for night, name in enumerate(names):
        copies = 1 if night == 3 else 2
        rows = [{"id": f"{name}{n}", "text": town.format(name)} for n in range(copies)]
        told = run([write_lines(tmp_path / f"{name}.jsonl", rows)], tmp_path / "out", WIDE, store=tmp_path / "store")
        warned.append([warning for warning in told.manifest["warnings"] if "stories of several" in warning])
        assert [stage["name"] for stage in told.manifest["stages"]][-1] == "commit"
    assert warned[:3] == [[], [], []]
    assert len(warned[3]) == 1
