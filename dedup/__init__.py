"""Find rewritten and syndicated news, pick the article that speaks for each story, and show what the others changed.

The package is a plain library: it never imports Prefect, prints nothing, and touches the disk only in ``dedup.store``.
"""

__version__ = "0.1.0"
