"""The one tree of errors a user can meet.

In: what failed, where, what was got, what was expected, what to do. Out: an exception whose text is one readable
sentence per part and whose class knows the process exit code. Must not know any other module of the package.
"""

from __future__ import annotations

from collections.abc import Sequence


class DedupError(Exception):
    """Base of every error raised on purpose; its text is meant for people.

    Args:
        what: What went wrong, as a sentence without a full stop.
        where: File, ``file:line``, setting or article the error is about.
        got: What was found there.
        expected: What would have been right.
        hint: What to do now.

    Attributes:
        exit_code: Exit status of the command line for this kind of error.
        transient: Whether the same may succeed in a while, with nothing changed.

    Examples:
        >>> print(InputError("no such file or folder", where="news/", hint="Check the path."))
        news/: no such file or folder. Check the path.
        >>> print(ConfigError("'text.word' is not a setting", where="config.yaml:3", hint="Did you mean 'text.words'?"))
        config.yaml:3: 'text.word' is not a setting. Did you mean 'text.words'?
    """

    exit_code = 1
    transient = False

    def __init__(
        self,
        what: str,
        *,
        where: str | None = None,
        got: object = None,
        expected: str | None = None,
        hint: str | None = None,
    ) -> None:
        self.what = what
        self.where = where
        self.got = got
        self.expected = expected
        self.hint = hint
        super().__init__(self._text())

    def _text(self) -> str:
        text = f"{self.where}: {self.what}" if self.where else self.what
        if self.got is not None:
            text += f", got {self.got!r}"
        if self.expected is not None:
            text += f", expected {self.expected}"
        text = text if text.endswith((".", "?", "!")) else text + "."
        return f"{text} {self.hint}" if self.hint else text


class ConfigError(DedupError):
    """A setting is unknown, has a wrong value, or contradicts another."""

    exit_code = 2


class ConfigProblemsError(ConfigError):
    """Everything that is wrong with a configuration, told at once.

    Args:
        problems: At least one problem, in the order in which a reader meets them.

    Attributes:
        problems: The same problems.

    Examples:
        >>> print(ConfigProblemsError([ConfigError("'a' is empty", where="x.yaml:1"), ConfigError("'b' is odd")]))
        x.yaml:1: 'a' is empty.
        'b' is odd.
    """

    def __init__(self, problems: Sequence[ConfigError]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in problems))


class UsageError(DedupError):
    """The command line asks for something that cannot be: an unknown story, a missing folder."""

    exit_code = 2


class InputError(DedupError):
    """An input cannot be used at all (one bad article is a row in ``skipped.jsonl`` instead)."""


class UnreadInputError(InputError):
    """An input is not there, or cannot be read, or changes just now; that says nothing of its content."""


class OutputError(DedupError):
    """The output folder cannot be written or read."""


class DiskError(OutputError):
    """The disk failed or is full; the history is as it was."""

    transient = True


class SchemaError(DedupError):
    """A frame broke its declaration at a stage boundary: a bug of ours, never of the user."""


class StoreLockedError(DedupError):
    """Another run holds the output folder or the history store."""

    exit_code = 75
    transient = True
