"""What a whole run does with input that is no article, an odd one, or too much of one."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from dedup.config import Config
from dedup.errors import InputError, OutputError
from dedup.pipeline import run
from tests.runs import Row, detect, given_texts, groups, read_lines, read_manifest, write_lines
from tests.text.strange import THOROUGH

FURNITURE_ONLY = "© 2026 Tavra Vision. All rights reserved."


@pytest.fixture
def good(seeds: Path) -> list[Row]:
    """The seeds as rows."""
    return [{"id": path.stem, "text": path.read_text(encoding="utf-8")} for path in sorted(seeds.glob("*.txt"))]


class TestBadInput:
    def test_costs_no_other_article_and_is_told_with_file_and_line(self, good: list[Row], tmp_path: Path) -> None:
        news = tmp_path / "news"
        write_lines(news / "good.jsonl", good)
        detect(news, tmp_path / "clean")
        (news / "empty.txt").write_bytes(b"")
        (news / "latin.txt").write_bytes("Café in the harbour.".encode("latin-1"))
        (news / "gone.txt").symlink_to(news / "nowhere")
        bad = [*good, {"id": 8}, {"text": "No id."}, {"id": good[0]["id"], "text": "Zebras under this id."}]
        path = write_lines(news / "bad.jsonl", bad)
        path.write_text(path.read_text(encoding="utf-8") + "{not json\n[1, 2]\n", encoding="utf-8")
        told = detect(news, tmp_path / "out")
        assert groups(tmp_path / "out") == groups(tmp_path / "clean")
        reasons = {
            row["where"].removeprefix(f"{news}/"): row["reason"]
            for row in read_lines(tmp_path / "out" / "skipped.jsonl")
        }
        codes = {where: reason.partition(":")[0] for where, reason in reasons.items()}
        assert codes.pop("gone.txt")
        kept = "good.jsonl" if "bad.jsonl:1" in codes else "bad.jsonl"
        again = "bad.jsonl" if kept == "good.jsonl" else "good.jsonl"
        conflict = codes.pop("bad.jsonl:8")
        assert conflict == "conflicting_id"
        assert good[0]["id"] in reasons["bad.jsonl:8"]
        assert codes == {
            "empty.txt": "empty_text",
            "latin.txt": "not_utf8",
            **{f"{again}:{line}": "duplicate_id" for line in range(1, 6)},
            "bad.jsonl:6": "missing_text",
            "bad.jsonl:7": "missing_id",
            "bad.jsonl:9": "not_json",
            "bad.jsonl:10": "not_an_object",
        }
        counts = told.manifest["counts"]
        assert counts["read"] == counts["articles"] + sum(counts["skipped"].values())
        assert sum(counts["skipped"].values()) == len(reasons)
        assert counts["skipped"]["duplicate_id"] == 5

    def test_an_article_empty_after_cleaning_and_a_short_one_stand_alone(self, good: list[Row], tmp_path: Path) -> None:
        odd = [
            {"id": "furniture", "text": FURNITURE_ONLY},
            {"id": "furniture again", "text": FURNITURE_ONLY},
            {"id": "hidden", "text": "\u200b\u2060 \u00ad"},
            {"id": "marks", "text": "*** — … ***"},
            {"id": "short", "text": "Grain ship towed from Palisade."},
        ]
        detect(write_lines(tmp_path / "in.jsonl", good + odd), tmp_path / "out")
        detect(write_lines(tmp_path / "clean.jsonl", good), tmp_path / "clean")
        found = groups(tmp_path / "out")
        assert [story for story in groups(tmp_path / "clean") if story not in found] == []
        for one in ("furniture", "furniture again", "hidden", "marks", "short"):
            assert [one] in found

    def test_odd_texts_and_names_pass_through(self, good: list[Row], tmp_path: Path) -> None:
        odd = [
            {
                "id": "=HYPERLINK(1)",
                "text": "<script>alert(1)</script> " * 30,
                "title": "</script><img src=x onerror=1>",
            },
            {"id": "../../etc/passwd", "text": "{{ 7 * 7 }} ${PATH} %s \x00 \u202e " * 30, "source": "\x1b[2J"},
            {"id": "🧨", "text": "B澜河市住房和城乡建设局 Brask 宣布。" * 30, "title": "\u2028"},
            {"id": "long word", "text": "a" * 30_000},
            {"id": "dots", "text": "." * 30_000},
            {"id": "marks", "text": "a" + "\u0301\u0323" * 5_000},
        ]
        detect(write_lines(tmp_path / "in.jsonl", good + odd), tmp_path / "out")
        texts = given_texts(tmp_path / "out")
        assert all(texts[row["id"]] == row["text"] for row in odd)
        page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
        assert "<script>alert(1)" not in page
        assert "<img src=x" not in page

    @pytest.mark.slow
    def test_articles_of_megabytes_are_read_and_cost_no_other(self, good: list[Row], tmp_path: Path) -> None:
        draw = random.Random(1)
        vocabulary = ["".join(draw.choices("abcdefghilmnoprstuvz", k=draw.randint(3, 9))) for _ in range(5_000)]
        written = [good[0]["text"]]
        while sum(map(len, written)) < (5_000_000 if THOROUGH else 1_500_000):
            written.extend(" ".join(draw.choices(vocabulary, k=18)).capitalize() + "." for _ in range(1_000))
        long = " ".join(written)
        rows = [*good, {"id": "long", "text": long}, {"id": "long again", "text": long + " It rained."}]
        detect(write_lines(tmp_path / "in.jsonl", rows), tmp_path / "out")
        detect(write_lines(tmp_path / "clean.jsonl", good), tmp_path / "clean")
        assert [story for story in groups(tmp_path / "clean") if story not in groups(tmp_path / "out")] == []
        assert ["long", "long again"] in groups(tmp_path / "out")
        assert given_texts(tmp_path / "out")["long"] == long

    def test_only_bad_input_gives_an_empty_run(self, tmp_path: Path) -> None:
        (tmp_path / "in").mkdir()
        (tmp_path / "in" / "empty.txt").write_bytes(b"")
        told = detect(tmp_path / "in", tmp_path / "out")
        assert (told.stories.height, told.members.height, told.skipped.height) == (0, 0, 1)
        assert read_manifest(tmp_path / "out")["lsh"]["estimated_recall"] is None

    def test_one_article_is_one_story(self, good: list[Row], tmp_path: Path) -> None:
        detect(write_lines(tmp_path / "in.jsonl", good[:1]), tmp_path / "out")
        assert groups(tmp_path / "out") == [[good[0]["id"]]]

    def test_a_missing_folder_is_an_error_that_names_it(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="nowhere: no such file or folder"):
            detect(tmp_path / "nowhere", tmp_path / "out")
        assert not (tmp_path / "out").exists()

    def test_an_output_that_cannot_be_written_is_told_before_any_work(self, seeds: Path, tmp_path: Path) -> None:
        (tmp_path / "out").write_text("a letter", encoding="utf-8")
        called: list[str] = []

        def note(stage: str, function: Any, /, *args: Any, **kwargs: Any) -> Any:
            called.append(stage)
            return function(*args, **kwargs)

        with pytest.raises(OutputError, match="out: "):
            run([seeds], tmp_path / "out", Config(), runner=note)
        assert called == []
        assert (tmp_path / "out").read_text(encoding="utf-8") == "a letter"
