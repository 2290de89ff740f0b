"""Kill real runs at random moments and look at what they leave in the store.

    python -m tests.crashes 100

In: how many runs to kill. Out: what each left: nothing of its batch or all of it, in a history that is whole, and the
same stories and members as an undisturbed run once it is run again. Must not know how a history is written.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from dedup.pipeline import run
from dedup.store.history.history import History
from dedup.store.history.upkeep import faults, information
from dedup.store.outputs import read_run
from tests.cli.processes import command, environment
from tests.histories import WIDE, stories_of
from tests.runs import Row, write_lines

SETTINGS = ("--set", "history.window_days=3650", "--quiet")
SHIP = (
    "The harbour of {town} was closed on Monday after the grain ship {ship} broke its moorings in a storm, the port "
    "authority said. Divers from {town} searched the basin for two hours and found nobody in the water."
)
DIVERS = (
    "Divers searched the basin of {town} for two hours after the grain ship {ship} had broken its moorings; nobody was "
    "found in the water. The port authority closed the harbour on Monday because of the storm."
)
THEATRE = (
    "The council of {town} voted on Tuesday to sell the old {ship} theatre to a bank for nine million, and the actors "
    "who have played there since March will have to leave by the summer."
)
TEXTS = (SHIP, DIVERS, THEATRE)
TOWNS = (("Palisade", "Meridian"), ("Skarrel", "Ottoline"), ("Verhoven", "Calloway"))


def batch(folder: Path, night: int) -> Path:
    """Nine articles, told again every night."""
    rows: list[Row] = [
        {
            "id": f"night{night}-{town}-{n}",
            "text": text.format(town=town, ship=ship) + (f" Night {night} was calm." if n else ""),
            "source": f"Outlet {n}",
            "published_at": f"2026-03-0{night + 1}T0{n}:00:00Z",
        }
        for town, ship in TOWNS
        for n, text in enumerate(TEXTS)
    ]
    return write_lines(folder / f"night{night}.jsonl", rows)


@dataclass(frozen=True)
class Prepared:
    """What every trial begins with and is held against.

    Args:
        first: A store that has seen the first night.
        second: The articles of the second night.
        whole: The stories of a store that has seen both, undisturbed.
        members: What the undisturbed run of the second night says of their members.
        seconds: How long an undisturbed run of the second night takes.
    """

    first: Path
    second: Path
    whole: list[object]
    members: pl.DataFrame
    seconds: float


def prepared(folder: Path) -> Prepared:
    """Run both nights undisturbed."""
    first, second = batch(folder, 0), batch(folder, 1)
    run([first], folder / "out", WIDE, store=folder / "first")
    shutil.copytree(folder / "first", folder / "both")
    arguments = command("run", second, "--store", folder / "both", "--out", folder / "out", *SETTINGS)
    began = time.monotonic()
    subprocess.run(arguments, env=environment(), check=True, capture_output=True)
    took = time.monotonic() - began
    members = read_run(folder / "out").members
    return Prepared(folder / "first", second, list(stories_of(History(folder / "both", WIDE))), members, took)


def killed(ready: Prepared, folder: Path, after: float) -> str:
    """Kill a run of the second night after some seconds; returns 'none', 'all', or what is wrong."""
    store, out = folder / "store", folder / "out"
    shutil.copytree(ready.first, store)
    arguments = command("run", ready.second, "--store", store, "--out", out, *SETTINGS)
    with subprocess.Popen(
        arguments, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            process.wait(after)
        except subprocess.TimeoutExpired:
            process.kill()
    if found := faults(store):
        return f"faults: {found}"
    n_articles = int(information(store)["articles"])
    kept = {9: "none", 18: "all"}.get(n_articles, f"{n_articles} articles")
    run([ready.second], out, WIDE, store=store)
    if list(stories_of(History(store, WIDE))) != ready.whole:
        return f"{kept}, and another end than undisturbed"
    if not read_run(out).members.drop("story_id").equals(ready.members.drop("story_id")):
        return f"{kept}, and another output than undisturbed"
    shutil.rmtree(folder)
    return kept


def killed_runs(n_runs: int, folder: Path, seed: int = 1, *, told: bool = False) -> Counter[str]:
    """Kill runs at moments spread over a whole run; returns how often each end was met.

    Args:
        n_runs: Runs to kill.
        folder: Where.
        seed: Another draws other moments.
        told: Whether to print what came of each.
    """
    ready = prepared(folder)
    chance = random.Random(seed)
    # Evenly over the run, each somewhere within its stretch.
    moments = [ready.seconds * (at + chance.random()) / n_runs for at in range(n_runs)]
    ends: Counter[str] = Counter()
    for at, after in enumerate(moments):
        end = killed(ready, folder / f"trial{at}", after)
        ends[end] += 1
        if told:
            print(f"{at + 1}: killed after {after:.2f} of {ready.seconds:.2f} s: {end}", flush=True)
    return ends


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        ends = killed_runs(int(sys.argv[1]) if len(sys.argv) > 1 else 100, Path(place), told=True)
    print(dict(ends))
    sys.exit(bool(ends.keys() - {"none", "all"}))
