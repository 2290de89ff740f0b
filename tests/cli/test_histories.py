"""A store is fed, asked and looked after from the command line."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from dedup.cli import app
from dedup.cli.history import moment_of
from dedup.errors import UsageError
from dedup.schemas import PAIRS
from dedup.store.outputs import read_run
from tests.crashes import batch
from tests.histories import WIDE, grown
from tests.runs import read_manifest, write_lines

WINDOW = ("--set", "history.window_days=3650")


def call(*arguments: str | Path, status: int = 0) -> str:
    """What a command writes to stdout; in this process, since it is not its streams that are tested."""
    done = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert done.exit_code == status, done.output
    return done.stdout


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store and the last output of two nights: three stories, each told again in the second."""
    folder = tmp_path_factory.mktemp("done")
    for night in (0, 1):
        call("run", batch(folder, night), "--store", folder / "store", "--out", folder / "out", "-q", *WINDOW)
    return folder


@pytest.fixture
def store(done: Path, tmp_path: Path) -> Path:
    """The store, to be changed, beside the output."""
    return Path(shutil.copytree(done, tmp_path / "done")) / "store"


@pytest.mark.parametrize("option", ["--out", "--store", "--inbox"])
def test_an_empty_name_is_not_the_current_folder(option: str, tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["run", str(batch(tmp_path, 0)), option, ""], env={"COLUMNS": "200"})
    assert done.exit_code == 2
    assert option in done.output
    assert "is empty" in done.output


def test_a_run_shows_all_members_of_the_stories_it_touches(store: Path) -> None:
    run = read_run(store.parent / "out")
    counts = run.manifest["counts"]
    assert (counts["articles"], counts["new"], counts["known"]) == (9, 9, 0)
    assert counts["grown"] > 0
    assert counts["merged"] == 0
    assert run.members["article_id"].to_list() == sorted(run.members["article_id"])
    assert {f"night1-{town}-{n}" for town in ("Palisade", "Skarrel", "Verhoven") for n in range(3)} <= set(
        run.members["article_id"]
    )
    assert any(one.startswith("night0") for one in run.members["article_id"])
    grew = [step for steps in run.stories["lineage"].to_list() for step in steps if step["op"] == "grew"]
    assert len(grew) == counts["grown"]
    assert PAIRS.check(run.pairs).height == counts["accepted"] + counts["rejected"] + counts["bridge_cut"]


def test_check_names_the_story_and_writes_nothing(store: Path) -> None:
    before = (store / "history.duckdb").read_bytes()
    copy = batch(store.parent, 0).read_text(encoding="utf-8").splitlines()[0]
    told = write_lines(store.parent / "told.jsonl", [{**json.loads(copy), "id": "mine"}])
    finding = json.loads(call("check", told, "--store", store, "--json"))
    assert finding["article_id"] == "mine"
    assert finding["closest_id"] == "night0-Palisade-0"
    assert finding["relation"] == "copy"
    assert finding["accepted"]
    assert not finding["known"]
    assert len(finding["deciding"]) == 3
    assert "copy of night0-Palisade-0" in call("check", told, "--store", store)
    odd = write_lines(store.parent / "odd.jsonl", [{"id": "odd", "text": "Bakers met to praise the wine of Ilves."}])
    assert json.loads(call("check", odd, "--store", store, "--json"))["story_id"] is None
    assert (store / "history.duckdb").read_bytes() == before


def test_show_tells_the_story_as_it_is_now(store: Path) -> None:
    told = json.loads(call("show", "night0-Palisade-0", "--store", store, "--json"))
    ids = {member["article_id"] for member in told["members"]}
    assert {"night0-Palisade-0", "night1-Palisade-0"} <= ids
    assert told["canonical_since"]
    assert all(before["until"] for before in told["previous"])
    assert told["texts"].keys() == ids
    assert told["story"]["story_id"] in call("show", told["story"]["story_id"][:8], "--store", store)
    call("show", "nobody", "--store", store, status=2)


