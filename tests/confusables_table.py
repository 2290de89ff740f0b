"""Make the table of look-alikes in ``dedup/text/homoglyphs.py`` from Unicode's list of confusables.

    python -m tests.confusables_table FILE     confusables.txt of UTS #39, https://www.unicode.org/Public/security/

In: the file. Out: the lines of ``EXACT_TWIN`` as they should stand, and whether they are those that stand there; status
1 where they are not. Must not know what is done with look-alikes.

Of the file are taken: single letters (no marks, no signs) of the scripts that ``FOREIGN_LETTER`` names whose prototype
is one letter of ASCII. The list leads I, l and | to a small l; what is a capital, or of a script without small letters,
reads as I. ``LEFT_OUT`` is what the list has and no table of whole words can use.
"""

from __future__ import annotations

import argparse
import sys
import unicodedata
from collections.abc import Iterable, Mapping
from itertools import groupby
from pathlib import Path
from typing import Final

from dedup.text.homoglyphs import EXACT_TWIN, FOREIGN_LETTER

LEFT_OUT: Final = {
    "г": "no reader takes it for r; it counts inside words that mix scripts",
    "Ь": "it reads as a small b among capitals",
    "ш": "no reader takes it for w",
    # Came between 15.0 and 17.0, and what they do to real words was not measured.
    "ւ": "new",
    "ϭ": "new",
    "ϸ": "new",
    "Ⲃ": "new",
    "ⲓ": "new",
    "ⲩ": "new",
    "ⲽ": "new",
    "Ⳏ": "new",
    "ⳏ": "new",
}
"""Letters of the list that the table does not have, and why."""
LETTERS: Final = {"Lu", "Ll", "Lo"}


def parsed(lines: Iterable[str]) -> dict[str, str]:
    r"""Single characters of the list and what they look like.

    Args:
        lines: Lines of ``confusables.txt``: code points; prototype; MA, then a comment.

    Examples:
        >>> parsed(["# Version: 15.1.0", "0430 ;\t0061 ;\tMA\t# ( а → a )", "13EB ;\t004F 0335 ;\tMA"])
        {'а': 'a'}
    """
    found = {}
    for line in lines:
        fields = line.lstrip("\ufeff").partition("#")[0].split(";")
        if len(fields) < 2:
            continue
        source, target = (field.split() for field in fields[:2])
        if len(source) == len(target) == 1:
            found[chr(int(source[0], 16))] = chr(int(target[0], 16))
    return found


def twins(confusables: Mapping[str, str]) -> dict[str, str]:
    """The letters of the list that belong into the table, and their twins; by code point.

    Examples:
        >>> twins({"а": "a", "Ӏ": "l", "ӏ": "l", "ꓲ": "l", "г": "r", "ͺ": "i", "ב": "a", "é": "e"})
        {'а': 'a', 'Ӏ': 'I', 'ӏ': 'l', 'ꓲ': 'I'}
    """
    found = {}
    for letter, prototype in sorted(confusables.items()):
        kind = unicodedata.category(letter)
        if not FOREIGN_LETTER.fullmatch(letter) or kind not in LETTERS or letter in LEFT_OUT:
            continue
        if prototype.isascii() and prototype.isalpha():
            found[letter] = "I" if prototype == "l" and kind != "Ll" else prototype
    return found


def written(table: Mapping[str, str]) -> str:
    """The table as lines of Python, one for each script, capitals and small letters apart where there are both."""

    def row(letter: str) -> tuple[str, bool]:
        return unicodedata.name(letter).partition(" ")[0], unicodedata.category(letter) == "Ll"

    lines = []
    for _, letters in groupby(sorted(table, key=lambda letter: (row(letter), letter)), key=row):
        run = "".join(letters)
        lines.append(f'    **dict(zip("{run}", "{"".join(table[letter] for letter in run)}", strict=True)),')
    return "\n".join(lines)


def main() -> None:
    """Print the table, and how it differs from the one in use."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    made = twins(parsed(parser.parse_args().file.read_text(encoding="utf-8").splitlines()))
    print(written(made))
    differing = sorted(
        letter for letter in made.keys() | EXACT_TWIN.keys() if made.get(letter) != EXACT_TWIN.get(letter)
    )
    for letter in differing:
        name = unicodedata.name(letter, "?")
        print(f"differs: U+{ord(letter):04X} {name}: {made.get(letter)} by the file, {EXACT_TWIN.get(letter)} in use")
    print("identical to the table in use" if not differing else f"{len(differing)} letters differ", file=sys.stderr)
    sys.exit(bool(differing))


if __name__ == "__main__":
    main()
