"""Strangers' text made harmless for a terminal: as long as before, and JSON with the same meaning."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from dedup.report.printable import printable, printable_json


@given(st.text(st.characters(codec=None)))
def test_text_stays_as_long_and_can_always_be_encoded(text: str) -> None:
    shown = printable(text)
    assert len(shown) == len(text)
    assert printable(shown) == shown
    shown.encode("utf-8")
    assert not any(ord(character) < 0x20 or 0x7F <= ord(character) < 0xA0 for character in shown)


@given(st.text())
def test_json_means_the_same(text: str) -> None:
    line = printable_json(json.dumps({text: [text]}, ensure_ascii=False))
    assert json.loads(line) == {text: [text]}
    assert not any(ord(character) < 0x20 or 0x7F <= ord(character) < 0xA0 for character in line)
