"""The signing pass by language, in turns with English.

In: a folder with ``newsroom`` (English) and ``tongues`` (other languages), as ``tests/gold`` has them. Out: how fast
each language is against English, and what no faster folding could save. Must not know how texts are signed.

What a run of words costs under the permutations is the same in every language, so that a language with more words a
byte cannot be as fast as one with few. That share is told from signing with half of the permutations.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl
from rich.table import Table

from benchmarks.signing import BANDS, megabytes_a_second

ENGLISH: Final = "en"


@dataclass(frozen=True)
class Tongue:
    """How fast a language is signed.

    Args:
        language: Its code.
        speed: MB (10**6 bytes of UTF-8) a second, the best of all rounds.
        slower: How many times longer a byte takes than one of English: the best of all rounds each.
        permuting: Nanoseconds a byte that the permutations take of it.
        left: Share of texts that the kernel left to Python, [0,1]; the other figures mean something only without any.
    """

    language: str
    speed: float
    slower: float
    permuting: float
    left: float


def texts_by_language(gold: Path, megabytes: float) -> dict[str, pl.Series]:
    """The texts of each language, repeated until they have so many megabytes; English first."""
    english = pl.read_ndjson(gold / "newsroom" / "articles.jsonl").select("text", lang=pl.lit(ENGLISH))
    others = pl.read_ndjson(gold / "tongues" / "articles.jsonl").select("text", "lang")
    found = {}
    for (language,), some in pl.concat([english, others.sort("lang")]).group_by("lang", maintain_order=True):
        times = max(1, round(megabytes * 1e6 / int(some["text"].str.len_bytes().sum())))
        found[str(language)] = pl.concat([some["text"]] * times)
    return found


def by_language(gold: Path, rounds: int, megabytes: float = 8.0) -> list[Tongue]:
    """Measure every language, each in turns with English.

    Args:
        gold: Folder of the articles.
        rounds: How often; the best counts.
        megabytes: Bytes of text a language.

    Returns:
        The languages, English first, then from the fastest to the slowest; at the end those that Python has to fold.
    """
    columns = texts_by_language(gold, megabytes)
    whole, half, left = dict.fromkeys(columns, 0.0), dict.fromkeys(columns, 0.0), dict.fromkeys(columns, 0.0)
    for _ in range(rounds):
        for language in columns:
            for one in (ENGLISH, language):
                speed, left[one] = megabytes_a_second(columns[one], passes=2)
                whole[one] = max(whole[one], speed)
                half[one] = max(half[one], megabytes_a_second(columns[one], passes=2, bands=BANDS // 2)[0])
    found = [
        Tongue(one, whole[one], whole[ENGLISH] / whole[one], 2e3 * (1 / whole[one] - 1 / half[one]), left[one])
        for one in columns
    ]
    return sorted(found, key=lambda tongue: (tongue.language != ENGLISH, tongue.left > 0, -tongue.speed))


def table_of(tongues: Sequence[Tongue]) -> Table:
    """The languages as a table."""
    table = Table("language", "MB a second", "times English", "ns a byte", "of that permutations", "left to Python")
    for one in tongues:
        figures = [f"{one.speed:,.0f}", f"{one.slower:.2f}", f"{1e3 / one.speed:.2f}", f"{one.permuting:.2f}"]
        table.add_row(one.language, *(["-"] * len(figures) if one.left else figures), f"{one.left:.0%}")
    return table
