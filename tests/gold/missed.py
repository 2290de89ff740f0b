"""True pairs that never became candidates, to be read: ``python -m tests.gold.missed CORPUS [--corpora DIR]``.

In: a labelled corpus. Out: the articles that miss most of their labelled partners, with first words, and the recall of
the search; where an article has many partners, so that it tells which end is to blame, also the recall without those.
Must not know why: whether a text is no rewrite at all ("I'm sorry, but you forgot to provide the paragraph") is for a
reader to say; docs/quality.md has what was read.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from dedup.config import Config
from tests.gold.corpora import PUBLIC, WRITTEN, Pair, load
from tests.gold.gate import detect
from tests.gold.labelled import same_pairs

MOST: Final = 0.5
"""Share of its labelled partners that an article must miss to be listed: then it is the article, not the partner."""
SHOWN: Final = 160


@dataclass(frozen=True)
class Stranger:
    """An article that is far from most of those it is labelled with.

    Args:
        article_id: The article.
        missed: Labelled partners that never became its candidates.
        partners: All its labelled partners.
    """

    article_id: str
    missed: int
    partners: int


def strangers(wanted: AbstractSet[Pair], found: AbstractSet[Pair]) -> list[Stranger]:
    """Articles that miss half of their labelled partners or more, worst first; the partners they miss are excused.

    Of a pair that is missed, one end may be to blame and the other not, so the one that misses more is taken first and
    its pairs are gone before the next is looked at.

    Args:
        wanted: Pairs labelled as one story, the smaller id first.
        found: Pairs that were candidates.

    Returns:
        Those articles.

    Examples:
        >>> wanted = {("a", "b"), ("a", "c"), ("a", "d"), ("b", "c"), ("b", "d"), ("c", "d")}
        >>> strangers(wanted, wanted - {("a", "d"), ("b", "d"), ("c", "d")})
        [Stranger(article_id='d', missed=3, partners=3)]
    """
    partners = Counter(one for pair in wanted for one in pair)
    left: AbstractSet[Pair] = wanted - found
    result: list[Stranger] = []
    while worst := _worst(left, partners):
        result.append(worst)
        left = {pair for pair in left if worst.article_id not in pair}
    return result


def _worst(missed: AbstractSet[Pair], partners: Counter[str]) -> Stranger | None:
    count = Counter(one for pair in missed for one in pair)
    far = [Stranger(one, n, partners[one]) for one, n in count.items() if n >= MOST * partners[one]]
    return min(far, key=lambda one: (-one.missed / one.partners, -one.missed, one.article_id), default=None)


def recall(wanted: AbstractSet[Pair], found: AbstractSet[Pair], without: AbstractSet[str] = frozenset()) -> float:
    """Share of the wanted pairs that were found, leaving out those of some articles."""
    asked = {pair for pair in wanted if without.isdisjoint(pair)}
    return len(asked & found) / max(1, len(asked))


def lines(corpus_name: str, corpora: Path | None) -> Iterator[Table | str]:
    """What the command prints."""
    corpus = load(corpus_name, corpora)
    wanted = same_pairs(corpus)
    found = set(detect(corpus.articles, Config()).pairs.select("left_id", "right_id").iter_rows())
    far = strangers(wanted, found)
    texts = dict(corpus.articles.select("id", "text").iter_rows())
    partner = {one: other for pair in wanted - found for one, other in (pair, pair[::-1])}
    table = Table(
        "article", "missed", "its first words", "those of one it missed", title="far from those they are labelled with"
    )
    for one in far:
        words = (" ".join(texts[name].split())[:SHOWN] for name in (one.article_id, partner[one.article_id]))
        table.add_row(one.article_id, f"{one.missed} of {one.partners}", *words)
    yield table
    missed = len(wanted - found)
    yield f"{corpus_name}: {missed:,} of {len(wanted):,} true pairs missed, recall {recall(wanted, found):.4f}"
    if any(one.partners > 1 for one in far):
        excused = recall(wanted, found, {one.article_id for one in far})
        yield f"without the {len(far)} articles above, if they are no rewrites: recall {excused:.4f}"


def main() -> int:
    """Print the missed pairs of a corpus."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", choices=[*WRITTEN, *PUBLIC])
    parser.add_argument("--corpora", type=Path, help="folder of the public sets")
    chosen = parser.parse_args()
    console = Console()
    for line in lines(chosen.corpus, chosen.corpora):
        console.print(line, highlight=False, markup=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
