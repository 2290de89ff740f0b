"""``dedup eval``: the figures, the words beside them, and what cannot be scored."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from dedup.cli.evaluating import MAX_NAMED
from dedup.store.outputs import write_run
from tests.cli.processes import call, environment
from tests.report.stories import ferry_run
from tests.store.builders import make_lines

TRUTH = [
    {"id": "ferry-0", "story": "ferry", "role": "source"},
    {"id": "ferry-1", "story": "ferry", "role": "copy"},
    {"id": "ferry-2", "story": "protest", "role": "heavy"},
    {"id": "bridge-0", "story": "ferry", "role": "independent"},
]
"""The run has the three of the ferry in one story."""

EXPECTED = {
    "articles": 3,
    "missing": 0,
    "pair_precision": 1 / 3,
    "pair_recall": 1.0,
    "bcubed_precision": 5 / 9,
    "bcubed_recall": 1.0,
    "ari": 0.0,
    "most_mixed": 2,
    "pair_f1": 0.5,
    "bcubed_f1": 5 / 7,
    "excluded": 1,
}


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def out() -> Path:
    """The folder of a run made by hand."""
    made = ferry_run()
    names = ("articles", "stories", "members", "pairs", "framing", "outlets", "flows", "skipped")
    frames = {name: getattr(made, name) for name in names}
    write_run(Path("out"), made.manifest, **frames, report=b"<!doctype html>")
    return Path("out")


def make_truth(*rows: dict[str, Any], name: str = "truth.jsonl") -> Path:
    Path(name).write_text(make_lines(*rows), encoding="utf-8")
    return Path(name)


def make_alignment(variant: str = "ferry-1", **changes: Any) -> Path:
    """A labelled diff of the copy, of which only the first sentence is labelled: it is the first of the source."""
    text = ferry_run().articles.row(by_predicate=pl.col("article_id") == "ferry-0", named=True)["text"]
    end = text.index(".") + 1
    row = {
        "variant": variant,
        "source": "ferry-0",
        "source_sentences": [[0, end]],
        "sentences": [{"start": 0, "end": end, "kind": "verbatim", "from": [0], "boiler": False}],
    }
    Path("alignment.jsonl").write_text(make_lines({**row, **changes}), encoding="utf-8")
    return Path("alignment.jsonl")


def scored(*arguments: str | Path) -> dict[str, Any]:
    done = call("eval", *arguments, "--json")
    assert (done.returncode, done.stdout.count("\n")) == (0, 1), done.stderr
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    return found


class TestStories:
    @pytest.mark.parametrize("members", ["out", "out/members.parquet", "out/members.csv"])
    def test_are_scored_from_a_folder_or_either_table(self, out: Path, members: str) -> None:
        found = scored(members, make_truth(*TRUTH))
        assert out.is_dir()
        assert found["clusters"] == pytest.approx(EXPECTED)
        assert found["alignment"] is None

    def test_are_shown_as_a_table(self, out: Path) -> None:
        done = call("eval", out, make_truth(*TRUTH))
        assert (done.returncode, done.stderr) == (0, "")
        lines = done.stdout.splitlines()
        assert lines[0] == "3 labelled articles  ·  none missing  ·  1 label excluded"
        assert lines[4].split() == ["Pairs", "0.3333", "1.0000", "0.5000"]

    def test_of_kinds_the_user_names_are_left_out_instead(self, out: Path) -> None:
        truth = make_truth(*TRUTH)
        assert scored(out, truth, "--exclude", "")["clusters"]["articles"] == 4
        both = scored(out, truth, "--exclude", "heavy", "--exclude", "independent")["clusters"]
        assert (both["articles"], both["excluded"], both["pair_f1"]) == (2, 2, 1.0)

    def test_that_were_not_found_are_named(self, out: Path) -> None:
        strangers = [{"id": f"x{n}", "story": "x"} for n in range(MAX_NAMED + 2)]
        done = call("eval", out, make_truth(*TRUTH, *strangers), "--json")
        assert json.loads(done.stdout)["clusters"]["missing"] == MAX_NAMED + 2
        named = "x0, x1, x2, x3, x4 and 2 more"
        assert done.stderr == f"Note: not found, so each is scored as a story of its own: {named}\n"

    def test_none_of_which_was_found_are_a_mistake(self, out: Path) -> None:
        done = call("eval", out, make_truth({"id": "a.txt", "story": "s"}))
        assert (done.returncode, done.stdout) == (1, "")
        said = "InputError: truth.jsonl: none of its articles is in out, got 'a.txt', expected ids like 'bridge-0'.\n"
        assert done.stderr == said

    def test_without_a_label_are_told(self, out: Path) -> None:
        done = call("eval", out, make_truth(*TRUTH, {"id": "untitled-0", "story": None}))
        assert done.stderr == "Note: 1 row of the labels without a story, not scored\n"

    def test_a_mistake_in_the_labels_is_told_in_a_sentence(self, out: Path) -> None:
        done = call("eval", out, make_truth({"id": "a", "\x1b[2J": "s"}))
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith("InputError: truth.jsonl: no column for the story, got ")
        assert "\x1b" not in done.stderr

    def test_a_folder_that_is_no_run_is_told(self) -> None:
        Path("empty").mkdir()
        done = call("eval", "empty", make_truth(*TRUTH))
        assert done.returncode == 1
        assert done.stderr.startswith("OutputError: empty: is not the output of a run")


class TestDiffs:
    def test_of_a_run_are_scored_where_alignments_are_labelled(self, out: Path) -> None:
        alignment = scored(out, make_truth(*TRUTH), "--alignment", make_alignment())["alignment"]
        assert (alignment["variants"], alignment["kinds"], alignment["link_f1"]) == (
            1,
            {"verbatim": {"verbatim": 1}},
            1,
        )

    def test_may_be_named_beside_the_members(self, out: Path) -> None:
        given = ("--alignment", make_alignment(), "--framing", out / "framing.jsonl")
        apart = scored(out / "members.csv", make_truth(*TRUTH), *given)
        assert apart == scored(out, make_truth(*TRUTH), "--alignment", "alignment.jsonl")

    def test_are_shown_below_the_stories(self, out: Path) -> None:
        done = call("eval", out, make_truth(*TRUTH), "--alignment", make_alignment())
        assert (done.returncode, done.stderr) == (0, "")
        assert "1 labelled variant  ·  none elsewhere\n" in done.stdout

    def test_against_another_canonical_are_told(self, out: Path) -> None:
        done = call("eval", out, make_truth(*TRUTH), "--alignment", make_alignment(source="ferry-2"))
        assert done.returncode == 0
        assert done.stderr.startswith("Note: 1 labelled variant not held against the labelled source, not scored;")

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["out", "--framing", "out/framing.jsonl"], "--framing is given and nothing to hold it against. Add"),
            (["out/members.csv", "--alignment", "alignment.jsonl"], "--alignment is given and no diffs to hold"),
        ],
    )
    def test_without_their_other_half_are_wrong_usage(self, out: Path, arguments: list[str], said: str) -> None:
        make_alignment()
        done = call("eval", arguments[0], make_truth(*TRUTH), *arguments[1:])
        assert out.is_dir()
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith(f"UsageError: {said}")


class TestTheSharedScorer:
    """Another program, written beside the corpora, that counts the same."""

    def test_comes_to_the_same_figures(self, out: Path, shared: Path) -> None:
        scorer = shared / "score.py"
        if not scorer.is_file():
            pytest.skip("needs score.py beside the public corpora")
        truth, alignment = make_truth(*TRUTH), make_alignment()
        ours = scored(out, truth, "--alignment", alignment)

        def theirs(*arguments: str | Path) -> dict[str, Any]:
            command = [sys.executable, str(scorer), *map(str, arguments)]
            done = subprocess.run(command, capture_output=True, text=True, env=environment(), check=True)
            found = json.loads(done.stdout)
            assert isinstance(found, dict)
            return found

        clusters = theirs("clusters", out / "members.parquet", truth)
        names = {
            **{f"pair_{short[0]}": f"pair_{short}" for short in ("precision", "recall")},
            **{f"bcubed_{short[0]}": f"bcubed_{short}" for short in ("precision", "recall")},
            "most_stories_in_one_cluster": "most_mixed",
        }
        assert {names.get(name, name): value for name, value in clusters.items()} == pytest.approx(
            {name: value for name, value in ours["clusters"].items() if name != "excluded"}
        )
        diffs = theirs("alignment", out / "framing.jsonl", alignment)
        assert diffs["links"]["f1"] == pytest.approx(ours["alignment"]["link_f1"])
        assert diffs["added"]["f1"] == pytest.approx(ours["alignment"]["added_f1"])
