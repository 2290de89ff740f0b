"""The table of figures in README.md, measured anew.

    python -m tests.readme_table                                 the corpora of the repository
    python -m tests.readme_table --corpora DIR                   the public sets as well, where DIR holds them
    python -m tests.readme_table --corpora DIR --only ecbplus    one row; the others stay as they are

In: labelled corpora and the product in its default configuration. Out: a row for each, between two marks in README.md.
Must not know how a figure is computed: the gate does.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tests.gold.corpora import PUBLIC, WRITTEN, Corpus, load
from tests.gold.gate import figures

DOCUMENT: Final = Path(__file__).resolve().parent.parent / "README.md"
BEGIN: Final = "<!-- figures: written by python -m tests.readme_table -->"
END: Final = "<!-- end of figures -->"
COLUMNS: Final = {
    "pair precision": "pair_precision",
    "pair recall": "pair_recall",
    "B-cubed F1": "bcubed_f1",
    "labelled pairs found": "same_found",
    "look-alikes merged": "",
    "true pairs among the candidates": "candidate_recall",
    "added-sentence F1": "added_f1",
    "sentence-link F1": "link_f1",
}
"""Column of the table to figure of the gate."""


def row(corpus: Corpus, found: Mapping[str, float]) -> str:
    """One corpus as a row of the table; a figure that its labels do not allow is a dash."""
    merged = [
        f"{found[f'max_merged_{kind}']:,.0f} of {len(pairs):,} ({kind})"
        for kind, pairs in sorted(corpus.apart.items())
        if pairs
    ]
    cells = [f"{found[figure]:.3f}" if figure in found else "–" for figure in COLUMNS.values()]
    cells[list(COLUMNS).index("look-alikes merged")] = "; ".join(merged) or "–"
    return f"| {' | '.join([corpus.name, f'{corpus.articles.height:,}', *cells])} |"


def renewed(document: str, rows: Mapping[str, str]) -> str:
    """``document`` with these rows in the place of those of the same corpora.

    Args:
        document: A text with the two marks.
        rows: New rows by corpus.

    Raises:
        ValueError: A mark is missing.
    """
    before, begin, rest = document.partition(BEGIN)
    table, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"expected the marks {BEGIN!r} and {END!r}")
    known = {line.split("|")[1].strip(): line for line in table.splitlines() if line.startswith("| ")} | dict(rows)
    head = f"| {' | '.join(['corpus', 'articles', *COLUMNS])} |\n|---|{'---:|' * (len(COLUMNS) + 1)}"
    kept = [known[name] for name in (*WRITTEN, *PUBLIC) if name in known]
    lines = "\n".join([head, *kept])
    return f"{before}{BEGIN}\n{lines}\n{END}{after}"


def main() -> int:
    """Measure and write the rows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, help="folder of the public sets")
    parser.add_argument("--only", nargs="+", choices=[*WRITTEN, *PUBLIC], help="measure these corpora only")
    chosen = parser.parse_args()
    for name in chosen.only or [*WRITTEN, *(PUBLIC if chosen.corpora else ())]:
        corpus = load(name, chosen.corpora)
        line = row(corpus, figures(corpus))
        print(line, flush=True)
        DOCUMENT.write_text(renewed(DOCUMENT.read_text(encoding="utf-8"), {name: line}), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
