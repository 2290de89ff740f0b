"""Why two articles are, or are not, one story.

In: a stored run and two article ids. Out: an ``Explanation``. Must not know how it is shown.
"""

from dedup.explain.explaining import MAX_SAMPLED, explain
from dedup.explain.explanation import Explanation

__all__ = ["MAX_SAMPLED", "Explanation", "explain"]
