"""The command as a user meets it: streams, exit status, words.

In: command lines, most of them in a process of their own. Out: what arrives on stdout and stderr. Must not know how
stories are found. (``dedup show`` has tests of its own in tests/cli/.)
"""

from __future__ import annotations

import json
import os
import re
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest
import yaml

import dedup
from dedup import copying, pipeline
from dedup.cli import app
from dedup.cli.progress import WORK
from dedup.config import Config
from dedup.settings import config_yaml
from dedup.store.outputs import FILES
from tests.cli.processes import ROOT, call, call_unread, command, environment, on_a_terminal


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def make_articles(texts: dict[str, str], folder: str = "articles") -> Path:
    path = Path(folder)
    path.mkdir()
    for name, text in texts.items():
        (path / name).write_text(text, encoding="utf-8")
    return path


class TestDedup:
    def test_answers_a_question_for_help_at_once(self) -> None:
        # Time of the processor, not of the clock, and the best of five: the machine may be busy with other things.
        seconds = []
        for _ in range(5):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            done = call("--help")
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            seconds.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
            assert done.returncode == 0
        assert min(seconds) < 0.4

    def test_imports_nothing_heavy_to_do_so(self) -> None:
        program = (
            "import sys\nfrom dedup.cli import app\ntry: app(['--help'])\nexcept SystemExit: pass\n"
            "print(sorted({'polars', 'numba', 'numpy', 'datasketch', 'prefect', 'pydantic'} & set(sys.modules)))"
        )
        done = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, env=environment(), check=True
        )
        assert done.stdout.splitlines()[-1] == "[]"

    def test_a_small_run_does_not_load_what_compiles(self, seeds: Path, tmp_path: Path) -> None:
        program = (
            "import sys\nfrom dedup.cli import app\n"
            f"try: app(['run', {str(seeds)!r}, '--out', {str(tmp_path / 'out')!r}, '--quiet'])\n"
            "except SystemExit: pass\nprint('numba' in sys.modules)"
        )
        for expected in (None, "False"):  # the first may have to compile
            done = subprocess.run(
                [sys.executable, "-c", program], capture_output=True, text=True, env=environment(), check=True
            )
            assert expected in (None, done.stdout.splitlines()[-1])

    def test_tells_its_version(self) -> None:
        done = call("--version")
        assert (done.returncode, done.stdout) == (0, f"dedup {dedup.__version__}\n")

    def test_shows_its_help_when_nothing_is_asked_of_it(self) -> None:
        done = call()
        assert done.returncode == 2
        assert "Usage: dedup" in done.stdout + done.stderr

    def test_suggests_the_command_that_was_meant(self) -> None:
        done = call("shwo")
        assert done.returncode == 2
        assert "Did you mean 'show'" in done.stderr
        assert done.stdout == ""

    def test_tells_a_bug_as_a_bug(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        def broken(*_: object) -> Config:
            raise ZeroDivisionError("by \x1b[31m zero")

        monkeypatch.setattr("dedup.settings.load_config", broken)
        with pytest.raises(SystemExit) as ended:
            app(["config"])
        said = capsys.readouterr().err
        assert ended.value.code == 1
        assert "ZeroDivisionError: by ␛[31m zero" in said
        assert "This is a bug in dedup" in said

    @pytest.mark.parametrize(
        "arguments",
        [
            ("run", "{}"),
            ("run", ".", "--out", "{}"),
            ("run", "--inbox", "{}", "--store", "s"),
            ("history", "info", "--store", "{}"),
        ],
    )
    def test_tells_what_the_system_refuses_as_no_bug(self, arguments: tuple[str, ...]) -> None:
        Path("a.txt").write_text("It rained.")
        done = call(*(each.format("a" * 5_000) for each in arguments))
        assert done.returncode == 1
        assert "File name too long" in done.stderr
        assert "bug" not in done.stderr
        assert len(done.stderr) < 1_000


class TestConfig:
    def test_prints_the_settings_in_force_as_a_settings_file(self) -> None:
        done = call("config")
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout == config_yaml(Config())

    def test_knows_the_file_of_the_current_folder_and_overrides(self) -> None:
        Path("config.yaml").write_text("match: {max_bucket: 9}", encoding="utf-8")
        values = yaml.safe_load(call("config", "--set", "text.min_words=3").stdout)
        assert (values["match"]["max_bucket"], values["text"]["min_words"]) == (9, 3)

    def test_prints_the_schema_for_editors(self) -> None:
        done = call("config", "--schema")
        assert json.loads(done.stdout)["properties"].keys() == Config().model_dump().keys()

    def test_reports_every_problem_on_a_line_of_its_own(self) -> None:
        Path("other.yaml").write_text("text:\n  min_word: 3\nmatch:\n  max_buckets: 3\n", encoding="utf-8")
        done = call("config", "--config", "other.yaml", "--set", "colour=\x1b[31mred")
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.splitlines() == [
            "ConfigError: other.yaml:2: 'text.min_word' is not a setting. Did you mean 'text.min_words'?",
            "ConfigError: other.yaml:4: 'match.max_buckets' is not a setting. Did you mean 'match.max_bucket'?",
            "ConfigError: --set colour=␛[31mred: not valid YAML: special characters are not allowed.",
        ]

    def test_a_missing_file_is_an_error_not_a_default(self) -> None:
        done = call("run", "seeds", "--config", "missing.yaml")
        assert done.returncode == 2
        assert done.stderr.startswith("ConfigError: missing.yaml: no such file.")


class TestRun:
    def test_prints_the_result_on_stdout_and_the_next_step_on_stderr(self, seeds: Path) -> None:
        done = call("run", seeds, "--out", "out")
        lines = done.stdout.splitlines()
        assert done.returncode == 0
        assert lines[0] == "5 articles  ·  3 stories  ·  2 shared by 4 articles  ·  none skipped"
        assert lines[2].split() == ["Story", "Articles", "Headline", "Confidence"]
        assert [line.split()[1] for line in lines[4:7]] == ["2", "2", "1"]
        written = done.stdout.partition("Written to out: ")[2].replace("\n", " ").strip().split(", ")
        assert (written[0], sorted(written)) == ("report.html", sorted(FILES))
        assert re.fullmatch(
            r"Done in \d+\.\d s\. Next: dedup show \S+ --out out, or open out/report\.html\n", done.stderr
        )

    def test_the_next_step_it_names_works(self, seeds: Path) -> None:
        done = call("run", seeds, "--out", "a folder")
        found = re.search(r"dedup (show \S+) --out 'a folder'", done.stderr)
        assert found
        shown = call(*found.group(1).split(), "--out", "a folder")
        assert shown.returncode == 0
        assert shown.stdout.startswith(f"Story {found.group(1).split()[1]}")

    def test_writes_what_stories_jsonl_holds_as_json_lines(self, seeds: Path) -> None:
        done = call("run", seeds, "--out", "out", "--json")
        written = Path("out/stories.jsonl").read_text(encoding="utf-8").splitlines()
        assert [json.loads(line) for line in done.stdout.splitlines()] == [json.loads(line) for line in written]
        assert len(written) == 3

    def test_is_silent_beside_the_result_when_asked(self, seeds: Path) -> None:
        done = call("run", seeds, "--out", "out", "--quiet")
        assert done.stderr == ""
        assert done.stdout.startswith("5 articles")

    def test_shows_progress_on_a_terminal_and_gives_the_cursor_back(self, seeds: Path) -> None:
        status, shown = on_a_terminal("run", seeds, "--out", "out")
        assert status == 0
        assert "Reading articles" in shown
        assert shown.rindex("\x1b[?25h") > shown.rindex("\x1b[?25l")

    def test_has_words_for_every_stage(self) -> None:
        assert set(WORK) == {*pipeline.CERTIFIED_STAGES, *pipeline.STORE_STAGES, *copying.CERTIFIED_STAGES}
        assert set(pipeline.STAGES) == {*pipeline.CERTIFIED_STAGES} - {"certificate"}

    def test_a_rejected_input_is_told_counted_and_costs_nothing_else(self, seeds: Path) -> None:
        texts = {path.name: path.read_text(encoding="utf-8") for path in seeds.glob("*.txt")}
        folder = make_articles({**texts, "empty.txt": ""})
        done = call("run", folder, "--out", "out")
        assert done.returncode == 3
        assert done.stdout.startswith("5 articles  ·  3 stories  ·  2 shared by 4 articles  ·  1 skipped\n")
        assert "Rejected: articles/empty.txt: " in done.stderr

    def test_the_furniture_of_a_folder_is_skipped_and_is_no_alarm(self, seeds: Path) -> None:
        texts = {path.name: path.read_text(encoding="utf-8") for path in seeds.glob("*.txt")}
        folder = make_articles({**texts, ".DS_Store": "Bud1", "README.md": "Five articles."})
        done = call("run", folder, "--out", "out")
        assert done.returncode == 0
        assert re.match(r"5 articles  ·  .*  ·  2 skipped\n", done.stdout)
        assert "Rejected" not in done.stderr
        assert "Passed over: 2 hidden or accompanying, such as a README, see out/skipped.jsonl\n" in done.stderr
        skipped = Path("out/skipped.jsonl").read_text(encoding="utf-8").splitlines()
        assert [json.loads(line)["where"] for line in skipped] == ["articles/.DS_Store", "articles/README.md"]

    def test_furniture_beside_a_rejected_input_does_not_hide_it(self, seeds: Path) -> None:
        text = next(seeds.glob("*.txt")).read_text(encoding="utf-8")
        folder = make_articles({"one.txt": text, "photo.jpg": "ÿØÿ", ".hidden.txt": text, "LICENSE": "Apache"})
        done = call("run", folder, "--out", "out")
        assert done.returncode == 3
        told = [line.split(": ")[:3] for line in done.stderr.splitlines()[:2]]
        assert told[0] == ["Rejected", "articles/photo.jpg", "unknown_format"]
        assert told[1][:1] == ["Passed over"]

    def test_a_run_without_any_article_says_so_and_goes_on(self) -> None:
        folder = make_articles({f"{n}.txt": "" for n in range(7)})
        done = call("run", folder, "--out", "out")
        assert done.returncode == 3
        assert done.stdout.startswith("0 articles  ·  0 stories  ·  none shared  ·  7 skipped\n")
        assert done.stderr.count("Rejected: ") == 6
        assert "Rejected: 2 more, see out/skipped.jsonl" in done.stderr
        assert "Next: check the inputs" in done.stderr

    def test_an_input_that_is_not_there_is_a_failure_in_one_sentence(self) -> None:
        done = call("run", "nowhere", "--out", "out")
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith("InputError: nowhere: ")
        assert done.stderr.count("\n") == 1
        assert not Path("out").exists()

    def test_an_output_that_another_run_holds_is_status_75(self, seeds: Path) -> None:
        from dedup.store.outputs import output_lock

        with output_lock(Path("out")):
            done = call("run", seeds, "--out", "out")
        assert (done.returncode, done.stdout) == (75, "")
        assert done.stderr.startswith("StoreLockedError: ")

    def test_a_wrong_setting_is_noticed_before_anything_is_read(self) -> None:
        done = call("run", "nowhere", "--set", "match.min_confidence=2")
        assert done.returncode == 2
        assert done.stderr == (
            "ConfigError: --set match.min_confidence=2: 'match.min_confidence' is out of range, got 2, expected at "
            "most 1.\n"
        )

    def test_a_setting_reaches_the_pipeline(self, seeds: Path) -> None:
        done = call("run", seeds, "--out", "out", "--json", "--set", "stories.canonical.policy=most_complete")
        policies = {json.loads(line)["canonical_reason"]["policy"] for line in done.stdout.splitlines()}
        assert policies == {"most_complete"}

    def test_an_interrupt_is_status_130_and_leaves_no_half_output(self, seeds: Path) -> None:
        lines = [{"id": f"{n}-{k}", "text": path.read_text(encoding="utf-8") + f" {n}"}
                 for n in range(3000) for k, path in enumerate(sorted(seeds.glob("*.txt")))]  # fmt: skip
        Path("many.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
        run = subprocess.Popen(
            command("run", "many.jsonl", "--out", "out"),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(),
        )
        while not Path(".out.lock").exists():  # it is there once the run is at work
            time.sleep(0.02)
            assert run.poll() is None
        run.send_signal(signal.SIGINT)
        stdout, stderr = run.communicate(timeout=60)
        assert (run.returncode, stdout) == (130, b"")
        assert stderr == b"Interrupted.\n"
        assert not Path("out").exists()

    def test_a_reader_that_has_seen_enough_leaves_the_run_done(self, seeds: Path) -> None:
        assert call_unread("run", seeds, "--out", "out", "--json", "--quiet") == (0, "")
        assert pl.read_parquet("out/stories.parquet").height == 3

    def test_without_prefect_installed_it_says_so_in_one_sentence(self, seeds: Path) -> None:
        Path("prefect").mkdir()
        Path("prefect/__init__.py").write_text(
            "raise ModuleNotFoundError(\"No module named 'prefect'\", name='prefect')", encoding="utf-8"
        )
        done = call("run", seeds, "--out", "out", "--prefect", PYTHONPATH=f"{Path.cwd()}{os.pathsep}{ROOT}")
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == (
            "UsageError: Prefect is not installed. Install it (pip install 'prefect>=3.8.8,<4'), or call 'dedup run' "
            "without --prefect.\n"
        )

    @pytest.mark.prefect
    @pytest.mark.slow
    def test_as_a_flow_it_prints_the_same_result(self, seeds: Path) -> None:
        plain = call("run", seeds, "--out", "plain", "--json")
        flow = call("run", seeds, "--out", "flow", "--json", "--prefect")
        assert plain.returncode == 0
        assert (flow.returncode, flow.stdout) == (plain.returncode, plain.stdout)
