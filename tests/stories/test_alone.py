"""Articles that tell a story of their own are described as if each had been chosen by itself."""

from __future__ import annotations

from datetime import datetime, timedelta

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from dedup.config import CanonicalConfig
from dedup.schemas import MEMBERS, STORIES
from dedup.stories.alone import alone, reasons_alone
from dedup.stories.canonical import Member, choose
from tests.builders import FIRST_HOUR
from tests.stories.test_canonical import POLICIES, make_config
from tests.text.strange import few

OUTLETS = st.sampled_from([None, "Wire", "Farm", "farm"])
TIMES = st.none() | st.integers(0, 9).map(lambda hour: FIRST_HOUR + timedelta(hours=hour))


def frame(given_articles: list[tuple[str | None, datetime | None]]) -> pl.DataFrame:
    rows = [(f"a{at}", f"s{at}", f"t{at}", source, time) for at, (source, time) in enumerate(given_articles)]
    columns = ("article_id", "story_id", "title", "source", "published_at")
    return pl.DataFrame(rows, pl.Schema([(name, MEMBERS.schema[name]) for name in columns]), orient="row")


@few
@given(
    st.lists(st.tuples(OUTLETS, TIMES), max_size=8),
    st.builds(make_config, st.sampled_from(POLICIES)) | st.just(make_config("combined", "Farm", "Wire")),
)
def test_each_is_what_it_would_be_chosen_for(
    articles: list[tuple[str | None, datetime | None]], config: CanonicalConfig
) -> None:
    given_articles = frame(articles)
    stories = alone(given_articles, reasons_alone(given_articles, config))
    assert [stories.schema[name] for name in stories.columns] == [STORIES.schema[name] for name in stories.columns]
    reasons = [choose([Member("", source, time, 7)], {}, config).reason for source, time in articles]
    expected = pl.Series(reasons, dtype=STORIES.schema["canonical_reason"]).to_list()
    in_order = stories.sort(pl.col("canonical_id").str.slice(1).cast(pl.Int64))
    assert in_order["canonical_reason"].to_list() == expected
    told = in_order.select("size", "n_sources", "first_seen", "last_seen", "cohesion_min", "cohesion_mean").rows()
    assert told == [(1, int(source is not None), time, time, 1.0, 1.0) for source, time in articles]
    of_canonical = in_order.select("story_id", "canonical_title", "canonical_source", "canonical_published_at").rows()
    assert of_canonical == [(f"s{at}", f"t{at}", source, time) for at, (source, time) in enumerate(articles)]
