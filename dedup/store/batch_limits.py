"""When a whole batch is refused.

In: what was read so far, and why the rest was not. Out: nothing, or an error that names the limit. Must not know how
anything is read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from math import ceil
from typing import Final, NamedTuple

from dedup.config import InputConfig
from dedup.errors import InputError
from dedup.store.files import Rejection

NO_FAILURES: Final = frozenset(
    ("duplicate_id", "hidden_file", "linked_folder", "not_a_file", "not_articles", "unknown_format")
)
"""Codes of what was never meant as an article, or was read already: no sign of a broken delivery."""

LAID_FROM: Final = 20_000_000
"""Bytes of text beyond which a run keeps its articles, and what it makes of them, on the disk."""
_START_MB: Final = 620
_LAID_MB: Final = 0.35
"""Memory of a run: to begin with, and for every MB of text."""
_DATABASE_MB: Final = 200
_HISTORY_START_MB: Final = 680
_HISTORY_MB: Final = 8.5
"""The same where a history keeps the batch; what its database may take is part of it."""
_EARLIER_MB: Final = 2.0
"""Memory for every thousand articles of the history that the batch may be held against."""
_HELD_MB: Final = 12.0
"""Memory for every MB of text that does not lie on the disk."""
_WORKER_MB: Final = 300
"""Memory of each further process."""
_READY: Final = 13
"""An article that is ready for comparison takes so many times its text."""
_READY_MB: Final = 400
"""Memory for such articles where ``memory_mb`` is not set."""
_LEAST_READY_MB: Final = 35
"""Part of ``_START_MB`` that is for such articles: a thousand of usual length."""

MIN_FAILURES: Final = 20
"""Fewer unusable inputs stop no run, whatever their share: of three files two may well be empty."""


def check_size(n_articles: int, n_bytes: int, config: InputConfig, *, n_rejected: int = 0) -> None:
    """Stop before a batch outgrows what the settings allow; part of it would depend on the order of the files.

    Args:
        n_articles: Articles read so far.
        n_bytes: Bytes of their text.
        config: The limits.
        n_rejected: What was read so far and is no article: an endless stream of that fills the memory, too.

    Raises:
        InputError: There are more articles, more text or more of anything else than allowed.
    """
    for what, count, setting, limit in (
        ("articles", n_articles, "max_articles", config.max_articles),
        ("inputs that cannot be used", n_rejected, "max_articles", config.max_articles),
        ("bytes of text", n_bytes, "max_text_bytes", config.max_text_bytes),
    ):
        if count > limit:
            raise InputError(
                f"more than {limit:,} {what}, which is all that input.{setting} allows",
                where="inputs",
                hint=f"Raise it with --set input.{setting}=NUMBER, or split the batch.",
            )


def needed_mb(n_bytes: int, *, n_earlier: int | None = None) -> int:
    """The memory that a run over so much text takes at least, in MB, as far as it can be told before.

    Args:
        n_bytes: Bytes of text.
        n_earlier: Articles of a history that it may be held against; None where there is no history.

    Returns:
        More than was measured of 20,000 and 100,000 articles of 420 words, and of 2,000, 4,000 and 20,000 held against
        a history of 14,000, 4,000 and 20,000, by one process with a thousand of them ready for comparison at a time.

    Examples:
        >>> needed_mb(10_400_000), needed_mb(260_000_000), needed_mb(10_400_000, n_earlier=4_000)
        (624, 711, 777)
    """
    if n_earlier is None:
        return _START_MB + ceil(_LAID_MB * n_bytes / 1_000_000)
    return _HISTORY_START_MB + ceil(_HISTORY_MB * n_bytes / 1_000_000 + _EARLIER_MB * n_earlier / 1_000)


def database_mb(config: InputConfig) -> int | None:
    """The memory that the database of a history may take, in MB; None for as much as there is.

    Args:
        config: ``memory_mb`` is what the run may take.
    """
    return None if config.memory_mb is None else _DATABASE_MB


def laid_from(config: InputConfig, *, n_earlier: int | None = None) -> int:
    """Bytes of text beyond which a run lays its articles down: the sooner, the less memory it may take.

    Args:
        config: ``memory_mb`` is what that is.
        n_earlier: As for ``needed_mb``; where there is a history, all frames lie on the disk, however small the batch.

    Examples:
        >>> [laid_from(InputConfig(memory_mb=mb)) for mb in (None, 2_000, 740, 632)]
        [20000000, 20000000, 10000000, 1000000]
        >>> laid_from(InputConfig(memory_mb=2_000), n_earlier=14_000)
        0
    """
    if config.memory_mb is None:
        return LAID_FROM
    if n_earlier is not None:
        return 0
    return max(0, min(LAID_FROM, int((config.memory_mb - _START_MB) / _HELD_MB * 1_000_000)))


class Room(NamedTuple):
    """What of a run may be in memory.

    Args:
        processes: Processes that work at a time, at least 1.
        held: Articles that are ready for comparison, at least 2; the others wait on the disk.
    """

    processes: int
    held: int


def room(n_articles: int, n_bytes: int, config: InputConfig, threads: int, *, n_earlier: int | None = None) -> Room:
    """What a run may have in memory beside what it takes at least: first processes, then articles.

    Args:
        n_articles: Articles of the batch.
        n_bytes: Bytes of their text.
        config: ``memory_mb`` is what the run may take; where it is not set, all the processes work, and the articles
            ready for comparison have 400 MB.
        threads: Processes that it may have.
        n_earlier: As for ``needed_mb``.

    Examples:
        >>> [room(100_000, 260_000_000, InputConfig(memory_mb=mb), 2) for mb in (None, 711, 1_200, 8_000)]
        [Room(processes=2, held=11834), Room(processes=1, held=1035), Room(processes=2, held=6627), \
Room(processes=2, held=207810)]
    """
    processes, ready = threads, _READY_MB
    if config.memory_mb is not None:
        left = max(0, config.memory_mb - needed_mb(n_bytes, n_earlier=n_earlier))
        processes = 1 + min(threads - 1, left // _WORKER_MB)
        ready = _LEAST_READY_MB + left - (processes - 1) * _WORKER_MB
    for_each = _READY * max(1, n_bytes // max(1, n_articles))
    return Room(processes, max(2, ready * 1_000_000 // for_each))


def check_memory(n_bytes: int, config: InputConfig, *, n_earlier: int | None = None) -> None:
    """Stop before a batch outgrows the memory that it may take, rather than when the machine begins to swap.

    Args:
        n_bytes: Bytes of its text.
        config: ``memory_mb`` is what it may take; None for whatever there is.
        n_earlier: As for ``needed_mb``.

    Raises:
        InputError: It would take more.

    Examples:
        >>> check_memory(41_600_000, InputConfig(memory_mb=640))
        >>> check_memory(41_600_000, InputConfig(memory_mb=630))
        Traceback (most recent call last):
        ...
        dedup.errors.InputError: inputs: a run over 42 MB of text takes at least 635 MB of memory, and \
