"""How fast texts are signed."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from benchmarks.__main__ import main
from benchmarks.scripts import texts_by_language
from benchmarks.signing import megabytes_a_second

GOLD = Path(__file__).parents[1] / "gold"


def test_what_the_kernel_cannot_fold_is_told() -> None:
    speed, left = megabytes_a_second(
        pl.Series(["A plain text of a few words.", "e\u0301te\u0301 &amp; more"]), passes=1
    )
    assert speed > 0
    assert left == 0.5


def test_the_command_tells_megabytes_a_second(tmp_path: object, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sign", "--articles", "50", "--out", str(tmp_path)]) == 0
    told = capsys.readouterr().out
    assert "MB of text a second" in told
    assert "50 articles" in told


def test_the_command_tells_every_language_against_english(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scripts", "--rounds", "1", "--megabytes", "0.01", "--gold", str(GOLD)]) == 0
    rows = [line for line in capsys.readouterr().out.splitlines() if "%" in line]
    assert sorted(line.split()[1] for line in rows) == sorted(texts_by_language(GOLD, 0.0))
    assert rows[0].split()[1:6:2] == ["en", rows[0].split()[3], "1.00"]


def test_texts_are_repeated_until_there_is_enough() -> None:
    few, many = (texts_by_language(GOLD, megabytes)["zh"] for megabytes in (0.0, 0.05))
    assert few.to_list() * 10 == many.to_list()
