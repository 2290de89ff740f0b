"""One command, measured: wall and CPU seconds and peak memory.

    python benchmarks/meter.py --log log.txt --timeout 600 --core 0 -- python -m json.tool --help

In: a command line. Out: one line of JSON. Must not know what it measures, nor import anything large: the kernel
counts the memory of the process that forks as its child's, so that a runner with a corpus in memory would find every
tool as large as itself.

CPU seconds are those of the process and of all children it waited for. Peak memory is that of the largest single
process among them, as the kernel counts it.
"""

import argparse
import contextlib
import json
import os
import signal
import sys
import threading
import time


def measured(command: list[str], log: str, timeout: float) -> dict[str, float]:
    """Run a command to its end.

    Args:
        command: The command.
        log: File for all that it prints.
        timeout: Seconds after which it and its children are killed.

    Returns:
        status (as ``subprocess`` has it), wall_s, cpu_s, rss_bytes.
    """
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    sys.stdout.flush()
    began = time.perf_counter()
    child = os.fork()
    if not child:
        try:
            os.setsid()
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os.dup2(output, 1)
            os.dup2(output, 2)
            os.execvp(command[0], command)
        except OSError as error:
            os.write(2, f"{command[0]}: {error}\n".encode())
        os._exit(127)
    alarm = threading.Timer(timeout, _kill, (child,))
    alarm.daemon = True
    alarm.start()
    _, status, usage = os.wait4(child, 0)
    wall = time.perf_counter() - began
    alarm.cancel()
    # Linux counts kilobytes, macOS bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    return {
        "status": os.waitstatus_to_exitcode(status),
        "wall_s": wall,
        "cpu_s": usage.ru_utime + usage.ru_stime,
        "rss_bytes": usage.ru_maxrss * unit,
    }


def _kill(child: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)


def main() -> None:
    """Measure the command after ``--``."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--log", required=True)
    parser.add_argument("--timeout", type=float, default=3600.0)
    parser.add_argument("--core", type=int, action="append", help="a core it may use; can be repeated")
    parser.add_argument("command", nargs="+")
    chosen = parser.parse_args()
    if chosen.core and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, chosen.core)
    print(json.dumps(measured(chosen.command, chosen.log, chosen.timeout)))


if __name__ == "__main__":
    main()
