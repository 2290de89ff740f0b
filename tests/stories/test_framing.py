"""What a variant carries, rewords, adds, drops and contradicts."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.config import Config
from dedup.errors import ConfigError
from dedup.match.sides import Sides
from dedup.schemas import FRAMING, MEMBERS
from dedup.sketch.documents import documents
from dedup.stories import framing as stage
from dedup.stories.framing import framing
from dedup.text.normalise import normalise
from dedup.text.sentences import sentences
from dedup.text.words import words
from tests.builders import Article, make_articles
from tests.match.builders import LEAK, TOW, TOW_AGAIN
from tests.sketch.encoders import make_encoder
from tests.text.strange import few, plain_texts, strange_texts

Row = dict[str, Any]

KINDS = ("verbatim", "reworded", "added", "contradicted")
texts = st.one_of(plain_texts, strange_texts, st.sampled_from([TOW, TOW_AGAIN, LEAK]))


def make_members(articles: pl.DataFrame, story_of: list[int]) -> pl.DataFrame:
    """Members of numbered stories; the first article of each is its canonical."""
    known = articles.select("title", "source", "published_at", "url").rows(named=True)
    rows = [
        {
            "article_id": name,
            "story_id": f"s{story}",
            "relation": "canonical" if story not in story_of[:at] else "rewrite",
            "similarity": 1.0,
            "confidence": 1.0,
            **known[at],
        }
        for at, (name, story) in enumerate(zip(articles["article_id"].to_list(), story_of, strict=True))
    ]
    return MEMBERS.check(pl.DataFrame(rows, MEMBERS.schema))


def frame(*given_articles: str | Article, story_of: list[int] | None = None) -> pl.DataFrame:
    articles = make_articles(*given_articles)
    config = Config()
    members = make_members(articles, story_of or [0] * articles.height)
    return framing(members, articles, documents(articles, config.text), config)


def hold(canonical: str, variant: str) -> Row:
    return frame(canonical, variant).row(0, named=True)


def pieces(text: str, spans: list[dict[str, int]]) -> list[str]:
    return [text[span["start"] : span["end"]] for span in spans]


class TestLaws:
    @few
    @given(texts, texts)
    def test_the_sentences_cover_all_that_is_not_blank_in_order(self, canonical: str, variant: str) -> None:
        row = hold(canonical, variant)
        spans = [(one["start"], one["end"]) for one in row["sentences"]]
        assert spans == sentences(variant)
        covered = {at for start, end in spans for at in range(start, end)}
        assert covered >= {at for at, character in enumerate(variant) if not character.isspace()}

    @few
    @given(texts, texts)
    def test_every_canonical_sentence_is_cited_or_dropped_and_never_both(self, canonical: str, variant: str) -> None:
        row = hold(canonical, variant)
        cited = {(span["start"], span["end"]) for one in row["sentences"] for span in one["canonical"]}
        dropped = [(span["start"], span["end"]) for span in row["dropped"]]
        assert sorted([*cited, *dropped]) == sentences(canonical)

    @few
    @given(texts, texts)
    def test_kinds_counts_and_scores_say_the_same(self, canonical: str, variant: str) -> None:
        row = hold(canonical, variant)
        assert row["counts"]["dropped"] == len(row["dropped"])
        for kind in KINDS:
            assert row["counts"][kind] == sum(one["kind"] == kind for one in row["sentences"])
        assert sum(row["counts"][kind] for kind in KINDS) == len(row["sentences"])
        for one in row["sentences"]:
            assert 0.0 <= one["score"] <= 1.0
            assert (one["kind"] == "added") == (one["canonical"] == [])

    @few
    @given(texts, texts)
    def test_added_words_lie_in_their_sentence(self, canonical: str, variant: str) -> None:
        for one in hold(canonical, variant)["sentences"]:
            bounds = [place for span in one["added"] for place in (span["start"], span["end"])]
            assert bounds == sorted(bounds)
            assert all(one["start"] <= place <= one["end"] for place in bounds)
            assert all(piece.strip() for piece in pieces(variant, one["added"]))
            if one["kind"] == "verbatim":
                assert one["added"] == []
            if one["kind"] == "added":
                assert one["added"] == [{"start": one["start"], "end": one["end"]}]

    @few
    @given(texts, texts)
    def test_facts_and_signals_quote_their_spans(self, canonical: str, variant: str) -> None:
        row = hold(canonical, variant)
        for found in [*row["facts"], *row["framing"]]:
            for text, span in ((canonical, found["canonical_span"]), (variant, found["variant_span"])):
                assert span is None or (0 <= span["start"] < span["end"] <= len(text))

    @few
    @given(texts)
    def test_a_copy_adds_and_drops_nothing_but_sentences_without_words(self, text: str) -> None:
        row = hold(text, text)
        written = [normalise(text[one["start"] : one["end"]]).text for one in row["sentences"]]
        wordless = [sentence for sentence in written if not words(sentence)]
        assert row["counts"]["added"] <= len(wordless)
        assert row["counts"]["dropped"] <= len(wordless)
        assert row["counts"]["contradicted"] == 0


class TestKinds:
    VARIANT = (
        "Two Calderholm tugs, escorted by the Tavrennese harbour guard, towed the carrier Amberlight out at dawn. "
        "Seven dockers and two deckhands were hurt by a snapped hawser, and shopkeepers rushed for flour. "
        "Nobody has asked the bakers of the islands what they think."
    )

    def test_word_for_word_is_verbatim(self) -> None:
        row = hold(TOW, self.VARIANT)
        first = row["sentences"][0]
        assert (first["kind"], first["score"], first["added"]) == ("verbatim", 1.0, [])
        assert pieces(TOW, first["canonical"]) == [self.VARIANT[first["start"] : first["end"]]]

    def test_a_reworded_sentence_shows_the_words_it_adds(self) -> None:
        second = hold(TOW, self.VARIANT)["sentences"][1]
        assert second["kind"] == "reworded"
        assert pieces(TOW, second["canonical"]) == ["A snapped hawser hurt seven dockers and two deckhands."]
        added = " ".join(pieces(self.VARIANT, second["added"]))
        assert "shopkeepers" in added
        assert "flour" in added
        assert "hawser" not in added

    def test_what_nothing_carries_is_added_as_a_whole(self) -> None:
        third = hold(TOW, self.VARIANT)["sentences"][2]
        assert (third["kind"], third["canonical"]) == ("added", [])
        assert pieces(self.VARIANT, third["added"]) == ["Nobody has asked the bakers of the islands what they think."]

    def test_what_the_variant_leaves_out_is_dropped(self) -> None:
        dropped = pieces(TOW, hold(TOW, self.VARIANT)["dropped"])
        assert dropped == [
            "The ship now lies at anchor off Quillon Point with four thousand tonnes of Meskarran wheat.",
            "Parliament voted by 31 to 14 to audit the concession.",
        ]

    def test_another_number_in_the_same_statement_contradicts(self) -> None:
        variant = TOW.replace("four thousand tonnes", "nine thousand tonnes")
        row = hold(TOW, variant)
        assert [one["kind"] for one in row["sentences"]] == ["verbatim", "verbatim", "contradicted", "verbatim"]
        assert row["counts"]["contradicted"] == 1

    def test_look_alike_letters_and_typography_are_no_change(self) -> None:
        disguised = TOW.replace("Amberlight", "Аmberlight").replace("hawser", "haw\u00adser").replace(" ", "\u00a0", 3)
        row = hold(TOW, disguised)
        assert row["counts"] == {"verbatim": 4, "reworded": 0, "added": 0, "contradicted": 0, "dropped": 0}


class TestHeadline:
    def test_shows_the_words_that_the_article_does_not_have(self) -> None:
        found = frame(
            Article(text=TOW, title="Grain ship towed"), Article(text=TOW_AGAIN, title="Chaos as Amberlight towed")
        )
        headline = found["headline"][0]
        assert (headline["canonical"], headline["variant"]) == ("Grain ship towed", "Chaos as Amberlight towed")
        assert pieces(headline["variant"], headline["added"]) == ["Chaos"]

    @pytest.mark.parametrize(("one", "other"), [(None, None), ("A title", None), (None, "A title"), ("", " ")])
    def test_may_be_missing(self, one: str | None, other: str | None) -> None:
        headline = frame(Article(text=TOW, title=one), Article(text=TOW_AGAIN, title=other))["headline"][0]
        assert (headline["canonical"], headline["variant"]) == (one, other)

    @few
    @given(strange_texts, strange_texts)
    def test_any_headline_is_held_against_any_other(self, one: str, other: str) -> None:
        headline = frame(Article(text=TOW, title=one), Article(text=TOW, title=other))["headline"][0]
        assert all(piece.strip() for piece in pieces(other, headline["added"]))


class TestStage:
    def test_every_variant_has_a_row_and_no_canonical_has(self) -> None:
        found = FRAMING.check(frame(TOW, TOW_AGAIN, LEAK, TOW, LEAK, story_of=[0, 0, 1, 0, 1]))
        assert found.select("story_id", "canonical_id", "variant_id").rows() == [
            ("s0", "a00", "a01"),
            ("s0", "a00", "a03"),
            ("s1", "a02", "a04"),
        ]

    def test_a_variant_does_not_depend_on_its_neighbours(self) -> None:
        alone, together = frame(TOW, TOW_AGAIN), frame(TOW, TOW_AGAIN, LEAK)
        assert together.filter(pl.col("variant_id") == "a01").equals(alone)

    def test_stories_of_one_have_nothing_to_show(self) -> None:
        assert frame(TOW, LEAK, story_of=[0, 1]).is_empty()


@pytest.fixture(scope="module", name="config")
def _with_an_encoder(tmp_path_factory: pytest.TempPathFactory) -> Config:
    folder = make_encoder(tmp_path_factory.mktemp("encoder"))
    return Config.model_validate({"stories": {"semantic": {"model": str(folder)}}})


class TestWithAnEncoder:
    def told(self, config: Config, *given_articles: str | Article) -> pl.DataFrame:
        articles = make_articles(*given_articles)
        members = make_members(articles, [0] * articles.height)
        return framing(members, articles, documents(articles, config.text), config)

    def test_what_is_said_of_a_variant_depends_on_no_other(self, config: Config) -> None:
        together = self.told(config, TOW, TOW_AGAIN, LEAK, f"{TOW_AGAIN} {LEAK}")
        alone = [self.told(config, TOW, variant) for variant in (TOW_AGAIN, LEAK, f"{TOW_AGAIN} {LEAK}")]
        assert together.drop("variant_id").equals(pl.concat(alone).drop("variant_id"))

    def test_a_worker_says_the_same(self, config: Config) -> None:
        articles = make_articles(TOW, TOW_AGAIN)
        sides = Sides(articles, documents(articles, config.text), config)
        sent = pickle.dumps(stage._part(sides, [("s0", 0, 1)], compiled=False))
        told = stage._held(pickle.loads(sent))
        assert told.equals(self.told(config, TOW, TOW_AGAIN))

    def test_an_article_in_another_language_is_compared_without_it(self, config: Config) -> None:
        french = [Article(article_id=name, text=text, lang="fr") for name, text in (("a", TOW), ("b", TOW_AGAIN))]
        assert self.told(config, *french).equals(self.told(Config(), *french))
        assert not self.told(config, TOW, TOW_AGAIN).equals(self.told(Config(), TOW, TOW_AGAIN))

    def test_a_folder_without_one_is_an_error(self, tmp_path: Path) -> None:
        config = Config.model_validate({"stories": {"semantic": {"model": str(tmp_path)}}})
        with pytest.raises(ConfigError, match="names no encoder"):
            self.told(config, TOW, TOW_AGAIN)
