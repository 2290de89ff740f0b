"""Tables of labels and labelled diffs: what is read, and what every mistake in them is called."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dedup.errors import InputError
from dedup.store.labels import read_alignment, read_framing, read_labels
from dedup.store.records import spreadsheet
from tests.store.builders import make_files, make_frames, make_lines

ROWS: list[dict[str, Any]] = [
    {"id": "a", "story": "s1", "role": "source"},
    {"id": "b", "story": "s1", "role": "independent"},
    {"id": "c", "story": "s2", "role": None},
]


def make_table(folder: Path, ending: str, rows: list[dict[str, Any]]) -> Path:
    """The same table in one of the formats."""
    path = folder / f"labels{ending}"
    frame = pl.DataFrame(rows)
    if ending == ".parquet":
        frame.write_parquet(path)
    elif ending in {".csv", ".tsv"}:
        frame.write_csv(path, separator="\t" if ending == ".tsv" else ",")
    else:
        path.write_text(make_lines(*rows), encoding="utf-8")
    return path


def make_file(folder: Path, name: str, content: str | bytes) -> Path:
    return make_files(folder, {name: content}) / name


def complaint(path: Path, folder: Path) -> str:
    """What is said of a table, places below ``folder``."""
    with pytest.raises(InputError) as caught:
        read_labels(path)
    return str(caught.value).removeprefix(f"{folder}/")


class TestLabels:
    @pytest.mark.parametrize("ending", [".jsonl", ".ndjson", ".csv", ".tsv", ".parquet"])
    def test_are_the_same_from_every_format(self, tmp_path: Path, ending: str) -> None:
        path = make_table(tmp_path, ending, ROWS)
        assert read_labels(path).story == {"a": "s1", "b": "s1", "c": "s2"}
        left = read_labels(path, exclude=["independent", "generation"])
        assert (left.story, left.n_excluded) == ({"a": "s1", "c": "s2"}, 1)

    @pytest.mark.parametrize(
        ("id_column", "story_column"), [("id", "story"), ("id", "cluster"), ("article_id", "story_id")]
    )
    def test_know_the_columns_of_truths_and_of_runs(self, tmp_path: Path, id_column: str, story_column: str) -> None:
        path = make_table(tmp_path, ".csv", [{story_column: "s", id_column: "a", "more": "x"}])
        assert read_labels(path).story == {"a": "s"}

    def test_are_left_out_by_kind_as_well_as_by_role(self, tmp_path: Path) -> None:
        rows = [{"id": "a", "cluster": "s", "kind": "generation"}, {"id": "b", "cluster": "s", "kind": "human"}]
        assert read_labels(make_table(tmp_path, ".parquet", rows), exclude=["generation"]).story == {"b": "s"}

    @pytest.mark.parametrize("ending", [".jsonl", ".csv", ".parquet"])
    def test_without_a_story_are_none_and_are_counted(self, tmp_path: Path, ending: str) -> None:
        found = read_labels(make_table(tmp_path, ending, [*ROWS, {"id": "d", "story": None, "role": None}]))
        assert (len(found.story), found.n_unlabelled) == (3, 1)

    def test_may_leave_out_a_key_that_has_no_value(self, tmp_path: Path) -> None:
        path = make_file(tmp_path, "x.jsonl", make_lines({"id": "a", "story": "s"}, {"id": "b"}, ""))
        assert (read_labels(path).story, read_labels(path).n_unlabelled) == ({"a": "s"}, 1)

    def test_take_numbers_for_names(self, tmp_path: Path) -> None:
        path = make_file(tmp_path, "x.jsonl", make_lines({"id": 7, "story": 1}, {"id": 8.0, "story": "1"}))
        assert read_labels(path).story == {"7": "1", "8": "1"}
        with_gap = pl.DataFrame({"id": ["7", "8"], "story": [1.0, None]})
        with_gap.write_parquet(tmp_path / "x.parquet")
        assert read_labels(tmp_path / "x.parquet").story == {"7": "1"}

    def test_may_say_the_same_twice(self, tmp_path: Path) -> None:
        assert read_labels(make_table(tmp_path, ".csv", [ROWS[0], ROWS[0]])).story == {"a": "s1"}

    def test_may_stand_beside_long_texts_that_span_lines(self, tmp_path: Path) -> None:
        rows = [{"text": 'He said "no",\nthen left. ' * 9000, "id": name, "story": "s"} for name in "ab"]
        assert read_labels(make_table(tmp_path, ".csv", rows)).story == {"a": "s", "b": "s"}

    def test_of_a_runs_spreadsheet_are_those_of_its_parquet_file(self, tmp_path: Path) -> None:
        members = make_frames("One.", "Two.", "Three.")["members"]
        members = members.with_columns(article_id=pl.Series(["-Kx1", "=2", "@three"]))
        (tmp_path / "members.csv").write_bytes(spreadsheet(members))
        members.write_parquet(tmp_path / "members.parquet")
        found = read_labels(tmp_path / "members.csv")
        assert found == read_labels(tmp_path / "members.parquet")
        assert [*found.story] == ["-Kx1", "=2", "@three"]

    @given(st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1))
    def test_come_back_from_a_spreadsheet_as_they_were(
        self, tmp_path_factory: pytest.TempPathFactory, name: str
    ) -> None:
        assume(not name.startswith("'") and ";'" not in name)  # an apostrophe of its own cannot be told from ours
        path = tmp_path_factory.mktemp("csv") / "members.csv"
        path.write_bytes(spreadsheet(pl.DataFrame({"article_id": [name], "story_id": ["s"]})))
        assert read_labels(path).story == {name: "s"}

    def test_do_not_mind_the_mark_at_the_start_of_files_from_windows(self, tmp_path: Path) -> None:
        path = make_file(tmp_path, "x.csv", "\ufeffid;story\r\na;s\r\n")
        assert read_labels(path).story == {"a": "s"}
        assert read_labels(make_file(tmp_path, "x.jsonl", '\ufeff{"id":"a","story":"s"}\r\n')).story == {"a": "s"}


class TestAMistake:
    @pytest.mark.parametrize("ending", [".jsonl", ".csv", ".parquet"])
    def test_in_the_columns_names_those_there_are(self, tmp_path: Path, ending: str) -> None:
        path = make_table(tmp_path, ending, [{"id": "a", "topic": "s"}])
        said = f"labels{ending}: no column for the story, got 'id, topic', expected story or cluster or story_id."
        assert complaint(path, tmp_path) == said

    @pytest.mark.parametrize(
        ("name", "content", "said"),
        [
            ("x.jsonl", make_lines(*ROWS, {"id": "a", "story": "s2"}), "x.jsonl:4: 'a' is in two stories, 's1' and"),
            ("x.csv", "id,story\na,s\n\na,t\n", "x.csv:4: 'a' is in two stories, 's' and 't'."),
            ("x.csv", "id,story\n,s\n", "x.csv:2: a row without an id, expected a value of id or article_id."),
            ("x.jsonl", make_lines({"story": "s"}, {"id": "b"}), "x.jsonl:1: a row without an id, expected a"),
            ("x.jsonl", make_lines({"id": [1], "story": "s"}), "x.jsonl:1: the id is no name, got [1], expected a"),
            ("x.jsonl", make_lines({"id": True, "story": "s"}), "x.jsonl:1: the id is no name, got True, expected a"),
            ("x.jsonl", make_lines({"id": 1.5, "story": "s"}), "x.jsonl:1: the id is no name, got 1.5, expected a"),
            ("x.jsonl", make_lines("{"), "x.jsonl:1: no JSON ("),
            ("x.jsonl", make_lines({"id": "a", "story": "s"}, "[1]"), "x.jsonl:2: no JSON object, got 'list', exp"),
            ("x.csv", "id,story\na\n", "x.csv:2: a row of another width, got '1 cells', expected 2."),
            ("x.csv", 'id,story\n"a"b,s\n', "x.csv:2: no valid CSV ("),
            ("x.csv", b"id,story\na,s\nb,\xe9\n", "x.csv:3: is not UTF-8. Save the file as UTF-8."),
            ("x.parquet", "no parquet", "x.parquet: no Parquet file, or a damaged one ("),
            ("x.txt", "a s", "x.txt: cannot tell how to read labels from it, got '.txt', expected one of .jsonl"),
        ],
    )  # fmt: skip
    def test_is_told_with_its_place(self, tmp_path: Path, name: str, content: str | bytes, said: str) -> None:
        assert complaint(make_file(tmp_path, name, content), tmp_path).startswith(said)

    @pytest.mark.parametrize(
        ("name", "content", "said"),
        [
            ("x.jsonl", "\n", "x.jsonl: is empty, expected one JSON object a line."),
            ("x.csv", "", "x.csv: holds no labels, got 'no rows'."),
            ("x.csv", "id,story\n", "x.csv: holds no labels, got 'no rows'."),
        ],
    )
    def test_of_a_table_without_rows_is_told(self, tmp_path: Path, name: str, content: str, said: str) -> None:
        assert complaint(make_file(tmp_path, name, content), tmp_path) == said

    def test_of_leaving_all_labels_out_is_told(self, tmp_path: Path) -> None:
        path = make_table(tmp_path, ".csv", [ROWS[1], {"id": "z", "story": None, "role": "copy"}])
        with pytest.raises(InputError, match="holds no labels, got '2 rows, 1 excluded and 1 without a story'"):
            read_labels(path, exclude=["independent"])

    def test_a_missing_file_is_told(self, tmp_path: Path) -> None:
        for name in ("x.jsonl", "x.csv", "x.parquet"):
            said = f"{name}: cannot be read (No such file or directory). Check the path."
            assert complaint(tmp_path / name, tmp_path) == said


FOUND = {
    "variant_id": "v",
    "canonical_id": "c",
    "sentences": [{"start": 0, "end": 4, "kind": "added", "canonical": [], "added": []}],
}
LABEL = {
    "variant": "v",
    "source": "c",
    "source_sentences": [[0, 4], [5, 9]],
    "sentences": [{"start": 0, "end": 4, "kind": "added", "from": [], "adds": [], "boiler": False}],
}


class TestDiffs:
    def test_keep_what_scores_need(self, tmp_path: Path) -> None:
        framing = make_file(tmp_path, "framing.jsonl", make_lines({**FOUND, "story_id": "s", "facts": []}))
        assert read_framing(framing) == [FOUND]
        alignment = make_file(tmp_path, "alignment.jsonl", make_lines({**LABEL, "role": "copy"}))
        assert read_alignment(alignment) == [{**LABEL, "source_sentences": [(0, 4), (5, 9)]}]

    def test_of_the_newsroom_are_read(self, newsroom: Path) -> None:
        lines = (newsroom / "alignment.jsonl").read_text(encoding="utf-8").splitlines()
        assert [row["variant"] for row in read_alignment(newsroom / "alignment.jsonl")] == [
            json.loads(line)["variant"] for line in lines
        ]

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"variant": None}, "'variant' is not as it should be, got 'null', expected a string."),
            ({"source_sentences": [[0]]}, "'source_sentences[0][1]' is missing."),
            ({"source_sentences": [[0, -1]]}, "'source_sentences[0][1]' is not as it should be, got -1, expected 0 or"),
            ({"sentences": {}}, "'sentences' is not as it should be, got 'dict', expected a list."),
            ({"sentences": [{"start": "x", "end": 1, "kind": "added"}]}, "'sentences[0].start' is not as it should be"),
            ({"sentences": [{"start": 0, "kind": "added"}]}, "'sentences[0].end' is missing."),
        ],
    )
    def test_of_another_shape_are_told_with_line_and_place(
        self, tmp_path: Path, changes: dict[str, Any], said: str
    ) -> None:
        path = make_file(tmp_path, "alignment.jsonl", make_lines(LABEL, {**LABEL, **changes}))
        with pytest.raises(InputError) as caught:
            read_alignment(path)
        assert str(caught.value).startswith(f"{path}:2: {said}")

    def test_that_are_no_diffs_are_told(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="'variant_id' is missing"):
            read_framing(make_file(tmp_path, "framing.jsonl", make_lines(LABEL)))
        with pytest.raises(InputError, match="is empty"):
            read_framing(make_file(tmp_path, "framing.jsonl", ""))
