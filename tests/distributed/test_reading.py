"""Files are opened where the executors are, and called what the user called them."""

from __future__ import annotations

from pathlib import Path

import pytest

from dedup.errors import InputError
from dedup.store.addresses import STANDARD_INPUT
from dedup.store.files import SourceFile

pytest.importorskip("pyspark", reason="needs PySpark: install the extra 'spark'")

from dedup.distributed.reading import _reachable  # after the check that PySpark is there


def test_a_relative_path_leads_to_the_same_file_from_any_folder_and_keeps_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "one.txt").write_text("It hailed.")
    file = _reachable(SourceFile("one.txt", Path("one.txt"), named=True))
    monkeypatch.chdir("/")
    assert file.path.read_text() == "It hailed."
    assert (file.origin, file.named) == ("one.txt", True)


def test_what_is_piped_in_is_refused() -> None:
    with pytest.raises(InputError, match="executors cannot read what is piped to this command"):
        _reachable(SourceFile("-", STANDARD_INPUT, named=True))
