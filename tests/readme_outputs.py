"""What the commands of README.md print, run anew: ``python -m tests.readme_outputs`` writes it into README.md.

In: README.md, with a mark before each block of output that names its command and, if not all is shown, how many lines
are: ``<!-- output of 12 lines: dedup explain A B --out out -->``. Out: the same text with the blocks as they are now.
Must not know what any command does.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
DOCUMENT: Final = ROOT / "README.md"
NEEDED: Final = ("seeds", "tests/gold/newsroom", "config.yaml")
"""What a reader has in the checkout and the commands read."""
ELSEWHERE: Final = ("dedup serve", "--prefect")
"""Commands that need a Prefect server; tests/flows runs them."""
BLOCK: Final = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
SHOWN: Final = re.compile(
    r"^<!-- output(?: of (?P<lines>\d+) lines)?: (?P<command>.*?) -->\n```text\n(?P<text>.*?)^```",
    re.MULTILINE | re.DOTALL,
)

Done = subprocess.CompletedProcess[str]


def dedup_commands(document: str) -> list[str]:
    """The ``dedup`` lines of a document's shell blocks, in order, that need no server."""
    lines = [line.strip() for block in BLOCK.findall(document) for line in block.splitlines()]
    return [line for line in lines if line.startswith("dedup ") and not any(part in line for part in ELSEWHERE)]


def furnish(folder: Path) -> None:
    """Make ``folder`` look like a fresh checkout with ``dedup`` installed: what is needed, and a ``bin/dedup``."""
    for name in NEEDED:
        source, target = ROOT / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target)
        else:
            shutil.copy(source, target)
    script = folder / "bin" / "dedup"
    script.parent.mkdir()
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m dedup.cli "$@"\n', encoding="utf-8")
    script.chmod(0o755)


def call(line: str, folder: Path) -> Done:
    """Run a line as a shell would, in a folder made by ``furnish``."""
    changes = {
        "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "COLUMNS": "120",
        "LC_ALL": "C.UTF-8",
    }
    environment = {**{name: value for name, value in os.environ.items() if name != "FORCE_COLOR"}, **changes}
    return subprocess.run(
        ["bash", "-c", line], cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
    )


def renewed(document: str, printed: Callable[[str], str]) -> str:
    """``document`` with every block of output as ``printed`` gives it for the block's command."""

    def block(found: re.Match[str]) -> str:
        lines = [line.rstrip() for line in printed(found["command"]).splitlines()]
        shown = lines[: int(found["lines"])] if found["lines"] else lines
        mark, _, _ = found.group().partition("\n")
        return "\n".join([mark, "```text", *shown, "```"])

    return SHOWN.sub(block, document)


def main() -> int:
    """Run the commands whose output is shown, after all that come before them, and write what they print."""
    document = DOCUMENT.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        furnish(folder)

        def printed(line: str) -> str:
            done = call(line, folder)
            if done.returncode:
                raise SystemExit(f"{line}: exit status {done.returncode}\n{done.stderr}")
            return done.stdout

        for line in dedup_commands(document):
            printed(line)
        DOCUMENT.write_text(renewed(document, printed), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
