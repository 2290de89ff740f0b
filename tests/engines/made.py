"""Many short articles with copies planted, for tests of what only numbers show.

In: a folder, how many, a seed. Out: files of articles, the same bytes for the same arguments. Must not know how copies
are found.

Words are common ones and names nobody has, drawn so that any two articles seldom share a name. Every tenth article is
another one once more: the same text, the same with some words changed, or only its names and figures between other
words. Those copied are few, so stories grow to some eight articles. One text comes in more editions than a bucket or an
anchor may have articles. Every tenth outlet prints a line of its own below most of its articles.
"""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

KINDS: Final = ("exact", "edited", "retold")
_COMMON: Final = (
    "the of and to in a is that for it was on with as he be by at this from have are not but had which they you one "
    "were all her she there would their we him been has when who will more no if out so said what up its about into "
    "than them can only other new some could time these two may then do first any my now such like our over man me "
    "even most made after also did many before must through back years where much your way well down should because"
).split()
_SYLLABLES: Final = (
    "ka mar del or vin tas be lo sun ri po ha gor lem ist du fal ne wick ham ster by ton dal vo mir eth ul".split()
)
N_EDITIONS: Final = 110
"""Articles that have one text but for a line: more than ``match.max_bucket`` and ``match.anchors.max_articles``."""
_N_FILES: Final = 4
_FIRST: Final = datetime(2025, 3, 1, tzinfo=UTC)


def write_made(folder: Path, n_articles: int, seed: int = 11) -> list[Path]:
    """Make articles and write them.

    Args:
        folder: It is there; JSON Lines come into it, a few of which cannot be used.
        n_articles: Articles beside the editions of one.
        seed: Another draws others.

    Returns:
        The files.
    """
    chance = random.Random(seed)
    originals = [_drawn(chance) for _ in range(n_articles - n_articles // 10)]
    copied = chance.sample(originals, n_articles // 20)
    words = [*originals, *(_again(chance.choice(copied), chance) for _ in range(n_articles // 10))]
    chance.shuffle(words)
    lines = [json.dumps(_article(number, drawn, chance)) for number, drawn in enumerate(words)]
    lines += [json.dumps(_edition(number)) for number in range(N_EDITIONS)]
    lines += [lines[0], json.dumps({"id": "empty", "text": " "}), "no json"]
    files = [folder / f"made-{number}.jsonl" for number in range(_N_FILES)]
    for number, file in enumerate(files):
        file.write_text("\n".join(lines[number::_N_FILES]) + "\n", encoding="utf-8")
    return files


def _name(chance: random.Random) -> str:
    return "".join(chance.choices(_SYLLABLES, k=chance.choice((3, 4)))).capitalize()


def _drawn(chance: random.Random) -> list[str]:
    """The words of an article: of four, three are common and one is a name or a figure of its subject."""
    subject = [*(_name(chance) for _ in range(9)), str(chance.randrange(100, 10_000))]
    return [chance.choice(subject) if at % 4 == 3 else chance.choice(_COMMON) for at in range(chance.randrange(30, 46))]


def _again(words: list[str], chance: random.Random) -> list[str]:
    kind = chance.choice(KINDS)
    if kind == "exact":
        return words
    share = 0.1 if kind == "edited" else 1.0
    return [chance.choice(_COMMON) if word.islower() and chance.random() < share else word for word in words]


def _article(number: int, words: list[str], chance: random.Random) -> dict[str, str]:
    sentences = [" ".join(words[at : at + 12]) for at in range(0, len(words), 12)]
    text = "".join(f"{sentence[0].upper()}{sentence[1:]}. " for sentence in sentences).strip()
    outlet = chance.randrange(100)
    if outlet % 10 == 0 and chance.random() < 0.8:
        text += f"\n\nRead all that Outlet {outlet} has to tell every morning at the door."
    article = {"id": f"m{number:06d}", "text": text, "source": f"Outlet {outlet}", "lang": "en"}
    if chance.random() < 0.95:
        article["published_at"] = (_FIRST + timedelta(minutes=chance.randrange(43_200))).isoformat()
    return article


def _edition(number: int) -> dict[str, str]:
    words = _drawn(random.Random(0))
    text = f"{' '.join(words)}.\n\nEdition {number} of the day."
    time = (_FIRST + timedelta(minutes=number)).isoformat()
    return {"id": f"edition-{number:03d}", "text": text, "lang": "en", "published_at": time}
