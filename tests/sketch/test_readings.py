"""An article that is read by itself: its lines, and what makes one furniture, sentence by sentence."""

from __future__ import annotations

import xxhash
from hypothesis import given
from hypothesis import strategies as st

from dedup.config import TextConfig
from dedup.sketch.readings import readings
from dedup.text.boilerplate import is_boilerplate
from dedup.text.language import identify
from dedup.text.words import words
from tests.builders import Article, make_articles
from tests.text.strange import few, plain_sentences, strange_texts

footers = st.sampled_from(["Read more: ten airlines.", "© Tavra Vision 2026.", "Share this.", "Follow us on Tavra."])
texts = st.one_of(strange_texts, st.lists(st.one_of(plain_sentences, footers), max_size=6).map(" ".join))


@few
@given(st.lists(texts, min_size=1, max_size=4))
def test_what_is_read_of_a_sentence_is_what_its_folded_words_say(given_texts: list[str]) -> None:
    articles = make_articles(*(Article(text=text, lang=None) for text in given_texts))
    for row in readings(articles, TextConfig()).iter_rows(named=True):
        pieces = [row["folded"][piece["start"] : piece["end"]] for piece in row["pieces"]]
        assert len(row["sentences"]) == len(pieces)
        assert row["marks"] == [xxhash.xxh64_intdigest(" ".join(words(piece)).encode()) for piece in pieces]
        assert row["boilerplate"] == [at for at, piece in enumerate(pieces) if is_boilerplate(piece)]
        assert row["n_words"] == len(words(row["folded"]))
        assert row["lang"] == identify(words(row["folded"]))
