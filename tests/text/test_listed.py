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
