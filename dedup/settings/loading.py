"""From a YAML file and ``key=value`` overrides to checked settings.

In: the path of a file and the overrides of a command line. Out: a ``Config``, or every problem at once, each with the
place it was written at. Must not know what any setting is good for.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from dedup.config import Config
from dedup.errors import ConfigError, ConfigProblemsError
from dedup.settings.describing import choices_of, settings_of
from dedup.settings.reading import read_marked, read_value
from dedup.settings.suggesting import did_you_mean

DEFAULT_FILE: Final = Path("config.yaml")
"""Read from the current folder when no file is named."""

MAX_BYTES: Final = 1_000_000
"""Settings files are a few kilobytes; a larger one is some other file, named by mistake."""

MAX_SHOWN: Final = 60
"""Characters of a wrong value that an error quotes."""

Origins = dict[tuple[str, ...], str]
"""Where each path of keys was written: ``config.yaml:6`` or ``--set match.max_bucket=1``."""

EXPECTED: Final = {
    "int_type": "a whole number",
    "int_parsing_size": "a smaller number",
    "float_type": "a number",
    "bool_type": "true or false",
    "string_type": "text",
    "tuple_type": "a list, such as [a, b]",
    "dict_type": "a group, such as {text: body}",
    "model_type": "a group of settings",
    "finite_number": "a finite number",
}
"""What a value of the wrong type should have been, by the kind of error that pydantic names."""


def load_config(path: Path | None, overrides: Sequence[str] = ()) -> Config:
    """Return the settings in force.

    Args:
        path: A YAML file. If None, ``config.yaml`` of the current folder is read where there is one.
        overrides: ``key=value`` each, the key dotted, the value YAML; later ones win, and all win over the file. A
            group as value (``sketch.copy_view={bands: 16}``) changes what it names and leaves the rest.

    Returns:
        The checked settings; what nobody set has its default, and so has a branch whose settings are all missing.

    Raises:
        ConfigError: The file is missing or cannot be read, or something in it or in an override is wrong. Two or more
            problems come as one ``ConfigProblemsError``, in the order of the lines.

    Examples:
        >>> load_config(None, ["match.min_confidence=0.6"]).match.min_confidence
        0.6
        >>> load_config(None, ["match.min_confidense=0.6"])
        Traceback (most recent call last):
            ...
        dedup.errors.ConfigError: --set match.min_confidense=0.6: 'match.min_confidense' is not a setting. Did you \
