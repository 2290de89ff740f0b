"""``dedup copies``: the summary, the groups, the table, and what an exact join says of them."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from dedup.copying import find_copies
from dedup.settings import load_config
from dedup.stories.story_ids import story_id
from tests.cli.processes import call, call_unread, on_a_terminal
from tests.runs import Row, write_lines

BODY = " ".join(f"word{at}" for at in range(60))
ROWS: list[Row] = [
    {"id": "b", "title": "The \x1b[31m[red]ferry[/]", "text": BODY},
    {"id": "c", "text": f"{BODY} today"},
    {"id": "a", "text": "An article that nobody has copied."},
    {"id": "d", "text": BODY.upper()},
]
EDITIONS = [{"id": f"x{at}", "text": f"{BODY} {' '.join(f'own{at}x{n}' for n in range(8))}"} for at in range(8)]
"""Eight articles, every two of which share 56 of 72 runs."""
BLIND = ("--set", "sketch.copy_view.bands=1", "--set", "sketch.copy_view.rows=32")


@pytest.fixture(autouse=True)
def _in_a_folder_with_articles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_lines(Path("four.jsonl"), ROWS)
    write_lines(Path("eight.jsonl"), EDITIONS)


class TestSummary:
    def test_counts_and_shows_the_groups(self) -> None:
        done = call("copies", "four.jsonl")
        assert done.returncode == 0
        assert done.stdout.splitlines() == [
            "4 articles  ·  1 group of 3 articles  ·  1 same word for word",
            "1 pair compared exactly",
            "",
            "Articles  First  Headline",
            "───────────────────────────────────────",
            "       3  b      The ␛[31m[red]ferry[/]",
        ]
        assert done.stderr.startswith("Done in ")
        assert done.stderr.endswith(" s. Nothing was written; --out copies.parquet writes the groups.\n")
        assert sorted(path.name for path in Path().iterdir()) == ["eight.jsonl", "four.jsonl"]

    def test_shows_ten_groups_and_counts_the_others(self) -> None:
        rows = [{"id": f"{n:02}-{k}", "text": f"{n} {BODY} {n} {n * 7} " * (n + 1)} for n in range(12) for k in "ab"]
        done = call("copies", write_lines(Path("many.jsonl"), rows), "--min-jaccard", "1")
        assert len([line for line in done.stdout.splitlines() if line.startswith("       2  ")]) == 10
        assert done.stdout.endswith("\nand 2 smaller groups more\n")

    def test_counts_buckets_that_were_too_large(self) -> None:
        rows = [{"id": f"{n:03}", "text": f"{BODY} edition{n}"} for n in range(200)]
        done = call("copies", write_lines(Path("many.jsonl"), rows))
        assert "exactly  ·  32 large buckets chained\n" in done.stdout
        assert "1 group of 200 articles" in done.stdout

    def test_of_nothing_alike_has_no_table(self) -> None:
        done = call("copies", write_lines(Path("one.jsonl"), ROWS[:1]))
        assert done.stdout == "1 article  ·  no copies  ·  none same word for word\n0 pairs compared exactly\n"

    def test_shows_progress_on_a_terminal(self) -> None:
        status, shown = on_a_terminal("copies", "four.jsonl")
        assert status == 0
        assert "Finding copies" in shown
        assert shown.rindex("\x1b[?25h") > shown.rindex("\x1b[?25l")

    def test_as_json_is_a_line_for_each_group(self) -> None:
        done = call("copies", "four.jsonl", "--json")
        assert done.stdout.count("\n") == 1
        assert json.loads(done.stdout) == {"story_id": story_id("b"), "size": 3, "article_ids": ["b", "c", "d"]}


class TestTable:
    @pytest.mark.parametrize("name", ["table.parquet", "table.csv", "new/table.jsonl"])
    def test_is_written_and_can_be_scored(self, name: str) -> None:
        done = call("copies", "four.jsonl", "--out", name)
        assert done.returncode == 0
        assert done.stdout.endswith(f"\nWritten to {name}\n")
        assert "Nothing was written" not in done.stderr
        truth = [{"id": one, "story": "alone" if one == "a" else "ferry"} for one in "abcd"]
        scored = call("eval", name, write_lines(Path("truth.jsonl"), truth), "--json")
        assert json.loads(scored.stdout)["clusters"]["bcubed_f1"] == 1.0

    def test_holds_what_the_library_gives(self) -> None:
        call("copies", "four.jsonl", "--out", "table.parquet", "--min-jaccard", "0.99")
        expected = find_copies(["four.jsonl"], None, load_config(None, ()), min_jaccard=0.99).table
        assert pl.read_parquet("table.parquet").equals(expected)

    @pytest.mark.parametrize(
        ("arguments", "status", "said"),
        [
            (["four.jsonl", "--out", "table.xlsx"], 2, "UsageError: table.xlsx: cannot tell in which form to write it"),
            (["four.jsonl", "--out", "four.jsonl"], 1, "OutputError: four.jsonl: is an input, which would be lost"),
            (["four.jsonl", "--min-jaccard", "0"], 2, "UsageError: --min-jaccard: no such similarity, got 0.0"),
            (["nowhere"], 1, "InputError: nowhere: no such file or folder"),
            (["four.jsonl", "--set", "sketch.seeds=1"], 2, "ConfigError: --set sketch.seeds=1: "),
        ],
    )
    def test_is_not_written_by_mistake(self, arguments: list[str], status: int, said: str) -> None:
        done = call("copies", *arguments)
        assert (done.returncode, done.stdout) == (status, "")
        assert done.stderr.startswith(said)
        assert done.stderr.count("\n") == 1
        assert len(Path("four.jsonl").read_text(encoding="utf-8").splitlines()) == 4


class TestRejected:
    def test_inputs_are_told_and_counted(self) -> None:
        rows = [*ROWS, *({"id": f"no text {n}"} for n in range(7)), {"text": "no id"}]
        done = call("copies", write_lines(Path("mixed.jsonl"), rows), "--out", "table.csv")
        assert done.returncode == 3
        told = done.stderr.splitlines()
        assert told[0] == "Rejected: mixed.jsonl:10: missing_text: no value for the text"
        assert told[5] == "Rejected: 3 more, 3 missing_text; 'dedup run' lists them all"
        assert Path("table.csv").exists()

    def test_furniture_of_a_folder_is_no_alarm(self) -> None:
        write_lines(Path("folder/four.jsonl"), ROWS)
        Path("folder/README.md").write_text("Four articles.", encoding="utf-8")
        done = call("copies", "folder")
        assert done.returncode == 0
        assert done.stderr.startswith("Passed over: 1 hidden or accompanying, such as a README\n")

    def test_a_reader_that_has_seen_enough_leaves_the_table_written(self) -> None:
        status, _ = call_unread("copies", "four.jsonl", "--out", "table.csv", "--json")
        assert status == 0
        assert len(Path("table.csv").read_text(encoding="utf-8").splitlines()) == 5


class TestCertified:
    def test_groups_are_said_to_be_the_same(self) -> None:
        done = call("copies", "four.jsonl", "eight.jsonl", "--certify")
        assert done.returncode == 0
        assert done.stdout.splitlines()[2] == "Certified  ·  an exact join of all texts finds the same groups"

    def test_groups_that_lack_a_pair_are_a_failure_that_says_what_to_do(self) -> None:
        done = call("copies", "eight.jsonl", "--certify", *BLIND, "--out", "table.csv")
        assert done.returncode == 1
        verdict = "Not certified  ·  an exact join of all texts finds 28 pairs that are in no group together"
        assert done.stdout.splitlines()[2] == verdict
        told = done.stderr.splitlines()
        assert told[0] == "Missed: x0 and x1, 0.778 alike"
        assert told[5] == "Missed: 23 more"
        advice = "--set sketch.copy_view.bands=117 --set sketch.copy_view.rows=8."
        assert told[6] == f"{verdict}. Find more by {advice}"
        again = call("copies", "eight.jsonl", "--certify", *advice.removesuffix(".").split())
        assert again.returncode == 0
        assert len(Path("table.csv").read_text(encoding="utf-8").splitlines()) == 9

    def test_as_json_says_it_beside_the_groups(self) -> None:
        done = call("copies", "eight.jsonl", "--certify", "--json", *BLIND)
        assert (done.returncode, done.stdout) == (1, "")
        assert "Not certified  ·  an exact join of all texts finds 28 pairs" in done.stderr
        whole = call("copies", "eight.jsonl", "--certify", "--json")
        assert whole.returncode == 0
        assert "Certified  ·  an exact join of all texts finds the same groups\n" in whole.stderr

    def test_uncertified_a_search_that_must_miss_much_says_so(self) -> None:
        done = call("copies", "eight.jsonl", "--min-jaccard", "0.5")
        assert done.returncode == 0
        note = "Note: of pairs alike by just 0.5, 12.7% are missed. Find more by --set sketch.copy_view.bands=108."
        assert done.stderr.splitlines()[0] == note
        assert "Note" not in call("copies", "eight.jsonl", "--min-jaccard", "0.5", "--certify").stderr