def test_a_lost_id_leads_to_the_story_that_has_its_articles(tmp_path: Path) -> None:
    # The two ends resemble each other too little; what tells both makes them one.
    ends = ("The grain ship Meridian broke its moorings in Palisade on Monday in a storm.",
            "Divers searched the basin of Palisade for two hours and found nobody in the water.")  # fmt: skip
    rows = {"a": ends[0], "b": ends[1], "c": " ".join(ends)}
    frames = [
        pl.DataFrame({"article_id": [one], "text": [text]}).with_columns(
            title=pl.lit(None, pl.String), url=pl.lit(None, pl.String), source=pl.lit(None, pl.String),
            published_at=pl.lit(None, pl.Datetime("us", "UTC")), lang=pl.lit("en"), origin=pl.lit(""),
        )
        for one, text in rows.items()
    ]  # fmt: skip
    grown(tmp_path / "store", frames[:2], WIDE)
    lost = json.loads(call("show", "b", "--store", tmp_path / "store", "--json"))["story"]["story_id"]
    history = grown(tmp_path / "store", frames[2:], WIDE)
    told = json.loads(call("show", lost, "--store", history.folder, "--json"))
    kept = told["story"]["story_id"]
    assert told["found_by"] == ([lost] if lost != kept else [])
    assert {"op": "merged", "story_id": lost} in told["story"]["lineage"] or lost == kept


def test_report_is_a_page_or_the_folder_of_a_run(store: Path) -> None:
    page = store.parent / "week.html"
    call("report", "--store", store, "--since", "7d", "--out", page)
    assert "night1-Palisade-0" in page.read_text(encoding="utf-8")
    call("report", "--store", store, "--since", "7d", "--out", store.parent / "week")
    assert read_run(store.parent / "week").members.height == 18
    assert read_manifest(store.parent / "week")["counts"]["articles"] == 18


def test_the_history_is_looked_after(store: Path) -> None:
    assert re.search(
        r"^bytes +[\d,]+ \([\d.]+ MiB\)$", shown := call("history", "info", "--store", store), re.MULTILINE
    )
    assert re.search(r"^last run +\d{4}-\d\d-\d\d \d\d:\d\d UTC$", shown, re.MULTILINE)
    known = json.loads(call("history", "info", "--store", store, "--json"))
    assert (known["articles"], known["runs"]) == (18, 2)
    assert "whole" in call("history", "check", "--store", store)
    assert "computed today" in call("history", "verify", "--store", store, *WINDOW)
    call("history", "export", "--store", store)
    assert pl.read_parquet(store / "export" / "members.parquet").height == 18
    names = set(pl.read_parquet(store / "export" / "stories.parquet")["story_id"])
    call("history", "rebuild", "--store", store, *WINDOW)
    call("history", "export", "--store", store)
    assert set(pl.read_parquet(store / "export" / "stories.parquet")["story_id"]) == names
    call("history", "verify", "--store", store, "--set", "sketch.seed=2", status=1)
    call("run", batch(store.parent, 2), "--store", store, "--set", "sketch.seed=2", "-q", status=1)
    call("history", "prune", "--store", store, "--older-than", "2030-01-01")
    assert json.loads(call("history", "info", "--store", store, "--json"))["articles"] == 0
    call("history", "info", "--store", store / "nowhere", status=1)


def test_a_time_is_a_date_or_so_long_ago() -> None:
    with pytest.raises(UsageError, match="7d"):
        moment_of("soon")


@pytest.mark.parametrize("ago", ["99999999999d", "800000d", "9" * 400 + "h", "1" * 20 + "w"])
def test_a_time_before_all_dates_is_refused_with_what_would_do(ago: str) -> None:
    with pytest.raises(UsageError, match="before the year 1, expected a time after it, such as 7d"):
        moment_of(ago)
