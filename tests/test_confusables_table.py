"""The table of look-alikes is made from Unicode's list, and can be made again."""

from __future__ import annotations

import ast
import unicodedata

from dedup.text.homoglyphs import EXACT_TWIN, FOREIGN_LETTER
from tests.confusables_table import LEFT_OUT, LETTERS, parsed, twins, written

EXCERPT = """
\ufeff# confusables.txt
05AD ;\t0596 ;\tMA\t# ( ֭ → ֖ ) HEBREW ACCENT DEHI → HEBREW ACCENT TIPEHA\t#
0430 ;\t0061 ;\tMA\t# ( а → a ) CYRILLIC SMALL LETTER A → LATIN SMALL LETTER A\t#
04CF ;\t006C ;\tMA\t# ( ӏ → l ) CYRILLIC SMALL LETTER PALOCHKA → LATIN SMALL LETTER L\t# →I→
04C0 ;\t006C ;\tMA\t# ( Ӏ → l ) CYRILLIC LETTER PALOCHKA → LATIN SMALL LETTER L\t# →ӏ→→I→
A4F2 ;\t006C ;\tMA\t# ( ꓲ → l ) LISU LETTER I → LATIN SMALL LETTER L\t# →I→
037A ;\t0069 ;\tMA\t#* ( ͺ → i ) GREEK YPOGEGRAMMENI → LATIN SMALL LETTER I\t# →ι→→ι→
13EB ;\t004F 0335 ;\tMA\t# ( Ꮻ → O̵ ) CHEROKEE LETTER WI → LATIN CAPITAL LETTER O, COMBINING SHORT STROKE OVERLAY\t#
13F3 ;\t0047 ;\tMA\t# ( Ᏻ → G ) CHEROKEE LETTER YU → LATIN CAPITAL LETTER G\t#
0433 ;\t0072 ;\tMA\t# ( г → r ) CYRILLIC SMALL LETTER GHE → LATIN SMALL LETTER R\t#
"""


def test_letters_of_the_list_become_twins_and_nothing_else_of_it() -> None:
    assert twins(parsed(EXCERPT.splitlines())) == {"Ӏ": "I", "а": "a", "ӏ": "l", "Ᏻ": "G", "ꓲ": "I"}


def test_the_table_in_use_keeps_the_rules_it_is_made_by() -> None:
    assert twins({letter: "l" if twin == "I" else twin for letter, twin in EXACT_TWIN.items()}) == EXACT_TWIN
    for letter in EXACT_TWIN:
        assert FOREIGN_LETTER.fullmatch(letter)
        assert unicodedata.category(letter) in LETTERS
        assert letter not in LEFT_OUT


def test_what_is_written_is_the_table_when_it_is_read_again() -> None:
    rows = [line.strip()[len("**dict(zip(") :].partition(", strict")[0] for line in written(EXACT_TWIN).splitlines()]
    read = [ast.literal_eval(f"({row})") for row in rows]
    assert {letter: twin for run, made in read for letter, twin in zip(run, made, strict=True)} == EXACT_TWIN