input.memory_mb allows 630. Raise it with --set input.memory_mb=NUMBER, or split the batch: with --store, batches \
one after another end in the same stories.
    """
    needed = needed_mb(n_bytes, n_earlier=n_earlier)
    if config.memory_mb is None or needed <= config.memory_mb:
        return
    beside = f", held against {n_earlier:,} earlier articles," if n_earlier else ""
    narrower = ", or a smaller history.window_days" if n_earlier else ""
    raise InputError(
        f"a run over {n_bytes / 1e6:,.0f} MB of text{beside} takes at least {needed:,} MB of memory, and "
        f"input.memory_mb allows {config.memory_mb:,}",
        where="inputs",
        hint="Raise it with --set input.memory_mb=NUMBER, or split the batch: with --store, batches one after another "
        f"end in the same stories{narrower}.",
    )


def check_skipped_share(n_articles: int, rejections: Sequence[Rejection], config: InputConfig) -> None:
    """Stop where so much is unusable that something is wrong with the delivery, not with single articles.

    Args:
        n_articles: Articles that were read.
        rejections: What was not, and why.
        config: ``max_skipped_share`` is what may be unusable, of all that was meant as an article.

    Raises:
        InputError: More is, and ``MIN_FAILURES`` at least.

    Examples:
        >>> empty = [Rejection(f"{n}.txt", "empty_text: the text is blank") for n in range(20)]
        >>> check_skipped_share(5, empty[:19], InputConfig())
        >>> check_skipped_share(5, empty, InputConfig())
        Traceback (most recent call last):
        ...
        dedup.errors.InputError: inputs: 20 of 25 inputs cannot be used, more than input.max_skipped_share allows \
(0.5), got '20 empty_text'. The first: 0.txt: empty_text: the text is blank. Mend them, or let such a batch through \
with --set input.max_skipped_share=1.
    """
    failures = sorted((row.where, row.reason) for row in rejections if row.reason.partition(":")[0] not in NO_FAILURES)
    counts = Counter(sorted(reason.partition(":")[0] for _, reason in failures))
    check_failures(n_articles, counts, failures[0] if failures else ("", ""), config)


def check_failures(n_articles: int, counts: Mapping[str, int], first: tuple[str, str], config: InputConfig) -> None:
    """The same of rejections that were counted already.

    Args:
        n_articles: Articles that were read.
        counts: How many failed by code, in the order of the codes; none of ``NO_FAILURES``.
        first: Place and reason of the first.
        config: As in ``check_skipped_share``.

    Raises:
        InputError: As there.
    """
    n_failures = sum(counts.values())
    n_meant = n_articles + n_failures
    if n_failures < MIN_FAILURES or n_failures <= config.max_skipped_share * n_meant:
        return
    raise InputError(
        f"{n_failures:,} of {n_meant:,} inputs cannot be used, more than input.max_skipped_share allows "
        f"({config.max_skipped_share:g})",
        where="inputs",
        got=", ".join(f"{count:,} {code}" for code, count in Counter(counts).most_common()),
        hint=f"The first: {': '.join(first)}. Mend them, or let such a batch through with --set "
        "input.max_skipped_share=1.",
    )
