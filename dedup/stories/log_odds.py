"""Which of several outcomes a group shows more often than all others do, and how sure that is.

In: counts of the group, counts of all others. Out: log-odds ratios and their z-scores. Must not know what is counted.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

_NOTHING: Final = 1e-12
"""Ratios smaller than this come from rounding alone."""


def log_odds_ratios(
    own: Counts, others: Counts, n_own: Counts, n_others: Counts, prior: float
) -> tuple[Floats, Floats]:
    """Log-odds ratios with an informative Dirichlet prior, and their z-scores.

    The prior gives every outcome the share it has in both groups together: what is rare
    everywhere must be seen often before it tells, and what is common everywhere never tells by a few more. (Monroe,
    Colaresi and Quinn 2008, "Fightin' Words: Lexical Feature Selection and Evaluation for Identifying the Content of
    Political Conflict", section 3.3 on model-based approaches: the informative Dirichlet prior, the log-odds ratio and
    the approximate variance by which it is divided.)

    Args:
        own: (n,) counts of an outcome in a group, from 0.
        others: (n,) counts of the same in all other groups together; at least 1 together with ``own``.
        n_own: (n,) counts of all outcomes in that group.
        n_others: (n,) counts of all outcomes in the others.
        prior: Weight of the prior, as a share of all counts, above 0. A share, because a fixed number of counts drowns
            a small batch and is lost in a large one, where the odds of what no other group shows then rest on nothing.

    Returns:
        (n,) log-odds ratios, above 0 where the group shows the outcome more than the others, and (n,) z-scores. Both
        are 0 where there is no other outcome, so that nobody can have more of it.

    Examples:
        >>> many = np.array([1_000, 1_000]), np.array([9_000, 9_000])
        >>> ratio, z = log_odds_ratios(np.array([12, 3]), np.array([8, 27]), *many, 0.05)
        >>> ratio.round(1).tolist(), z.round(1).tolist()
        ([2.2, 0.0], [5.1, 0.0])
        >>> [values.tolist() for values in log_odds_ratios(*(np.array([n]) for n in (3, 6, 8, 16)), 0.05)]
        [[0.0], [0.0]]
    """
    share = prior * (own + others)
    mine, theirs = own + share, others + share
    rest = prior * (n_own + n_others)
    rest_mine, rest_theirs = n_own + rest - mine, n_others + rest - theirs
    certain = own + others == n_own + n_others  # its odds are infinite on both sides
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio: Floats = np.log(mine / rest_mine) - np.log(theirs / rest_theirs)
    ratio[certain | (np.abs(ratio) < _NOTHING)] = 0.0
    return ratio, ratio / np.sqrt(1 / mine + 1 / theirs)
