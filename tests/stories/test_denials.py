"""What a variant denies of sentences it hardly carries: of few it is asked, and of the others there is nothing.

The sentences of ``test_conflicts`` are thrown together at random: one that is passed over unread must be one that
nothing is denied of.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

import pytest

from dedup.stories.conflicts import is_verbatim
from dedup.stories.contrasts import contrasts
from dedup.stories.denials import Denials
from dedup.stories.opposites import meanings
from dedup.stories.sides import Side
from dedup.text.reading import read
from dedup.text.sentences import sentences
from tests.stories.test_conflicts import DENIALS, DIRECTIONS, FIGURES, PARTS, TRUE

Span = tuple[int, int]
_TRIES = 4_000
_FOUND = 10
_DENIALS = {"stance", "opposite", "negation", "quantity"}
_CASES = [*FIGURES, *DIRECTIONS, *DENIALS, *PARTS, *TRUE]
_DENIED = [
    ("The plant opened in May.", "The owner of the plant never signed the letter.", "The owner signed the letter."),
    ("The plant opened in May.", "The owner of the plant signed the letter.", "The owner never signed the letter."),
    ("The plant opened in May.", "The mayor denied the payment.", "The mayor admitted the payment."),
    ("The mayor denied the payment.", "The plant opened in May.", "The town hall admitted a transfer."),
    ("Nurses will leave.", "The clinic in Arle is small.", "No nurses will leave the clinic in Arle."),
    (
        "The plant opened in May.",
        "All of the passengers on the ferry were hurt.",
        "No passengers on the ferry were hurt.",
    ),
    (
        "Half of the budget for roads goes to Arle.",
        "All the same, it is short.",
        "No other budget for roads goes to Arle.",
    ),
    ("Prices rose in Arle.", "Exports of steel fell in June.", "Exports of steel rose in June."),
    (
        "The company did not poison the river Arle.",
        "It never paid a fine.",
        "The company poisoned the river Arle, said its manager, who drives an old grey car to work, and nobody died.",
    ),
]
"""What is carried, what is denied beside it, each in a way of its own, and what denies it."""
_LANGUAGES = ["de", "en", "es", "fr", "it", "pt", "ru"]


def _is_denied(texts: tuple[str, str], ours: Sequence[Span], theirs: Span, lang: str) -> bool:
    """Whether a sentence of the second text denies something of some of the first, by everything there is to ask."""
    canonical, variant = (read(text, lang) for text in texts)
    sides = (
        Side(canonical, [canonical.tokens.within(*span) for span in sorted(ours)]),
        Side(variant, [variant.tokens.within(*theirs)]),
    )
    return any(found.kind in _DENIALS for found in contrasts(*sides))


def _thrown_together(texts: tuple[str, str], lang: str) -> Iterator[tuple[list[Span], Span, Span]]:
    """Sentences carried, which are not denied by themselves, another one, and one of the variant."""
    chance = random.Random(11)
    ours, theirs = (sentences(text) for text in texts)
    for _ in range(_TRIES):
        cited, one, span = chance.sample(ours, chance.choice([1, 1, 2])), chance.choice(ours), chance.choice(theirs)
        is_new = one not in cited and not is_verbatim(*texts, [*cited, one], span)
        if is_new and not _is_denied(texts, cited, span, lang):
            yield cited, one, span


@pytest.mark.parametrize("lang", _LANGUAGES)
def test_nothing_denied_is_passed_over(lang: str) -> None:
    told = [text for case in _CASES if case[0] == lang for text in case[1:]]
    texts = " ".join(told), " ".join(reversed(told))
    denials = Denials(*texts, lang=lang)
    found = 0
    for cited, one, span in _thrown_together(texts, lang):
        is_denied = _is_denied(texts, [*cited, one], span, lang)
        assert (denials.first(cited, [one], span) is not None) == is_denied, (cited, one, span)
        found += is_denied
    assert found >= _FOUND


@pytest.mark.parametrize("case", _DENIED)
def test_every_way_of_denying_is_asked_about(case: tuple[str, str, str]) -> None:
    carried, denied, variant = case
    texts = f"{carried} {denied}", variant
    first, second = sentences(texts[0])
    assert not _is_denied(texts, [first], (0, len(variant)), "en")
    assert Denials(*texts, lang="en").first([first], [second], (0, len(variant))) == second


def test_what_is_too_long_for_a_sentence_is_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    hostile = "not raised, never cut, " * 1_000
    texts = f"Prices rose. {hostile}", f"Prices fell. {hostile}"
    long = [(13, len(text)) for text in texts]

    def of_few_words(side: Side) -> dict[tuple[str, str], set[int]]:
        # Each word would be held against all others.
        assert sum(stop - start for start, stop in side.ranges) < 10
        return meanings(side)

    monkeypatch.setattr("dedup.stories.denials.meanings", of_few_words)
    denials = Denials(*texts, lang="en")
    assert denials.first([], [long[0]], (0, 12)) is None
    assert denials.first([], [(0, 12)], long[1]) is None
    assert denials.first([long[0]], [(0, 12)], (0, 12)) is None
    assert denials.first([], [long[0], (0, 12)], (0, 12)) == (0, 12)
