"""A batch of a store is certified against itself and against what it was held against."""

from __future__ import annotations

from pathlib import Path

import pytest

from dedup.config import Config
from dedup.pipeline import run
from tests.runs import write_lines

STORY = (
    "The harbour of Palisade was closed on Monday after the grain ship Meridian broke its moorings in a storm, the "
    "port authority said, and divers searched the basin for two hours and found nobody in the water."
)
OTHER = "The council of Skarrel sold the Ottoline theatre to a bank for nine million, and its actors leave by June."
NIGHTS = {
    0: {"a": STORY, "b": OTHER},
    1: {"c": f"{STORY} It was calm.", "d": STORY, "e": OTHER},
    9: {"f": STORY, "g": f"{OTHER} The bank was glad."},
}


def nights(folder: Path, config: Config) -> list[dict[str, object]]:
    """The certificate of every night."""
    told = []
    for night, texts in NIGHTS.items():
        rows = [
            {"id": name, "text": text, "published_at": f"2026-03-{night + 1:02}T00:00:00Z"}
            for name, text in texts.items()
        ]
        path = write_lines(folder / f"{night}.jsonl", rows)
        made = run([path], folder / "out", config, store=folder / "store", certify=True)
        told.append(made.manifest["certificate"])
        assert made.manifest["stages"][-1]["name"] == "commit"
        assert "certificate" in {stage["name"] for stage in made.manifest["stages"]}
    return told


def test_every_copy_of_the_batch_was_compared_and_counted(tmp_path: Path) -> None:
    found = nights(tmp_path, Config.model_validate({"history": {"window_days": 7}}))
    # Within a week: nothing; c and d with a and with each other, e with b; a week later nothing within the window but
    # f with c and d, which are eight days older and so too far.
    assert [each["pairs"] for each in found] == [0, 4, 0]
    assert [each["missed"] for each in found] == [0, 0, 0]


@pytest.mark.parametrize("max_bucket", [2, 64])
def test_copies_that_are_joined_through_older_ones_are_not_missed(max_bucket: int, tmp_path: Path) -> None:
    config = {"history": {"window_days": 30}, "match": {"max_bucket": max_bucket}}
    found = nights(tmp_path, Config.model_validate(config))
    assert [each["missed"] for each in found] == [0, 0, 0]


def test_a_killed_run_that_was_not_certified_is_no_answer_to_one_that_is_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_lines(tmp_path / "one.jsonl", [{"id": "a", "text": STORY}, {"id": "b", "text": STORY}])

    def killed(*_arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("dedup.pipeline.publish", killed)
        with pytest.raises(KeyboardInterrupt):
            run([path], tmp_path / "out", Config(), store=tmp_path / "store")
    again = run([path], tmp_path / "out", Config(), store=tmp_path / "store", certify=True)
    assert again.manifest["certificate"] is not None
    assert again.manifest["counts"]["known"] == 2
