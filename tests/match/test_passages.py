"""Aligned sentences as people read them."""

from __future__ import annotations

import pytest

from dedup.match.alignment import align
from dedup.match.passages import Passages, passages
from dedup.match.profiles import Profile, make_profile
from dedup.text.sentences import sentences

LEFT = "Two tugs towed the Amberlight out of Palisade at dawn. The quay lies idle. Nine dockers were hurt."
RIGHT = "Nine dockers were hurt. At first light the Amberlight was towed from Palisade by two tugs."


def make_side(text: str, lang: str = "en", furniture: tuple[int, ...] = ()) -> Profile:
    return make_profile(text, sentences(text), furniture, lang)


def read(left: str, right: str, lang: str = "en") -> Passages:
    one, other = make_side(left, lang), make_side(right, lang)
    return passages(one, other, align(one, other))


def words(text: str, spans: tuple[tuple[int, int], ...]) -> list[str]:
    return [text[start:end] for start, end in spans]


class TestPassages:
    def test_mark_the_rare_words_that_two_sentences_share(self) -> None:
        (link,) = [link for link in read(LEFT, RIGHT).links if link.left == 0]
        assert link.right == 1
        assert words(LEFT, link.left_words) == ["tugs", "towed", "Amberlight", "Palisade"]
        assert words(RIGHT, link.right_words) == ["Amberlight", "towed", "Palisade", "tugs"]

    def test_mark_words_that_only_begin_alike(self) -> None:
        left = "The Kazakhstan delegation signed the Karasuvan treaty."
        right = "The Kazakhs put their names to the treaty on the Karasuvan."
        (link,) = read(left, right).links
        assert "Kazakhstan" in words(left, link.left_words)
        assert "Kazakhs" in words(right, link.right_words)

    def test_know_a_sentence_that_is_there_word_for_word(self) -> None:
        found = read(LEFT, RIGHT)
        verbatim = [(link.left, link.right, link.probability) for link in found.links if link.verbatim]
        assert verbatim == [(2, 0, 1.0)]
        assert found.left[2].carried == found.right[0].carried == 1.0

    def test_leave_a_sentence_that_nothing_answers_without_partner(self) -> None:
        found = read(LEFT, RIGHT)
        assert {link.left for link in found.links} == {0, 2}
        assert LEFT[found.left[1].start : found.left[1].end] == "The quay lies idle."

    def test_are_mirrored_when_the_sides_are(self) -> None:
        there, back = read(LEFT, RIGHT), read(RIGHT, LEFT)
        assert there.left == back.right
        mirrored = {(link.right, link.left, link.right_words, link.left_words) for link in back.links}
        assert {(link.left, link.right, link.left_words, link.right_words) for link in there.links} == mirrored

    def test_are_in_the_order_of_the_left_article_the_surest_first(self) -> None:
        found = read(f"{LEFT} The Amberlight is a grain ship.", f"{RIGHT} The grain ship Amberlight is idle.")
        keys = [(link.left, -link.probability, link.right) for link in found.links]
        assert keys == sorted(keys)
        assert len(keys) > 2

    @pytest.mark.parametrize(("left", "right"), [("", LEFT), (LEFT, ""), ("", "")])
    def test_of_nothing_are_none(self, left: str, right: str) -> None:
        found = read(left, right)
        assert found.links == ()
        assert len(found.left) == len(sentences(left))

    def test_say_what_is_furniture(self) -> None:
        one, other = make_side(LEFT, furniture=(1,)), make_side(RIGHT)
        found = passages(one, other, align(one, other))
        assert [sentence.furniture for sentence in found.left] == [False, True, False]

    def test_mark_pairs_of_characters_where_no_spaces_are_written(self) -> None:
        left, right = "哈萨克斯坦与乌兹别克斯坦签署协议。", "协议由哈萨克斯坦签署。"
        (link,) = read(left, right, "zh").links
        assert "哈萨克斯坦" in "".join(words(left, link.left_words))
        ends = [end for _, end in link.left_words]
        starts = [start for start, _ in link.left_words]
        assert all(end <= start for end, start in zip(ends, starts[1:], strict=False))
