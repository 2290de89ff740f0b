"""``dedup run --certify``: one line that an exact join stands behind.

(Other tests of ``dedup run`` are in tests/test_cli.py.)
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.processes import call, on_a_terminal
from tests.runs import read_manifest, write_lines

BODY = " ".join(f"word{at}" for at in range(60))
BLIND = [
    f"--set={setting}"
    for setting in (
        *("sketch.copy_view.bands=1", "sketch.copy_view.rows=32", "sketch.story_view.bands=1"),
        *("sketch.story_view.rows=32", "match.anchors.min_shared=1000"),
    )
]
"""All three ways to find a pair, lowered until they find hardly any."""


@pytest.fixture(autouse=True)
def _in_a_folder_with_articles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    own = [" ".join(f"own{at}x{n}" for n in range(8)) for at in range(6)]  # every two share 56 of 72 runs
    rows = [{"id": f"x{at}", "text": f"{BODY} {words}", "lang": "en"} for at, words in enumerate(own)]
    write_lines(Path("six.jsonl"), [*rows, {"id": "brief", "text": "Ferry late."}])


def test_a_certified_run_says_so_in_a_line() -> None:
    done = call("run", "six.jsonl", "--out", "out", "--certify")
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert lines[0].startswith("7 articles  ·  2 stories")
    assert lines[1] == "Certified  ·  15 pairs alike by 0.7 or more, none missed  ·  1 article not checked"
    expected = {"min_jaccard": 0.7, "pairs": 15, "missed": 0, "not_checked": 1}
    assert read_manifest(Path("out"))["certificate"] == expected
    assert "Warning" not in done.stderr


def test_a_run_that_nobody_asked_to_certify_says_nothing() -> None:
    done = call("run", "six.jsonl", "--out", "out")
    assert "ertified" not in done.stdout + done.stderr
    assert read_manifest(Path("out"))["certificate"] is None


def test_missed_pairs_are_counted_told_and_written() -> None:
    done = call("run", "six.jsonl", "--out", "out", "--certify", *BLIND)
    assert done.returncode == 0
    verdict = "Not certified  ·  15 pairs alike by 0.7 or more, 15 missed  ·  1 article not checked"
    assert done.stdout.splitlines()[1] == verdict
    manifest = read_manifest(Path("out"))
    assert manifest["certificate"]["missed"] == 15
    warning = (
        "15 of 15 pairs alike by 0.7 or more were never compared, such as 'x0' and 'x1'. Raise sketch.copy_view.bands "
        "or match.max_bucket."
    )
    assert manifest["warnings"] == [warning]
    assert f"Warning: {warning}\n" in done.stderr
    assert warning.partition(",")[0] in Path("out/report.html").read_text(encoding="utf-8")


def test_the_verdict_stands_beside_the_stories_as_json() -> None:
    done = call("run", "six.jsonl", "--out", "out", "--certify", "--json")
    assert [json.loads(line)["size"] for line in done.stdout.splitlines()] != []
    assert "Certified  ·  15 pairs alike by 0.7 or more, none missed  ·  1 article not checked\n" in done.stderr
    assert call("run", "six.jsonl", "--out", "out", "--certify", "--json", "--quiet").stderr == ""


def test_what_the_report_leaves_out_is_told_and_written() -> None:
    done = call("run", "six.jsonl", "--out", "out", "--set", "report.max_stories=1")
    manifest = read_manifest(Path("out"))
    warning = f"report.html shows the largest 1 of {manifest['counts']['stories']} stories; all are in stories.jsonl."
    assert manifest["warnings"] == [warning]
    assert f"Warning: {warning}\n" in done.stderr
    assert warning in Path("out/report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("switches", "said"),
    [
        ((), "viewfs://news/out: only Spark writes to an address. Use engine.name=spark, or a path."),
        (("--engine", "spark", "--prefect"), "--prefect shows a run of this machine, and viewfs://news/out is no path"),
    ],
    ids=["local", "Prefect"],
)
def test_an_address_is_for_spark_and_no_folder_of_this_machine(switches: tuple[str, ...], said: str) -> None:
    done = call("run", "six.jsonl", "--out", "viewfs://news/out", *switches)
    assert done.returncode == 2
    assert done.stderr.startswith(f"UsageError: {said}")
    assert not Path("viewfs:").exists()


@pytest.mark.parametrize("place", ["out/trace.json", "store/history.duckdb"])
def test_the_trace_of_a_run_is_no_file_of_its_output_or_its_history(place: str) -> None:
    done = call("run", "six.jsonl", "--out", "out", "--store", "store", "--profile", place)
    assert done.returncode == 2
    assert "names a file in a folder that the run writes" in done.stderr
    assert not Path("out").exists()
    assert not Path("store").exists()


def test_a_terminal_shows_the_stage() -> None:
    status, shown = on_a_terminal("run", "six.jsonl", "--out", "out", "--certify")
    assert status == 0
    assert "Comparing all with all" in shown


@pytest.mark.prefect
@pytest.mark.slow
def test_a_flow_certifies_too() -> None:
    done = call("run", "six.jsonl", "--out", "out", "--certify", "--prefect")
    assert done.returncode == 0
    assert done.stdout.splitlines()[1].startswith("Certified  ·  15 pairs")


def test_articles_in_languages_that_nobody_knows_end_no_run_and_print_nothing() -> None:
    langs = [
        "english",
        "deutsch",
        "unknown",
        "5",
        "a",
        "C",
        "*",
        "x-klingon",
        "en_GB.UTF-8",
        "日本語",
        "eng",
        "cy",
        "ka",
    ]
    write_lines(Path("odd.jsonl"), [{"id": f"o{at}", "text": BODY, "lang": lang} for at, lang in enumerate(langs)])
    done = call("run", "odd.jsonl", "--out", "out", "--quiet", "--set", "text.default_lang=no")
    assert (done.returncode, done.stderr) == (0, "")
    assert read_manifest(Path("out"))["counts"]["articles"] == len(langs)
