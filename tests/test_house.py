"""Sentences about the house: true of every file, whoever wrote it.

In: the files that git tracks (all files, in a copy without git). Out: the file, the line and what is wrong with it.
Must not know what any module computes.
"""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import dedup

ROOT = Path(__file__).resolve().parent.parent
CODE = ("dedup/", "flows/", "tests/", "benchmarks/")
WRITING_CALLS = {"mkdir", "rmdir", "symlink_to", "touch", "unlink", "write_bytes", "write_text"}
"""Methods of pathlib.Path that change the disk; polars' write_* and sink_* are matched by their prefix."""


def tracked() -> list[Path]:
    """Every file of the project, as paths from its root."""
    # The checkout may belong to another user (CI as root), which git refuses to read without the first option.
    listing = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listing.returncode == 0:
        names = [Path(name) for name in listing.stdout.decode().split("\0") if name]
    else:
        aside = {".venv", "out", "build", "dist", "__pycache__", ".git"}
        names = [path.relative_to(ROOT) for path in ROOT.rglob("*")]
        names = [path for path in names if not aside.intersection(path.parts) and not path.parts[0].startswith(".")]
    return sorted(path for path in names if (ROOT / path).is_file())


FILES = tracked()
MODULES = [path for path in FILES if path.suffix == ".py"]


def read(path: Path) -> str:
    return (ROOT / path).read_text(encoding="utf-8", errors="replace")


def lines_matching(pattern: re.Pattern[str], files: list[Path]) -> Iterator[str]:
    for path in files:
        for number, line in enumerate(read(path).splitlines(), start=1):
            if found := pattern.search(line):
                yield f"{path}:{number}: {found.group()}"


def requirement_name(requirement: str) -> str:
    """The normalised name of a requirement or pin: 'types-PyYAML>=6; python_version < "4"' is 'types-pyyaml'."""
    name = re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*", requirement.strip())
    assert name, f"not a requirement: {requirement!r}"
    return re.sub(r"[-_.]+", "-", name.group()).lower()


def project() -> dict[str, object]:
    found = tomllib.loads(read(Path("pyproject.toml")))["project"]
    assert isinstance(found, dict)
    return found


def test_no_file_holds_an_absolute_path_of_one_machine() -> None:
    # Bracketed letters keep this very line from matching itself.
    machine = re.compile(r"(?<![\w.~*)\]}-])/(?:[w]ork|[t]mp|[h]ome|[r]oot|[U]sers|[m]nt|var/[t]mp)/[\w.]+")
    assert list(lines_matching(machine, FILES)) == []


def test_no_file_names_a_package_index() -> None:
    index = re.compile(
        r"\b(?:[\w.-]*pypi[\w.-]*\.(?:[o]rg|[i]o|[c]om|[n]et)|[f]iles\.pythonhosted|[r]egistry\.npmjs|[i]ndex\.crates)"
        r"|--(?:extra-)?[i]ndex-url|--[t]rusted-host|(?<=\w)/[s]imple/",
        re.IGNORECASE,
    )
    assert list(lines_matching(index, FILES)) == []


def test_every_document_that_is_pointed_to_is_here() -> None:
    document = re.compile(r"(?<![\w/.*-])[\w./-]*\w\.md\b")
    pointing = [path for path in FILES if path.suffix in {".md", ".toml", ".yaml", ".py"} or path.name == "Makefile"]
    missing = [
        f"{path}: {name}"
        for path in pointing
        if path.parts[0] != "tests"
        for name in document.findall(read(path))
        if not (ROOT / name).exists() and not (ROOT / path.parent / name).exists()
    ]
    assert missing == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [str(path) for path in MODULES if read(path).strip() and not ast.get_docstring(ast.parse(read(path)))]
    assert silent == []


def test_every_stage_says_what_comes_in_what_goes_out_and_what_it_must_not_know() -> None:
    stages = [path for path in MODULES if path.parts[0] in {"dedup", "flows"} and path.name != "__init__.py"]
    # Line breaks fall anywhere: "Must\nnot know" says it too.
    texts = {path: " ".join((ast.get_docstring(ast.parse(read(path))) or "").split()) for path in stages}
    vague = [str(path) for path, text in texts.items() if not all(part in text for part in ("In:", "Out:", "ust not"))]
    assert vague == []


def test_every_file_of_code_is_under_400_lines() -> None:
    lengths = {str(path): len(read(path).splitlines()) for path in MODULES}
    assert {path: n for path, n in lengths.items() if n >= 400} == {}


def test_no_module_is_a_drawer() -> None:
    drawers = {"base_utils", "common", "helper", "helpers", "misc", "util", "utilities", "utils"}
    assert [str(path) for path in FILES if drawers.intersection({*path.parts[:-1], path.stem})] == []


