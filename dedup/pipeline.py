"""The order of the stages, written once for every runner and every engine.

In: inputs, an output folder, a configuration. Out: a finished run on disk and its manifest. Must not know who runs it:
the command line calls each stage directly, Prefect as a task run, both through the same ``run``.

    articles -> documents -> terms -> signatures -> bands -> candidates -> pairs -> stories -> framing
             -> outlets -> recall (-> certificate) -> report -> outputs

With a history (``--store``) the same stages see the batch and what it needs of earlier ones; in between the history is
looked up (``known``, ``furniture``, ``surroundings``, ``touched``), groups are closed, and all is committed at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import polars as pl

from dedup.config import Config
from dedup.errors import DedupError, UsageError
from dedup.increment.batches import (
    admitted,
    arrivals,
    batch_documents,
    batch_loaded,
    findable,
    fingerprints,
    held,
    held_against,
    joined_batch,
    learned,
    may_be_held_against,
    most_heard,
    prepared_batch,
    window_us,
)
from dedup.increment.drift import drifted, watched
from dedup.increment.extended import Extended
from dedup.increment.groups import (
    among,
    batch_counts,
    candidates_among,
    closed,
    gathered,
    names_taken,
    only_new,
    parcel_layout,
    retold,
    verified,
    within,
)
from dedup.local_stages import LocalStages, frames_of, make_room, page_of
from dedup.manifest import certified, input_hash, manifest, utc_now
from dedup.match.comparing import compile_ahead
from dedup.match.encoders import check_encoder
from dedup.match.recall import estimate_recall
from dedup.places import MEMORY, MemoryShelf, Place, Shelf
from dedup.runners import CERTIFIED_STAGES, STAGES, STORE_STAGES, Measured, Runner, call_directly
from dedup.settings.describing import config_hash
from dedup.sketch.bands import bands
from dedup.sketch.documents import lines_frame
from dedup.sketch.furniture import LOOKED_AT
from dedup.sketch.signatures import signatures
from dedup.sketch.terms import terms
from dedup.store.articles import Read, read_articles
from dedup.store.folders import prepare_folder
from dedup.store.handover import publish, settled
from dedup.store.history.exports import check_export, export
from dedup.store.history.history import History
from dedup.store.history.ledger import InboxFile, check_as_found, check_usable
from dedup.store.laid import Disk
from dedup.store.locks import output_lock, store_lock
from dedup.store.outputs import StoredRun, check_output, write_run
from dedup.store.remote import address_of
from dedup.store.shelf import FileShelf
from dedup.store.targets import check_apart, check_store
from dedup.stories.framing import framing
from dedup.stories.outlets import outlets
from dedup.stories.stories import Stories
from dedup.stories.transliterations import with_transliterations
from dedup.workers import plain_sums

__all__ = ["CERTIFIED_STAGES", "STAGES", "STORE_STAGES", "Run", "Runner", "call_directly", "extend", "run"]


@dataclass(frozen=True)
class Run:
    """A finished run.

    Args:
        out: The folder that was written.
        manifest: What ``run.json`` holds.
        stories: The STORIES frame.
        members: The MEMBERS frame.
        pairs: The PAIRS frame.
        framing: The FRAMING frame.
        outlets: The OUTLETS frame.
        flows: The FLOWS_BETWEEN_OUTLETS frame.
        articles: The ARTICLES frame.
        skipped: The SKIPPED frame.
    """

    out: Path
    manifest: dict[str, Any]
    stories: pl.DataFrame
    members: pl.DataFrame
    pairs: pl.DataFrame
    framing: pl.DataFrame
    outlets: pl.DataFrame
    flows: pl.DataFrame
    articles: pl.DataFrame
    skipped: pl.DataFrame


@contextmanager
def _stages(config: Config, out: Path) -> Iterator[Any]:
    """The stages as the engine of the settings has them."""
    if config.engine.name == "local":
        yield LocalStages(config, out)
        return
    from dedup.engines.spark import check_spark

    check_spark()
    from dedup.distributed.stages import spark_stages

    with spark_stages(config, out) as stages:
        yield stages


@plain_sums()
def run(
    inputs: Sequence[str | Path],
    out: Path,
    config: Config,
    *,
    certify: bool = False,
    store: Path | None = None,
    file: InboxFile | None = None,
    runner: Runner = call_directly,
) -> Run:
    """Detect stories in ``inputs`` and write them to ``out``.

    Args:
        inputs: Files, folders or globs to read.
        out: Folder to write; replaced as a whole when everything is ready, untouched until then.
        config: All settings.
        certify: Whether the candidates are held against an exact join (see ``dedup.match.certificate``).
        store: Folder of the history that the batch is held against and added to; None for none.
        file: The file of an inbox that the batch is; the store's ledger has it as done when the batch is committed.
        runner: How each stage is called.

    Returns:
        The finished run.

    Raises:
        DedupError: Whatever stops the whole run; a single bad article never does.
    """
    started_at = utc_now()
    runner = measured = Measured(runner)
    if config.engine.name != "local" and (certify or store is not None):
        raise UsageError(
            f"the engine '{config.engine.name}' knows neither --certify nor --store", hint="Use engine.name=local."
        )
    if config.engine.name == "local" and (address := address_of(out)):
        raise UsageError("only Spark writes to an address", where=address, hint="Use engine.name=spark, or a path.")
    check_encoder(config.stories.semantic, config.engine.name)
    if address_of(out) is None:
        check_output(out, inputs)
    if store is not None:
        check_store(store, out)
        if config.history.export:  # which the next run would read
            check_apart(store, inputs, "--store")
            check_export(store)
        return _run_with_history(inputs, out, config, store, measured, file, certify=certify)
    with nullcontext() if address_of(out) else output_lock(out), _stages(config, out) as stages:
        read = runner("articles", stages.articles, inputs)
        prepared = runner("documents", stages.documents, read)
        salient = runner("terms", stages.terms, prepared)
        signed = runner("signatures", stages.signatures, prepared, salient)
        banded = runner("bands", stages.bands, signed)
        found = runner("candidates", stages.candidates, banded, salient, read)
        del signed, banded  # half as large as the texts, and not needed any more
        verified = runner("pairs", stages.pairs, found, read, prepared)
        told = runner("stories", stages.stories, verified, read, prepared)
        framed = runner("framing", stages.framing, told, read, prepared)
        summed = runner("outlets", stages.outlets, told, framed, read, prepared)
        recall = runner("recall", stages.recall, salient, found, read, prepared)
        sure = runner("certificate", stages.certificate, found, prepared, read) if certify else None
        said = certified(stages.manifest(read, found, recall, told, started_at), sure)
        page = runner("report", stages.report, said, read, prepared, told, framed, summed)
        said["stages"] = [*measured.stages]
        frames = runner("outputs", stages.outputs, said, read, told, framed, summed, page)
    return Run(out=out, manifest=said, **frames)


def _run_with_history(
    inputs: Sequence[str | Path],
    out: Path,
    config: Config,
    store: Path,
    runner: Measured,
    file: InboxFile | None,
    *,
    certify: bool,
) -> Run:
    """The same stages for a batch and what it needs of earlier ones."""
    started_at = utc_now()
    history = History(store, config)
    with store_lock(store, config.history.wait_seconds), output_lock(out), ExitStack() as opened:
        history.begin()
        earlier = settled(out, history.has_run)
        if file is not None:
            check_as_found(file, Path(inputs[0]))
        n_earlier = may_be_held_against(history, config)
        read = runner("articles", read_articles, inputs, config.input, disk=Disk(out), n_earlier=n_earlier)
        if file is not None:
            check_usable(read, file, Path(inputs[0]))
        if earlier is not None and _is_of(earlier, read, config, certify=certify):
            return _run_of(earlier)
        compile_ahead(read.articles.height, config.input)
        arrived_at = arrivals(read.articles.height, started_at)
        shelf = opened.enter_context(FileShelf[str](out, make_room(read.articles, config, n_earlier=n_earlier)))
        extended = extend(history, read.articles, arrived_at, config, runner, shelf, read.place)
        told, together = extended.told, extended.together
        framed = runner(
            "framing", framing, told.members, together.articles, together.documents, config, place=read.place
        )
        of_outlets = told.members, extended.shown_pairs, framed, together.articles, config.stories.outlets
        summed = runner("outlets", outlets, *of_outlets, documents=together.documents)
        noted = with_transliterations(together.documents, together.articles, framed, read.place)
        recall = runner("recall", estimate_recall, *extended.sample, config)
        sure = runner("certificate", extended.certified, config) if certify else None
        told_manifest = certified(manifest(read, extended.found, recall, told, config, started_at), sure)
        told_manifest["counts"] |= extended.counts | {"outlets": most_heard(read.articles)}
        told_manifest["caps"] |= extended.caps
        told_manifest["warnings"] += extended.warnings
        looked = watched(read.articles, told.members, told.stories, told_manifest["caps"], recall.estimate)
        told_manifest["warnings"] += drifted(looked, history.watched(config.history.drift_runs), config.history)
        frames = frames_of(together.articles, told, framed, summed, read.skipped)
        shown = frames | {"pairs": extended.shown_pairs}
        page = runner("report", page_of, told_manifest, shown, noted, config, read.place)
        kept = told_manifest | {"counts": told_manifest["counts"] | {"watched": looked}}
        told_manifest["stages"] = [*runner.stages]
        # Written before the commit and shown after it, so that no moment is left in which a batch has no output.
        runner("outputs", write_run, out, told_manifest, prepare_folder, **frames, report=page, documents=noted)
        try:
            runner("commit", history.commit, replace(extended.commit(kept, started_at), file=file))
        except BaseException:
            with suppress(DedupError, OSError):  # what stopped the commit is what there is to tell
                settled(out, history.has_run)
            raise
        told_manifest["stages"] = [*runner.stages]
        publish(out, told_manifest)
        if config.history.export:
            export(store)
    return Run(out=out, manifest=told_manifest, **frames)


def finish(out: Path, config: Config, store: Path) -> Run | None:
    """Put the output of a committed batch in its place, if the run that made it was killed before it could.

    Args:
        out: Its folder.
        config: All settings.
        store: Folder of the history.

    Returns:
        The run; None if none waited, or its batch was not committed.
    """
    with store_lock(store, config.history.wait_seconds), output_lock(out):
        earlier = settled(out, History(store, config).has_run)
    return None if earlier is None else _run_of(earlier)


def _is_of(earlier: StoredRun, read: Read, config: Config, *, certify: bool) -> bool:
    """Whether a run was made of just this input, rejected parts included, with these settings and a certificate."""
    told = earlier.manifest
    same = told["input_hash"] == input_hash(read.articles) and told["config_hash"] == config_hash(config)
    rejected = read.skipped.sort("where", "reason").equals(earlier.skipped.sort("where", "reason"))
    return bool(same and rejected and (not certify or told["certificate"] is not None))


def _run_of(stored: StoredRun) -> Run:
    return Run(**{each.name: getattr(stored, each.name) for each in fields(Run)})


def extend(
    history: History,
    articles: pl.DataFrame,
    arrived_at: pl.Series,
    config: Config,
    runner: Runner = call_directly,
    shelf: Shelf[str] | None = None,
    place: Place = MEMORY,
) -> Extended:
    """Hold a batch against a history, stage by stage.

    Args:
        history: It must have begun.
        articles: ARTICLES frame of the batch.
        arrived_at: When each article came.
        config: All settings.
        runner: How each stage is called.
        shelf: Where articles wait that are ready for comparison, as long as the result is in use; None for memory.
        place: Where frames of the batch may lie.

    Returns:
        What came of it; nothing is written.
    """
    shelf = shelf or MemoryShelf[str]()
    window = window_us(config.history)
    prints = fingerprints(articles)
    brought = admitted(articles, runner("known", history.known, prints), arrived_at)
    new = runner("lines", prepared_batch, brought.articles, brought.arrived_at, config, place)
    known_lines = runner("furniture", history.outlet_lines, new.lines, brought.corrected, LOOKED_AT)
    furniture = learned(new, known_lines, config)
    ids = set(new.articles["article_id"])
    holders = history.holding(lines_frame(furniture.changed), ids)
    crowded = set(history.crowded_by({*holders, *brought.corrected})) - ids
    again = history.loaded([*holders, *crowded], place)
    batch = joined_batch(new, again, config, place)
    ids = set(batch.articles["article_id"])
    prepared = runner("documents", batch_documents, batch, furniture, config, place)
    salient = runner("terms", terms, prepared, place)
    signed = runner("signatures", signatures, prepared, salient, config.sketch, config.engine.n_threads, place)
    banded = runner("bands", bands, signed, config.sketch, place)
    mine = findable(batch, salient, banded, config, place)
    del signed, banded
    times = set(mine.at.tolist())
    around = runner("surroundings", history.surroundings, times, mine.keys, mine.buckets, ids, window, place)
    found = runner("candidates", held_against, mine, around, config, place)
    del around
    ends = set(found.frame["left_id"]) | set(found.frame["right_id"])
    loaded = batch_loaded(batch, prepared)
    partners = history.loaded(ends - ids, place)
    against = gathered(loaded, partners, place=place)
    layout = parcel_layout(config)
    there = history.parcels(ends - ids, layout, shelf.put)
    ready = runner("pairs", verified, found.frame, against, config, shelf, there, place)
    verified_now = ready.pairs
    is_accepted = verified_now["decision"] == "accepted"
    accepted = verified_now.select("left_id", "right_id").filter(is_accepted)
    void = history.accepted_alone(found.crowded_out)
    parted = set(void["left_id"]) | set(void["right_id"])
    reached = set(accepted["left_id"]) | set(accepted["right_id"]) | ids | set(brought.known) | parted
    past = runner("touched", history.touched, reached, ends, place)
    all_ids = ids | set(past.before["article_id"])
    together = gathered(loaded, history.loaded(all_ids - ids, place), place=place)
    known = runner("closing", closed, all_ids, verified_now, past, ids, void, together, config, place=place)
    taken = names_taken(sorted(all_ids), history.taken)
    retelling = runner("stories", retold, known, past, taken, together, config, place)
    fresh = only_new(verified_now, known.fresh, place)
    told = retelling.told
    return Extended(
        found=found,
        told=Stories(told.members, told.stories, among(told.pairs, fresh, place)),
        together=together,
        shown_pairs=within(told.pairs, told.members, place),
        against=against,
        sample=(salient, candidates_among(found, loaded), batch.articles, prepared),
        counts=batch_counts(brought, again.articles.height, known, retelling),
        caps={"groups_left_open": known.n_open} if known.n_open else {},
        warnings=brought.warnings,
        kept={
            "articles": batch.articles,
            "documents": prepared,
            "held": held(batch, mine),
            "keys": mine.keys,
            "buckets": mine.buckets,
            "lines": batch.lines,
            "furniture": furniture.frame,
            "outlets": set(known_lines.holders["source"]),
            "best": found.best,
            "named": found.names,
            "crowded_out": void,
            "pairs": fresh,
            "parcels": ready.parcels,
            "layout": layout,
            "members": told.members,
            "components": retelling.components,
            "stories": told.stories,
            "merged_into": retelling.lineage.merged_into,
        },
    )
