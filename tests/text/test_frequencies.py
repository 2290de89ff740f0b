"""How often words are used in a language."""

from __future__ import annotations

import subprocess
import sys

import pytest

from dedup.text.frequencies import zipf_frequencies


@pytest.mark.parametrize("lang", ["english", "x", "a", "5", "日本語", "", "und", "\x00"])
def test_what_is_no_language_has_no_list(lang: str) -> None:
    assert zipf_frequencies(lang) == {}


def test_only_the_warnings_of_the_word_lists_are_not_printed() -> None:
    """Asked in a process of its own: a test's own handlers would take the warning."""
    code = (
        "import logging, warnings; from dedup.text.frequencies import zipf_frequencies\n"
        "print([len(zipf_frequencies(lang)) > 10_000 for lang in ('no', 'cy', 'af', 'ka', 'ga')].count(True) > 0)\n"
        "logging.getLogger('wordfreq').error('an error'); logging.getLogger('dedup').warning('ours')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("True\n", "an error\nours\n")
