"""The table of figures in README.md, measured anew.

    python -m tests.readme_table                                 the corpora of the repository
    python -m tests.readme_table --corpora DIR                   the public sets as well, where DIR holds them
    python -m tests.readme_table --corpora DIR --only ecbplus    one corpus; the others stay as they are

In: labelled corpora, the product in its default configuration, and what other methods make of them. Out: rows between
two marks in README.md. Must not know how a figure is computed: the gate does.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from tests.gold.corpora import PUBLIC, WRITTEN, Corpus, load
from tests.gold.gate import compared, figures

DOCUMENT: Final = Path(__file__).resolve().parent.parent / "README.md"
BEGIN: Final = "<!-- figures: written by python -m tests.readme_table -->"
END: Final = "<!-- end of figures -->"
COLUMNS: Final = {
    "pair precision": "pair_precision",
    "pair recall": "pair_recall",
    "B-cubed F1": "bcubed_f1",
    "ARI": "ari",
    "labelled pairs found": "same_found",
    "look-alikes merged": "",
    "true pairs among the candidates": "candidate_recall",
    "added-sentence F1": "added_f1",
    "sentence-link F1": "link_f1",
}
"""Column of the table to figure of the gate."""
OURS: Final = "this"


def row(corpus: Corpus, by: str, found: Mapping[str, float]) -> str:
    """What one method makes of a corpus, as a row of the table; a figure that there is not is a dash."""
    merged = [
        f"{found[f'max_merged_{kind}']:,.0f} of {len(pairs):,} ({kind})"
        for kind, pairs in sorted(corpus.apart.items())
        if pairs
    ]
    cells = [f"{found[figure]:.3f}" if figure in found else "–" for figure in COLUMNS.values()]
    cells[list(COLUMNS).index("look-alikes merged")] = "; ".join(merged) or "–"
    return f"| {' | '.join([corpus.name, by, f'{corpus.articles.height:,}', *cells])} |"


def rows(corpus: Corpus) -> list[str]:
    """A corpus by this product, then by the others."""
    methods = {OURS: figures(corpus), **compared(corpus, None)}
    return [row(corpus, by, found) for by, found in methods.items()]


def renewed(document: str, measured: Mapping[str, Sequence[str]]) -> str:
    """``document`` with these rows in the place of those of the same corpora.

    Args:
        document: A text with the two marks.
        measured: New rows by corpus.

    Raises:
        ValueError: A mark is missing.
    """
    before, begin, rest = document.partition(BEGIN)
    table, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"expected the marks {BEGIN!r} and {END!r}")
    known: dict[str, list[str]] = {}
    for line in table.splitlines():
        if line.startswith("| ") and (name := line.split("|")[1].strip()) != "corpus":
            known.setdefault(name, []).append(line)
    known |= {name: list(lines) for name, lines in measured.items()}
    head = f"| {' | '.join(['corpus', 'by', 'articles', *COLUMNS])} |\n|---|---|{'---:|' * (len(COLUMNS) + 1)}"
    lines = "\n".join([head, *(line for name in (*WRITTEN, *PUBLIC) for line in known.get(name, ()))])
    return f"{before}{BEGIN}\n{lines}\n{END}{after}"


def main() -> int:
    """Measure and write the rows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, help="folder of the public sets")
    parser.add_argument("--only", nargs="+", choices=[*WRITTEN, *PUBLIC], help="measure these corpora only")
    chosen = parser.parse_args()
    for name in chosen.only or [*WRITTEN, *(PUBLIC if chosen.corpora else ())]:
        corpus = load(name, chosen.corpora)
        lines = rows(corpus)
        print("\n".join(lines), flush=True)
        DOCUMENT.write_text(renewed(DOCUMENT.read_text(encoding="utf-8"), {name: lines}), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
