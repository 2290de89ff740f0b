"""Names of stories that were given before."""

from __future__ import annotations

from collections.abc import Collection

import pytest

from dedup.increment.groups import names_taken
from dedup.stories.lineage import turned
from dedup.stories.story_ids import story_id


@pytest.mark.parametrize("n_had", [0, 1, 7, 8, 9, 40, 41])
def test_all_names_that_an_article_has_had_are_known_however_many(n_had: int) -> None:
    had = {story_id(turned("a", turn)) for turn in range(1, n_had + 1)} | {story_id("b")}

    def taken(names: Collection[str]) -> set[str]:
        return had & {*names}

    assert names_taken(["a", "b", "c"], taken) == had
