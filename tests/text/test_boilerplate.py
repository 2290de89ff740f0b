"""What is furniture of the page and what is news."""

from __future__ import annotations

import json
import re
import time
from itertools import accumulate
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.text.boilerplate import _ANYWHERE, _WHOLE, furniture, is_boilerplate, tells
from dedup.text.normalise import normalise
from dedup.text.sentences import sentences
from dedup.text.words import words
from tests.text.strange import strange_texts

words_of_furniture = st.sampled_from(
    (re.sub(r"\W\?|[\\^$()?:|\[\]{}.,\d+*/]", " ", _ANYWHERE.pattern + _WHOLE.pattern)).split() + list("©|•·:/>»")
)

FURNITURE = [
    "© Harbour & Gulf News Agency 2025. Reproduction without permission is prohibited.",
    "(c) 2024 The Standard",
    "All rights reserved.",
    "We use cookies to improve your experience.",
    "Accept all cookies",
    "Sign up for The Standard at Six, our free evening newsletter.",
    "Subscribe now",
    "Read more: ten airlines to avoid",
    "Advertisement",
    "Follow us on Facebook",
    "This report was supplied by the Meridian Dispatch news service.",
    "From our news desk and agencies",
    "Photo: Ysolde Marchbane",
    "Home | News | Sport | Weather",
    "Page 3 of 12",
    "Continued on page 7",
    "Todos los derechos reservados",
    "Alle Rechte vorbehalten",
    "Tous droits réservés",
    "Все права защищены",
    "Читайте также: что случилось в порту",
    "版权所有",
    "责任编辑：王小明",
    "Lire aussi : la grève du port",
    "Leia também: a greve do porto",
    "By Ada Byrne, Harbour Correspondent",
    "By Ada Byrne and Odran Kelvasti | Islet News",
    "Last updated 3 hours ago",
    "Published: 14 February 2026, 10:15",
    "Most read",
    "Back to top",
    "Tags: harbour, strike",
    "Click here to sign the petition",
    "Listen to this article",
    "Wir verwenden Cookies",
    "Nous utilisons des cookies pour mesurer l'audience.",
    "Abonnez-vous à notre lettre",
    "Suscríbete a nuestro boletín",
    "Подпишитесь на наш канал",
]
NEWS = [
    "The regulator fined the firm for setting cookies without consent.",
    "Readers may share their views at the council meeting on Monday.",
    "“We will follow them home,” said the harbour minister.",
    "The newspaper's home page went dark for an hour.",
    "Copyright law will be debated in the autumn.",
    "He read more than the others and said less.",
    "The ministry subscribed to the satellite service in March.",
    "Der Rat hat alle Rechte der Fischer bestätigt.",
    "市政府表示，责任由运营商承担。",
    "By Tuesday evening, the editor had left.",
    "By the harbour wall stood a correspondent.",
    "By contrast, Palisade news is read by few.",
    "Ada Byrne was posted to the embassy 3 days ago.",
    "Most readers of the paper live in Palisade.",
    "The list was updated on 14 February.",
    "Click beetles were found in the wreck.",
    "She listened to this and left.",
    "Подписаться на договор никто не захотел.",
    "It rained.",
    "",
]


ODD = ["SKİP TO CONTENT", "ſubſcribe now", "ſHARE", "Lıre auſſi : la grève", "READ MORE", "TOUS DROITS RÉSERVÉS"]


@pytest.mark.parametrize("sentence", FURNITURE)
def test_furniture_is_told(sentence: str) -> None:
    assert is_boilerplate(sentence)
    assert is_boilerplate(sentence.upper())
    assert is_boilerplate(normalise(sentence).text)


@pytest.mark.parametrize("sentence", NEWS)
def test_news_about_the_same_things_is_news(sentence: str) -> None:
    assert not is_boilerplate(sentence)
    assert not is_boilerplate(normalise(sentence).text)


def test_a_long_sentence_is_about_something() -> None:
    assert not is_boilerplate("We use cookies, said the baker, " + "who had been baking them since morning, " * 6)


@given(strange_texts)
def test_any_text_is_judged(text: str) -> None:
    assert is_boilerplate(text) in {True, False}


@pytest.mark.parametrize("corpus", ["newsroom", "traps"])
def test_no_sentence_that_came_from_the_source_is_furniture(root: Path, corpus: str) -> None:
    folder = root / "tests" / "gold" / corpus
    lines = (folder / "articles.jsonl").read_text(encoding="utf-8").splitlines()
    texts = {article["id"]: article["text"] for article in map(json.loads, lines)}
    labels = map(json.loads, (folder / "alignment.jsonl").read_text(encoding="utf-8").splitlines())
    carried = [
        texts[label["variant"]][sentence["start"] : sentence["end"]]
        for label in labels
        for sentence in label["sentences"]
        if sentence["kind"] != "added"
    ]
    assert carried
    assert [sentence for sentence in carried if is_boilerplate(sentence)] == []


def test_the_seeds_have_no_furniture(seeds: Path) -> None:
    texts = [path.read_text(encoding="utf-8") for path in seeds.glob("*.txt")]
    pieces = [text[start:end] for text in texts for start, end in sentences(text)]
    assert pieces
    assert [piece for piece in pieces if is_boilerplate(piece)] == []


@pytest.mark.parametrize("unit", [" ", "|", "| a ", "read ", "> ", ".", "© "[1:], "photo", "page 1 "])
def test_hostile_text_costs_next_to_nothing(unit: str) -> None:
    before = time.process_time()
    is_boilerplate(unit * (260 // len(unit)))
    is_boilerplate(unit * 100_000)
    assert time.process_time() - before < 2


def by_patterns(sentence: str) -> bool:
    return _ANYWHERE.search(sentence) is not None or _WHOLE.match(sentence) is not None


@pytest.mark.parametrize("sentence", [*FURNITURE, *NEWS, *ODD])
def test_looking_for_hints_first_changes_nothing(sentence: str) -> None:
    assert is_boilerplate(sentence) == by_patterns(sentence)


@given(
    st.lists(st.one_of(words_of_furniture, words_of_furniture.map(str.upper), strange_texts), max_size=6).map(" ".join)
)
def test_looking_for_hints_first_changes_nothing_whatever_the_words(sentence: str) -> None:
    if len(sentence) <= 260:
        assert is_boilerplate(sentence) == by_patterns(sentence)


@given(
    st.lists(st.one_of(words_of_furniture, words_of_furniture.map(str.upper), strange_texts), min_size=1, max_size=6)
)
def test_the_sentences_of_a_text_are_judged_as_each_alone(parts: list[str]) -> None:
    ends = list(accumulate(len(part) + 1 for part in parts))
    spans = [(end - 1 - len(part), end - 1) for part, end in zip(parts, ends, strict=True)]
    alone = {at for at, part in enumerate(parts) if is_boilerplate(part)}
    said = list(map(words, parts))
    assert furniture(" ".join(parts), spans, said) == alone
    telling = [written if any(map(tells, written)) else [] for written in said]
    assert furniture(" ".join(parts), spans, telling) == alone