def test_no_module_hides_one_of_the_standard_library() -> None:
    # A script's own folder comes first on the path: a html.py there breaks every import of the real one.
    hiding = {"csv", "email", "html", "json", "logging", "queue", "random", "select", "signal", "string", "types"}
    assert [str(path) for path in MODULES if path.stem in hiding] == []


def test_only_the_store_changes_the_disk() -> None:
    calls = []
    for path in MODULES:
        if path.parts[0] != "dedup" or path.parts[1] == "store":
            continue
        for node in ast.walk(ast.parse(read(path))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            opens = isinstance(node.func, ast.Name) and node.func.id == "open"
            if (
                opens
                or name in WRITING_CALLS
                or name.startswith(("write_parquet", "write_csv", "write_ndjson", "sink_"))
            ):
                calls.append(f"{path}:{node.lineno}: {name or 'open'}")
    assert calls == []


def test_every_test_file_lies_where_its_subject_lies() -> None:
    lost = []
    for path in MODULES:
        if path.parts[0] != "tests" or len(path.parts) == 2 or path.parts[1] in {"benchmarks", "flows", "gold"}:
            continue
        if not (ROOT / "dedup" / Path(*path.parts[1:-1])).is_dir():
            lost.append(str(path))
    assert lost == []


def test_the_licence_is_here() -> None:
    text = read(Path("LICENSE"))
    assert "Apache License" in text
    assert "END OF TERMS AND CONDITIONS" in text
    assert project()["license"] == "Apache-2.0"


def pins() -> list[str]:
    return [line for line in read(Path("constraints.txt")).splitlines() if line and not line.startswith("#")]


def test_every_pin_is_one_exact_version_and_no_address() -> None:
    exact = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*==[A-Za-z0-9.!+]+")
    assert [line for line in pins() if not exact.fullmatch(line)] == []
    names = [requirement_name(line) for line in pins()]
    assert sorted(names) == sorted(set(names))


def test_every_direct_dependency_is_pinned() -> None:
    described = project()
    dependencies, extras = described["dependencies"], described["optional-dependencies"]
    assert isinstance(dependencies, list)
    assert isinstance(extras, dict)
    listed = [line for name, lines in extras.items() if name != "bench" for line in lines]
    wanted = {requirement_name(line) for line in [*dependencies, *listed]} - {"newsdedup"}
    assert wanted - {requirement_name(line) for line in pins()} == set()


def test_prefect_stays_on_the_set_that_schedules() -> None:
    # Newer FastAPI kills every flow of Prefect 3.8.8, newer SQLAlchemy keeps schedules from firing.
    versions = {requirement_name(line): tuple(map(int, line.split("==")[1].split(".")[:2])) for line in pins()
                if requirement_name(line) in {"fastapi", "sqlalchemy", "prefect"}}  # fmt: skip
    assert versions["prefect"] >= (3, 8)
    assert versions["fastapi"] < (0, 151)
    assert versions["sqlalchemy"] < (2, 1)


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", read(Path("Makefile")), re.MULTILINE))


def commands(document: str) -> list[list[str]]:
    """The command lines of a document's shell blocks, without their comments."""
    blocks = re.findall(r"^```(?:sh|bash|console|shell)\n(.*?)^```", read(Path(document)), re.MULTILINE | re.DOTALL)
    lines = [line.strip().removeprefix("$ ").split(" #")[0] for block in blocks for line in block.splitlines()]
    return [line.split() for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", "ARCHITECTURE.md"])
def test_every_make_target_a_document_shows_exists(document: str) -> None:
    shown = {word for line in commands(document) if line[0] == "make" for word in line[1:] if word.isalpha()}
    in_text = set(re.findall(r"`make ([a-z]+)", read(Path(document))))
    assert (shown | in_text) - make_targets() == set()


def test_the_readme_shows_the_two_commands_of_a_first_visit() -> None:
    shown = commands("README.md")
    assert ["make", "run"] in shown
    assert ["make", "test"] in shown


def test_every_dedup_command_the_readme_shows_exists() -> None:
    import typer.main

    from dedup.cli import app

    known = set(getattr(typer.main.get_command(app), "commands"))  # noqa: B009 - typer's own click has no public type
    shown = {line[1] for line in commands("README.md") if line[0] == "dedup" and len(line) > 1}
    assert {word for word in shown if not word.startswith("-")} - known == set()


def test_the_makefile_explains_every_command() -> None:
    text = read(Path("Makefile"))
    declared = set(re.findall(r"^\.PHONY: ([a-z]+)$", text, re.MULTILINE))
    assert declared == set(re.findall(r"^([a-z]+):.*## \S", text, re.MULTILINE))


def test_the_changelog_knows_this_version() -> None:
    assert re.search(rf"^## \[{re.escape(dedup.__version__)}\]", read(Path("CHANGELOG.md")), re.MULTILINE)
