"""Which language a text is in."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given

from dedup.text.language import UNKNOWN, identify
from dedup.text.normalise import normalise
from dedup.text.words import words
from tests.text.strange import few, strange_texts

SAMPLES = {
    "en": "The council of the islets has ordered two of the three jetties in its waters to shut by October.",
    "es": "El consejo de las islas ha ordenado el cierre de dos de los tres muelles para que no haya más vertidos.",
    "pt": "O conselho das ilhas ordenou o fechamento de dois dos três cais, mas não disse quando a decisão vale.",
    "fr": "Le conseil des îles a ordonné la fermeture de deux des trois quais, mais ce n’est pas assez.",
    "de": "Der Rat der Inseln hat die Schließung von zwei der drei Anleger angeordnet, und das ist auch nicht alles.",
    "it": "Il consiglio delle isole ha ordinato la chiusura di due dei tre moli, che non sono più sicuri per le navi.",
    "ru": "Совет островов приказал закрыть два из трёх причалов, но это не всё, что было сказано на заседании.",
    "uk": "Рада островів наказала закрити два з трьох причалів, але це не все, що було сказано на засіданні.",
    "pl": "Rada wysp nakazała zamknięcie dwóch z trzech przystani, ale to nie jest wszystko, co się stało na wyspie.",
    "ar": "أمر مجلس الجزر بإغلاق اثنين من الأرصفة الثلاثة التي تقع في مياهه بعد تسرب الوقود هذا الصيف",
    "zh": "群岛委员会下令关闭其水域内三个燃料码头中的两个。",
    "ja": "島の評議会は三つの桟橋のうち二つを閉鎖するよう命じた。",
    "ko": "군도 의회는 세 개의 부두 가운데 두 곳을 닫으라고 명령했다.",
    "el": "Το συμβούλιο των νησιών διέταξε το κλείσιμο δύο από τις τρεις προβλήτες.",
    "he": "מועצת האיים הורתה לסגור שניים משלושת המזחים.",
    "hi": "द्वीप परिषद ने तीन में से दो घाट बंद करने का आदेश दिया।",
    "th": "สภาเกาะสั่งปิดท่าเรือสองในสามแห่ง",
    "ca": "El consell de les illes ha ordenat tancar dos dels tres molls amb aquesta decisió que arriba tard.",
}


def identified(text: str) -> str:
    return identify(words(normalise(text).text))


@pytest.mark.parametrize("lang", SAMPLES)
def test_a_sentence_is_enough(lang: str) -> None:
    assert identified(SAMPLES[lang]) == lang


@pytest.mark.parametrize("text", ["", "2025 17 31", "—", "🧨"])
def test_what_has_no_words_has_no_language(text: str) -> None:
    assert identified(text) == UNKNOWN


def test_a_foreign_name_does_not_change_the_language() -> None:
    assert identified(SAMPLES["en"] + " 澜河市 Москва") == "en"
    assert identified(SAMPLES["zh"] + " Brask & Dunmere") == "zh"


@few
@given(strange_texts)
def test_any_text_has_a_code_of_two_letters_or_none(text: str) -> None:
    code = identified(text)
    assert code == UNKNOWN or (len(code) == 2 and code.isascii() and code.islower())


def test_agrees_with_the_written_corpora(newsroom: Path, traps: Path) -> None:
    lines = [
        line for folder in (newsroom, traps) for line in (folder / "articles.jsonl").read_text("utf-8").splitlines()
    ]
    articles = [article for article in map(json.loads, lines) if article["lang"] and len(article["text"]) > 200]
    wrong = [(article["id"], article["lang"]) for article in articles if identified(article["text"]) != article["lang"]]
    assert articles
    assert len(wrong) <= len(articles) // 50, wrong


def test_plain_news_does_not_load_the_model() -> None:
    program = (
        "import sys\nfrom dedup.text.language import identify\n"
        f"identify({SAMPLES['en'].lower().split()!r})\nprint('py3langid' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
