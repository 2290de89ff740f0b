"""The table of the README: what a row says, and which rows a measurement replaces."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.gold.builders import make_corpus
from tests.gold.corpora import PUBLIC, WRITTEN
from tests.readme_table import BEGIN, COLUMNS, DOCUMENT, END, OURS, renewed, row

SAMPLES = ["| samples | this | old |", "| samples | MinHash 0.7 | old |"]
TRAPS = ["| traps | this | old |"]
NEW = ["| samples | this | new |"]


def make_document(*lines: str) -> str:
    return "\n".join(["# Before", "| samples | no row of the table |", BEGIN, *lines, END, "After.", ""])


def table(document: str) -> list[str]:
    """The rows between the marks, below the heading and its rule."""
    _, _, rest = document.partition(f"{BEGIN}\n")
    heading, rule, *rows = rest.partition(f"\n{END}")[0].splitlines()
    assert heading.count("|") == rule.count("|")
    return rows


def cells(line: str) -> dict[str, str]:
    """Cells of a row by the heading of their column."""
    found = [cell.strip() for cell in line.strip("|").split("|")]
    return dict(zip(["corpus", "by", "articles", *COLUMNS], found, strict=True))


class TestARow:
    def test_names_corpus_and_method_and_gives_every_figure_its_column(self) -> None:
        figures = {figure: at / 10 for at, figure in enumerate(COLUMNS.values()) if figure}
        told = cells(row(make_corpus(dict.fromkeys("abc", "")), OURS, figures))
        expected = {column: f"{figures[figure]:.3f}" for column, figure in COLUMNS.items() if figure}
        head = {"corpus": "corpus", "by": "this", "articles": "3"}
        assert told == {**head, **expected, "look-alikes merged": "–"}

    def test_has_a_dash_for_what_was_not_measured(self) -> None:
        told = cells(row(make_corpus(), "MinHash 0.7", {"ari": 0.0, "bcubed_precision": 1.0}))
        assert {column for column, cell in told.items() if cell == "–"} == set(COLUMNS) - {"ARI"}
        assert told["ARI"] == "0.000"

    def test_counts_look_alikes_that_were_merged_among_those_that_could_be(self) -> None:
        apart = {"traps": [("a", "b")] * 1_234, "related": [("a", "c"), ("b", "c")], "none": []}
        figures = {"max_merged_traps": 1_007.0, "max_share_merged_traps": 0.8, "max_merged_related": 1.0}
        told = cells(row(make_corpus(apart=apart), OURS, figures))
        assert told["look-alikes merged"] == "1 of 2 (related); 1,007 of 1,234 (traps)"


class TestRenewal:
    def test_replaces_the_rows_of_what_was_measured_and_no_others(self) -> None:
        document = renewed(make_document(*SAMPLES, *TRAPS), {"samples": NEW})
        assert table(document) == [*NEW, *TRAPS]

    @pytest.mark.parametrize("measured", [["samples", "ecbplus"], ["ecbplus", "samples"]])
    def test_keeps_the_order_of_the_corpora_whatever_is_measured_first(self, measured: Sequence[str]) -> None:
        document = make_document(*TRAPS)
        for name in measured:
            document = renewed(document, {name: [f"| {name} | this | new |"]})
        assert table(document) == [*NEW, *TRAPS, "| ecbplus | this | new |"]
        assert [*WRITTEN, *PUBLIC].index("ecbplus") > [*WRITTEN, *PUBLIC].index("traps")

    def test_writes_today_s_heading_above_the_rows_of_yesterday(self) -> None:
        old = ["| corpus | by | a column that is gone |", "|---|---|---:|", *TRAPS]
        heading, *_ = renewed(make_document(*old), {}).partition(f"{BEGIN}\n")[2].splitlines()
        assert list(cells(heading).items()) == [(column, column) for column in cells(heading)]
        assert table(renewed(make_document(*old), {})) == TRAPS

    def test_touches_nothing_outside_the_marks(self) -> None:
        document = make_document(*SAMPLES)
        before, _, after = document.partition(BEGIN)[0], *document.partition(END)[1:]
        again = renewed(document, {"samples": NEW})
        assert again.startswith(f"{before}{BEGIN}\n")
        assert again.endswith(f"\n{END}{after}")

    def test_twice_is_the_same_as_once(self) -> None:
        once = renewed(make_document(*SAMPLES, *TRAPS), {"traps": ["| traps | this | new |"]})
        assert renewed(once, {"traps": ["| traps | this | new |"]}) == once == renewed(once, {})

    @pytest.mark.parametrize("mark", [BEGIN, END])
    def test_of_a_document_without_a_mark_is_an_error_that_names_it(self, mark: str) -> None:
        with pytest.raises(ValueError, match=mark):
            renewed(make_document(*SAMPLES).replace(mark, ""), {"samples": NEW})

    def test_of_a_document_whose_marks_are_in_the_wrong_order_is_an_error(self) -> None:
        with pytest.raises(ValueError, match="expected the marks"):
            renewed(f"{END}\n{BEGIN}\n", {"samples": NEW})

    def test_without_a_measurement_leaves_the_readme_as_it_is(self) -> None:
        document = DOCUMENT.read_text(encoding="utf-8")
        assert renewed(document, {}) == document
