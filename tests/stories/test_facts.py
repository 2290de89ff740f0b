"""The ledger of facts and the conflicts of one sentence: what is found, what is left alone."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.schemas import FACT
from dedup.stories.conflicts import conflicts
from dedup.stories.facts import facts

GOLD = Path(__file__).parents[1] / "gold"


def conflicting(canonical: str, variant: str, lang: str = "en", **given: Any) -> list[tuple[str, str, str]]:
    """Conflicts of one whole text with another, as (reason, canonical words, variant words)."""
    found = conflicts(canonical, variant, [(0, len(canonical))], (0, len(variant)), lang=lang, **given)
    return [(one.reason, canonical[slice(*one.canonical)], variant[slice(*one.variant)]) for one in found]


def ledger(
    canonical: str, variant: str, *, linked: bool = True, lang: str = "en", **given: Any
) -> list[tuple[Any, ...]]:
    """Facts of one sentence against one, as (status, kind, canonical, variant)."""
    links = [((0, len(variant)), [(0, len(canonical))] if linked else [])]
    rows = facts(canonical, variant, links, lang=lang, **given)
    return [(row["status"], row["kind"], row["canonical"], row["variant"]) for row in rows]


# ------------------------------------------------------------------------------------------------------ contradictions


@pytest.mark.parametrize(
    ("lang", "canonical", "variant", "reason"),
    [
        ("en", "The ferry carried 412 passengers.", "The ferry carried 142 passengers.", "figure"),
        ("en", "The dam cost $74m, engineers said.", "Engineers put the cost of the dam at $47m.", "figure"),
        ("en", "The reservoirs are 90 percent full.", "The reservoirs are 60 percent full.", "figure"),
        ("de", "Der Vertrag soll 12 Jahre gelten.", "Der Vertrag soll 21 Jahre gelten.", "figure"),
        ("fr", "La centrale produit 900 mégawatts.", "La centrale produit 90 mégawatts.", "figure"),
        ("ru", "Завод отозвал 3200 упаковок булочек.", "Завод отозвал 2300 упаковок булочек.", "figure"),
        ("zh", "这座桥长1200米，造价3亿元。", "这座桥长2100米，造价3亿元。", "figure"),
        ("it", "Ogni famiglia riceve 500 euro.", "Ogni famiglia riceve 50 euro.", "figure"),
        (
            "en",
            "The tremor was the strongest of 63 recorded since Tiefwerk began to pump water into the rock.",
            "It was the strongest of 36 tremors counted since Tiefwerk started forcing water into rock.",
            "figure",
        ),
        ("en", "The strike begins on 14 March at the plant.", "The strike at the plant begins on 24 March.", "date"),
        (
            "en",
            "The external auditor has until 11 April.",
            "Until 14 April the external auditor has time.",
            "date",
        ),
        ("de", "Aus dem Ventil strömten 180 Kilogramm Gas.", "Ungehindert traten 810 Kilo aus.", "figure"),
        (
            "en",
            "The club lost £51.3m over three seasons, £12.3m more than the £39m allowed.",
            "In three seasons the club ran up losses of £53.1m, when £39m is the most that is allowed.",
            "figure",
        ),
        (
            "en",
            "Two of the crew were hurt but neither was in danger.",
            "Two of the crew were hurt and both were in danger.",
            "quantity",
        ),
        (
            "en",
            "Nineteen people were hurt, among them five police officers.",
            "Nineteen were hurt, all of them police officers.",
            "quantity",
        ),
        ("en", "Most of the patients recovered at home.", "All of the patients recovered at home.", "quantity"),
        ("en", "Half of the money goes to schools.", "None of the money goes to schools.", "quantity"),
        ("en", "Nobody was hurt when the roof fell.", "Dozens were hurt when the roof fell.", "quantity"),
        ("en", "Water was cut to two of the five districts.", "Water was cut to all five districts.", "quantity"),
        ("en", "The firm declined to comment on the leak.", "The firm has admitted the leak.", "stance"),
        ("en", "The report found no evidence of theft.", "The report established theft.", "stance"),
        ("es", "El alcalde negó el soborno.", "El alcalde admitió el soborno.", "stance"),
        ("en", "Tap water is safe, officials said.", "The tap is contaminated, officials said.", "opposite"),
        ("en", "The council approved the bridge.", "The council threw out the bridge.", "opposite"),
        (
            "en",
            "The board rejected a request to suspend the app.",
            "The board granted the request to suspend the app.",
            "opposite",
        ),
        (
            "en",
            "A fault in the filter was the likely cause.",
            "The cause was certainly a fault in the filter.",
            "opposite",
        ),
        (
            "en",
            "Four of the five voted in favour of a restart.",
            "Four of the five voted against a restart.",
            "opposite",
        ),
        (
            "fr",
            "Une panne de la vanne a probablement causé la fuite.",
            "Une panne de la vanne a certainement causé la fuite.",
            "opposite",
        ),
        ("pt", "O governo aprovou a ponte.", "O governo rejeitou a ponte.", "opposite"),
        ("en", "The firm will not close its plant in Darrow.", "The firm will close its plant in Darrow.", "negation"),
        ("en", "Deputy mayor Lena Ostrow signed it.", "Mayor Lena Ostrow signed it.", "role"),
        ("en", "It was late because of a storm.", "They blamed a storm, but it was a failed check.", "rebuttal"),
    ],
)
def test_a_sentence_that_says_otherwise_is_in_conflict(lang: str, canonical: str, variant: str, reason: str) -> None:
    assert reason in {found[0] for found in conflicting(canonical, variant, lang)}


@pytest.mark.parametrize(
    ("lang", "canonical", "variant"),
    [
        (
            "en",
            "The dam cost $74m and holds 310 million cubic metres.",
            "At 74 million dollars, it stores 310m cubic metres.",
        ),
        (
            "en",
            "More than 210 homes lost power for almost eleven hours.",
            "Over two hundred homes were dark for about 11 hours.",
        ),
        (
            "en",
            "Planting raised the cost of the work from £1,100 to £1,900 a hectare.",
            "Planting adds £800 to a cost of £1,100 a hectare of the work.",
        ),
        (
            "en",
            "The canal carries 640 million litres under the 2021 protocol of the two states.",
            "The protocol of the two states lets the canal carry 640 million litres.",
        ),
        ("en", "It stays shut until at least Friday noon.", "It stays shut until around noon on Friday."),
        ("en", "All but 200 of the 1,000 homes have water.", "Eight hundred of the 1,000 homes have water."),
        (
            "en",
            "They came from two goals down to win 3-2 with five matches left.",
            "They won it after being 2-0 behind.",
        ),
        ("en", "Two of the twelve silos are too dangerous.", "A pair of silos is too dangerous; there are 12 in all."),
        ("en", "Almost a fifth of the trees died.", "Nearly 20 percent of the trees died."),
        ("en", "The board did not approve the plan.", "The board rejected the plan."),
        ("en", "The road is not safe, engineers said.", "Engineers called the road dangerous."),
        ("en", "Neither driver was hurt.", "Both drivers escaped unhurt."),
        ("en", "A tenth of the fish survived.", "Nine out of ten fish died."),
        ("en", "The talks took two weeks.", "The talks took fourteen days."),
        ("en", "Helicopters could not land until noon.", "Cloud kept helicopters from landing until noon."),
        ("en", "He was convicted of fraud and cleared of bribery.", "Guilty of fraud, he was acquitted of bribery."),
        ("en", "Prices rose in May and fell in June.", "After a rise in May, prices fell in June."),
        ("en", "By the end of May both must sign.", "Before June both must sign."),
        ("en", "The deputy head, Ann Lory, read it.", "Ann Lory, deputy head, read it."),
        ("es", "El ministro no descartó subir los impuestos.", "Subir los impuestos es posible, según el ministro."),
        ("de", "Rund 6200 Autos nutzen die Brücke.", "Mehr als sechstausend Autos nutzen die Brücke."),
        ("en", "It will cost 118 million to 124 million pounds.", "It will cost 118-124 million pounds."),
    ],
)
def test_a_sentence_that_says_the_same_in_other_words_is_not(lang: str, canonical: str, variant: str) -> None:
    assert conflicting(canonical, variant, lang) == []


def test_verbatim_text_and_unlinked_sentences_are_never_in_conflict() -> None:
    text = "Nobody paid, and all paid; it rose 5 percent and fell 7 percent."
    assert conflicting(text, text) == []
    assert conflicts(text, "All paid 9 percent.", [], (0, 19), lang="en") == []


def test_a_figure_the_other_article_gives_elsewhere_is_not_in_conflict() -> None:
    canonical = "The mill has 412 workers. The dock has 142 workers."
    assert conflicts(canonical, "The mill has 142 workers.", [(0, 25)], (0, 25), lang="en") == []


def test_the_weekday_of_one_article_and_the_yesterday_of_another_are_one_day() -> None:
    tuesday, wednesday = datetime(2025, 3, 11, 9, tzinfo=UTC), datetime(2025, 3, 12, 9, tzinfo=UTC)
    canonical, variant = "The accord was signed on Tuesday in Tolqin.", "The accord was signed yesterday in Tolqin."
    assert conflicting(canonical, variant, published=(tuesday, wednesday)) == []
    other = "The accord was signed on Monday in Tolqin."
    assert conflicting(canonical, other, published=(tuesday, wednesday)) == [("date", "Tuesday", "Monday")]
    assert conflicting(canonical, variant) == []  # without a day of publication "yesterday" says nothing


# --------------------------------------------------------------------------------------------------------- the ledger


def test_what_stands_on_one_side_only_was_added_or_dropped() -> None:
    rows = ledger("Mr Dosymbek signed in Tolqin.", "Mr Dosymbek signed for 900 gigawatt hours.")
    assert rows == [("added", "number", None, "900 gigawatt hours"), ("dropped", "entity", "Tolqin", None)]


def test_a_shorter_name_a_rounded_number_and_unquoted_words_are_the_same_fact() -> None:
    canonical = "Yerlan Dosymbek said that 140,000 hectares “have run dry”."
    assert ledger(canonical, "Some 140,000 hectares have run dry, Mr Dosymbek said.") == []


def test_a_conflict_is_not_listed_again_as_added_and_dropped() -> None:
    rows = ledger("The ferry carried 412 passengers.", "The ferry carried 142 passengers.")
    assert rows == [("conflict", "number", "412", "142")]


def test_one_letter_makes_a_changed_name() -> None:
    rows = ledger("She met Odran Kelvasti there.", "She met Odran Kelvatsi there.")
    assert ("changed", "entity", "Odran Kelvasti", "Odran Kelvatsi") in rows


@pytest.mark.parametrize(
    ("canonical", "variant", "told"),
    [
        ("Yevgeny Kaddour signed it.", "Evgeni Qaddur signed it.", ("Yevgeny Kaddour", "Evgeni Qaddur")),
        ("Yevgeny Kaddour signed it.", "Mr Qaddur signed it.", ("Yevgeny Kaddour", "Qaddur")),
        (
            "Aleksandr Zhukov met Sorvan Ildomar.",
            "Sorvan Ildomar met Alexandr Jukov.",
            ("Aleksandr Zhukov", "Alexandr Jukov"),
        ),
        ("They held Muhammad Dosymbek.", "They held Mohammed Dosymbek.", ("Muhammad Dosymbek", "Mohammed Dosymbek")),
    ],
)
def test_another_transcription_makes_a_changed_name_that_is_neither_added_nor_dropped(
    canonical: str, variant: str, told: tuple[str, str]
) -> None:
    assert ledger(canonical, variant) == [("changed", "entity", *told)]


def test_a_name_spelt_otherwise_in_an_unlinked_sentence_is_not_taken_for_somebody_new() -> None:
    assert ledger("Yevgeny Kaddour signed it.", "It rained on Evgeni Qaddur.", linked=False) == []


def test_a_name_that_only_begins_alike_is_somebody_else() -> None:
    assert ledger("Yevgeny Kaddour signed it.", "Evgeni Marchbane signed it.") == [
        ("added", "entity", None, "Evgeni Marchbane"),
        ("dropped", "entity", "Yevgeny Kaddour", None),
    ]


def test_a_name_spelt_otherwise_throughout_is_told_once() -> None:
    canonical = "Yevgeny Kaddour signed it. Then it rained on Kaddour."
    variant = "Evgeni Qaddur signed it. Qaddur was wet from the rain."
    links = [((0, 24), [(0, 26)]), ((25, len(variant)), [(27, len(canonical))])]
    rows = facts(canonical, variant, links, lang="en")
    assert [(row["status"], row["canonical"], row["variant"]) for row in rows] == [
        ("changed", "Yevgeny Kaddour", "Evgeni Qaddur")
    ]


def test_a_retold_quotation_was_changed() -> None:
    rows = ledger("“We have had enough papers before,” she said.", "“We have had papers enough,” she said.")
    assert [row[:2] for row in rows] == [("changed", "quote")]


def test_a_louder_verb_of_the_same_speaker_is_a_changed_attribution() -> None:
    rows = ledger("Ada Byrne said that it rained.", "Ada Byrne claimed that it rained.")
    assert rows == [("changed", "attribution", "said", "claimed")]


def test_a_statement_that_lost_its_speaker_is_a_dropped_attribution() -> None:
    rows = ledger("Ada Byrne said that it rained.", "It rained.")
    assert ("dropped", "attribution", "said", None) in rows


def test_an_added_sentence_is_held_against_the_whole_article() -> None:
    assert ledger("Tolqin is dry.", "Tolqin has 900 wells.", linked=False) == [("added", "number", None, "900")]


def test_a_fact_is_reported_once() -> None:
    rows = ledger("It rained.", "Besaryk waits for Besaryk, in the town of Besaryk.", linked=False)
    assert [row[3] for row in rows] == ["Besaryk"]


def test_rows_keep_the_declared_shape() -> None:
    canonical, variant = "The ferry took 412 men to Lorn.", "The ferry took 142 men to Hollen."
    rows = facts(canonical, variant, [((0, len(variant)), [(0, len(canonical))])], lang="en")
    assert len(rows) == 3
    assert pl.Series(rows, dtype=FACT).to_list() == rows


SENTENCES = st.lists(
    st.sampled_from(
        [
            "Mr Dosymbek",
            "said",
            "claimed",
            "three",
            "412 men",
            "12 percent",
            "all of",
            "none",
            "not",
            "may",
            "“so it is now”",
            "on Tuesday",
            "in 2021",
            "Lorn",
            "deputy head",
            "mob",
            "Kеlva",
            "\u200b",
            "\n",
            ".",
        ]
    ),
    max_size=25,
).map(" ".join) | st.text(max_size=60)


@given(canonical=SENTENCES, variant=SENTENCES, lang=st.sampled_from(["en", "de", "ru", "zh", "nl"]))
@settings(deadline=None)
def test_spans_of_any_fact_slice_to_its_words(canonical: str, variant: str, lang: str) -> None:
    links = [((0, len(variant)), [(0, len(canonical))])] if canonical and variant else []
    rows = facts(canonical, variant, links, lang=lang)
    for row in rows:
        for text, words, span in (
            (canonical, row["canonical"], row["canonical_span"]),
            (variant, row["variant"], row["variant_span"]),
        ):
            assert (words is None) is (span is None)
            assert span is None or text[span["start"] : span["end"]] == words
    assert facts(canonical, variant, links, lang=lang) == rows


@given(text=SENTENCES)
@settings(deadline=None)
def test_an_article_has_no_facts_against_itself(text: str) -> None:
    assert facts(text, text, [((0, len(text)), [(0, len(text))])], lang="en") == []


# --------------------------------------------------------------------------------------------------------------- gold


def test_contradictions_of_the_gold_corpora_are_found_and_true_sentences_left_alone() -> None:
    found = missed = wrong = right = 0
    for corpus in ("newsroom", "traps"):
        folder = GOLD / corpus
        articles = {row["id"]: row for row in _rows(folder / "articles.jsonl")}
        for row in _rows(folder / "alignment.jsonl"):
            canonical, variant = articles[row["source"]], articles[row["variant"]]
            published = (
                datetime.fromisoformat(canonical["published_at"]),
                datetime.fromisoformat(variant["published_at"]),
            )
            for sentence in row["sentences"]:
                if sentence["kind"] == "added":
                    continue
                cited = [tuple(row["source_sentences"][at]) for at in sentence["from"]]
                span = (sentence["start"], sentence["end"])
                hit = bool(
                    conflicts(canonical["text"], variant["text"], cited, span, lang=row["lang"], published=published)
                )
                if sentence["kind"] == "contradicts":
                    found, missed = found + hit, missed + (not hit)
                else:
                    wrong, right = wrong + hit, right + (not hit)
    assert found + missed == 9
    assert found / (found + missed) >= 0.75, "half is the target; 8 of 9 were found when this was written"
    assert wrong / (wrong + right) <= 0.01, "3 % is the target; 1 of 817 was wrong when this was written"


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
