"""That work is shared without a difference, whoever does it and whatever becomes of them."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from dedup import workers
from dedup.processes import seldom_collected
from dedup.text.words import words
from dedup.workers import at_most, handed_on, is_shared, plain_sums, shared, sharing

SENTENCES = [f"the tug number {number} left the harbour of Lorn" for number in range(400)]


def doubled(parcel: list[str]) -> int:
    """Something only this process can do: workers do not know this module."""
    return 2 * len(parcel)


def failing(parcel: int) -> int:
    if parcel == 3:
        raise ValueError("three")
    return parcel


def test_without_sharing_all_is_done_here() -> None:
    assert not is_shared()
    assert shared(words, SENTENCES[:40]) == [words(one) for one in SENTENCES[:40]]


def test_results_come_in_order_whoever_made_them() -> None:
    with sharing(3):
        assert shared(words, SENTENCES) == [words(one) for one in SENTENCES]
        assert is_shared()
        assert shared(words, SENTENCES[:50]) == [words(one) for one in SENTENCES[:50]]
    assert not is_shared()


@pytest.mark.parametrize("processes", [1, 3])
def test_results_are_handed_on_as_they_come_each_once(processes: int) -> None:
    busy, found, crowded = threading.Lock(), list[tuple[int, list[str]]](), list[int]()

    def take(turn: int, result: list[str]) -> None:
        if not busy.acquire(blocking=False):
            crowded.append(turn)
            return
        found.append((turn, result))
        busy.release()

    with sharing(processes):
        handed_on(words, SENTENCES, take)
    assert not crowded
    assert sorted(found) == [(turn, words(one)) for turn, one in enumerate(SENTENCES)]


def test_what_could_not_be_taken_is_taken_here_and_mixes_with_nothing_that_follows() -> None:
    found: dict[int, list[str]] = {}
    refused: list[int] = []

    def take(turn: int, result: list[str]) -> None:
        if threading.current_thread() is not threading.main_thread() and len(refused) < 3:
            refused.append(turn)
            raise OSError("no room")
        found[turn] = result

    others = [f"{one} again" for one in SENTENCES]
    with sharing(3):
        handed_on(words, SENTENCES, take)
        assert refused
        assert [found[turn] for turn in range(len(SENTENCES))] == [words(one) for one in SENTENCES]
        for _ in range(3):
            assert shared(words, others) == [words(one) for one in others]
        assert is_shared()


def test_a_worker_whose_results_were_left_is_given_nothing_more() -> None:
    with sharing(2):
        shared(words, SENTENCES)
        crew = workers._crew
        assert crew is not None
        crew.workers[0].was_left = True
        assert crew.ready(400) == []
        assert shared(words, SENTENCES) == [words(one) for one in SENTENCES]


def test_an_error_of_who_takes_is_raised_here() -> None:
    def take(turn: int, _: list[str]) -> None:
        if turn == 30:
            raise OSError("no room")

    with sharing(2), pytest.raises(OSError, match="no room"):
        handed_on(words, SENTENCES, take)


def test_few_parcels_start_no_process() -> None:
    with sharing(2):
        assert shared(words, SENTENCES[:8]) == [words(one) for one in SENTENCES[:8]]
        assert not is_shared()


def test_no_more_work_than_are_allowed_until_more_are() -> None:
    with sharing(3):
        at_most(1)
        shared(words, SENTENCES)
        assert not is_shared()
        for allowed in (3, 2):
            at_most(allowed)
            assert shared(words, SENTENCES) == [words(one) for one in SENTENCES]
            assert workers._crew is not None
            assert len(workers._crew.workers) == allowed - 1


def test_one_process_is_this_one() -> None:
    with sharing(1):
        shared(words, SENTENCES)
        assert not is_shared()


def test_what_a_worker_cannot_do_is_done_here() -> None:
    with sharing(2):
        assert shared(doubled, [[one] for one in SENTENCES]) == [2] * len(SENTENCES)


def test_an_error_is_raised_here() -> None:
    with sharing(2), pytest.raises(ValueError, match="three"):
        shared(failing, list(range(40)))


def test_a_worker_that_is_killed_costs_no_result() -> None:
    with sharing(2):
        shared(words, SENTENCES)
        crew = workers._crew
        assert crew is not None
        os.kill(crew.workers[0].process.pid, signal.SIGKILL)
        assert shared(words, SENTENCES) == [words(one) for one in SENTENCES]


def test_a_script_is_not_run_again_by_its_workers(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "from dedup.text.words import words\n"
        "from dedup.workers import shared, sharing\n"
        "print('once')\n"
        "with sharing(2):\n"
        "    print(len(shared(words, ['a quay'] * 64)))\n"
    )
    root = str(Path(workers.__file__).parent.parent)
    env = {**os.environ, "PYTHONPATH": root}
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True, env=env)
    assert done.stdout.split() == ["once", "64"]
    assert not done.stderr


def test_garbage_is_looked_for_as_before_afterwards() -> None:
    before = gc.get_threshold()
    with seldom_collected():
        assert gc.get_threshold() > before
    assert gc.get_threshold() == before


def test_products_of_matrices_use_one_thread_while_a_run_lasts() -> None:
    def threads() -> list[int]:
        return [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]

    np.ones((2, 2)) @ np.ones((2, 2))  # the library whose threads are counted is there
    before = threads()
    with plain_sums():
        assert set(threads()) == {1}
    assert threads() == before
