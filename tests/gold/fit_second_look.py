"""Fit the models of the second look (see ``dedup.match.second_look``) on the labelled alignments.

In: the corpora in this repository that have alignments, and the fitting of the first look. Out: the models ``cited``
and ``added``, and their figures, cross-validated story by story. Must not know pairs of articles that are no variants.

Each model is fitted on what models that had not seen the story said before it: the first look's probabilities for
``cited``, those of ``cited`` for ``added``. Otherwise a model learns to trust a certainty that new stories do not have.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from dedup.config import SemanticConfig
from dedup.evaluation import score_alignment
from dedup.match import alignment, new_words, second_look
from dedup.match.encoders import likeness_of
from dedup.match.kin import Kin
from dedup.match.likeness import Likeness
from dedup.match.logistic import Logistic
from dedup.match.profiles import Profile, make_profile
from dedup.match.second_look import SecondLook
from dedup.stories.framing import passages
from tests.gold.corpora import WRITTEN, Corpus, load
from tests.gold.fit_links import fit_logistic
from tests.gold.fitting import Labels, Matrix, fold_of


@dataclass(frozen=True)
class Labelled:
    """One labelled variant against its source.

    Args:
        corpus: Name of the corpus.
        label: The row of ``alignment.jsonl``.
        source: The source by its labelled sentences.
        variant: The variant by its labelled sentences.
        text: The variant as given.
        first: The first look, source on the left.
        values: (n_variant, n_source, n) features of the first look.
        near: Kinship of their words.
        likeness: The same as an encoder reads them; None without one.
        wanted: (n_variant, n_source) labelled links.
        is_added: (n_variant,) sentences labelled as added.
        counts: (n_variant,) sentences that are fitted on: no furniture, nothing verbatim.
        fold: What is held out together: the fold of the story, or the corpus.
    """

    corpus: str
    label: Mapping[str, Any]
    source: Profile
    variant: Profile
    text: str
    first: alignment.Alignment
    values: Matrix
    near: Kin
    likeness: Likeness | None
    wanted: Labels
    is_added: Labels
    counts: Labels
    fold: int

    @property
    def open(self) -> Labels:
        """(n_variant, n_source) sentence pairs that are not verbatim."""
        return ~self.first.verbatim.T


def labelled(corpora: Sequence[Corpus], semantic: SemanticConfig) -> Iterator[Labelled]:
    """Every labelled variant; with an encoder, those in a language that it reads."""
    for corpus in corpora:
        text = dict(corpus.articles.select("id", "text").iter_rows())
        for label in corpus.alignment:
            told = label["sentences"]
            spans = [(one["start"], one["end"]) for one in told]
            variant = make_profile(text[label["variant"]], spans, [], label["lang"])
            sources = [(start, end) for start, end in label["source_sentences"]]
            source = make_profile(text[label["source"]], sources, [], label["lang"])
            texts = text[label["source"]], text[label["variant"]]
            likeness = likeness_of(texts, source, variant, semantic)
            if semantic.model is not None and likeness is None:
                continue
            first = alignment.align(source, variant)
            wanted = np.zeros((len(spans), len(sources)), dtype=np.bool_)
            for at, one in enumerate(told):
                wanted[at, one["from"]] = True
            yield Labelled(
                corpus=corpus.name,
                label=label,
                source=source,
                variant=variant,
                text=texts[1],
                first=first,
                values=alignment.features(variant, source),
                near=Kin(variant, source),
                likeness=likeness,
                wanted=wanted,
                is_added=np.array([one["kind"] == "added" for one in told]),
                counts=np.array([not one.get("boiler") for one in told]) & ~first.verbatim.any(axis=0),
                fold=fold_of(label["source"]),
            )


Cases = Callable[[int], tuple[Matrix, Labels]]
"""Features and labels that one labelled variant gives a model."""


def held_out(
    names: Sequence[str], all_of: Sequence[Labelled], cases: Cases, features: Callable[[int], Matrix]
) -> tuple[list[Matrix], Logistic]:
    """For every variant the probabilities by a model that has not seen its story, and the model that has seen all."""

    def fitted(chosen: Sequence[int]) -> Logistic:
        found = [cases(at) for at in chosen]
        values, labels = (np.concatenate(column) for column in zip(*found, strict=True))
        return fit_logistic(names, values, labels)

    result: list[Matrix] = [np.empty(0)] * len(all_of)
    for held in sorted({one.fold for one in all_of}):
        model = fitted([at for at, one in enumerate(all_of) if one.fold != held])
        for at, one in enumerate(all_of):
            if one.fold == held:
                result[at] = model.probability(features(at))
    return result, fitted(range(len(all_of)))


def fit_second_look(console: Console, semantic: SemanticConfig) -> dict[str, Logistic]:
    """Print the cross-validated figures of the three models and fit them on everything.

    Args:
        console: Where the figures go.
        semantic: With an encoder the models for it are fitted, on the languages that it reads.
    """
    found = list(labelled([corpus for corpus in map(load, WRITTEN) if corpus.alignment], semantic))
    looks, new, models = _judged(found)
    console.print(_figures("cross-validated by story", found, looks, new))
    corpora = {name: at for at, name in enumerate(dict.fromkeys(one.corpus for one in found))}
    apart = [replace(one, fold=corpora[one.corpus]) for one in found]
    console.print(_figures("by models that have not seen the corpus", apart, *_judged(apart)[:2]))
    return models


def _judged(found: Sequence[Labelled]) -> tuple[list[SecondLook], list[Matrix], dict[str, Logistic]]:
    """What models that have not seen its fold say of each variant and its words, and the models that have seen all."""

    def settled(at: int, probability: Matrix) -> Matrix:
        probability[found[at].values[:, :, 0] == 0.0] = 0.0
        return second_look.beside_verbatim(probability, found[at].first.verbatim.T)

    def links_of(at: int) -> tuple[Matrix, Labels]:
        return found[at].values[found[at].open], found[at].wanted[found[at].open]

    raw, _ = held_out(alignment.FEATURES, found, links_of, lambda at: found[at].values)
    once = [settled(at, one) for at, one in enumerate(raw)]
    again = [
        second_look.citation_features(one.values, mine, one.near, one.likeness)
        for one, mine in zip(found, once, strict=True)
    ]

    def citations_of(at: int) -> tuple[Matrix, Labels]:
        return again[at][found[at].open], found[at].wanted[found[at].open]

    names = second_look.citation_names(found[0].likeness)
    raw, cited_model = held_out(names, found, citations_of, again.__getitem__)
    cited = [settled(at, one) for at, one in enumerate(raw)]
    sentences = [
        second_look.sentence_features(one.variant, one.values, mine, one.near)
        for one, mine in zip(found, cited, strict=True)
    ]

    def sentences_of(at: int) -> tuple[Matrix, Labels]:
        return sentences[at][found[at].counts], found[at].is_added[found[at].counts]

    added, added_model = held_out(second_look.ADDED, found, sentences_of, sentences.__getitem__)
    for one, chance in zip(found, added, strict=True):
        chance[one.first.verbatim.any(axis=0)] = 0.0
    looks = [
        SecondLook(one.first, mine, chance, one.near, one.likeness)
        for one, mine, chance in zip(found, cited, added, strict=True)
    ]
    words = [_words_of(one, look) for one, look in zip(found, looks, strict=True)]
    new, new_model = held_out(new_words.names(found[0].likeness), found, words.__getitem__, lambda at: words[at][0])
    return looks, new, {"cited": cited_model, "added": added_model, "new_words": new_model}


def _words_of(one: Labelled, look: SecondLook) -> tuple[Matrix, Labels]:
    """Features of every word of the sentences that carry others in other words, and whether it is labelled as new."""
    features = [np.empty((0, len(new_words.names(one.likeness))))]
    labels = [np.empty(0, dtype=np.bool_)]
    reader = new_words.NewWords(one.text, one.variant, one.source, look, one.near)
    for at in _reworded(one, look):
        mine = slice(*one.variant.bounds[at : at + 2].tolist())
        places = list(zip(one.variant.start[mine].tolist(), one.variant.end[mine].tolist(), strict=True))
        features.append(reader.features(at))
        spans = one.label["sentences"][at]["adds"]
        labels.append(np.array([any(start < b and end > a for a, b in spans) for start, end in places]))
    return np.concatenate(features), np.concatenate(labels)


def _reworded(one: Labelled, look: SecondLook) -> list[int]:
    """Sentences with words that cite something and stand nowhere word for word."""
    result: list[int] = np.flatnonzero(look.reworded & (one.variant.n_words > 0)).tolist()
    return result


def _figures(title: str, found: Sequence[Labelled], looks: Sequence[SecondLook], new: Sequence[Matrix]) -> Table:
    table = Table("corpus", *(f"{what} {figure}" for what in ("added", "link", "words") for figure in ("P", "R", "F1")))
    table.title = f"second look, {title}, on the labelled sentences"
    for name in dict.fromkeys(one.corpus for one in found):
        chosen = [three for three in zip(found, looks, new, strict=True) if three[0].corpus == name]
        scores = score_alignment([_row(*three) for three in chosen], [one.label for one, _, _ in chosen])
        figures = (
            (scores.added_precision, scores.added_recall, scores.added_f1),
            (scores.link_precision, scores.link_recall, scores.link_f1),
            (scores.words_precision, scores.words_recall, scores.words_f1),
        )
        table.add_row(name, *(f"{value:.3f}" for three in figures for value in three))
    return table


def _row(one: Labelled, look: SecondLook, new: Matrix) -> dict[str, Any]:
    """As a row of the framing frame, so that one scorer serves both."""
    spans: dict[int, list[dict[str, int]]] = {}
    first = 0
    for at in _reworded(one, look):
        n = int(one.variant.n_words[at])
        spans[at] = passages(one.variant, at, new[first : first + n])
        first += n
    sentences = [
        {
            "start": told["start"],
            "end": told["end"],
            "kind": "added" if look.is_added[at] else "reworded",
            "canonical": [
                dict(zip(("start", "end"), one.source.spans[source].tolist(), strict=True))
                for source in np.flatnonzero(look.citations[at])
            ],
            "added": spans.get(at, []),
        }
        for at, told in enumerate(one.label["sentences"])
    ]
    return {"variant_id": one.label["variant"], "canonical_id": one.label["source"], "sentences": sentences}
