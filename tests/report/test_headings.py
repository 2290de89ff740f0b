"""What articles are called."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from dedup.report.headings import MAX_HEADING, beginning, heading, with_headings
from tests.report.frames import Plan, make_article, make_run


@given(st.none() | st.text(), st.text(), st.text(min_size=1))
def test_a_heading_is_one_line_that_is_never_blank(title: str | None, text: str, article_id: str) -> None:
    found = heading(title, text, article_id)
    assert found == article_id or (found.strip() and len(found.splitlines()) == 1)
    assert (title and title.strip()) or len(found) <= max(MAX_HEADING + 2, len(article_id))
    assert heading(title, beginning(text), article_id) == found


def test_whoever_has_no_headline_is_called_by_the_text_and_without_one_by_the_id() -> None:
    articles = [make_article("a", title="Harbour closed"), make_article("b", "It rained.", title=" \x1c")]
    run = make_run([Plan("s", articles)])
    asked = pl.DataFrame({"other": ["b", "gone", "a", "b"], "title": [" \x1c", None, "Harbour closed", " \x1c"]})
    named = with_headings(asked, run.articles, article_id="other")
    assert named["heading"].to_list() == ["It rained.", "gone", "Harbour closed", "It rained."]
