"""Kernels called bare answer as through Numba, are kept, and need Numba only where nothing is kept."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from dedup.match.set_kernels import holds, n_common, share
from dedup.sketch import cutting, cutting_kernels, kept
from dedup.sketch.kept import Kept, Lightly

SCRIPT = """
import sys
import numpy as np
from dedup.compiling import when_compiling
from dedup.sketch.kept import Kept
when_compiling(lambda: print("compiling"))
print(Kept("dedup.match.set_kernels", "n_common")(np.array([1, 2, 2, 3]), 0, 2, 2, 4), "numba" in sys.modules)
"""
AT_WORK = SCRIPT.replace("print(Kept", "from dedup.workers import at_work\nwith at_work(1):\n    print(Kept")

VALUES = np.array([1, 2, 5, 2, 5, 7])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to keep code in."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    return tmp_path


def test_whole_numbers_floats_and_arrays_come_through() -> None:
    assert Kept("dedup.match.set_kernels", "n_common")(VALUES, 0, 3, 3, 6) == n_common(VALUES, 0, 3, 3, 6) == 2
    assert Kept("dedup.match.set_kernels", "share")(1.0, 3.0) == share(1.0, 3.0) == 1 / 3


def test_each_type_has_code_of_its_own() -> None:
    kernel = Kept("dedup.match.set_kernels", "n_common")
    found = [kernel(VALUES.astype(dtype), 0, 3, 3, 6) for dtype in (np.int64, np.uint64, np.float64, np.int32)]
    assert found == [2, 2, 2, 2]


def test_an_array_with_gaps_is_refused() -> None:
    with pytest.raises(ValueError, match="in one piece"):
        Kept("dedup.match.set_kernels", "n_common")(VALUES[::2], 0, 1, 1, 2)


def test_what_cannot_be_called_bare_is_called_through_numba() -> None:
    # It returns a truth value, which Numba's code hands over in its own way.
    assert Kept("dedup.match.set_kernels", "holds")(VALUES, 0, 3, 5) is holds(VALUES, 0, 3, 5) is True


@pytest.mark.usefixtures("folder")
def test_code_is_kept_and_found_again_without_numba() -> None:
    said = [
        subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True).stdout.split()
        for _ in range(2)
    ]
    assert said == [["compiling", "1", "True"], ["1", "False"]]


def test_what_is_called_often_is_called_through_numba(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Lightly, "_n_left", 3)
    kernel, other = (Lightly("dedup.match.set_kernels", "n_common") for _ in range(2))
    called = []
    for _ in range(4):
        called.append(kernel._call is n_common)
        assert kernel(VALUES, 0, 3, 3, 6) == 2
    assert called == [False, False, False, True]
    assert other(VALUES, 0, 3, 3, 6) == 2
    assert other._call is n_common


def test_numbers_of_64_bits_without_a_sign_and_truth_values_come_through() -> None:
    points, seed = np.array([97, 98, 32, 99], np.uint32), np.uint64(2**64 - 3)
    for kernel in (cutting_kernels.tokens, Kept("dedup.sketch.cutting_kernels", "tokens")):
        spans, breaks, hashes = np.empty((4, 2), np.int32), np.empty(4, np.bool_), np.empty(4, np.uint64)
        assert kernel(points, cutting.kinds(), seed, spans, breaks, hashes) == 2
        assert (spans[:2].tolist(), breaks[:2].tolist()) == ([[0, 2], [3, 4]], [True, False])
        expected = placed_hashes(seed, "ab", "c")
        assert hashes[:2].tolist() == expected


def placed_hashes(seed: np.uint64, *words: str) -> list[int]:
    """What ``cutting_kernels`` makes of words, by its own rule."""
    found = []
    for word in words:
        value = int(seed)
        for character in word:
            value = (value ^ ord(character)) * 0x9E3779B97F4A7C15 % 2**64
            value ^= value >> 29
        found.append(value)
    return found


@pytest.mark.usefixtures("folder")
def test_in_a_run_another_process_compiles() -> None:
    said = subprocess.run([sys.executable, "-c", AT_WORK], capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["compiling", "1", "False"]


@pytest.mark.parametrize("damage", [b"", b"no code at all", b"\n" * 40])
def test_damaged_code_is_made_anew(folder: Path, damage: bytes) -> None:
    Kept("dedup.match.set_kernels", "share")(1.0, 2.0)
    (file,) = folder.glob("set_kernels.share-*.kept")
    file.write_bytes(damage)
    assert Kept("dedup.match.set_kernels", "share")(1.0, 2.0) == 0.5
    assert len(file.read_bytes()) > len(damage)


def test_where_nothing_can_be_kept_the_kernel_is_called_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "_folders", lambda _: [Path(__file__) / "no folder"])
    assert Kept("dedup.match.set_kernels", "share")(1.0, 4.0) == 0.25


def test_other_sources_have_other_code(monkeypatch: pytest.MonkeyPatch) -> None:
    kernel = Kept("dedup.match.set_kernels", "share")
    before = kernel._file_name(("float64", "float64"))
    assert before != kernel._file_name(("float64", "int64"))
    monkeypatch.setattr(kept, "digest", lambda: "other sources")
    assert before != kernel._file_name(("float64", "float64"))
