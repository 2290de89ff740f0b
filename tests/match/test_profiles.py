"""An article ready for comparison: where its words are, and what they are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dedup.match.profiles import Profile, make_profile, run_hashes
from dedup.sketch.salience import vocabulary
from dedup.text.normalise import normalise
from dedup.text.sentences import sentences
from dedup.text.words import words
from tests.match.builders import LEAK, TOW, make_profile_of
from tests.text.strange import plain_sentences, plain_texts, strange_texts

langs = st.sampled_from(["en", "ru", "zh", "de", "und"])


def token(profile: Profile, text: str, word: str) -> int:
    """The first token written as ``word``."""
    starts, ends = profile.start.tolist(), profile.end.tolist()
    return next(at for at, span in enumerate(zip(starts, ends, strict=True)) if text[slice(*span)] == word)


@given(st.one_of(plain_texts, strange_texts), st.one_of(plain_texts, strange_texts))
@example(TOW, "Tavrennesian tugs and a carriage")
def test_an_article_knows_the_words_that_it_has_or_begins_alike(here: str, there: str) -> None:
    own, other = make_profile_of(here), make_profile_of(there)
    terms, prefixes = set(own.term.tolist()), set(own.prefix.tolist()) - {0}
    known = [term in terms or prefix in prefixes for term, prefix in zip(other.term, other.prefix, strict=True)]
    assert own.knows(other).tolist() == known


class TestTokens:
    @given(strange_texts, langs)
    @example("a trans-\nport of goods", "en")
    @example("One trans-\r\n  port", "en")
    @example("co\u00ad\noperate", "en")
    @example("Ã\xa0", "en")  # a mangled à ends in a blank
    def test_every_word_has_a_place_in_its_sentence(self, text: str, lang: str) -> None:
        profile = make_profile_of(text, lang)
        assert len(profile.word) == len(words(normalise(text).text))
        spans = profile.spans[profile.sentence] if len(profile.sentence) else profile.spans[:0]
        assert (profile.start < profile.end).all()
        assert (spans[:, 0] <= profile.start).all()
        assert (profile.end <= spans[:, 1]).all()

    @given(strange_texts, langs)
    def test_all_arrays_speak_of_the_same_words(self, text: str, lang: str) -> None:
        profile = make_profile_of(text, lang)
        arrays = (profile.sentence, profile.term, profile.weight, profile.prefix, profile.start, profile.end)
        flags = (profile.is_name, profile.is_quoted)
        assert {len(array) for array in (*arrays, *flags)} == {len(profile.word)}
        assert (np.diff(profile.sentence) >= 0).all()
        assert ((profile.weight >= 0) & (profile.weight <= 1)).all()

    @given(strange_texts)
    def test_bounds_cut_the_words_into_sentences(self, text: str) -> None:
        profile = make_profile_of(text)
        assert profile.bounds[0] == 0
        assert profile.bounds[-1] == len(profile.word)
        for at in range(profile.n_sentences):
            low, high = profile.bounds[at : at + 2]
            assert (profile.sentence[low:high] == at).all()

    @given(plain_texts)
    def test_tokens_slice_to_the_words_of_a_plain_text(self, text: str) -> None:
        profile = make_profile_of(text)
        written = [text[start:end] for start, end in zip(profile.start.tolist(), profile.end.tolist(), strict=True)]
        assert [word.lower() for word in written] == words(text.lower())

    def test_an_empty_text_has_no_tokens(self) -> None:
        profile = make_profile("", [], [], "en")
        assert (profile.n_sentences, len(profile.word), profile.fingerprints) == (0, 0, ())
        assert profile.shingles(5).shape == (0,)


class TestTerms:
    def test_forms_of_a_word_share_their_term(self) -> None:
        text = "Signed, signing, signs."
        profile = make_profile_of(text)
        assert set(profile.term.tolist()) == {vocabulary("en").term("sign").id}

    def test_kindred_words_share_their_beginning(self) -> None:
        text = "Kazakh and Kazakhstan and Kazakhs."
        profile = make_profile_of(text)
        prefix = [int(profile.prefix[token(profile, text, word)]) for word in ("Kazakh", "Kazakhstan", "Kazakhs")]
        assert len({*prefix}) == 1
        assert prefix[0] != 0
        assert profile.prefix[token(profile, text, "and")] == 0

    def test_names_are_told_from_words_that_begin_a_sentence(self) -> None:
        text = "The minister met Odran Kelvasti. Bread was sold."
        profile = make_profile_of(text)
        named = {text[s:e] for s, e, name in zip(profile.start, profile.end, profile.is_name, strict=True) if name}
        assert {"Odran", "Kelvasti"} <= named
        assert not named & {"The", "minister", "met", "was", "sold"}

    def test_quoted_words_are_those_between_the_marks(self) -> None:
        text = "He said “the rope is tangled and long” to the deputies."
        profile = make_profile_of(text)
        quoted = [
            text[s:e] for s, e, inside in zip(profile.start, profile.end, profile.is_quoted, strict=True) if inside
        ]
        assert quoted == ["the", "rope", "is", "tangled", "and", "long"]

    def test_a_quotation_mark_left_open_does_not_swallow_the_article(self) -> None:
        text = f"“It rained, he said. {TOW} {LEAK}"
        assert make_profile_of(text).is_quoted.mean() < 0.5


class TestFingerprints:
    @given(plain_sentences, plain_sentences)
    def test_are_equal_for_the_same_words_only(self, one: str, other: str) -> None:
        first, second = make_profile_of(one).fingerprints, make_profile_of(other).fingerprints
        assert (first == second) == (words(one.lower()) == words(other.lower()))

    @given(plain_sentences)
    def test_ignore_case_and_typography(self, sentence: str) -> None:
        changed = f"“{sentence.upper()}”".replace(" ", "\xa0")
        assert make_profile_of(changed).fingerprints == make_profile_of(sentence).fingerprints

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("The tug left Teófilo Bay at dawn.", "The tug left Teofilo Bay at dawn."),
            ("It lies at the bottom, still whole.", "It lies at the bottorn, sti1l whole."),
            ("LIMA, May 19 (CPA) - The tug left at dawn.", "The tug left at dawn."),
            ("Буксир ушёл на рассвете.", "Буксир ушел на рассвете."),
        ],
    )
    def test_ignore_accents_misreadings_and_datelines(self, one: str, other: str) -> None:
        assert make_profile_of(one).fingerprints == make_profile_of(other).fingerprints

    def test_tell_words_apart_that_a_scanner_might_confuse(self) -> None:
        assert make_profile_of("The barn is new.").fingerprints != make_profile_of("The bam is new.").fingerprints

    def test_a_sentence_without_words_has_none(self) -> None:
        assert make_profile_of("* * *\n\nIt rained.").fingerprints[0] == 0


class TestShingles:
    @given(st.lists(st.integers(-(2**63), 2**63 - 1), max_size=30), st.integers(1, 8))
    def test_are_distinct_sorted_runs(self, values: list[int], size: int) -> None:
        found = run_hashes(np.asarray(values, dtype=np.int64), size)
        size = min(size, len(values))
        runs = {tuple(values[at : at + size]) for at in range(len(values) - size + 1)} if values else set()
        assert len(found) == len(runs)
        assert found.tolist() == sorted(set(found.tolist()))

    @given(st.lists(st.integers(0, 3), min_size=8, max_size=20), st.integers(2, 5))
    def test_order_matters_inside_a_run(self, values: list[int], size: int) -> None:
        array = np.asarray(values, dtype=np.int64)
        runs = {tuple(values[at : at + size]) for at in range(len(values) - size + 1)}
        mirrored = {run[::-1] for run in runs}
        assert (set(run_hashes(array, size)) == set(run_hashes(array[::-1].copy(), size))) == (runs == mirrored)

    def test_leave_furniture_out(self) -> None:
        plain, furnished = make_profile_of(TOW), make_profile_of(f"{TOW} © Tavra Vision 2026.", furniture=[4])
        assert furnished.shingles(5).tolist() == plain.shingles(5).tolist()


@pytest.mark.parametrize("text", [TOW, LEAK])
def test_the_same_text_gives_the_same_profile(text: str) -> None:
    one, other = make_profile_of(text), make_profile(text, sentences(text), (), "en")
    assert one.term.tobytes() == other.term.tobytes()
    assert one.weight.tobytes() == other.weight.tobytes()
