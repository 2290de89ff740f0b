"""The command line in a process of its own.

In: arguments. Out: what arrived on its streams, or on a terminal. Must not know what any command does.
"""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

Done = subprocess.CompletedProcess[str]


def environment(**changes: str) -> dict[str, str]:
    held = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "PYTHONIOENCODING"}}
    return {**held, "PYTHONPATH": str(ROOT), **changes}


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "dedup.cli", *map(str, arguments)]


def call(*arguments: str | Path, **changes: str) -> Done:
    """Run ``dedup`` in a process of its own, its streams piped."""
    return subprocess.run(
        command(*arguments), capture_output=True, text=True, encoding="utf-8", env=environment(**changes), check=False
    )


def call_unread(*arguments: str | Path) -> tuple[int, str]:
    """Run ``dedup`` for a reader that closes the pipe at once: exit status, and what was written to stderr."""
    with subprocess.Popen(
        command(*arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment()
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        complaints = process.stderr.read()
    return process.returncode, complaints


def on_a_terminal(*arguments: str | Path, columns: int = 80, **changes: str) -> tuple[int, str]:
    """Run ``dedup`` on a terminal: exit status, and all that was written to it."""
    status, chunks = 0, []
    child, terminal = pty.fork()
    if child == 0:
        os.execve(
            sys.executable,
            command(*arguments),
            environment(COLUMNS=str(columns), LINES="50", TERM="xterm-256color", **changes),
        )
    try:
        while chunk := os.read(terminal, 65536):
            chunks.append(chunk)
    except OSError:  # Linux says so when the other side is closed
        pass
    finally:
        os.close(terminal)
        _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), b"".join(chunks).decode().replace("\r\n", "\n")
