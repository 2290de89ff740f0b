"""What the settings are, in words.

In: the tree of settings, or one ``Config``. Out: every setting with its meaning and limits, commented YAML, the JSON
schema for editors, a hash. Must not know where the values came from.
"""

from __future__ import annotations

import hashlib
import json
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args, get_origin

import yaml
from pydantic.fields import FieldInfo

from dedup.config import Branch, Config

WITHOUT_EFFECT: Final = frozenset({"engine", "schedule"})
"""Branches that say where and when a run happens, never what comes out of it."""

WIDTH: Final = 100

PLAIN_TEXT: Final = re.compile(r"[A-Za-z][\w./-]*( [\w./-]+)*", re.ASCII)
NOT_TEXT: Final = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
"""Words that YAML 1.1 takes for something else unless they stand in quotes."""

HEADER: Final = """\
# Every setting, at its default, with its meaning, its unit and what raising it does.
#
# Delete what you do not change: a setting that is missing has the value shown here.
# One run only: dedup run ... --set match.min_confidence=0.6
# What is in force: dedup config
# Help in your editor: dedup config --schema > config.schema.json, and as the first line of this file
#   # yaml-language-server: $schema=config.schema.json
#
# Values follow YAML 1.2: only true and false are switches, so that the language code no is Norwegian."""


@dataclass(frozen=True)
class Setting:
    """One setting or branch of settings.

    Args:
        path: Its dotted name.
        meaning: What it says, its unit and the effect of raising it.
        limits: What values are allowed beyond the type, as a sentence; empty if any.
        is_branch: Whether it holds further settings.
    """

    path: str
    meaning: str
    limits: str
    is_branch: bool


def settings_of(branch: type[Branch] = Config, above: str = "") -> Iterator[Setting]:
    """Yield every setting and branch below ``branch``, a branch before its settings, in the order of declaration.

    Examples:
        >>> [setting.path for setting in settings_of() if setting.path.startswith("history")][:2]
        ['history', 'history.window_days']
        >>> next(setting.limits for setting in settings_of() if setting.path == "match.min_confidence")
        'From 0 to 1.'
    """
    for name, field in branch.model_fields.items():
        path = f"{above}{name}"
        below = field.annotation
        if isinstance(below, type) and issubclass(below, Branch):
            yield Setting(path, field.description or _first_paragraph(below), "", is_branch=True)
            yield from settings_of(below, f"{path}.")
        else:
            yield Setting(path, field.description or "", _limits(field), is_branch=False)


def config_yaml(config: Config) -> str:
    r"""Return all settings of ``config`` as YAML with a comment above each.

    What comes out reads back as the same ``Config``; for the defaults it is the file ``config.yaml`` of the project.

    Examples:
        >>> print(config_yaml(Config()).partition("report:\n")[2].partition("\n\n")[0])
          # Heading of report.html.
          title: Rewritten and syndicated news
          # Stories in report.html, the largest; stories.jsonl has all. Raising it makes a larger file that
          # takes longer to write and opens later. At least 1.
          max_stories: 10000
          # Article text in report.html, in megabytes; beyond it the smallest stories are listed without
          # texts and diffs. Raising it makes a larger file that opens later. At least 0.
          max_text_megabytes: 100.0
    """
    values = config.model_dump(mode="json")
    lines = [HEADER]
    for setting in settings_of():
        *above, name = setting.path.split(".")
        indent = "  " * len(above)
        if not above:
            lines.append("")
        comment = f"{setting.meaning} {setting.limits}".strip()
        lines += textwrap.wrap(
            comment,
            WIDTH,
            initial_indent=f"{indent}# ",
            subsequent_indent=f"{indent}# ",
            break_on_hyphens=False,
            break_long_words=False,
        )
        value: Any = values
        for key in (*above, name):
            value = value[key]
        lines.append(f"{indent}{name}:" if setting.is_branch else f"{indent}{name}: {_yaml_value(value)}")
    return "\n".join(lines) + "\n"


def config_json_schema() -> dict[str, Any]:
    """Return the JSON schema of a settings file, for editors and forms.

    Every setting has a default, so none is required; the schema says so even where a view shares a shape with another
    one of different defaults.

    Examples:
        >>> schema = config_json_schema()
        >>> schema["properties"]["match"]["$ref"], schema["additionalProperties"]
        ('#/$defs/MatchConfig', False)
        >>> "required" in str(schema)
        False
    """
    schema = Config.model_json_schema()
    for shape in schema["$defs"].values():
        shape.pop("required", None)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def config_hash(config: Config) -> str:
    """Return 16 hexadecimal digits that stand for every setting that can change a result.

    Equal settings have equal hashes on every machine and in every version that has the same settings. Where a run
    happens (``engine``) and when (``schedule``) do not count, because they change nothing in what comes out.

    Examples:
        >>> config_hash(Config()) == config_hash(Config.model_validate({"engine": {"threads": 4}}))
        True
        >>> config_hash(Config()) == config_hash(Config.model_validate({"match": {"min_confidence": 0.6}}))
        False
    """
    values = config.model_dump(mode="json", exclude=set(WITHOUT_EFFECT))
    canonical = json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()[:16]


def choices_of(path: str) -> tuple[str, ...]:
    """Return the words a setting can hold, or nothing if it is not a choice.

    Examples:
        >>> choices_of("engine.name"), choices_of("engine.threads"), choices_of("no.such")
        (('local', 'spark'), (), ())
    """
    branch: type[Branch] = Config
    for name in path.split("."):
        field = branch.model_fields.get(name)
        if field is None:
            return ()
        if not (isinstance(field.annotation, type) and issubclass(field.annotation, Branch)):
            return get_args(field.annotation) if get_origin(field.annotation) is Literal else ()
        branch = field.annotation
    return ()


def _first_paragraph(branch: type[Branch]) -> str:
    return (branch.__doc__ or "").strip().partition("\n\n")[0]


def _limits(field: FieldInfo) -> str:
    if get_origin(field.annotation) is Literal:
        return f"One of {', '.join(get_args(field.annotation))}."
    bounds = {
        name: bound
        for item in field.metadata
        for name in ("ge", "gt", "le")
        if (bound := getattr(item, name, None)) is not None
    }
    match bounds:
        case {"ge": low, "le": high}:
            return f"From {low} to {high}."
        case {"gt": low, "le": high}:
            return f"Above {low}, at most {high}."
        case {"ge": low}:
            return f"At least {low}."
        case {"gt": low}:
            return f"Above {low}."
    return ""


def _yaml_value(value: object) -> str:
    """Write a value on one line, so that YAML 1.1 and 1.2 both read it back."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_yaml_value(name)}: {_yaml_value(below)}' for name, below in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_yaml_value, value))}]"
    if not isinstance(value, str):
        return json.dumps(value)
    if PLAIN_TEXT.fullmatch(value) and value.lower() not in NOT_TEXT:
        return value
    # Wide enough never to be folded.
    return yaml.safe_dump(value, default_style='"', allow_unicode=True, width=2**31).rstrip("\n")
