"""Fit the models that lie in ``dedup/match/models`` on labelled corpora.

    python -m tests.gold.fit links                     first look at sentences, from the alignments in this repository
    python -m tests.gold.fit second                    second look at sentences, from the same
    python -m tests.gold.fit semantic --encoder DIR    the same with an encoder, of the languages that it reads
    python -m tests.gold.fit verdict --corpora DIR     confidence and same event, from all labelled corpora
    python -m tests.gold.fit verdict --corpora DIR --ablate    what each kind of evidence buys
    python -m tests.gold.fit verdict --corpora DIR --undated   figures as if no publication time were known

Every figure printed is cross-validated story by story: no sentence, and no pair, of a story is judged by a model that
has seen another of the same story. Below it stand the figures of models that have seen nothing of the whole corpus.
The model written is fitted on everything. With ``--pairs FOLDER`` the evidence, which takes minutes to gather, is kept
there and read from there the next time.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from dedup.config import Config, SemanticConfig
from dedup.evaluation import f1
from dedup.match.additive import Additive
from dedup.match.encoders import encoder_of, probed
from dedup.match.verdict import FEATURES
from tests.gold.cases import all_pairs_of, cases_of, evidence_of, made_copies
from tests.gold.corpora import HELD_OUT, PUBLIC, ROOT, WRITTEN, load
from tests.gold.fit_links import links
from tests.gold.fit_second_look import fit_second_look
from tests.gold.fitting import Cases, Matrix, cross_validated, fit, fit_judges, unseen
from tests.gold.held_out import scored
from tests.gold.labelled import events, labels

MODELS = ROOT / "dedup" / "match" / "models"
EVENT_FEATURES = tuple(
    "carried_most carried_least salience_most salience_both names_most names_least names_exchanged numbers_agree "
    "numbers_exchanged lead headline dates_conflict days_conflict days_apart".split()
)
"""What tells an account of the same event from one of another; word runs, order and length do not."""
ABLATIONS = {
    "word runs": "copied_most copied_both copied_headline copied_names copied_numbers copied_days",
    "rare terms": "salience_most salience_both salience_shared salience_alone",
    "sentence alignment": "carried_most carried_least order lead names_conflict numbers_conflict names_exchanged "
    "numbers_exchanged",
    "headline": "headline copied_headline",
    "names": "names_most names_least names_shared names_alone names_exchanged names_conflict copied_names",
    "numbers": "numbers_agree numbers_shared numbers_alone numbers_exchanged numbers_conflict copied_numbers",
    "dates in the text": "dates_conflict days_conflict",
    "quotations": "quotes quoted_shared quoted_alone",
    "length": "words",
    "script": "unspaced",
    "publication times": "days_apart copied_days",
}
"""Kinds of evidence, to be left out one at a time."""


def scores(cases: Cases, chance: Matrix, threshold: float) -> tuple[float, float, float]:
    """Precision, recall and F1 of a corpus at the threshold."""
    called = chance >= threshold
    right = int((called & cases.labels).sum())
    precision, recall = right / max(1, int(called.sum())), right / max(1, int(cases.labels.sum()))
    return precision, recall, f1(precision, recall)


def report(title: str, cases: Sequence[Cases], chances: Sequence[Matrix], threshold: float) -> Table:
    """Precision, recall and F1 of each corpus at the threshold."""
    table = Table("corpus", "cases", "true", "precision", "recall", "F1", title=title)
    for one, chance in zip(cases, chances, strict=True):
        figures = (f"{value:.4f}" for value in scores(one, chance, threshold))
        table.add_row(one.name, str(len(one.labels)), str(int(one.labels.sum())), *figures)
    return table


def reliability(cases: Sequence[Cases], chances: Sequence[Matrix]) -> Table:
    """How often a pair of a given confidence is true; every corpus weighs the same."""
    table = Table("confidence", "pairs", "mean confidence", "share true", title="reliability, cross-validated")
    chance, truth = np.concatenate(list(chances)), np.concatenate([one.labels for one in cases])
    weight = np.concatenate([np.full(len(one.labels), 1.0 / max(1, len(one.labels))) for one in cases])
    for low in np.arange(0.0, 1.0, 0.1):
        inside = (chance >= low) & (chance < low + 0.1 if low < 0.9 else chance <= 1.0)
        if inside.any():
            mean, share = (np.average(values[inside], weights=weight[inside]) for values in (chance, truth))
            table.add_row(f"{low:.1f} to {low + 0.1:.1f}", str(int(inside.sum())), f"{mean:.3f}", f"{share:.3f}")
    return table


def ablation(cases: Sequence[Cases], directions: dict[str, int], threshold: float) -> Table:
    """Cross-validated pair F1 of each corpus without each kind of evidence."""
    table = Table("without", *(one.name for one in cases), title="pair F1, cross-validated")
    for what, left_out in {"nothing": "", **ABLATIONS}.items():
        kept = {name: direction for name, direction in directions.items() if name not in left_out.split()}
        judged = zip(cases, cross_validated(cases, kept), strict=True)
        table.add_row(what, *(f"{scores(one, chance, threshold)[2]:.3f}" for one, chance in judged))
    return table


def write(stored: dict[str, Any], name: str) -> None:
    """Write a model where the package reads it."""
    text = json.dumps({name: value for name, value in stored.items() if name != "curves"}, indent=1)
    if "curves" in stored:  # a curve stands on one line
        lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(curve)}" for name, curve in stored["curves"].items())
        text = f'{text[:-2]},\n "curves": {{\n{lines}\n }}\n}}'
    (MODELS / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def verdicts(
    console: Console, corpora: Path | None, kept: Path | None, *, ablate: bool, undated: bool
) -> dict[str, Additive]:
    """Print the cross-validated figures of the pair models and fit them on everything."""
    names = [name for name in WRITTEN if name not in {"samples", *HELD_OUT}] + [*(PUBLIC if corpora else ())]
    loaded = [load(name, corpora) for name in names]
    gathered = [(corpus, evidence_of(corpus, kept)) for corpus in loaded]
    gathered.append(made_copies([corpus for corpus in loaded if corpus.written], kept))
    directions = {name: feature.direction for name, feature in FEATURES.items()}
    threshold = Config().match.min_confidence
    same = [cases_of(*one, labels) for one in gathered]
    if ablate:
        console.print(ablation(same, directions, threshold))
        return {}
    everything = [all_pairs_of(*one, labels) for one in gathered]
    if undated:
        everything = [one.undated() for one in everything]
    for title, judge in (("cross-validated by story", cross_validated), ("by models that have not seen it", unseen)):
        chances = judge(same, directions, everything)
        decided = [chance[labels(*one)[1]] for one, chance in zip(gathered, chances, strict=True)]
        console.print(report(f"one story? {title}", same, decided, threshold))
        found = [(*one, chance) for one, chance in zip(gathered, chances, strict=True)]
        console.print(scored(f"stories, {title}", found[:-1]))
        if judge is cross_validated:
            console.print(reliability(same, decided))
    if undated:
        return {}
    about = [cases_of(*one, events) for one in gathered if one[0].events]
    event = {name: directions[name] for name in EVENT_FEATURES}
    console.print(report("one event? cross-validated by event", about, cross_validated(about, event, fitted=fit), 0.5))
    judges = fit_judges(same, directions)
    return {"verdict": judges.dated, "verdict_undated": judges.undated, "event": fit(about, event)}


def looks(console: Console, semantic: SemanticConfig) -> dict[str, dict[str, Any]]:
    """Print the cross-validated figures of the second look and fit it on everything, with an encoder or without."""
    ending, command = ("", "second") if semantic.model is None else ("_semantic", "semantic --encoder DIR")
    said = f"second look at the sentences of a variant; python -m tests.gold.fit {command}"
    return {
        f"{name}{ending}": model.as_json(f"Logistic model '{name}{ending}', {said}")
        for name, model in fit_second_look(console, semantic).items()
    }


def fitted_with(semantic: SemanticConfig) -> dict[str, Any]:
    """By what an encoder is recognised (see ``dedup.match.encoders``)."""
    encoder = encoder_of(str(semantic.model))
    return {
        "about": "The encoder that the models named _semantic were fitted with; python -m tests.gold.fit semantic",
        "model": Path(str(semantic.model)).name,
        "dimension": encoder.dimension,
        "probes": probed(encoder),
    }


def main() -> None:
    """Fit models, print their cross-validated figures, write them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", choices=["links", "second", "semantic", "verdict"])
    parser.add_argument("--corpora", type=Path, help="folder of the public sets (verdict)")
    parser.add_argument("--pairs", type=Path, help="folder to keep gathered evidence in (verdict)")
    parser.add_argument("--encoder", help="folder of an encoder (semantic)")
    parser.add_argument("--langs", nargs="+", default=["en"], help="languages that it reads (semantic)")
    parser.add_argument("--ablate", action="store_true", help="leave out each kind of evidence in turn, write nothing")
    parser.add_argument("--undated", action="store_true", help="judge as if no times were known, write nothing")
    parser.add_argument("--dry", action="store_true", help="print the figures, write nothing")
    arguments = parser.parse_args()
    console = Console(width=150)
    if arguments.model == "links":
        found = {"links": links(console).as_json("Logistic model of sentence links; python -m tests.gold.fit links")}
    elif arguments.model == "second":
        found = looks(console, SemanticConfig())
    elif arguments.model == "semantic":
        if arguments.encoder is None:
            parser.error("semantic needs --encoder DIR")
        semantic = SemanticConfig(model=arguments.encoder, langs=tuple(arguments.langs))
        found = looks(console, semantic) | {"encoder": fitted_with(semantic)}
    else:
        fitted = verdicts(
            console, arguments.corpora, arguments.pairs, ablate=arguments.ablate, undated=arguments.undated
        )
        said = "python -m tests.gold.fit verdict --corpora DIR"
        found = {name: model.as_json(f"Additive model '{name}'; {said}") for name, model in fitted.items()}
    for name, stored in found.items() if not arguments.dry else ():
        write(stored, name)


if __name__ == "__main__":
    main()
