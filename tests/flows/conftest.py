"""A real Prefect server for the tests that need one.

In: a free port of the loopback. Out: a server with SQLite in a folder of its own, and a few questions to its API; gone
when the tests are over, whatever happened. Must not know the flows.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest

T = TypeVar("T")

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 240
STOP_SECONDS = 10


@contextmanager
def background(
    command: list[str], environment: dict[str, str], log: Path, folder: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """Run ``command`` while the block runs, and end it and all it started afterwards."""
    with log.open("wb") as sink:
        process = subprocess.Popen(
            command, env=environment, cwd=folder, stdout=sink, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            yield process
        finally:
            for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
                if process.poll() is not None:
                    break
                os.killpg(process.pid, ending)
                try:
                    process.wait(STOP_SECONDS)
                except subprocess.TimeoutExpired:
                    continue
            # What the process started lives in its group and would outlive it.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def wait_for(question: Callable[[], T | None], seconds: float, what: str, log: Path | None = None) -> T:
    """The first answer to ``question`` that is not None; fails after ``seconds``.

    A server that does not answer in time, on a machine that does much else, is asked again.
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with suppress(httpx.TimeoutException):
            if (answer := question()) is not None:
                return answer
        time.sleep(0.5)
    tail = log.read_text(errors="replace")[-3000:] if log else ""
    pytest.fail(f"no {what} within {seconds} seconds\n{tail}")


@dataclass(frozen=True)
class Server:
    """A running Prefect server.

    Args:
        url: Address of its API.
        home: Its PREFECT_HOME.
    """

    url: str
    home: Path

    @property
    def environment(self) -> dict[str, str]:
        """For processes that talk to it."""
        # Wherever they run and whether or not the package is installed, they import this checkout.
        return {
            **os.environ,
            "PREFECT_HOME": str(self.home),
            "PREFECT_API_URL": self.url,
            "PYTHONPATH": str(ROOT),
            "NO_COLOR": "1",
        }

    def post(self, path: str, **body: Any) -> Any:
        """Ask the API."""
        answer = httpx.post(f"{self.url}{path}", json=body, timeout=30)
        answer.raise_for_status()
        return answer.json()

    def runs(self, tag: str | None = None, deployment: str | None = None) -> list[dict[str, Any]]:
        """Flow runs in the order in which they were due."""
        question: dict[str, Any] = {"sort": "EXPECTED_START_TIME_ASC"}
        if tag:
            question["flow_runs"] = {"tags": {"all_": [tag]}}
        if deployment:
            question["deployments"] = {"name": {"any_": [deployment]}}
        found = self.post("/flow_runs/filter", **question)
        assert isinstance(found, list)
        return found

    def tasks(self, run_id: str) -> list[dict[str, Any]]:
        """Task runs of a flow run in the order in which they started."""
        # The server writes task runs from a queue: the last ones may come after the end of the flow run.
        question = {"flow_runs": {"id": {"any_": [run_id]}}, "sort": "EXPECTED_START_TIME_ASC"}

        def settled() -> list[dict[str, Any]] | None:
            found = self.post("/task_runs/filter", **question)
            assert isinstance(found, list)
            ended = all(each["state_type"] in {"COMPLETED", "FAILED", "CRASHED"} for each in found)
            return found if found and ended else None

        return wait_for(settled, 30, "settled task runs")

    def artifacts(self, run_id: str) -> dict[str, dict[str, Any]]:
        """Artifacts of a flow run by key."""
        found = self.post("/artifacts/filter", artifacts={"flow_run_id": {"any_": [run_id]}})
        return {each["key"]: each for each in found if each["key"]}  # Prefect adds nameless ones of its own


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert isinstance(port, int)
    return port


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Iterator[Server]:
    """A Prefect server on loopback with a database of its own."""
    home = tmp_path_factory.mktemp("prefect")
    port = free_port()
    running = Server(url=f"http://127.0.0.1:{port}/api", home=home)
    # NOTE: --port alone would leave its pages asking port 4200.
    environment = {**running.environment, "PREFECT_SERVER_API_HOST": "127.0.0.1", "PREFECT_SERVER_API_PORT": str(port)}
    log = home / "server.log"
    with background([sys.executable, "-m", "prefect", "server", "start"], environment, log, root) as process:

        def healthy() -> bool | None:
            assert process.poll() is None, log.read_text(errors="replace")[-3000:]
            try:
                return httpx.get(f"{running.url}/health", timeout=5).is_success or None
            except httpx.TransportError:
                return None

        wait_for(healthy, START_SECONDS, "healthy server", log)
        yield running


@pytest.fixture
def api(server: Server) -> Iterator[Server]:
    """The server, with flows that this process runs talking to it."""
    from prefect.events.worker import EventsWorker
    from prefect.logging.handlers import APILogWorker
    from prefect.settings import PREFECT_API_URL, PREFECT_HOME, temporary_settings

    with temporary_settings({PREFECT_API_URL: server.url, PREFECT_HOME: server.home}):
        yield server
        # What they still hold when the server is gone they would try to send for a minute.
        APILogWorker.drain_all()
        EventsWorker.drain_all()
