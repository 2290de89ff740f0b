"""What a story is called.

In: an id. Out: a name. Must not know articles, so that who only names groups need not load what makes stories.
"""

from __future__ import annotations

import xxhash


def story_id(first_article_id: str) -> str:
    """The name of a story: a hash of its smallest article id.

    Examples:
        >>> story_id("000_palisade_port_strike") == story_id("000_palisade_port_strike")
        True
        >>> len(story_id("a"))
        18
    """
    return f"s-{xxhash.xxh64_hexdigest(first_article_id.encode())}"
