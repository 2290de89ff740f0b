"""Settings: the file in the repository, what is read, what is refused and in which words.

In: YAML and overrides. Out: settings or sentences. Must not know any stage.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from dedup.config import Config
from dedup.errors import ConfigError, ConfigProblemsError
from dedup.settings import config_hash, config_json_schema, config_yaml, load_config, nearest
from dedup.settings.describing import choices_of, settings_of


def leaves(values: dict[str, Any], above: str = "") -> Iterator[str]:
    """Dotted names of everything in a nested mapping that is no mapping with content."""
    for name, value in values.items():
        if isinstance(value, dict) and value:
            yield from leaves(value, f"{above}{name}.")
        else:
            yield f"{above}{name}"


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def make_file(text: str | bytes, name: str = "config.yaml") -> Path:
    path = Path(name)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def problems(text: str | bytes = "", *overrides: str) -> list[str]:
    """What is said about a settings file, one sentence per problem."""
    with pytest.raises(ConfigError) as raised:
        load_config(make_file(text), overrides)
    error = raised.value
    return [str(problem) for problem in error.problems] if isinstance(error, ConfigProblemsError) else [str(error)]


class TestTheFileInTheRepository:
    def test_holds_every_setting_at_its_default_with_its_meaning(self, root: Path) -> None:
        text = (root / "config.yaml").read_text(encoding="utf-8")
        assert text == config_yaml(Config()), "write it anew: dedup config > config.yaml"

    def test_reads_as_the_defaults(self, root: Path) -> None:
        assert load_config(root / "config.yaml") == Config()

    def test_reads_the_same_to_a_program_that_knows_yaml_1_1_only(self, root: Path) -> None:
        values = yaml.safe_load((root / "config.yaml").read_text(encoding="utf-8"))
        assert Config.model_validate(values) == Config()
        assert set(leaves(values)) == set(leaves(Config().model_dump(mode="json")))

    def test_says_of_every_setting_what_it_means_and_of_every_number_what_raising_it_does(self) -> None:
        for setting in settings_of():
            assert setting.meaning.endswith((".", ").")), setting.path
        defaults = Config().model_dump(mode="json")
        for path in leaves(defaults):
            value: Any = defaults
            for name in path.split("."):
                value = value[name]
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            meaning = next(setting.meaning for setting in settings_of() if setting.path == path)
            assert not is_number or "Raising" in meaning or "higher is not more" in meaning, path


class TestWhatIsRead:
    def test_defaults_are_used_without_any_file(self) -> None:
        assert load_config(None) == Config()

    def test_config_yaml_of_the_current_folder_is_read_unasked(self) -> None:
        make_file("match: {max_bucket: 9}")
        assert load_config(None).match.max_bucket == 9

    def test_another_file_is_read_instead_when_it_is_named(self) -> None:
        make_file("match: {max_bucket: 9}")
        assert load_config(make_file("match: {min_confidence: 0.7}", "other.yaml")).match.max_bucket == 64

    def test_overrides_win_over_the_file_and_the_last_override_over_the_others(self) -> None:
        path = make_file("match: {max_bucket: 9, min_confidence: 0.7}")
        config = load_config(path, ["match.max_bucket=10", "match.max_bucket=11"])
        assert (config.match.max_bucket, config.match.min_confidence) == (11, 0.7)

    def test_an_override_with_a_group_changes_what_it_names_and_leaves_the_rest(self) -> None:
        config = load_config(make_file("sketch: {copy_view: {rows: 5}}"), ["sketch.copy_view={bands: 16}"])
        assert (config.sketch.copy_view.bands, config.sketch.copy_view.rows) == (16, 5)

    def test_half_a_view_keeps_the_other_half_of_its_own_default(self) -> None:
        config = load_config(make_file("sketch: {copy_view: {bands: 16}, story_view: {bands: 16}}"))
        assert (config.sketch.copy_view.rows, config.sketch.story_view.rows) == (4, 3)

    def test_a_column_of_the_users_own_can_be_named_on_the_command_line(self) -> None:
        assert load_config(None, ["input.fields.text=body"]).input.fields == {"text": "body"}

    @pytest.mark.parametrize(
        "text", ["", "# nothing", "---\n", "match:", "match:\n  # max_bucket: 9\ninput:\n  fields:"]
    )
    def test_what_is_empty_or_commented_out_is_the_default(self, text: str) -> None:
        assert load_config(make_file(text)) == Config()

    @pytest.mark.parametrize("value", ["no", "'no'", "NO"])
    def test_norwegian_is_a_language_and_not_a_refusal(self, value: str) -> None:
        lang = load_config(make_file(f"text: {{default_lang: {value}}}")).text.default_lang
        assert lang is not None
        assert lang.lower() == "no"

    def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(self) -> None:
        assert load_config(make_file(b"\xef\xbb\xbfmatch:\r\n  max_bucket: 9\r\n")).match.max_bucket == 9

    def test_ten_with_a_leading_zero_is_ten(self) -> None:
        assert load_config(None, ["match.max_bucket=010"]).match.max_bucket == 10

    def test_a_number_in_scientific_notation_is_a_number(self) -> None:
        assert load_config(None, ["match.min_confidence=5e-1"]).match.min_confidence == 0.5

    def test_text_that_looks_like_a_time_stays_text(self) -> None:
        assert load_config(None, ["report.title=12:30", "schedule.out=2026-01-31"]).report.title == "12:30"


class TestWhatIsRefused:
    def test_an_unknown_setting_with_file_line_and_the_nearest_name(self) -> None:
        said = problems("# one\n# two\nmatch:\n  # four\n\n  max_buckets: 3\n")
        assert said == [
            "config.yaml:6: 'match.max_buckets' is not a setting. Did you mean 'match.max_bucket'?",
        ]

    def test_a_setting_in_the_wrong_branch_is_found_in_the_right_one(self) -> None:
        assert problems("sketch: {min_words: 3}") == [
            "config.yaml:1: 'sketch.min_words' is not a setting. Did you mean 'text.min_words'?"
        ]

    def test_two_settings_that_are_equally_near_are_both_named(self) -> None:
        (said,) = problems("sketch:\n  band: 3")
        assert said.startswith("config.yaml:2: 'sketch.band' is not a setting.")
        assert said.endswith("Did you mean 'sketch.copy_view.bands' or 'sketch.story_view.bands'?")

    def test_an_unknown_setting_that_is_near_to_nothing_says_where_to_look(self) -> None:
        assert problems("colour: red") == [
            "config.yaml:1: 'colour' is not a setting. 'dedup config' prints every setting."
        ]

    def test_everything_at_once_down_the_file_and_then_the_overrides(self) -> None:
        text = "text:\n  min_words: 0\nmatch:\n  max_buckets: 3\nengine:\n  name: sparc\n"
        said = problems(text, "colour=red", "match.min_confidence=2")
        assert [sentence.partition(": ")[0] for sentence in said] == [
            "config.yaml:2",
            "config.yaml:4",
            "config.yaml:6",
            "--set colour=red",
            "--set match.min_confidence=2",
        ]

    def test_several_problems_are_one_error_of_the_configuration(self) -> None:
        with pytest.raises(ConfigProblemsError) as raised:
            load_config(None, ["a=1", "b=2"])
        assert raised.value.exit_code == 2
        assert len(raised.value.problems) == 2

    @pytest.mark.parametrize(
        ("setting", "complaint"),
        [
            ("match: {max_bucket: '20'}", "got '20', expected a whole number. Take the quotes away."),
            ("match: {max_bucket: 2.5}", "got 2.5, expected a whole number."),
            ("match: {max_bucket: true}", "got True, expected a whole number."),
            ("match: {max_bucket:}", "expected a whole number."),
            ("match: {min_confidence: high}", "got 'high', expected a number."),
            ("match: {min_confidence: .nan}", "got nan, expected a finite number."),
            ("match: {window_days: .inf}", "got inf, expected a finite number."),
            ("text: {drop_boilerplate: no}", "got 'no', expected true or false. Write false."),
            ("report: {title: 2026}", "got 2026, expected text. Put it in quotes."),
            ("schedule: {inputs: seeds}", "got 'seeds', expected a list, such as [a, b]. Write [seeds]."),
            ("history: 7", "got 7, expected a group of settings."),
            ("input: {fields: text}", "got 'text', expected a group, such as {text: body}."),
        ],
    )
    def test_a_value_of_the_wrong_type(self, setting: str, complaint: str) -> None:
        (said,) = problems(setting)
        assert said.startswith("config.yaml:1: ")
        assert said.endswith(complaint)

    @pytest.mark.parametrize(
        ("setting", "complaint"),
        [
            ("match.min_confidence=1.5", "is out of range, got 1.5, expected at most 1."),
            ("match.min_confidence=-0.5", "is out of range, got -0.5, expected at least 0."),
            ("history.window_days=0", "is out of range, got 0, expected more than 0."),
            ("sketch.story_view.rows=33", "is out of range, got 33, expected at most 32."),
            ("schedule.inputs=[]", "is out of range, got [], expected something: it must not be empty."),
            ("engine.name=sparc", "got 'sparc', expected local or spark. Did you mean 'spark'?"),
            (
                "text.default_lang=xx",
                "expected a code of ISO 639, such as en or pt-BR. null lets the language be identified per article.",
            ),
            ("schedule.timezone=Mars/Base", "got 'Mars/Base', expected a name such as Europe/Berlin."),
            ("schedule.timezone=../../etc/passwd", "expected a name such as Europe/Berlin."),
            ("schedule.name=a/b", "has the wrong form, got 'a/b'. Name of the deployment, without / % & < >."),
            ("input.fields={txt: body}", "expected one of id, text, title, url, source, published_at, lang."),
            ("input.fields={text: ''}", "names no column, got '', expected the name of one of your columns."),
        ],
    )
    def test_a_value_out_of_range(self, setting: str, complaint: str) -> None:
        (said,) = problems("", setting)
        assert said.startswith(f"--set {setting}: ")
        assert said.endswith(complaint)

    @pytest.mark.parametrize("cron", ["every day", "0 2 * *", "0 2 * * * * *", "$(reboot) 2 * * *"])
    def test_a_schedule_that_is_not_cron(self, cron: str) -> None:
        (said,) = problems(f"schedule:\n  cron: {json.dumps(cron)}")
        assert said.startswith(f"config.yaml:2: 'schedule.cron' has the wrong form, got {cron!r}. When it runs")

    @pytest.mark.parametrize("cron", ["0 2 * * *", "*/15 6-22 1,15 JAN-MAR MON-FRI", "@daily"])
    def test_but_not_one_that_is(self, cron: str) -> None:
        assert load_config(None, [f"schedule.cron={json.dumps(cron)}"]).schedule.cron == cron

    def test_a_policy_that_contradicts_an_empty_list_at_the_line_of_the_policy(self) -> None:
        (said,) = problems("stories:\n  canonical:\n    preferred_sources: []\n    policy: preferred_sources\n")
        assert said.startswith("config.yaml:4: 'stories.canonical.policy' is 'preferred_sources', but ")
        assert said.endswith("is empty. List at least one outlet there, or choose another policy.")

    def test_an_outlet_that_is_listed_twice(self) -> None:
        said = problems("stories:\n  canonical:\n    preferred_sources: [Wire, Herald, Wire]\n")
        assert said == ["config.yaml:3: 'stories.canonical.preferred_sources' lists an outlet twice, got 'Wire'."]

    def test_a_contradiction_between_the_file_and_an_override(self) -> None:
        text = "stories: {canonical: {preferred_sources: [Wire], policy: preferred_sources}}"
        (said,) = problems(text, "stories.canonical.preferred_sources=[]")
        assert "'stories.canonical.policy' is 'preferred_sources', but" in said

    def test_a_key_that_is_set_twice(self) -> None:
        assert problems("match:\n  max_bucket: 3\n  max_bucket: 4\n") == [
            "config.yaml:3: 'match.max_bucket' is set twice, first on line 2. Delete one of them."
        ]

    @pytest.mark.parametrize(
        ("text", "complaint"),
        [
            ("match: [", "config.yaml:1: not valid YAML: expected the node content, but found '<stream end>'."),
            (
                "match:\n\tmax_bucket: 3",
                "config.yaml:2: not valid YAML: found character '\\t' that cannot start any token.",
            ),
            ("match: 1\n---\nmatch: 2", "config.yaml:2: not valid YAML: but found another document."),
            ("match: \x00", "config.yaml: not valid YAML: special characters are not allowed."),
            ("- match\n", "config.yaml:1: not a group of settings, expected lines such as 'engine:'."),
            ("match: &a {max_bucket: 3}\nengine: *a", "config.yaml:1: aliases (*name) are not supported."),
            ("match: !!python/object/apply:os.getcwd []", "config.yaml:1: the tag 'tag:yaml.org,2002:python"),
            ("report: {title: !!binary aGk=}", "config.yaml:1: the tag 'tag:yaml.org,2002:binary' is not supported."),
            ("? [a, b]\n: 1", "config.yaml:1: a list or group cannot be the name of a setting."),
            ('report: {title: "\\ud800"}', "config.yaml:1: an escape that is half a character."),
            (b"match:\n  # caf\xe9\n", "config.yaml:2: not valid UTF-8. Save the file as UTF-8."),
            ("a: " + "[" * 2000, "config.yaml: not valid settings: nested too deeply."),
        ],
    )
    def test_a_file_that_is_no_plain_yaml(self, text: str | bytes, complaint: str) -> None:
        (said,) = problems(text)
        assert said.startswith(complaint)

    def test_a_file_that_is_not_there(self) -> None:
        with pytest.raises(ConfigError, match=r"^missing\.yaml: no such file\. Check the path, or leave --config out"):
            load_config(Path("missing.yaml"))

    def test_a_folder(self) -> None:
        with pytest.raises(ConfigError, match=r"^\.: is a folder, expected a YAML file\.$"):
            load_config(Path())

    def test_a_file_that_is_far_too_large_to_be_one(self) -> None:
        with pytest.raises(ConfigError, match="is larger than 1,000,000 bytes"):
            load_config(make_file("#" * 1_000_001))

    @pytest.mark.parametrize("override", ["match", "=3", ".max_bucket=3", "match..max_bucket=3", ""])
    def test_an_override_that_is_no_setting_and_value(self, override: str) -> None:
        (said,) = problems("", override)
        assert said == (
            f"--set {override}: is not a setting and its value, expected key=value, such as engine.threads=2."
        )

    def test_an_override_that_is_no_yaml(self) -> None:
        assert problems("", "match.max_bucket=[") == [
            "--set match.max_bucket=[: not valid YAML: expected the node content, but found '<stream end>'."
        ]

    def test_a_long_value_is_shown_in_part(self) -> None:
        (said,) = problems(f"match: {{max_bucket: {'9' * 6000}}}")
        assert len(said) < 200

    @given(st.binary(max_size=60) | st.text("match: {}[]\n-&*!|>'\"%@`#?,axb019.\t", max_size=60).map(str.encode))
    def test_whatever_a_file_holds_it_is_read_or_refused_in_words(self, content: bytes) -> None:
        try:
            config = load_config(make_file(content, "fuzz.yaml"))
        except ConfigError as error:
            said = str(error)
        else:
            said = f"fuzz.yaml: {type(config).__name__}"
        assert said.startswith("fuzz.yaml")


class TestTheHash:
    def test_stays_the_same_from_process_to_process(self) -> None:
        program = (
            "from dedup.config import Config; from dedup.settings import config_hash; print(config_hash(Config()))"
        )
        root = Path(__file__).parent.parent
        seeds = ("0", "1")
        hashes = {
            subprocess.run(
                [sys.executable, "-c", program],
                env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(root)},
                capture_output=True,
                check=True,
                text=True,
            ).stdout.strip()
            for seed in seeds
        }
        assert hashes == {config_hash(Config())}

    def test_does_not_depend_on_the_order_in_which_settings_were_written(self) -> None:
        one = load_config(make_file("match: {max_bucket: 9}\ntext: {min_words: 3}"))
        other = load_config(make_file("text: {min_words: 3}\nmatch: {max_bucket: 9}"))
        assert config_hash(one) == config_hash(other)

    @pytest.mark.parametrize("override", ["match.max_bucket=9", "report.title=x", "stories.min_bridge=0.6"])
    def test_changes_with_every_setting_that_can_change_a_result(self, override: str) -> None:
        assert config_hash(load_config(None, [override])) != config_hash(Config())

    @pytest.mark.parametrize("override", ["engine.threads=3", "schedule.cron='@daily'"])
    def test_does_not_change_with_where_and_when_a_run_happens(self, override: str) -> None:
        assert config_hash(load_config(None, [override])) == config_hash(Config())


class TestTheDescriptions:
    def test_settings_printed_read_back_as_the_same_settings(self) -> None:
        path = make_file(
            "text: {default_lang: no}\nreport: {title: 'a: #b \"c\" é \\x1b'}\ninput: {fields: {text: 'my body'}}\n"
            "stories: {canonical: {preferred_sources: ['no', 'Wire, Inc.', '12:30'], policy: preferred_sources}}\n"
            "match: {min_confidence: 1e-7, window_days: 3}\n"
        )
        config = load_config(path)
        assert load_config(make_file(config_yaml(config), "printed.yaml")) == config

    @given(st.text(), st.lists(st.text(min_size=1).filter(str.strip), unique=True, max_size=3))
    def test_whatever_text_they_hold(self, title: str, sources: list[str]) -> None:
        values = {"report": {"title": title}, "stories": {"canonical": {"preferred_sources": sources}}}
        config = Config.model_validate(values)
        assert load_config(make_file(config_yaml(config), "printed.yaml")) == config

    def test_the_schema_describes_every_setting_and_requires_none(self) -> None:
        schema = config_json_schema()
        assert schema["additionalProperties"] is False
        assert "required" not in json.dumps(schema)
        shapes = {name: set(shape["properties"]) for name, shape in schema["$defs"].items()}
        assert shapes["MatchConfig"] == set(Config().match.model_dump())
        assert set(schema["properties"]) == set(Config().model_dump())
        described = [
            field for shape in schema["$defs"].values() for field in shape["properties"].values() if "$ref" not in field
        ]
        assert all("description" in field for field in described)

    def test_every_choice_is_known(self) -> None:
        assert choices_of("stories.canonical.policy") == (
            "combined",
            "earliest",
            "most_complete",
            "most_central",
            "preferred_sources",
        )


class TestTheTree:
    def test_no_branch_can_be_changed_after_it_was_read(self) -> None:
        branches = [value for _, value in Config() if isinstance(value, BaseModel)]
        assert branches
        assert all(type(branch).model_config["frozen"] for branch in branches)

    def test_every_path_of_the_tree_is_a_setting(self) -> None:
        listed = {setting.path for setting in settings_of() if not setting.is_branch}
        assert listed == set(leaves(Config().model_dump(mode="json")))


class TestNearest:
    def test_ignores_case_and_the_kind_of_dash(self) -> None:
        assert nearest("Match.Max-Bucket", ["match.max_bucket"]) == ["match.max_bucket"]

    def test_offers_nothing_for_nothing(self) -> None:
        assert nearest("", ["match.max_bucket"]) == []
        assert nearest("match", []) == []
