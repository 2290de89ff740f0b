"""``dedup show``: what it finds, what it shows, and that what strangers wrote does nothing.

In: runs made by hand. Out: what arrives on stdout and stderr. Must not know how stories are found.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from dedup.cli.showing import find_story
from dedup.config import TextConfig
from dedup.errors import UsageError
from dedup.report.printable import printable
from dedup.sketch.documents import documents
from dedup.store.outputs import write_run
from tests.cli.processes import call, call_unread, command, environment, on_a_terminal
from tests.report.frames import MadeRun, Plan, make_article, make_diff, make_run
from tests.report.outlets import TABLOID, outlets_run

CANONICAL = "Two tugs towed the ship out at dawn. Nine dockers were hurt. The quay lies idle."
VARIANT = "Two tugs towed the ship out at dawn. Seven dockers were badly hurt. Prices will rise."


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def make_plan(story_id: str = "story-1a2b", ids: Sequence[str] = ("wire", "herald"), **fields: Any) -> Plan:
    """A story of two that differ in every way."""
    canonical = make_article(ids[0], CANONICAL, **fields)
    variant = make_article(ids[1], VARIANT, **fields)
    diff = make_diff(
        CANONICAL,
        VARIANT,
        [
            ("Two tugs towed the ship out at dawn.", "verbatim", ["Two tugs towed the ship out at dawn."], []),
            ("Seven dockers were badly hurt.", "contradicted", ["Nine dockers were hurt."], ["Seven", "badly"]),
            ("Prices will rise.", "added", [], ["Prices will rise."]),
        ],
        dropped=["The quay lies idle."],
    )
    return Plan(story_id, [canonical, variant], {ids[1]: diff})


def make_output(made: MadeRun, out: str = "out", odd: pl.DataFrame | None = None) -> Path:
    """The folder of a run made by hand."""
    names = ("articles", "stories", "members", "pairs", "framing", "outlets", "flows", "skipped")
    frames = {name: getattr(made, name) for name in names}
    write_run(Path(out), made.manifest, **frames, report=b"<!doctype html>", documents=odd)
    return Path(out)


class TestOddities:
    def test_names_what_is_read_otherwise(self) -> None:
        made = make_run([make_plan()])
        plain = documents(made.articles, TextConfig())
        fold = {"start": 0, "end": 3, "raw": "T\u202ew", "folded": "tw", "kind": "direction"}
        folds = pl.Series("folds", [[fold] * 7, []], dtype=plain.schema["folds"])
        flags = pl.Series("flags", [["direction"], []], dtype=plain.schema["flags"])
        make_output(made, odd=plain.with_columns(folds, flags))
        shown = call("show", "story-1a2b", "--out", "out").stdout
        assert 'at 0: "T<U+202E>w" is read as "tw" (direction)' in shown
        assert "and 2 more" in shown
        told = json.loads(call("show", "story-1a2b", "--out", "out", "--json").stdout)["oddities"]
        assert [row["article_id"] for row in told] == [made.articles["article_id"][0]]
        assert len(told[0]["folds"]) == 7

    def test_says_nothing_where_nothing_is_odd(self) -> None:
        make_output(make_run([make_plan()]))
        assert "Odd in" not in call("show", "story-1a2b", "--out", "out").stdout


class TestShow:
    def test_shows_the_canonical_article_the_members_and_the_diff(self) -> None:
        out = make_output(make_run([make_plan()]))
        done = call("show", "story-1a2b", "--out", out)
        lines = done.stdout.splitlines()
        assert (done.returncode, done.stderr) == (0, "")
        assert lines[0].startswith("Story story-1a2b  2 articles")
        start = lines.index("= Two tugs towed the ship out at dawn.")
        assert lines[start + 1 : start + 4] == [
            "! {+Seven+} dockers were {+badly+} hurt.",
            "  canonical: Nine dockers were hurt.",
            "+ Prices will rise.",
        ]
        assert lines[-1] == "- The quay lies idle."

    @pytest.mark.parametrize("wanted", ["story-1a2b", "story-1", "herald", "wire"])
    def test_finds_a_story_by_its_id_the_beginning_of_it_or_an_article(self, wanted: str) -> None:
        made = make_run([make_plan(), make_plan("story-2c3d", ("echo", "mail"))])
        assert find_story(made.stories, made.members, wanted, Path("out"))["story_id"] == "story-1a2b"

    def test_a_whole_id_goes_before_the_beginning_of_another(self) -> None:
        made = make_run([make_plan("story-1"), make_plan("story-12", ("echo", "mail"))])
        assert find_story(made.stories, made.members, "story-1", Path("out"))["story_id"] == "story-1"

    def test_the_id_of_an_article_goes_before_the_beginning_of_a_storys(self) -> None:
        made = make_run([make_plan("story-1"), make_plan("story-2", ("story", "mail"))])
        assert find_story(made.stories, made.members, "story", Path("out"))["story_id"] == "story-2"

    def test_refuses_the_beginning_of_several_ids_and_names_them(self) -> None:
        made = make_run([make_plan("story-1a"), make_plan("story-1b", ("echo", "mail"))])
        with pytest.raises(UsageError, match="'story-1' is the beginning of 2 stories: story-1a, story-1b"):
            find_story(made.stories, made.members, "story-1", Path("out"))

    def test_suggests_the_story_that_was_meant(self) -> None:
        out = make_output(make_run([make_plan()]))
        done = call("show", "story-1b2a", "--out", out)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == "UsageError: out: no story or article 'story-1b2a'. Did you mean 'story-1a2b'?\n"

    def test_an_empty_name_is_no_story(self) -> None:
        made = make_run([make_plan()])
        with pytest.raises(UsageError, match="no story or article ''"):
            find_story(made.stories, made.members, "", Path("out"))

    def test_says_where_it_looked_for_a_run_in_vain(self) -> None:
        done = call("show", "story-1a2b", "--out", "nowhere")
        assert done.returncode == 1
        assert done.stderr.startswith("OutputError: nowhere: no such folder.")

    def test_writes_one_line_of_json_with_the_texts_that_spans_point_into(self) -> None:
        out = make_output(make_run([make_plan()]))
        done = call("show", "herald", "--json", "--out", out)
        told = json.loads(done.stdout)
        assert done.stdout.count("\n") == 1
        assert [member["article_id"] for member in told["members"]] == ["herald", "wire"]
        sentence = told["framing"][0]["sentences"][1]
        assert told["texts"]["herald"][sentence["start"] : sentence["end"]] == "Seven dockers were badly hurt."

    def test_shows_added_words_in_colour_on_a_terminal(self) -> None:
        out = make_output(make_run([make_plan()]))
        status, shown = on_a_terminal("show", "wire", "--out", out)
        assert status == 0
        assert "\x1b[1;32mSeven\x1b[0m\x1b[31m dockers were" in shown
        assert "{+" not in shown

    def test_shows_them_in_braces_where_colour_is_not_wanted(self) -> None:
        out = make_output(make_run([make_plan()]))
        _, shown = on_a_terminal("show", "wire", "--out", out, NO_COLOR="1")
        assert "{+Seven+} dockers were {+badly+} hurt." in re.sub(r"\x1b\[[0-9;]*m", "", shown)

    @pytest.mark.parametrize("as_json", [True, False])
    def test_a_stranger_cannot_command_the_terminal(self, as_json: bool) -> None:
        hostile = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202e[red]x[/red]"
        out = make_output(make_run([make_plan(title=hostile, source=hostile)]))
        done = call("show", "wire", "--out", out, *(["--json"] if as_json else []))
        assert done.returncode == 0
        assert [character for character in done.stdout if printable(character) != character and character != "\n"] == []

    @pytest.mark.parametrize("as_json", [True, False])
    def test_works_where_the_terminal_knows_only_ascii(self, as_json: bool) -> None:
        out = make_output(make_run([make_plan(title="Größe “x” 東京 🚢")]))
        done = call("show", "wire", "--out", out, *(["--json"] if as_json else []), PYTHONIOENCODING="ascii")
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.isascii()
        if as_json:
            assert json.loads(done.stdout)["story"]["canonical_title"] == "Größe “x” 東京 🚢"

    def test_a_reader_that_has_seen_enough_is_no_failure(self) -> None:
        out = make_output(make_run([make_plan()]))
        assert call_unread("show", "wire", "--out", out) == (0, "")

    @pytest.mark.parametrize(("columns", "width"), [({}, 120), ({"COLUMNS": "60"}, 60)])
    def test_is_as_wide_in_a_pipe_as_it_is_told_to_be(self, columns: dict[str, str], width: int) -> None:
        out = make_output(make_run([make_plan()]))
        show = subprocess.run(
            command("show", "wire", "--out", out),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            env=environment(**columns),
            check=True,
        )
        assert max(map(len, show.stdout.splitlines())) == width

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs the device that is always full")
    def test_a_full_disk_is_told_in_a_sentence(self) -> None:
        out = make_output(make_run([make_plan()]))
        with Path("/dev/full").open("w", encoding="utf-8") as full:
            show = subprocess.run(
                command("show", "wire", "--out", out),
                stdout=full,
                stderr=subprocess.PIPE,
                text=True,
                env=environment(),
                check=False,
            )
        assert show.returncode == 1
        assert show.stderr == "OutputError: standard output: cannot be written (No space left on device).\n"


class TestShowOutlets:
    def test_shows_who_follows_and_what_each_keeps_adding(self) -> None:
        done = call("show", "--outlets", "--out", make_output(outlets_run()))
        assert (done.returncode, done.stderr) == (0, "")
        row = next(line for line in done.stdout.splitlines() if line.startswith(TABLOID))
        assert row.split()[3:12] == ["8", "0", "of", "8", "5.0", "h", "8", "0", "beloved,"]
        assert "Who most likely took text from whom" in done.stdout

    def test_writes_both_frames_as_one_line_of_json(self) -> None:
        done = call("show", "--outlets", "--json", "--out", make_output(outlets_run()))
        told = json.loads(done.stdout)
        assert set(told) == {"outlets", "flows_between_outlets"}
        assert sum(row["n_articles"] for row in told["outlets"]) == 33
        assert sum(row["n_articles"] for row in told["flows_between_outlets"]) == 25

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ((), "UsageError: no story is named."),
            (("wire", "--outlets"), "UsageError: a story and --outlets were both asked for, got 'wire'."),
        ],
    )
    def test_refuses_to_guess_what_is_meant(self, arguments: Sequence[str], message: str) -> None:
        done = call("show", *arguments, "--out", make_output(make_run([make_plan()])))
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith(message)

    def test_a_stranger_cannot_command_the_terminal_by_the_name_of_an_outlet(self) -> None:
        out = make_output(outlets_run(tabloid="\x1b]0;owned\x07\x9b31m\u202e[red]x[/red]"))
        done = call("show", "--outlets", "--out", out)
        assert done.returncode == 0
        assert [one for one in done.stdout if printable(one) != one and one != "\n"] == []
