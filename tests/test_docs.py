"""The documents tell the truth.

In: README.md, ARCHITECTURE.md, CONTRIBUTING.md, CHANGELOG.md. Out: what in them is not, or no longer, so.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
import yaml

from dedup.cli import EPILOG, app
from dedup.config import CanonicalConfig, Config
from dedup.schemas import ARTICLES, FRAMING, MEMBERS, ODD, PAIRS, STORIES
from dedup.settings import config_yaml
from dedup.store.fields import FIELDS
from dedup.store.outputs import FILES
from dedup.store.readers import DATABASE, FORMATS
from tests import frame_table, readme_outputs, readme_table
from tests.gold.corpora import WRITTEN

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
DOCUMENTS = (
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "docs/formats.md",
    "docs/history.md",
    "docs/performance.md",
    "docs/quality.md",
    "docs/scale.md",
    "docs/semantic.md",
    "docs/spark.md",
)
MAX_PICTURE_BYTES = 300_000


def section(document: str, heading: str) -> str:
    """The text below a heading, up to the next one as high."""
    found = re.search(rf"^(#+) {re.escape(heading)}\n(.*?)(?=^#{{1,2}} |\Z)", document, re.MULTILINE | re.DOTALL)
    assert found, f"no heading {heading!r}"
    return found[2]


def table(text: str, first_heading: str) -> dict[str, str]:
    """Rows of the table whose first column has this heading: first cell to the rest."""
    found = re.search(rf"^\| {re.escape(first_heading)} \|.*\n\|[-|: ]+\|\n((?:\|.*\n)+)", text, re.MULTILINE)
    assert found, f"no table of {first_heading!r}"
    rows = [line.strip("| ").split(" | ", 1) for line in found[1].splitlines()]
    return {row[0]: row[1] for row in rows}


def ticked(text: str) -> list[str]:
    """Everything in backticks."""
    return re.findall(r"`([^`\n]+)`", text)


def make_place(folder: Path) -> Path:
    readme_outputs.furnish(folder)
    return folder


class TestTheReadme:
    @pytest.mark.slow
    def test_every_command_runs_and_prints_what_is_shown(self, tmp_path: Path) -> None:
        place = make_place(tmp_path)
        printed = {}
        lines = readme_outputs.dedup_commands(README)
        assert len(lines) >= 8
        for line in lines:
            done = readme_outputs.call(line, place)
            assert done.returncode == 0, f"{line}\n{done.stderr}"
            printed[line.partition(" #")[0].strip()] = done.stdout
        # Otherwise: python -m tests.readme_outputs
        assert readme_outputs.renewed(README, printed.__getitem__) == README

    @pytest.mark.slow
    def test_the_program_runs(self, tmp_path: Path) -> None:
        place = make_place(tmp_path)
        assert readme_outputs.call("dedup run seeds --out out", place).returncode == 0
        programs = re.findall(r"^```python\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
        assert programs
        for program in programs:
            (place / "program.py").write_text(program, encoding="utf-8")
            done = readme_outputs.call(f"'{sys.executable}' program.py", place)
            assert done.returncode == 0, done.stderr
            assert done.stdout.startswith(("000_", "001_", "003_", "004_"))

    def test_names_every_ending_that_is_read(self) -> None:
        rows = table(section(README, "What comes in"), "format")
        told = {name: {one for one in ticked(row.partition(" | ")[0]) if "/" not in one} for name, row in rows.items()}
        assert told == {each.name: {*each.endings} for each in (*FORMATS, DATABASE)}

    def test_names_every_column_that_a_field_is_found_under(self) -> None:
        rows = table(section(README, "What comes in"), "field")
        assert {name.strip("`"): tuple(ticked(names.rstrip(" |"))) for name, names in rows.items()} == dict(FIELDS)

    def test_names_every_reason_for_skipping(self) -> None:
        told = {code for cell in table(section(README, "What comes in"), "code") for code in ticked(cell)}
        sources = "\n".join(path.read_text("utf-8") for path in sorted((ROOT / "dedup" / "store").rglob("*.py")))
        assert told == set(re.findall(r'(?<!\w)f?"([a-z][a-z0-9_]*): ', sources))

    def test_names_every_file_of_a_run_and_its_columns(self) -> None:
        rows = table(section(README, "What comes out"), "file")
        assert {name for cell in rows for name in ticked(cell)} == set(FILES)
        for file, frame in (
            *(("articles.parquet", ARTICLES), ("framing.jsonl", FRAMING)),
            *(("stories.jsonl", STORIES), ("members.parquet", MEMBERS)),
        ):
            columns = next(text for cell, text in rows.items() if f"`{file}`" in cell)
            assert [name for name in ticked(columns) if name in frame.columns] == [*frame.columns]
        articles = next(text for cell, text in rows.items() if "`articles.parquet`" in cell)
        assert [name for name in ticked(articles) if name in ODD] == [*ODD]
        pairs = next(text for cell, text in rows.items() if "`pairs.parquet`" in cell)
        assert set(ticked(pairs)) <= set(PAIRS.columns)

    def test_names_every_exit_status(self) -> None:
        rows = table(section(README, "Commands"), "exit status")
        assert set(rows) == set(re.findall(r"\d+", EPILOG))

    def test_names_every_command(self) -> None:
        rows = table(section(README, "Commands"), "command")
        assert [ticked(cell)[0].split()[1] for cell in rows] == [one.name for one in app.registered_commands]

    def test_names_every_policy(self) -> None:
        rows = table(section(README, "Configuration"), "policy")
        named = {ticked(cell)[0] for cell in rows}
        choices = CanonicalConfig.model_fields["policy"].annotation
        assert named == set(getattr(choices, "__args__", ()))

    def test_has_a_row_for_every_corpus_of_the_repository(self) -> None:
        rows = table(README[README.index(readme_table.BEGIN) :], "corpus")
        assert set(WRITTEN) <= set(rows)
        # Otherwise: python -m tests.readme_table
        assert {len(cells.split("|")) for cells in rows.values()} == {2 + len(readme_table.COLUMNS)}


def settings_of(values: dict[str, object], before: str = "") -> set[str]:
    found = set()
    for name, value in values.items():
        found.add(f"{before}{name}")
        if isinstance(value, dict):
            found |= settings_of(value, f"{before}{name}.")
    return found


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_setting_that_is_named_exists(document: str) -> None:
    known = settings_of(yaml.safe_load(config_yaml(Config()))) | {f"input.fields.{name}" for name in FIELDS}
    text = (ROOT / document).read_text(encoding="utf-8")
    named = re.findall(rf"(?<![\w/.])((?:{'|'.join(Config.model_fields)})\.[a-z_.]*[a-z_])(?![\w/(])", text)
    wrong = {name for name in named if name not in known and not name.endswith((".py", ".jsonl", ".parquet", ".html"))}
    # A module of the same name (text.words) is no setting.
    modules = {name for name in wrong if (ROOT / "dedup" / name.replace(".", "/")).with_suffix(".py").exists()}
    assert wrong - modules == set()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_leads_somewhere(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        path, _, anchor = target.partition("#")
        if path.startswith("http"):
            continue
        place = (ROOT / document).parent / path if path else ROOT / document
        assert place.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.*)$", place.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in {re.sub(r"[^\w\- ]", "", name.lower()).replace(" ", "-") for name in headings}, target


def test_every_file_that_the_architecture_names_is_here() -> None:
    named = {name for name in ticked(ARCHITECTURE) if re.fullmatch(r"(?:dedup|flows|tests)/[\w./-]*\w", name)}
    assert len(named) >= 20
    assert {name for name in named if not (ROOT / name).exists()} - {"tests/match/test_verdict.py"} == set()
    short = {name for name in ticked(ARCHITECTURE) if re.fullmatch(r"[\w/]+\.py", name)} - named
    modules = [path.relative_to(ROOT).as_posix() for path in (ROOT / "dedup").rglob("*.py")]
    planned = {"engines/spark.py", "cli.py"}
    assert {name for name in short if not any(f"/{path}".endswith(f"/{name}") for path in modules)} - planned == set()


def test_the_frame_table_is_what_the_schemas_declare() -> None:
    # Otherwise: python -m tests.frame_table
    assert frame_table.renewed(ARCHITECTURE) == ARCHITECTURE


def test_the_pictures_are_shown_and_small() -> None:
    pictures = sorted((ROOT / "docs" / "pictures").iterdir())
    assert {path.name for path in pictures} == {
        Path(name).name for name in re.findall(r"\((docs/pictures/[^)]*)\)", README)
    }
    assert {path.name: size for path in pictures if (size := path.stat().st_size) >= MAX_PICTURE_BYTES} == {}
