"""Articles made ready for comparison, from their text alone.

In: a text. Out: its profile or side as the stage ``pairs`` makes it. Must not know what it is compared with.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import polars as pl

from dedup.config import Config
from dedup.match.profiles import Profile, make_profile
from dedup.match.sides import Side, Sides
from dedup.sketch.documents import documents
from dedup.text.sentences import sentences


def make_profile_of(text: str, lang: str = "en", furniture: Sequence[int] = ()) -> Profile:
    """The profile of ``text``."""
    return make_profile(text, sentences(text), furniture, lang)


def make_side(
    text: str,
    lang: str = "en",
    published_at: datetime | None = None,
    furniture: Sequence[int] = (),
    headline: str | None = None,
) -> Side:
    """The side of ``text`` with shingles of five words."""
    title = None if headline is None else make_profile(headline, [(0, len(headline))], [], lang)
    return Side(make_profile_of(text, lang, furniture), 5, published_at, title)


def sides_of(articles: pl.DataFrame) -> list[Side]:
    """The sides of an ARTICLES frame, as the stage ``pairs`` makes them."""
    sides = Sides(articles, documents(articles, Config().text), Config())
    return [sides[row] for row in range(articles.height)]


TOW = (
    "Two Calderholm tugs, escorted by the Tavrennese harbour guard, towed the carrier Amberlight out at dawn. "
    "A snapped hawser hurt seven dockers and two deckhands. "
    "The ship now lies at anchor off Quillon Point with four thousand tonnes of Meskarran wheat. "
    "Parliament voted by 31 to 14 to audit the concession."
)
TOW_AGAIN = (
    "Deputies voted by 31 to 14 for an audit of the concession, the first in its life. "
    "Nine people, most of them dockers, were hurt when a hawser parted under the load. "
    "The grain carrier Amberlight had been pulled away by two Calderholm tugs and the Tavrennese harbour guard. "
    "Nobody has asked the bakers of the islands what they think."
)
LEAK = (
    "The council of the Skarrel islets has ordered the Meskarran fuel jetties to shut by October. "
    "On the night of 22 July a corroded pipe let some ninety barrels of diesel into Fennick Sound. "
    "Volunteers from the Petrel Trust collected 640 oiled birds."
)
