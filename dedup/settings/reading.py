"""YAML with the line of every key.

In: the bytes of a YAML file, or one value from a command line. Out: plain values and, per path of keys, the line it is
written on; whatever is wrong comes back as problems that name the line. Must not know which settings exist.

NOTE: scalars follow YAML 1.2 (like every editor's schema support), not 1.1 as PyYAML does: ``no`` is the text "no",
which is Norwegian, never false; ``12:30`` is a text, never 750; ``010`` is ten, never eight; ``2026-01-31`` is a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from dedup.errors import ConfigError

STANDARD: Final = "tag:yaml.org,2002:"
KINDS: Final = frozenset({"null", "bool", "int", "float", "str", "seq", "map"})
"""The standard tags that are plain values."""

SCALARS: Final = (
    ("tag:yaml.org,2002:null", r"~|null|Null|NULL|", "~nN\0"),
    ("tag:yaml.org,2002:bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("tag:yaml.org,2002:int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    (
        "tag:yaml.org,2002:float",
        r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
        "-+.0123456789",
    ),
)
"""The core schema of YAML 1.2: tag, pattern, first characters (the empty text starts with nothing)."""


class _CoreLoader(yaml.SafeLoader):
    """Safe loading by the rules of YAML 1.2."""


_CoreLoader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in SCALARS:
    _CoreLoader.add_implicit_resolver(
        _tag, re.compile(f"(?:{_pattern})\\Z"), ["" if character == "\0" else character for character in _first]
    )


@dataclass
class Marked:
    """Values as they were written, with their places.

    Args:
        values: The mapping of the file; values that could not be read are missing.
        lines: Line, from 1, of each path of keys.
        problems: What is wrong with the text itself.
    """

    values: dict[str, Any] = field(default_factory=dict)
    lines: dict[tuple[str, ...], int] = field(default_factory=dict)
    problems: list[ConfigError] = field(default_factory=list)


def read_marked(content: bytes, where: str) -> Marked:
    r"""Read a YAML file that holds one mapping.

    Args:
        content: The file, in UTF-8, with or without a byte order mark.
        where: Name of the file, for problems.

    Returns:
        Values, lines and problems; an empty file has no values and no problems. Never raises: after a syntax error
        there are no values, after a duplicate key the first value stands.

    Examples:
        >>> marked = read_marked(b"match:\n  min_confidence: 0.6", "config.yaml")
        >>> marked.values, marked.lines
        ({'match': {'min_confidence': 0.6}}, {('match',): 1, ('match', 'min_confidence'): 2})
        >>> print(read_marked(b"text: [", "config.yaml").problems[0])
        config.yaml:1: not valid YAML: expected the node content, but found '<stream end>'.
    """
    marked = Marked()
    try:
        root = yaml.compose(content.decode("utf-8-sig"), Loader=_CoreLoader)
        if root is None:
            return marked
        marked.values = _Reader(where, marked).root(root)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        marked.problems.append(ConfigError("not valid UTF-8", where=f"{where}:{line}", hint="Save the file as UTF-8."))
    except RecursionError:
        marked.problems.append(ConfigError("not valid settings: nested too deeply", where=where))
    except yaml.YAMLError as error:
        marked.problems.append(_syntax_problem(error, where))
    except ConfigError as error:
        marked.problems.append(error)
    return marked


def read_value(text: str) -> object:
    """Read one YAML value, as in ``--set key=value``.

    Raises:
        ConfigError: It is not valid YAML.

    Examples:
        >>> read_value("[a, b]"), read_value("0.5"), read_value("no"), read_value("")
        (['a', 'b'], 0.5, 'no', None)
    """
    marked = Marked()
    try:
        root = yaml.compose(text, Loader=_CoreLoader)
        value = None if root is None else _Reader("value", marked).value(root, ())
    except yaml.YAMLError as error:
        raise _syntax_problem(error, "value") from None
    except RecursionError:
        raise ConfigError("nested too deeply", where="value") from None
    for problem in marked.problems:
        raise problem
    return value


class _Reader:
    """Turns nodes into values and notes their lines."""

    def __init__(self, where: str, marked: Marked) -> None:
        self.where = where
        self.marked = marked
        self.seen: set[int] = set()

    def value(self, node: yaml.Node, path: tuple[str, ...]) -> Any:
        """Return the plain value of any node."""
        if id(node) in self.seen:
            raise ConfigError("aliases (*name) are not supported", where=self._at(node), hint="Write the value again.")
        self.seen.add(id(node))
        if node.tag.removeprefix(STANDARD) not in KINDS:
            raise ConfigError(
                f"the tag {node.tag!r} is not supported", where=self._at(node), hint="Write a plain value."
            )
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, path) for item in node.value]
        return self._scalar(node)

    def root(self, node: yaml.Node) -> dict[str, Any]:
        """Return the mapping that a whole file is; nothing but a mark between documents is an empty one."""
        if isinstance(node, yaml.ScalarNode) and not node.value:
            return {}
        if not isinstance(node, yaml.MappingNode):
            raise ConfigError("not a group of settings", where=self._at(node), expected="lines such as 'engine:'")
        return self.mapping(node, ())

    def mapping(self, node: yaml.MappingNode, path: tuple[str, ...]) -> dict[str, Any]:
        """Return a mapping; a key that is set twice is a problem and keeps its first value."""
        values: dict[str, Any] = {}
        for key, key_node, value_node in self._keys(node):
            here = (*path, key)
            if key in values:
                self.marked.problems.append(
                    ConfigError(
                        f"{'.'.join(here)!r} is set twice, first on line {self.marked.lines[here]}",
                        where=self._at(key_node),
                        hint="Delete one of them.",
                    )
                )
                continue
            self.marked.lines[here] = key_node.start_mark.line + 1
            values[key] = self.value(value_node, here)
        return values

    def _keys(self, node: yaml.MappingNode) -> Iterator[tuple[str, yaml.Node, yaml.Node]]:
        for key_node, value_node in node.value:
            if isinstance(key_node, yaml.ScalarNode):
                _refuse_surrogates(str(key_node.value), self._at(key_node))
                yield str(key_node.value), key_node, value_node
            else:
                self.marked.problems.append(
                    ConfigError("a list or group cannot be the name of a setting", where=self._at(key_node))
                )

    def _scalar(self, node: yaml.Node) -> object:
        text, tag = str(node.value), node.tag.removeprefix(STANDARD)
        if tag == "null":
            return None
        if tag == "bool":
            return text.lower() == "true"
        try:
            if tag == "int":
                return int(text, 0 if text[:2] in {"0o", "0x"} else 10)
            if tag == "float":
                return float(text.replace(".inf", "inf").replace(".nan", "nan").lower())
        except ValueError:  # a number of thousands of digits: the check of its type will name the setting
            return text
        _refuse_surrogates(text, self._at(node))
        if tag != "str":
            raise ConfigError(
                f"the tag {node.tag!r} is not supported", where=self._at(node), hint="Write a plain value."
            )
        return text

    def _at(self, node: yaml.Node) -> str:
        return f"{self.where}:{node.start_mark.line + 1}"


def _refuse_surrogates(text: str, where: str) -> None:
    """Half of a character (a surrogate), which an escape can make, can be neither written to a file nor shown."""
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise ConfigError("an escape that is half a character", where=where, hint="Write the character itself.")


def _syntax_problem(error: yaml.YAMLError, where: str) -> ConfigError:
    if isinstance(error, yaml.MarkedYAMLError) and (mark := error.problem_mark or error.context_mark):
        hint = "Indent with spaces, not tabs." if error.problem and "'\\t'" in error.problem else None
        return ConfigError(
            f"not valid YAML: {error.problem or error.context}", where=f"{where}:{mark.line + 1}", hint=hint
        )
    reason = getattr(error, "reason", None) or str(error).partition("\n")[0]
    return ConfigError(f"not valid YAML: {reason}", where=where)
