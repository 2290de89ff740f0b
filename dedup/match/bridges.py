"""What the verified pairs between two groups of articles say, taken together, about the groups' being one story.

In: confidences of the pairs that lead from one group to the other. Out: their mean, and the support that the groups
give each other. Must not know texts, nor how the groups came about.

The mean asks whether most of what was looked at agrees; it says nothing of how much was looked at. Support asks it of
every article: ten articles with one good pair between them have a high mean and hardly any support.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Crossing:
    """All verified pairs between two groups.

    Args:
        n_pairs: How many there are, accepted and rejected.
        total: Sum of their confidences.
        support: How sure the average article of one group is of some article of the other, in the direction where it is
            lower, [0,1]; an article that was compared with none of them counts as 0. None where one of the groups is a
            single article: it can join by one pair, and need not resemble all of a story.
    """

    n_pairs: int
    total: float
    support: float | None

    @property
    def mean(self) -> float:
        """Mean confidence, [0,1]; 0 where nothing was compared."""
        return self.total / self.n_pairs if self.n_pairs else 0.0

    def reaches_mean(self, min_bridge: float) -> bool:
        """Whether something was compared, and the mean is at least ``min_bridge``."""
        # Not by the quotient, whose rounding could tip a tie.
        return self.n_pairs > 0 and self.total >= min_bridge * self.n_pairs

    def reaches_support(self, min_support: float) -> bool:
        """Whether the support, where any is needed, is at least ``min_support``."""
        return self.support is None or self.support >= min_support

    def carries(self, min_bridge: float, min_support: float) -> bool:
        """Whether the two groups may be one story.

        A single article may join by a lower mean than two groups need: between groups there is more to judge by, and
        more to lose.
        """
        if self.support is None:
            return self.reaches_mean(min_bridge)
        return self.reaches_mean(min_support) and self.reaches_support(min_support)


def crossing(pairs: Iterable[tuple[str, str, float]], n_left: int, n_right: int) -> Crossing:
    """Weigh the pairs between two groups.

    Args:
        pairs: An article of the left group, one of the right group, and the pair's confidence, [0,1]; each pair once,
            in any order.
        n_left: Articles of the left group, at least 1.
        n_right: Articles of the right group, at least 1.

    Returns:
        The same whichever group is the left one.

    Examples:
        >>> crossing([("a", "c", 0.9), ("a", "d", 0.5)], 2, 2)
        Crossing(n_pairs=2, total=1.4, support=0.45)
        >>> crossing([("a", "c", 0.9), ("a", "d", 0.5)], 1, 2).support is None
        True
    """
    across: list[float] = []
    best_of_left: dict[str, float] = {}
    best_of_right: dict[str, float] = {}
    for left, right, confidence in pairs:
        across.append(confidence)
        best_of_left[left] = max(best_of_left.get(left, 0.0), confidence)
        best_of_right[right] = max(best_of_right.get(right, 0.0), confidence)
    # Sorted sums, since floating-point addition in another order could tip a tie.
    support = None
    if min(n_left, n_right) > 1:
        support = min(sum(sorted(best_of_left.values())) / n_left, sum(sorted(best_of_right.values())) / n_right)
    return Crossing(len(across), sum(sorted(across)), support)
