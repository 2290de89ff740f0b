"""Planted contradictions of every kind, and true rewrites of the same sentences that are left alone.

Each case is a canonical article, a sentence of a variant that carries its first sentence, and what is expected. The
second and later sentences are there to tempt: an equal number of something else, the name of another speaker.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from dedup.stories.conflicts import conflicts
from dedup.text.sentences import sentences

Case = tuple[str, str, str]
"""Language, canonical article, variant."""

FIGURES: Sequence[Case] = [
    ("en", "Strait Lines runs 14 ships. Some 28 others were brought ashore.", "Strait Lines has a fleet of 28 ships."),
    ("en", "Some 60 officers took part. The guard, Luis Prado, 34, is stable.", "About 34 officers were involved."),
    ("en", "The ferry with 40 people caught fire.", "Fire broke out on the ferry with 14 people."),
    (
        "en",
        "Rescuers in 13 boats saved 260 people, among them 40 children.",
        "Some 260 people, 40 of them children, were saved by rescuers in 40 boats.",
    ),
    ("en", "Thousands of people marched through Kasten.", "Hundreds of people marched through Kasten."),
    ("en", "Some 9,000 people marched through Kasten.", "Dozens of people marched through Kasten."),
    ("en", "Tens of thousands of fans came to the final.", "Several hundred fans came to the final."),
    (
        "en",
        "The captain, Ian Moffat, 56, sailed for three years.",
        "Captain Ian Moffat, aged 65, sailed for three years.",
    ),
    (
        "en",
        "The captain, Ian Moffat, 56, served for three years.",
        "Ian Moffat, 56, the captain, served for five years.",
    ),
    ("en", "Sean Craddock, 48, pleaded guilty. Derek Lunt, 61, did not.", "Sean Craddock, 61, pleaded guilty."),
    ("de", "Hunderte Menschen demonstrierten vor dem Rathaus.", "Tausende Menschen demonstrierten vor dem Rathaus."),
    ("fr", "Des milliers de personnes ont défilé à Rouen.", "Des centaines de personnes ont défilé à Rouen."),
    ("it", "Centinaia di persone hanno protestato in piazza.", "In piazza hanno protestato migliaia di persone."),
    ("pt", "Milhares de pessoas foram ao comício.", "Ao comício foram centenas de pessoas."),
    ("ru", "На митинг пришли сотни человек.", "На митинг пришли тысячи человек."),
]
DIRECTIONS: Sequence[Case] = [
    ("en", "The bank cut its key rate on Thursday.", "On Thursday the bank raised its key rate."),
    ("en", "Prices rose 9 percent in the year to June.", "In the year to June prices were down 9 percent."),
    ("en", "The river rose by 4.2 metres in six hours.", "Within six hours the river was 4.2 metres lower."),
    (
        "en",
        "Exports gained 4 percent and imports lost 1 percent.",
        "Exports fell 4 percent while imports rose 1 percent.",
    ),
    ("en", "Baltsteel lost 90 million crowns last year.", "Last year Baltsteel made a profit of 90 million crowns."),
    ("en", "Police arrested nine men on Sunday.", "Nine men were released by police on Sunday."),
    ("en", "The court granted the appeal of the firm.", "The appeal of the firm was rejected by the court."),
    (
        "de",
        "Der Stadtrat will die Grundsteuer um 12 Prozent erhöhen.",
        "Der Stadtrat will die Grundsteuer um 12 Prozent senken.",
    ),
    ("fr", "L'usine a réduit sa production de 8 %.", "L'usine a augmenté sa production de 8 %."),
    ("es", "El precio del billete subió un 10 por ciento.", "El precio del billete bajó un 10 por ciento."),
    ("it", "La fabbrica ha assunto 90 operai.", "La fabbrica ha licenziato 90 operai."),
    ("pt", "A polícia prendeu seis homens.", "Seis homens foram soltos pela polícia."),
    ("ru", "Банк повысил ключевую ставку до 16 процентов.", "Банк снизил ключевую ставку до 16 процентов."),
    ("zh", "公司去年亏损2亿元。", "去年公司盈利2亿元。"),
    ("zh", "油价上涨4%，市民不满。", "油价下跌4%，市民不满。"),
]
DENIALS: Sequence[Case] = [
    (
        "en",
        "Strait Lines denied that the ferry had failed an inspection.",
        "Strait Lines did not deny that the ferry had failed an inspection.",
    ),
    ("en", "The council did not rule out a further increase.", "A further increase was ruled out by the council."),
    ("en", "Unemployment has not risen since February.", "Unemployment has risen since February."),
    ("en", "The march was peaceful and nobody was arrested.", "The march was peaceful and nine men were arrested."),
    ("en", "All of the passengers survived.", "All of the passengers died."),
    ("en", "All of the passengers survived.", "None of the passengers survived."),
    ("en", "All schools in the valley are closed.", "No school in the valley is shut."),
    ("es", "Todos los heridos sobrevivieron.", "Murieron todos los heridos."),
    ("it", "Tutti i passeggeri sono sopravvissuti.", "Tutti i passeggeri sono morti."),
]
PARTS: Sequence[Case] = [
    ("en", "On Monday Norvex Pharma sued Calder Labs.", "On Monday Calder Labs sued Norvex Pharma."),
    ("en", "On Monday Norvex Pharma sued Calder Labs.", "Norvex Pharma was sued by Calder Labs on Monday."),
    ("en", "On Monday Harlow Rovers beat Leeds United.", "On Monday Harlow Rovers lost to Leeds United."),
    (
        "en",
        "“The money will mend bridges,” Joan Estrada said. Peter Vance was not there.",
        "Peter Vance said the money would mend bridges.",
    ),
    ("en", "The airline will open six routes from Lisbon.", "Six routes will be opened by the airline from Madrid."),
    ("en", "Detectives found the rings in Leeds on Monday.", "Detectives found the rings in Bradford on Monday."),
]
TRUE: Sequence[Case] = [
    ("en", "Twelve passengers were taken to hospital.", "A dozen passengers were taken to hospital."),
    ("en", "Some 60 officers took part.", "Dozens of officers took part."),
    ("en", "Some 9,000 people marched through Kasten.", "Thousands of people marched through Kasten."),
    (
        "en",
        "The captain, Ian Moffat, 56, served three years.",
        "The 56-year-old captain, Ian Moffat, served three years.",
    ),
    ("en", "All of the passengers survived.", "None of the passengers died."),
    ("en", "All of the passengers survived.", "Nobody among the passengers died."),
    ("en", "All schools in the valley are closed.", "No school in the valley is open."),
    ("en", "None of the children was killed.", "All of the children survived."),
    ("en", "The brigades will begin tests on Thursday.", "The brigades will not begin tests until Thursday."),
    ("en", "The pool stays closed until May.", "The pool opens in May."),
    ("en", "Its manager declined to answer questions.", "Its manager refused to answer any questions."),
    ("en", "Groups will be called classes, and not squads.", "Groups will be called classes instead of squads."),
    ("en", "The deal raised questions in Brussels.", "In Brussels the deal met with reduced confidence and questions."),
    ("en", "Exports rose by 4 percent and imports fell by 1.", "Imports went down by 1 and exports up 4 percent."),
    ("en", "On Monday Norvex Pharma sued Calder Labs.", "Calder Labs was sued by Norvex Pharma on Monday."),
    ("en", "On Monday Harlow Rovers beat Leeds United.", "On Monday Leeds United lost to Harlow Rovers."),
    ("en", "Supt Tony Healy said the divers were working.", "Superintendent Tony Healy said the divers were working."),
    ("en", "The Met said it would hire officers.", "The Metropolitan Police said it would hire officers."),
    ("de", "Bis Mai bleibt das Schwimmbad geschlossen.", "Das Schwimmbad öffnet erst im Mai."),
    ("de", "Der Stadtrat erhöht die Grundsteuer um 12 Prozent.", "Die Grundsteuer steigt um 12 Prozent."),
    ("es", "Unos 6.000 vecinos usan el servicio.", "Miles de vecinos usan el servicio."),
    ("es", "Todos los heridos sobrevivieron.", "No murió ninguno de los heridos."),
    ("ru", "Цены на хлеб выросли на 5 процентов.", "Хлеб подорожал на 5 процентов."),
    ("zh", "油价上涨4%，市民不满。", "市民对油价上升4%不满。"),
]


def reasons(lang: str, canonical: str, variant: str) -> list[str]:
    """Why the variant, one sentence, is in conflict with the first sentence of the canonical article."""
    first = sentences(canonical)[0]
    found = conflicts(canonical, variant, [first], (0, len(variant)), lang=lang)
    return [one.reason for one in found]


@pytest.mark.parametrize(
    ("cases", "kinds"),
    [
        (FIGURES, {"figure"}),
        (DIRECTIONS, {"opposite"}),
        (DENIALS, {"negation", "opposite", "quantity"}),
        (PARTS, {"deed", "speaker", "place"}),
    ],
)
def test_a_planted_contradiction_is_found(cases: Sequence[Case], kinds: set[str]) -> None:
    assert [case for case in cases if not kinds & set(reasons(*case))] == []


def test_a_true_rewrite_of_such_sentences_is_left_alone() -> None:
    assert [(case, found) for case in TRUE if (found := reasons(*case))] == []
