"""``dedup explain``: what arrives on stdout and stderr."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.processes import call, on_a_terminal
from tests.explain.runs import FOOTBALL, HARBOUR, HARBOUR_REWRITTEN, make_pipeline_run


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run over a story, its rewrite and another story."""
    texts = {"harbour": HARBOUR, "rewrite": HARBOUR_REWRITTEN, "football": FOOTBALL}
    return make_pipeline_run(tmp_path_factory.mktemp("explained"), texts).out


def test_says_why_two_articles_are_one_story(out: Path) -> None:
    done = call("explain", "rewrite", "harbour", "--out", out)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0].startswith("One story  ")
    assert {"How the pair was found", "Evidence", "< harbour", "> rewrite"} <= set(lines)
    assert any("*Amberlight*" in line for line in lines)


def test_says_why_two_articles_were_never_compared(out: Path) -> None:
    done = call("explain", "football", "harbour", "--out", out)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Never compared; now it would be rejected")
    assert "\nWhy the pair was missed\n- copy view: no bucket in common" in done.stdout


def test_writes_one_line_of_json(out: Path) -> None:
    done = call("explain", "harbour", "rewrite", "--out", out, "--json")
    assert (done.returncode, done.stdout.count("\n")) == (0, 1)
    told = json.loads(done.stdout)
    assert (told["left"]["article_id"], told["right"]["article_id"]) == ("harbour", "rewrite")
    assert told["judgement"]["decision"] == "accepted"
    assert told["passages"]["left"][0]["text"] == HARBOUR[: HARBOUR.index(" Nine")]


def test_suggests_the_article_that_was_meant(out: Path) -> None:
    done = call("explain", "harbor", "rewrite", "--out", out)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"UsageError: {out}: no article 'harbor'. Did you mean 'harbour'?\n"


def test_needs_a_run(tmp_path: Path) -> None:
    done = call("explain", "a", "b", "--out", tmp_path / "nowhere")
    assert done.returncode == 1
    assert "no such folder" in done.stderr


def test_shows_shared_words_in_colour_on_a_terminal(out: Path) -> None:
    status, shown = on_a_terminal("explain", "harbour", "rewrite", "--out", out)
    assert status == 0
    assert "\x1b[1;32mAmberlight\x1b[0m" in shown
    assert "*Amberlight*" not in shown
