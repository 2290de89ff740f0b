"""What a figure was measured on.

In: this machine. Out: processor, cores, memory, system and Python. Must not know its name, its users or its folders.
"""

from __future__ import annotations

import os
import platform
from pathlib import Path


def described() -> dict[str, str | int | float]:
    """Processor, cores, memory in bytes, system, Python, and the load of the last minute."""
    return {
        "processor": processor(),
        "cores": os.cpu_count() or 1,
        "cores_allowed": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 2),
    }


def processor() -> str:
    """The processor's name, as the system gives it."""
    listed = Path("/proc/cpuinfo")
    if listed.exists():
        for line in listed.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
