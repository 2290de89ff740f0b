"""That compiling is told, once, and only when it happens."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dedup.compiling import announce, when_compiling

SCRIPT = """
from dedup.compiling import when_compiling
when_compiling(lambda: print("compiling"))
import numpy as np
from dedup.match.set_kernels import n_common
print(n_common(np.array([1, 2, 2, 3]), 0, 2, 2, 4))
print(n_common(np.array([1, 2, 2, 3]), 0, 2, 2, 4))
"""
AT_WORK = """
from numba.core import event
from dedup.compiling import when_compiling
when_compiling(lambda: print("compiling"))
import numpy as np
from dedup.match.set_kernels import n_common
from dedup.workers import at_work
with at_work(1), event.install_recorder("numba:compile") as seen:
    print(n_common(np.array([1, 2, 2, 3]), 0, 2, 2, 4), len(seen.buffer))
"""


def test_everybody_hears_it_once() -> None:
    heard: list[str] = []
    when_compiling(lambda: heard.append("one"))
    when_compiling(lambda: heard.append("other"))
    announce()
    announce()
    assert sorted(heard) == ["one", "other"]


@pytest.mark.slow
def test_a_kernel_is_compiled_once_on_a_machine(tmp_path: Path) -> None:
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    first, second = (
        subprocess.run(
            [sys.executable, "-c", SCRIPT], env=environment, capture_output=True, text=True, check=True
        ).stdout.split()
        for _ in range(2)
    )
    assert first == ["compiling", "1", "1"]
    assert second == ["1", "1"]


@pytest.mark.slow
def test_in_a_run_another_process_compiles_a_kernel(tmp_path: Path) -> None:
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    said = subprocess.run([sys.executable, "-c", AT_WORK], env=environment, capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["compiling", "1", "0"]
