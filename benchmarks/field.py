"""The field: which tools are compared, where each is installed, and how it is started.

In: names and interpreters. Out: tools that can be started, with their versions, or the word that one is not
installed. Must not know what is measured.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

ROOT: Final = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Tool:
    """A tool of the field.

    Args:
        name: As chosen on the command line.
        module: The module that must be importable.
        distribution: The distribution whose version is named.
        note: What a reader of its row must know.
        script: Module in ``benchmarks.peers``; empty for the command line of ``dedup``.
        ours: Whether it is run by this interpreter and no other.
        program: A program that must be on the path, too.
        tree: Whether it works in child processes, so that its memory is that of the largest one.
    """

    name: str
    module: str
    distribution: str
    note: str
    script: str = ""
    ours: bool = False
    program: str = ""
    tree: bool = False


@dataclass(frozen=True)
class Installed:
    """A tool that can be started.

    Args:
        tool: The tool.
        python: Its interpreter.
        version: Its version.
    """

    tool: Tool
    python: str
    version: str

    def command(self, corpus: Path, out: Path, cores: int) -> list[str]:
        """The command that clusters a corpus.

        Args:
            corpus: Parquet file.
            out: What it writes: a file, or the folder of a run.
            cores: Cores it may use.
        """
        if not self.tool.script:
            threads = f"engine.threads={cores}"
            return [
                self.python, "-m", "dedup.cli", "run", str(corpus), "--out", str(out), "--quiet", "--set", threads,
            ]  # fmt: skip
        module = f"benchmarks.peers.{self.tool.script}"
        return [self.python, "-m", module, str(corpus), str(out), "--cores", str(cores)]

    def clusters(self, out: Path) -> pl.DataFrame:
        """What it wrote: article_id, cluster."""
        if self.tool.script:
            return pl.read_parquet(out)
        return pl.read_parquet(out / "members.parquet").select("article_id", cluster="story_id")


FIELD: Final[dict[str, Tool]] = {
    tool.name: tool
    for tool in (
        Tool("ours-copies", "dedup", "newsdedup", "32 bands of 4, decided by exact similarity", "ours", ours=True),
        Tool(
            "ours-run",
            "dedup",
            "newsdedup",
            "dedup run: stories, framing diff and report; joins paraphrases, too",
            ours=True,
        ),
        Tool("datasketch", "datasketch", "datasketch", "xxh32; verified on the sketch", "datasketch"),
        Tool("rensa", "rensa", "rensa", "R-MinHash; verified on the sketch", "rensa"),
        Tool("gaoya", "gaoya", "gaoya", "own words; verified on the sketch", "gaoya"),
        Tool("daft", "daft", "daft", "own words; verified on the sketch", "daft"),
        Tool("text-dedup", "text_dedup", "text-dedup", "own words; not verified", "text_dedup", tree=True),
        Tool(
            "datatrove", "datatrove", "datatrove", "own words; not verified; needs xxhash < 4", "datatrove", tree=True
        ),
        Tool("spark", "pyspark", "pyspark", "MLlib, 16 tables of 1; exact", "spark", program="java", tree=True),
    )
}

_PROBE: Final = """
import importlib.metadata as metadata, importlib.util as util, json, sys
def version(module, distribution):
    if util.find_spec(module) is None:
        return None
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return ""
print(json.dumps({name: version(*names) for name, names in json.loads(sys.argv[1]).items()}))
"""


def installed(names: Sequence[str], pythons: Sequence[str] = ()) -> dict[str, Installed | None]:
    """Look for tools.

    Args:
        names: Tools of ``FIELD``.
        pythons: Other interpreters to look in after this one.

    Returns:
        For each name the tool in the first interpreter that has it, or None.
    """
    found: dict[str, Installed | None] = dict.fromkeys(names)
    for python in (sys.executable, *pythons):
        wanted = [name for name in names if found[name] is None and not (FIELD[name].ours and python != sys.executable)]
        versions = _versions(python, wanted)
        for name in wanted:
            tool, version = FIELD[name], versions[name]
            if version is not None and (not tool.program or shutil.which(tool.program)):
                found[name] = Installed(tool, python, version or _own_version())
    return found


def _versions(python: str, names: Sequence[str]) -> dict[str, str | None]:
    asked = json.dumps({name: (FIELD[name].module, FIELD[name].distribution) for name in names})
    answer = subprocess.run([python, "-c", _PROBE, asked], cwd=ROOT, capture_output=True, text=True, check=True)
    versions: dict[str, str | None] = json.loads(answer.stdout)
    return versions


def _own_version() -> str:
    from dedup import __version__

    return __version__
