"""Score stories and framing diffs against labels.

In: a run's members or framing and labelled truth. Out: pair, B-cubed and adjusted-Rand scores, and scores of the
sentence alignment. Must not know how the run was made.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass
from math import comb
from typing import Any


@dataclass(frozen=True)
class ClusterScores:
    """How well a clustering agrees with the truth, over the labelled articles.

    Args:
        articles: Labelled articles.
        missing: Labelled articles that the clustering does not have; each counts as a story of its own.
        pair_precision: Share of the pairs put together that belong together, [0,1].
        pair_recall: Share of the pairs that belong together that were put together, [0,1].
        bcubed_precision: Mean over articles of the share of their story that is truly theirs (Bagga and Baldwin 1998).
        bcubed_recall: Mean over articles of the share of their true story that is with them.
        ari: Adjusted Rand index (Hubert and Arabie 1985), at most 1, 0 by chance.
        most_mixed: Most true stories found in one story.
    """

    articles: int
    missing: int
    pair_precision: float
    pair_recall: float
    bcubed_precision: float
    bcubed_recall: float
    ari: float
    most_mixed: int

    @property
    def pair_f1(self) -> float:
        """Harmonic mean of pair precision and recall."""
        return f1(self.pair_precision, self.pair_recall)

    @property
    def bcubed_f1(self) -> float:
        """Harmonic mean of B-cubed precision and recall."""
        return f1(self.bcubed_precision, self.bcubed_recall)

    def as_dict(self) -> dict[str, float]:
        """All figures by name."""
        return {**asdict(self), "pair_f1": self.pair_f1, "bcubed_f1": self.bcubed_f1}


def f1(precision: float, recall: float) -> float:
    """Harmonic mean, 0 where both are 0.

    Examples:
        >>> f1(1.0, 0.5), f1(0.0, 0.0)
        (0.6666666666666666, 0.0)
    """
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def score_clusters(found: Mapping[str, Hashable], truth: Mapping[str, Hashable]) -> ClusterScores:
    """Score a clustering.

    Args:
        found: Story of each article.
        truth: True story of each labelled article; only these are scored.

    Returns:
        The scores; all 1 where nothing is labelled.

    Examples:
        >>> truth = {"a": 1, "b": 1, "c": 2}
        >>> scores = score_clusters({"a": "x", "b": "x", "c": "x"}, truth)
        >>> round(scores.pair_precision, 3), scores.pair_recall, scores.most_mixed
        (0.333, 1.0, 2)
        >>> score_clusters({"a": "x", "b": "x", "c": "y"}, truth).bcubed_f1
        1.0
    """
    story = {one: found.get(one, ("missing", one)) for one in truth}
    joint = Counter((story[one], truth[one]) for one in truth)
    of_found, of_truth = Counter(story.values()), Counter(truth.values())
    together = sum(comb(size, 2) for size in joint.values())
    n_found, n_true = (sum(comb(size, 2) for size in sizes.values()) for sizes in (of_found, of_truth))
    n_pairs, n = comb(len(truth), 2), len(truth)
    expected = n_found * n_true / n_pairs if n_pairs else 0.0
    ceiling = (n_found + n_true) / 2
    return ClusterScores(
        articles=n,
        missing=sum(one not in found for one in truth),
        pair_precision=together / n_found if n_found else 1.0,
        pair_recall=together / n_true if n_true else 1.0,
        bcubed_precision=sum(joint[story[one], truth[one]] / of_found[story[one]] for one in truth) / n if n else 1.0,
        bcubed_recall=sum(joint[story[one], truth[one]] / of_truth[truth[one]] for one in truth) / n if n else 1.0,
        ari=(together - expected) / (ceiling - expected) if ceiling != expected else 1.0,
        most_mixed=max(Counter(mine for mine, _ in joint).values(), default=0),
    )


@dataclass(frozen=True)
class AlignmentScores:
    """How well framing diffs agree with labelled alignments.

    Args:
        variants: Labelled variants that were held against the labelled source.
        elsewhere: Labelled variants that were not (another canonical, or not in the story).
        added_precision: Share of the sentences called added that are, [0,1].
        added_recall: Share of the added sentences called added, [0,1].
        link_precision: Share of the sentence links that are labelled, [0,1].
        link_recall: Share of the labelled links found, [0,1].
        words_precision: Share of the characters called added inside reworded sentences that are labelled so, [0,1].
        words_recall: Share of the characters labelled so that are called added, [0,1].
        kinds: Sentences by (labelled kind, kind found).
    """

    variants: int
    elsewhere: int
    added_precision: float
    added_recall: float
    link_precision: float
    link_recall: float
    words_precision: float
    words_recall: float
    kinds: Mapping[tuple[str, str], int]

    @property
    def added_f1(self) -> float:
        """Harmonic mean over added sentences."""
        return f1(self.added_precision, self.added_recall)

    @property
    def link_f1(self) -> float:
        """Harmonic mean over links."""
        return f1(self.link_precision, self.link_recall)

    @property
    def words_f1(self) -> float:
        """Harmonic mean over the characters of what is added inside reworded sentences."""
        return f1(self.words_precision, self.words_recall)

    @property
    def verbatim_found(self) -> float:
        """Share of the sentences labelled verbatim that are called verbatim, [0,1]."""
        return self._called("verbatim", {"verbatim"})

    @property
    def contradictions_found(self) -> float:
        """Share of the sentences labelled as contradicting their source that are called contradicted, [0,1]."""
        return self._called("contradicted", {"contradicts"})

    @property
    def contradictions_false(self) -> float:
        """Share of the other sentences that carry something and are called contradicted, [0,1]."""
        return self._called("contradicted", {"verbatim", "reworded"})

    def _called(self, kind: str, labelled: AbstractSet[str]) -> float:
        """Share of the sentences with some labels that are called ``kind``."""
        whole = sum(n for (label, _), n in self.kinds.items() if label in labelled)
        return _share(sum(n for (label, found), n in self.kinds.items() if label in labelled and found == kind), whole)

    def as_dict(self) -> dict[str, Any]:
        """All figures by name; ``kinds`` is sentences by labelled kind, then by the kind found."""
        kinds: dict[str, dict[str, int]] = {}
        for (labelled, found), n in self.kinds.items():
            kinds.setdefault(labelled, {})[found] = n
        named = ("added_f1", "link_f1", "words_f1", "verbatim_found", "contradictions_found", "contradictions_false")
        return {**asdict(self), **{name: getattr(self, name) for name in named}, "kinds": kinds}


def score_alignment(framing: Sequence[Mapping[str, Any]], labels: Sequence[Mapping[str, Any]]) -> AlignmentScores:
    """Score framing diffs; a labelled sentence takes the kind of the sentence found that covers most of it.

    Args:
        framing: Rows of ``framing.jsonl``.
        labels: Rows of an ``alignment.jsonl``: variant, source, source_sentences, and sentences with start, end, kind,
            from (indexes of source sentences), adds (spans of words that bring something new into a sentence that
            carries others) and boiler (furniture, which is not scored).
    """
    by_variant = {str(row["variant_id"]): row for row in framing}
    kinds: Counter[tuple[str, str]] = Counter()
    links = Counter({"hit": 0, "false": 0, "missed": 0})
    words = Counter({"hit": 0, "false": 0, "missed": 0})
    variants = 0
    for label in labels:
        row = by_variant.get(label["variant"])
        if row is None or str(row["canonical_id"]) != label["source"]:
            continue
        variants += 1
        for sentence in label["sentences"]:
            if sentence.get("boiler"):
                continue
            best = _covering(row["sentences"], sentence["start"], sentence["end"])
            kinds[sentence["kind"], best["kind"] if best else "none"] += 1
            if sentence["kind"] != "added":
                found, wanted = _cited(best, label["source_sentences"]), set(sentence["from"])
                links.update(hit=len(found & wanted), false=len(found - wanted), missed=len(wanted - found))
                new, labelled = _added(best, sentence), _characters(sentence.get("adds", ()))
                words.update(hit=len(new & labelled), false=len(new - labelled), missed=len(labelled - new))
    right = kinds["added", "added"]
    called = sum(n for (_, kind), n in kinds.items() if kind == "added")
    wanted_added = sum(n for (kind, _), n in kinds.items() if kind == "added")
    return AlignmentScores(
        variants=variants,
        elsewhere=len(labels) - variants,
        added_precision=_share(right, called),
        added_recall=_share(right, wanted_added),
        link_precision=_share(links["hit"], links["hit"] + links["false"]),
        link_recall=_share(links["hit"], links["hit"] + links["missed"]),
        words_precision=_share(words["hit"], words["hit"] + words["false"]),
        words_recall=_share(words["hit"], words["hit"] + words["missed"]),
        kinds=dict(sorted(kinds.items())),
    )


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _covering(sentences: Sequence[Mapping[str, Any]], start: int, end: int) -> Mapping[str, Any] | None:
    """The sentence found that covers most characters of a labelled one."""
    best, most = None, 0
    for sentence in sentences:
        covered = min(end, sentence["end"]) - max(start, sentence["start"])
        if covered > most:
            best, most = sentence, covered
    return best


def _added(sentence: Mapping[str, Any] | None, labelled: Mapping[str, Any]) -> set[int]:
    """Characters of a labelled sentence that are called added."""
    spans = [(span["start"], span["end"]) for span in sentence["added"]] if sentence else []
    return _characters(spans) & set(range(labelled["start"], labelled["end"]))


def _characters(spans: Iterable[Sequence[int]]) -> set[int]:
    return {at for start, end in spans for at in range(start, end)}


def _cited(sentence: Mapping[str, Any] | None, sources: Sequence[Sequence[int]]) -> set[int]:
    """Labelled source sentences that a found sentence's citations overlap by more than half of the shorter one."""
    cited: set[int] = set()
    for span in sentence["canonical"] if sentence else ():
        length = span["end"] - span["start"]
        for at, (start, end) in enumerate(sources):
            if min(span["end"], end) - max(span["start"], start) > 0.5 * min(length, end - start):
                cited.add(at)
    return cited
