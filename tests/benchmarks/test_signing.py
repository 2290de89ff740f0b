"""How fast texts are signed."""

from __future__ import annotations

import polars as pl
import pytest

from benchmarks.__main__ import main
from benchmarks.signing import megabytes_a_second


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