mean 'match.min_confidence'?
    """
    values: dict[str, Any] = {}
    origins: Origins = {}
    problems: list[ConfigError] = []
    if path is not None or DEFAULT_FILE.is_file():
        file = DEFAULT_FILE if path is None else path
        marked = read_marked(_content(file), str(file))
        values, problems = marked.values, marked.problems
        origins = {keys: f"{file}:{line}" for keys, line in marked.lines.items()}
    for override in overrides:
        try:
            _apply(override, values, origins)
        except ConfigError as problem:
            problems.append(problem)
    try:
        config = _validated(values)
    except ValidationError as error:
        problems += [_problem(detail, origins) for detail in error.errors(include_url=False)]
    if not problems:
        return config
    order = [f"--set {override}" for override in overrides]
    problems.sort(key=lambda problem: _place(problem.where or "", order))
    raise problems[0] if len(problems) == 1 else ConfigProblemsError(problems)


def _content(file: Path) -> bytes:
    where = str(file)
    try:
        with file.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        hint = "Check the path, or leave --config out to run with the defaults."
        raise ConfigError("no such file", where=where, hint=hint) from None
    except IsADirectoryError:
        raise ConfigError("is a folder", where=where, expected="a YAML file") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise ConfigError(f"cannot be read ({reason})", where=where) from None
    if len(content) > MAX_BYTES:
        raise ConfigError(f"is larger than {MAX_BYTES:,} bytes", where=where, expected="a file of settings")
    return content


def _apply(override: str, values: dict[str, Any], origins: Origins) -> None:
    where = f"--set {override}"
    key, equals, text = override.partition("=")
    keys = tuple(part.strip() for part in key.split("."))
    if not equals or not all(keys):
        raise ConfigError("is not a setting and its value", where=where, expected="key=value, such as engine.threads=2")
    try:
        value = read_value(text)
    except ConfigError as problem:
        raise ConfigError(problem.what, where=where, hint=problem.hint) from None
    group = values
    for depth, name in enumerate(keys[:-1], start=1):
        if not isinstance(group.get(name), dict):
            group[name] = {}
            _forget(keys[:depth], origins)
        group = group[name]
    _merge(group, keys, value, where, origins)


def _merge(group: dict[str, Any], keys: tuple[str, ...], value: object, where: str, origins: Origins) -> None:
    """Put ``value`` at the last of ``keys``; a group goes into the group that is there, all else replaces it."""
    held = group.get(keys[-1])
    if isinstance(value, dict) and isinstance(held, dict):
        for name, below in value.items():
            _merge(held, (*keys, name), below, where, origins)
        return
    _forget(keys, origins)
    group[keys[-1]] = value
    origins[keys] = where


def _forget(keys: tuple[str, ...], origins: Origins) -> None:
    for path in [path for path in origins if path[: len(keys)] == keys]:
        del origins[path]


def _validated(values: dict[str, Any]) -> Config:
    groups = {setting.path for setting in settings_of() if setting.is_branch} | {"input.fields"}
    # Strict JSON is the one mode in which "20" is not 20, true is not 1, and a list is still a tuple.
    return Config.model_validate_json(json.dumps(_without_empty_groups(values, groups)), strict=True)


def _without_empty_groups(values: dict[str, Any], groups: set[str], above: str = "") -> dict[str, Any]:
    """Leave out branches that are null: in YAML that is what a branch with all its settings commented out is."""
    return {
        name: _without_empty_groups(value, groups, f"{above}{name}.") if isinstance(value, dict) else value
        for name, value in values.items()
        if value is not None or f"{above}{name}" not in groups
    }


def _problem(detail: ErrorDetails, origins: Origins) -> ConfigError:
    context = detail.get("ctx", {})
    keys = [str(part) for part in detail["loc"] if isinstance(part, str) and part != "[key]"]
    keys += [context["below"]] if context.get("below") else []
    path = ".".join(keys)
    kind, got = detail["type"], _short(detail["input"])
    where = _origin(tuple(keys), origins)
    if kind == "extra_forbidden":
        hint = did_you_mean(path, (setting.path for setting in settings_of()))
        hint = hint or "'dedup config' prints every setting."
        return ConfigError(f"{path!r} is not a setting", where=where, hint=hint)
    if kind == "refused":
        return ConfigError(
            f"{path!r} {context['what']}",
            where=where,
            got=context["got"],
            expected=context["expected"] or None,
            hint=context["hint"] or None,
        )
    if kind == "literal_error":
        choices = choices_of(path)
        hint = did_you_mean(str(detail["input"]), choices)
        return ConfigError(
            f"{path!r} is not one of its choices", where=where, got=got, expected=" or ".join(choices), hint=hint
        )
    if kind in EXPECTED:
        return ConfigError(
            f"{path!r} has the wrong type", where=where, got=got, expected=EXPECTED[kind], hint=_quoting(detail)
        )
    if kind == "string_pattern_mismatch":
        meaning = next((setting.meaning for setting in settings_of() if setting.path == path), None)
        return ConfigError(f"{path!r} has the wrong form", where=where, got=got, hint=meaning)
    return ConfigError(f"{path!r} is out of range", where=where, got=got, expected=_limit(detail))


def _origin(keys: tuple[str, ...], origins: Origins) -> str | None:
    """Return where the longest written part of ``keys`` stands."""
    return next((origins[keys[:n]] for n in range(len(keys), 0, -1) if keys[:n] in origins), None)


def _place(where: str, overrides: Sequence[str]) -> tuple[bool, int]:
    """Order problems as a reader meets them: down the file, then the overrides as they were given."""
    if where in overrides:
        return True, overrides.index(where)
    line = where.rpartition(":")[2]
    return False, int(line) if line.isdecimal() else 0


def _short(value: object) -> object:
    """Return a value fit for one line of an error."""
    text = repr(value)
    return value if len(text) <= MAX_SHOWN else f"{str(value)[: MAX_SHOWN - 1]}…"


def _quoting(detail: ErrorDetails) -> str | None:
    """Return what to do where only quotation marks are wrong."""
    value = detail["input"]
    match detail["type"]:
        case "string_type" if isinstance(value, int | float):
            return "Put it in quotes."
        case "int_type" | "float_type" if isinstance(value, str) and value.strip().lstrip("+-").isdecimal():
            return "Take the quotes away."
        case "bool_type" if isinstance(value, str) and value.lower() in {"yes", "on", "no", "off"}:
            return f"Write {'true' if value.lower() in {'yes', 'on'} else 'false'}."
        case "tuple_type" if isinstance(value, str):
            return f"Write [{value}]."
    return None


def _limit(detail: ErrorDetails) -> str:
    match detail:
        case {"type": "greater_than_equal", "ctx": {"ge": bound}}:
            return f"at least {bound:,.16g}"
        case {"type": "greater_than", "ctx": {"gt": bound}}:
            return f"more than {bound:,.16g}"
        case {"type": "less_than_equal", "ctx": {"le": bound}}:
            return f"at most {bound:,.16g}"
        case {"type": "too_short" | "string_too_short"}:
            return "something: it must not be empty"
    return detail["msg"]
