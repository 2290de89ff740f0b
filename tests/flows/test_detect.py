"""The batch as a flow, in a real server, against the same batch without Prefect."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any, cast

import pytest

from dedup import pipeline
from dedup.config import Config
from dedup.engines.spark import Spark
from dedup.errors import DedupError
from dedup.store.outputs import read_run
from flows.detect import detect, outcome, run_flow
from tests.flows.conftest import Server, wait_for


@pytest.fixture
def news(tmp_path: Path, seeds: Path) -> Path:
    """A folder of the seed articles that a test may spoil."""
    return Path(shutil.copytree(seeds, tmp_path / "news"))


def files(out: Path) -> dict[str, bytes]:
    """What a run wrote, its name and its times blotted out."""
    manifest = json.loads((out / "run.json").read_text())
    written = {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()}
    for key in ("run_id", "started_at", "finished_at"):
        written = {name: content.replace(manifest[key].encode(), key.encode()) for name, content in written.items()}
    written["run.json"] = json.dumps({**json.loads(written["run.json"]), "stages": []}).encode()
    return written


def last_run(api: Server) -> dict[str, Any]:
    """The flow run that was due last."""
    return api.runs(tag="command-line")[-1]


@pytest.mark.prefect
@pytest.mark.usefixtures("api")
def test_the_flow_writes_the_same_bytes_as_the_plain_pipeline(news: Path, tmp_path: Path) -> None:
    pipeline.run([str(news)], tmp_path / "plain", Config())
    run_flow([str(news)], tmp_path / "flow", Config())

    plain, flow = files(tmp_path / "plain"), files(tmp_path / "flow")
    assert set(flow) == set(plain) >= {"run.json", "stories.jsonl", "members.parquet", "report.html"}
    assert [name for name in plain if plain[name] != flow[name]] == []


@pytest.mark.prefect
def test_a_batch_on_the_disk_gives_the_same_bytes(
    api: Server, news: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline.run([str(news)], tmp_path / "plain", Config())
    monkeypatch.setattr("dedup.store.batch_limits.LAID_FROM", 100)
    run_flow([str(news)], tmp_path / "flow", Config())
    assert files(tmp_path / "flow") == files(tmp_path / "plain")
    assert last_run(api)["state_type"] == "COMPLETED"


@pytest.mark.prefect
@pytest.mark.slow
def test_the_flow_runs_on_spark_where_the_settings_say_so(
    api: Server, spark: Spark, news: Path, tmp_path: Path
) -> None:
    assert spark.session is not None
    run_flow([str(news)], tmp_path / "flow", Config.model_validate({"engine": {"name": "spark", "partitions": 2}}))
    pipeline.run([str(news)], tmp_path / "plain", Config())
    plain, flow = read_run(tmp_path / "plain"), read_run(tmp_path / "flow")
    assert flow.manifest["config"]["engine"]["name"] == "spark"
    for name in ("stories", "members", "pairs", "framing"):
        assert getattr(flow, name).equals(getattr(plain, name)), name
    assert [task["name"] for task in api.tasks(last_run(api)["id"])] == list(pipeline.STAGES)


@pytest.mark.prefect
def test_a_run_is_named_tagged_and_made_of_its_stages(api: Server, news: Path, tmp_path: Path) -> None:
    run_flow([str(news)], tmp_path / "out", Config())

    run = last_run(api)
    assert run["name"].startswith("news → out, 20")
    assert set(run["tags"]) == {"dedup", "command-line"}
    assert (run["state_type"], run["state"]["message"]) == ("COMPLETED", "5 articles, 3 stories.")
    tasks = api.tasks(run["id"])
    assert [task["name"] for task in tasks] == list(pipeline.STAGES)
    assert {task["state_type"] for task in tasks} == {"COMPLETED"}


@pytest.mark.prefect
def test_a_certified_run_has_one_stage_more_and_the_same_bytes(api: Server, news: Path, tmp_path: Path) -> None:
    pipeline.run([str(news)], tmp_path / "plain", Config(), certify=True)
    run_flow([str(news)], tmp_path / "flow", Config(), certify=True)

    run = last_run(api)
    assert [task["name"] for task in api.tasks(run["id"])] == list(pipeline.CERTIFIED_STAGES)
    assert api.artifacts(run["id"])["dedup-progress"]["data"] == 100.0
    assert files(tmp_path / "flow") == files(tmp_path / "plain")


@pytest.mark.prefect
def test_the_artifacts_show_what_was_written(api: Server, news: Path, tmp_path: Path) -> None:
    run_flow([str(news)], tmp_path / "out", Config())

    shown = api.artifacts(last_run(api)["id"])
    assert set(shown) == {*("dedup-stories", "dedup-outlets", "dedup-framing", "dedup-summary", "dedup-progress")}
    written = [json.loads(line) for line in (tmp_path / "out" / "stories.jsonl").read_text().splitlines()]
    rows = json.loads(shown["dedup-stories"]["data"])
    assert sorted(row["story"] for row in rows) == sorted(story["story_id"] for story in written)
    assert [row["articles"] for row in rows] == [2, 2, 1]
    assert shown["dedup-framing"]["data"].count("\n### ") == 2
    assert "| stories | 3 |" in shown["dedup-summary"]["data"]
    assert shown["dedup-progress"]["data"] == 100.0


@pytest.mark.prefect
def test_a_run_with_rejected_inputs_is_complete_and_says_how_many(api: Server, news: Path, tmp_path: Path) -> None:
    (news / "empty.txt").write_bytes(b"")

    summary = cast("dict[str, Any]", detect([str(news)], str(tmp_path / "out")))

    assert (summary["articles"], summary["rejected"]) == (5, 1)
    run = api.runs()[-1]
    assert run["state_type"] == "COMPLETED"
    assert run["state"]["message"] == "5 articles, 3 stories. 1 input was rejected; skipped.jsonl says why."


@pytest.mark.prefect
def test_a_missing_folder_fails_the_run_at_once_with_our_words(api: Server, tmp_path: Path) -> None:
    with pytest.raises(DedupError) as caught:
        run_flow([str(tmp_path / "nowhere")], tmp_path / "out", Config())

    run = last_run(api)
    assert run["state_type"] == "FAILED"
    assert run["state"]["message"] == f"InputError: {caught.value}"
    assert str(tmp_path / "nowhere") in run["state"]["message"]
    assert [(task["name"], task["state_type"], task["run_count"]) for task in api.tasks(run["id"])] == [
        ("articles", "FAILED", 1)
    ]
    assert set(api.artifacts(run["id"])) == {"dedup-progress"}
    assert not (tmp_path / "out").exists()


@pytest.mark.prefect
def test_settings_given_to_a_run_are_its_parameters(api: Server, news: Path, tmp_path: Path) -> None:
    run_flow([str(news)], tmp_path / "out", Config.model_validate({"match": {"min_confidence": 1.0}}))

    run = last_run(api)
    assert run["parameters"]["config"]["match"]["min_confidence"] == 1.0
    assert run["state"]["message"] == "5 articles, 5 stories."


@pytest.mark.parametrize(
    ("counts", "message"),
    [((0, 0, 0), "0 articles, 0 stories."), ((1200, 1, 1), "1,200 articles, 1 story. 1 input was rejected")],
)
def test_the_outcome_is_told_in_grammatical_numbers(counts: tuple[int, int, int], message: str) -> None:
    assert outcome(*counts).startswith(message)


@pytest.mark.prefect
def test_our_own_errors_are_logged_without_a_traceback(api: Server, tmp_path: Path) -> None:
    with pytest.raises(DedupError):
        run_flow([str(tmp_path / "nowhere")], tmp_path / "out", Config())
    run = last_run(api)

    def logged() -> list[str] | None:
        lines = [line["message"] for line in api.post("/logs/filter", logs={"flow_run_id": {"any_": [run["id"]]}})]
        return lines if any("Finished in state Failed('InputError" in line for line in lines) else None

    lines = wait_for(logged, 30, "log of the failed run")
    assert [line for line in lines if "Traceback" in line] == []
