"""``dedup check``.

In: articles, the folder of a store. Out: on stdout, what each of them is a rewrite of. Must not know how articles are
compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from dedup.checking import Finding, check_articles
from dedup.cli.outcomes import DONE_WITH_REJECTED
from dedup.cli.rejected import rejected, tell_skipped
from dedup.cli.streams import write_json, write_text
from dedup.config import Config
from dedup.report.printable import printable
from dedup.store.articles import read_articles
from dedup.store.history.history import History

MAX_CHANGES: Final = 5
"""Changes against the canonical article that are told; --json has all."""


def show_check(inputs: Sequence[str], store: Path, config: Config, *, as_json: bool) -> int:
    """Say of each article whether it is a rewrite of something in the store.

    Args:
        inputs: Files, folders or globs to read.
        store: Folder of the store.
        config: All settings.
        as_json: Write a line of JSON for each article.

    Returns:
        Exit status: 0, or 3 if some inputs were rejected.
    """
    read = read_articles(inputs, config.input)
    for finding in check_articles(read.articles, History(store, config)):
        if as_json:
            write_json(asdict(finding))
        else:
            write_text("".join(f"{printable(line)}\n" for line in _lines(finding)))
    tell_skipped(read.skipped, None)
    return DONE_WITH_REJECTED if rejected(read.skipped).height else 0


def _lines(found: Finding) -> list[str]:
    lines = [f"{found.article_id}: {_verdict(found)}"]
    if found.story_id is None:
        return lines
    lines.append(f"  story      {found.story_id}, canonical {found.canonical_id}, closest {found.closest_id}")
    lines.append(f"  confidence {found.confidence:.3f}: {found.reason}")
    lines.append("  decided by " + ", ".join(f"{meaning} ({value:+.1f})" for meaning, value in found.deciding))
    if found.framing is not None:
        counts = ", ".join(f"{n} {kind}" for kind, n in found.framing["counts"].items() if n)
        lines.append(f"  sentences  {counts} against the canonical article")
        lines += [f"  {line}" for line in _changes(found.framing)[:MAX_CHANGES]]
    return lines


def _verdict(found: Finding) -> str:
    again = " (the store has this id already)" if found.known else ""
    if found.story_id is None:
        return f"new; {found.reason}{again}"
    if not found.accepted:
        return f"new; the nearest in the store is {found.relation}{again}"
    return f"{found.relation} of {found.closest_id}{again}"


def _changes(framing: dict[str, Any]) -> list[str]:
    facts = [
        f"{fact['status']:<10} {fact['kind']}: {fact['canonical'] or '-'} -> {fact['variant'] or '-'}"
        for fact in framing["facts"]
    ]
    return facts + [
        f"{signal['change']:<10} {signal['signal']}: {signal['before'] or '-'} -> {signal['after'] or '-'}"
        for signal in framing["framing"]
    ]
