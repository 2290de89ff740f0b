"""What the lists of a language have in a text, found in one pass, is what each list finds by itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.text.lexicon import LANGUAGES, Phrases, lexicon
from dedup.text.listed import Finder, Listed

WORDS = st.lists(st.sampled_from("abc"), max_size=14)
LISTS = st.dictionaries(
    st.tuples(st.just("list"), st.sampled_from("xyz")),
    st.lists(st.tuples(st.lists(st.sampled_from("abc"), min_size=1, max_size=3), st.sampled_from("12")), max_size=4),
    max_size=3,
)


@given(WORDS, LISTS)
def test_one_pass_finds_what_each_list_finds(
    words: list[str], listed: dict[tuple[str, str], list[tuple[list[str], str]]]
) -> None:
    lists = {key: Phrases(entries) for key, entries in listed.items()}
    assert Finder(lists).find(words) == {key: phrases.find(words) for key, phrases in lists.items()}


@given(st.lists(st.sampled_from("not all of the two denied may nobody safe unsafe".split()), max_size=14), st.data())
def test_a_sentence_has_the_phrases_that_lie_in_it(words: list[str], data: st.DataObject) -> None:
    lists = lexicon("en")
    found = Listed(words, lists.stem(words), lists)
    stop = data.draw(st.integers(0, len(words)))
    start = data.draw(st.integers(0, stop))
    inside = found.between(start, stop)
    for section, name in (("contrast", "negators"), ("contrast", "none"), ("attribution", "denying")):
        whole = found.hits(section, name)
        assert inside.get((section, name), []) == [hit for hit in whole if start <= hit[0] and hit[1] <= stop]


@pytest.mark.parametrize("lang", [*LANGUAGES, "tlh"])
def test_every_language_has_an_answer_for_every_list(lang: str) -> None:
    words = ["may", "sagte", "не", "不"]
    lists = lexicon(lang)
    found = Listed(words, lists.stem(words), lists)
    assert found.hits("contrast", "negators") == lists.phrases("contrast", "negators").find(words)
    assert found.hits("signals", "labels") == lists.groups("signals", "labels").find(lists.stem(words))


@pytest.mark.parametrize(
    ("lang", "section", "name", "words", "found"),
    [
        ("en", "signals", "loaded", "profits rose after the explosion, a secret bully said", ["bully"]),
        ("en", "attribution", "neutral", "reporters report information", ["report"]),
        ("en", "attribution", "loaded", "a protestant profession on rails claims", ["claim"]),
        ("fr", "attribution", "neutral", "notamment deux tonnes d' un rapport , dit il", ["dire"]),
        ("es", "attribution", "neutral", "décadas de señales y récord , dijo", ["decir"]),
        ("de", "attribution", "loaded", "er fördert meine wette und fordert", ["fordern"]),
        ("de", "attribution", "neutral", "meine schätze lauten so , sagte er", ["sagen"]),
        ("it", "signals", "loaded", "circa dieci furono lo scandalo", ["scandalo"]),
        ("pt", "attribution", "neutral", "segundas e disso , disse", ["dizer"]),
        ("ru", "attribution", "neutral", "ответы сказал", ["сказать"]),
        ("ru", "signals", "loaded", "трава и скандал", ["скандал"]),
    ],
)
def test_words_that_only_share_a_stem_are_not_taken_for_one_another(
    lang: str, section: str, name: str, words: str, found: list[str]
) -> None:
    lists, cut = lexicon(lang), words.split()
    assert [hit[2] for hit in Listed(cut, lists.stem(cut), lists).hits(section, name)] == found
