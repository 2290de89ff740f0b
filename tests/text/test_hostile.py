"""Laws that hold whatever the text, and costs that grow with its length and no faster.

In: hostile alphabets, long runs. Out: nothing but that the laws hold. ``make fuzz FUZZ=tests/text`` draws twenty times
as many examples.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import dedup.stories
import dedup.text
from dedup.text.claims import claims
from dedup.text.language import identify
from dedup.text.normalise import normalise
from dedup.text.sentences import sentences
from dedup.text.words import words
from tests.text.strange import PIECES, strange_texts

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ["en", "de", "fr", "es", "ru", "zh", "ar", "und", "xx"]

surrogates = st.text(st.characters(), max_size=30)
scripts = st.text(st.sampled_from("aeopаеорοαʟᴇ𝐥ⓔ \u0336\u0301\u200b\u202e-\n<b>&;РџÃ©"), max_size=60)
stuttering = st.tuples(st.sampled_from(PIECES), st.integers(1, 200)).map(lambda drawn: drawn[0] * drawn[1])
hostile_texts = st.one_of(strange_texts, surrogates, scripts, st.lists(stuttering, max_size=4).map("".join))


class TestLaws:
    @given(hostile_texts)
    @example("\ud800")
    @example("가ㄳ")
    @example("か\uff9e\uff9e")
    @example("a\u0f75\u0f75")
    def test_folding_is_idempotent_and_leads_back(self, text: str) -> None:
        found = normalise(text)
        assert normalise(found.text).text == found.text
        if found.offsets is not None:
            offsets = found.offsets.tolist()
            assert offsets == sorted(offsets)
            assert len(offsets) == len(found.text) + 1
            assert all(0 <= place <= len(text) for place in offsets)
        assert all(text[fold.start : fold.end] == fold.raw and fold.start < fold.end for fold in found.folds)

    @given(st.text(st.sampled_from([chr(code) for code in range(128)] + list("‘’‚“”„–—«»\xa0\u202f")), max_size=60))
    def test_the_fast_path_reads_what_the_slow_one_does(self, text: str) -> None:
        # A character with no part in any fold sends the whole text down the slow path.
        found = normalise(f"{text} 河")
        assert found.text == f"{normalise(text).text} 河"

    @given(hostile_texts)
    def test_sentences_are_ordered_and_cover_all_that_is_not_blank(self, text: str) -> None:
        spans = sentences(text)
        assert all(0 <= start < end <= len(text) for start, end in spans)
        assert all(before[1] <= after[0] for before, after in pairwise(spans))
        covered = {at for start, end in spans for at in range(start, end)}
        assert covered >= {at for at, character in enumerate(text) if not character.isspace()}

    @given(hostile_texts, st.sampled_from(LANGUAGES))
    def test_claims_lie_in_the_text_in_order(self, text: str, lang: str) -> None:
        found = claims(text, lang)
        assert all(0 <= claim.start < claim.end <= len(text) for claim in found)
        assert [claim.start for claim in found] == sorted(claim.start for claim in found)

    @given(hostile_texts)
    def test_every_text_has_a_language_code(self, text: str) -> None:
        assert re.fullmatch("[a-z]{2,3}", identify(words(normalise(text).text)))


def patterns() -> list[tuple[str, re.Pattern[str]]]:
    """Every compiled pattern of the rooms that read texts."""
    found: dict[tuple[str, int], tuple[str, re.Pattern[str]]] = {}
    for package in (dedup.text, dedup.stories):
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            for name, value in vars(importlib.import_module(module.name)).items():
                for one in value if isinstance(value, tuple | list) else [value]:
                    for part in one if isinstance(one, tuple) else [one]:
                        if isinstance(part, re.Pattern):
                            found.setdefault((part.pattern, part.flags), (f"{module.name}.{name}", part))
    return list(found.values())


RUNS = [
    "a", "A", "ab ", "1", "1,", "1.", " ", "\t", "\n", "-", "-\n", ".", "...", "!", '"', "“", "”", "'", "’", "(", ")",
    "<", "<a ", "</", "<!--", "<script>", "&", "&amp;", "&#", ";", "é", "е", "aе", "河", "ก", "ㅏ", "\u0301", "\u0336",
    "\u200b", "\u202e", "Ã", "Ã©", "Рџ", "|", "| a ", "> ", "photo:", "page 1 ", "read ", "by a ", "Mr. ", "U.S.",
    "A.B.", "$1 ", "x:y/", "l'", "\x00", "\ud800", "\u2028", "𝐁", "x\u0301", "1/2", "$", "%",
]  # fmt: skip

BOUNDED = {"dedup.text.boilerplate._WHOLE": 260, "dedup.text.boilerplate._ANYWHERE": 260}
"""Patterns that see no more characters than this; a longer sentence is never furniture."""

TIMED = """
import sys, time
sys.path.insert(0, {root!r})
from tests.text.test_hostile import BOUNDED, RUNS, patterns
slow = []
for name, pattern in patterns():
    for unit in RUNS:
        text = unit * (BOUNDED.get(name, 100_000) // len(unit))
        before = time.process_time()
        for _ in pattern.finditer(text):
            pass
        pattern.fullmatch(text + "\\x01")
        spent = time.process_time() - before
        if spent > 2:
            slow.append((name, unit, round(spent, 1)))
print(slow)
"""


def run_apart(program: str, seconds: int) -> str:
    """What a program says in a process that is ended when it hangs."""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=seconds, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.slow
def test_no_pattern_takes_more_than_its_length() -> None:
    # A pattern that backtracks takes minutes for a hundred kilobytes of the right run, and hours for two.
    assert len(patterns()) >= 60
    assert run_apart(TIMED.format(root=str(ROOT)), 900) == "[]"


WHOLE = """
import sys
sys.path.insert(0, {root!r})
from dedup.text.claims import claims
from dedup.text.normalise import normalise
from dedup.text.sentences import sentences
text = {text}
found = normalise(text)
assert normalise(found.text).text == found.text
sentences(text)
claims(text, "en")
print(len(text))
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        "'a' * 1_000_000", "'aе' * 100_000", "'e' + '\\u0301' * 100_000", "'e' + '\\u0336' * 100_000",
        "'\\x00' * 100_000 + '\\ud800' * 100_000", "'\\u202eabc\\u202c ' * 10_000", "'\\u200d' * 1_000_000",
        "'<b>' * 20_000 + 'x' + '</b>' * 20_000", "'<!--' * 20_000", "'<script>' * 20_000",
        "'<script>x</style>' * 9_000",
        "'&amp;' * 20_000 + '&' + 'amp;' * 50_000 + 'lt;'", "'&' + '#38;' * 50_000 + 'lt;'",
        "'a-\\n' * 20_000 + 'well-\\nknown ' * 10_000", "'. ' * 50_000 + '\"' * 50_000 + '1,' * 50_000",
        "'Рџ' * 50_000", "'сосоа ' * 20_000", "'ㅏ' * 100_000",
    ],
)  # fmt: skip
def test_a_hostile_text_ends(text: str) -> None:
    assert int(run_apart(WHOLE.format(root=str(ROOT), text=text), 120)) > 0
